"""A camera that is held back to key frames says so in the ledger, and counts and covers nothing meanwhile."""

from collections.abc import Sequence

import pytest
from tests.lives.day import BORN_NS
from tests.lives.life import Life, camera, memory_folder
from tests.lives.lockstep import Time

from catseye.adapters.sqlite import SqliteReader
from catseye.core.health import CameraState, HealthRecord
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S
from catseye.ports import Record

EAST = StreamId("east")


class Nobody:
    """Is told, and keeps nothing."""

    def kept(self, stream: StreamId, records: Sequence[Record]) -> None: ...

    def keeping(self, records: Sequence[HealthRecord]) -> None: ...

    def told(self, records: Sequence[HealthRecord]) -> None: ...


def test_the_seconds_of_key_frames_alone_are_in_the_minutes_of_the_ledger() -> None:
    with memory_folder() as folder:
        time = Time(BORN_NS)
        life = Life(folder, time, Nobody())
        life.put(camera("east"))
        for second in range(420):
            if second in {90, 270}:
                life.pace(EAST, 0.0 if second == 90 else 5.0)
            life.second()
        minutes = life.ledger.minutes(0, BORN_NS + 360 * NS_PER_S)  # the last one is not over
        life.close()
        held_s = [minute.key_frames_only_s for minute in minutes]
        assert held_s == pytest.approx([0, 30, 60, 60, 30, 0], abs=1.5)
        assert sum(held_s) == pytest.approx(180, abs=1.5)
        assert all(minute.seconds.get(CameraState.OK, 0) >= 59 for minute in minutes)
        store = SqliteReader(folder / "cameras" / EAST / "store.sqlite", clock=time)
        seen_s = sum(end - start for start, end in store.watched(EAST, 0, 2**62)) / NS_PER_S
        assert seen_s == pytest.approx(420 - 180, abs=1.5)
        store.close()
