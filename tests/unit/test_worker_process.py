"""What is known of a process of cameras: when it counts as just opened, and when it is taken for dead."""

from typing import cast

import pytest

from catseye.core.health import StreamHealth, StreamState
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S
from catseye.runtime.network.messages import Told
from catseye.runtime.network.worker_process import WorkerProcess

ONE, TWO = StreamId("one"), StreamId("two")


class Alive:
    """A process that has not died."""

    def is_alive(self) -> bool:
        return True


@pytest.fixture
def worker() -> WorkerProcess:
    nothing = cast("object", None)
    return WorkerProcess(0, Alive(), nothing, nothing, 0, heard_ns=0)  # type: ignore[arg-type]  # no pipe is used here


def told(**analysed: int) -> Told:
    health = tuple(
        StreamHealth(
            stream=StreamId(name),
            run=None,
            state=StreamState.RUNNING,
            since_ns=0,
            reason="",
            size=None,
            codec="",
            fps_in=None,
            fps_analysed=None,
            lag_s=None,
            frames_decoded=frames,
            frames_analysed=frames,
            frames_withheld=0,
            drops={},
            detector="",
        )
        for name, frames in analysed.items()
    )
    return Told(health=health, states={}, over_s=1.0, lag_p99_s=None, detecting_s=0.0, cpu_s=0.0, due=0, dropped=0)


def test_it_counts_as_just_opened_until_each_of_its_cameras_was_analysed(worker: WorkerProcess) -> None:
    worker.opening = {ONE: 0, TWO: 0}
    worker.hear(told(one=3, two=0), 5 * NS_PER_S)
    assert worker.opened_ns == 5 * NS_PER_S
    worker.hear(told(one=9, two=1), 8 * NS_PER_S)
    worker.hear(told(one=12, two=4), 9 * NS_PER_S)
    assert worker.opened_ns == 5 * NS_PER_S
    worker.opening = {ONE: 10 * NS_PER_S}  # it was changed, and is opened again
    worker.hear(told(one=0, two=9), 11 * NS_PER_S)
    assert worker.opened_ns == 11 * NS_PER_S


def test_a_camera_that_never_gives_a_picture_is_not_waited_for_for_ever(worker: WorkerProcess) -> None:
    worker.opening = {ONE: 0}
    for at_s in range(1, 200):
        worker.hear(told(one=0), at_s * NS_PER_S)
    assert worker.opened_ns < 61 * NS_PER_S
    assert worker.opening == {}


def test_a_process_that_has_told_nothing_yet_is_given_longer(worker: WorkerProcess) -> None:
    assert not worker.is_gone(100 * NS_PER_S)
    worker.hear(told(), 0)
    assert worker.is_gone(100 * NS_PER_S)
