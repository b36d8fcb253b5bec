"""Cameras that live fast: real workers, readers, keepers of health, stores and ledger; made up are time and pictures."""

import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from types import SimpleNamespace
from typing import Protocol
from unittest.mock import patch

from tests.lives import street
from tests.lives.lockstep import PATIENCE_S, Fed, Time, WitnessedVitals

from catseye.adapters.jpeg import encode_jpeg
from catseye.adapters.sqlite import SqliteLedger, SqliteStore
from catseye.core.cameras import Camera
from catseye.core.errors import SourceUnreachableError, StoreError
from catseye.core.events import Coverage
from catseye.core.health import HealthRecord
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S, to_local, zone
from catseye.pipeline.camera import PipelineParams
from catseye.ports import Detector, FrameSource, Record, SourceInfo
from catseye.runtime.network.holder import Holder
from catseye.runtime.network.messages import Kept, News
from catseye.runtime.network.pictures import PictureSink
from catseye.runtime.network.shared_detector import SharedDetector
from catseye.runtime.worker import StreamWorker, Watching

RETENTION_S = 2 * 3600.0
MINUTE_NS = 60 * NS_PER_S
_TZ = zone(street.TIMEZONE)


class Witness(Protocol):
    """Is told what has been acknowledged, and of the ledger also what is about to be kept. Called from several threads."""

    def kept(self, stream: StreamId, records: Sequence[Record]) -> None: ...

    def keeping(self, records: Sequence[HealthRecord]) -> None: ...

    def told(self, records: Sequence[HealthRecord]) -> None: ...


def camera(name: str, scene: str = "one") -> Camera:
    return Camera(
        name=StreamId(name), address="made up", kind_of_place="street", purpose="p", legal_basis="l", scene=scene, analysed_fps=5.0
    )


@dataclass
class _Outside:
    """How a camera of flesh would be: whether it answers, how large its pictures are, what was asked of it last."""

    answers: bool = True
    size: tuple[int, int] = street.SIZES[0]
    seq: int = 0
    source: Fed | None = None
    paced: float = 5.0
    last_ns: int | None = None
    watched: list[tuple[int, int]] = field(default_factory=list)
    key_frames_s: dict[int, float] = field(default_factory=dict)  # by minute

    def hold_back(self, now_ns: int) -> None:
        """Note for the truth that key frames alone are asked for, if they are."""
        if not self.paced and self.source is not None and not self.source.closed:
            minute_ns = now_ns // MINUTE_NS * MINUTE_NS
            self.key_frames_s[minute_ns] = self.key_frames_s.get(minute_ns, 0.0) + 1 / street.FPS

    def seen(self, now_ns: int) -> None:
        """Somebody looked now, and since ``last_ns`` if that is not too long ago."""
        last_ns, self.last_ns = self.last_ns, now_ns
        if last_ns is None or now_ns - last_ns > 2 * NS_PER_S:
            self.watched.append((now_ns, now_ns))
        else:
            self.watched[-1] = (self.watched[-1][0], now_ns)


class Life:
    """One process of cameras in ``folder``. ``second`` lets one second pass."""

    def __init__(self, folder: Path, time: Time, witness: Witness) -> None:
        self.time = time
        self.outside: dict[StreamId, _Outside] = {}
        self.counted = True  # whether what is seen now is to be counted
        self._folder, self._witness = folder, witness
        self._patches = ExitStack()
        timed = SimpleNamespace(Event=time.event, Thread=Thread, Lock=Lock)
        for module in ("runtime.worker", "runtime.health", "runtime.network.holder"):
            self._patches.enter_context(patch(f"catseye.{module}.threading", timed))
        self._patches.enter_context(patch("catseye.runtime.worker.Vitals", WitnessedVitals))
        # A look is waited for as long as it takes: a busy machine is no part of this.
        self._patches.enter_context(patch("catseye.runtime.network.shared_detector.PATIENCE_S", PATIENCE_S))
        self.ledger = SqliteLedger(folder / "network.sqlite")
        self._keeping = Lock()
        self.holder = Holder(SharedDetector(street.KnowsWhere(), time), self._open_worker, self._hear, time)

    def put(self, one: Camera) -> None:
        """Watch a camera, or watch it anew."""
        self.outside.setdefault(one.name, _Outside()).paced = one.analysed_fps
        self.broken(one.name)
        self.holder.put(one)
        self.time.settle()

    def drop(self, name: StreamId) -> None:
        self.broken(name)
        self.holder.drop(name)
        self.time.settle()

    def hang_up(self, name: StreamId, *, answers: bool) -> None:
        """The camera ends the connection, and answers or not from now on."""
        outside = self.outside[name]
        outside.answers = answers
        if outside.source is not None and not outside.source.closed:
            outside.source.feed(SourceUnreachableError("The connection broke."))
        self.broken(name)
        self.time.settle()

    def pace(self, name: StreamId, fps: float) -> None:
        self.outside[name].paced = fps
        self.holder.pace(name, fps)

    def resize(self, name: StreamId) -> None:
        """The camera's pictures are of another size from now on."""
        outside = self.outside[name]
        outside.size = street.SIZES[1 - street.SIZES.index(outside.size)]
        self.broken(name)

    def broken(self, name: StreamId) -> None:
        """What is seen next joins on to nothing."""
        self.outside[name].last_ns = None

    def second(self, *, silent: Collection[StreamId] = ()) -> None:
        """One second with its frames, of all but the silent cameras."""
        for _ in range(round(street.FPS)):
            self.time.go_on(1 / street.FPS)
            fed = [(name, self._feed(name)) for name in self.outside if name not in silent]
            self.time.settle()
            for name, due in fed:
                self._note(self.outside[name], due)
            for outside in self.outside.values():
                outside.hold_back(self.time.now_ns())

    def close(self) -> None:
        """End all."""
        self.holder.close()
        self.ledger.close()
        self._patches.close()

    def _feed(self, name: StreamId) -> int | None:
        """Give a frame; how many were due before, or None where it is not to be counted."""
        outside, now_ns = self.outside[name], self.time.now_ns()
        source = outside.source
        if source is None or source.closed or source.reader is None:
            return None
        due = source.reader.due
        hour = to_local(now_ns, _TZ).hour
        source.feed(street.frame(name, outside.seq, now_ns, outside.size, night=not 6 <= hour < 21))
        outside.seq += 1
        return due if self.counted and outside.paced and not self._unusable(name) else None

    def _note(self, outside: _Outside, due: int | None) -> None:
        """Note for the truth what was just looked at."""
        reader = None if outside.source is None else outside.source.reader
        if due is None or reader is None:
            outside.last_ns = None
        elif reader.due > due:
            outside.seen(self.time.now_ns())

    def _unusable(self, name: StreamId) -> bool:
        """Whether what is seen now may not be counted, for the camera is not yet taken to be well again."""
        held = self.holder._held.get(name)
        return held is None or held.worker is None or held.worker._health.unusable_since_ns is not None

    def _open_worker(
        self, one: Camera, detector: Detector, give: Callable[[bytes], None]
    ) -> tuple[StreamWorker, PictureSink, Callable[[], None]]:
        folder = self._folder / "cameras" / one.name
        store = SqliteStore(folder / "store.sqlite", clock=self.time, retention_s=RETENTION_S)
        worker = StreamWorker(
            one.name,
            open_source=lambda _: self._open_source(one.name),
            detector=detector,
            store=store,
            clock=self.time,
            watching=Watching(
                params=PipelineParams(input_size=street.SIZES[0], timezone=street.TIMEZONE),
                scene=street.SCENES[one.scene],
                analysed_fps=one.analysed_fps,
                loop=True,
                patient=True,
            ),
        )
        worker.on_kept = lambda records: self._witness.kept(one.name, records)
        worker.remember_health(folder / "health.json")
        pictures = PictureSink(encode_jpeg, give)
        worker.sinks.append(pictures)
        return worker, pictures, store.close

    def _open_source(self, name: StreamId) -> FrameSource:
        outside = self.outside[name]
        if not outside.answers:
            raise SourceUnreachableError("No answer.")
        outside.source = Fed(self.time, SourceInfo(name="made up", live=True, size=outside.size, fps=street.FPS))
        return outside.source

    def _hear(self, news: News) -> None:
        if not isinstance(news, Kept):
            return
        with self._keeping:
            self._witness.keeping(news.records)
            try:
                self.ledger.keep(news.records)
            except StoreError:
                return  # as the supervisor does: what is not acknowledged is nobody's promise
            self._witness.told(news.records)


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder in memory where there is one. What was written outlives a killed process on any disk; on a real one commits wait."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="catseye-") as made:
        yield Path(made)


def coverage_of(records: Sequence[Record]) -> list[tuple[int, int]]:
    return [(record.start_ns, record.end_ns) for record in records if isinstance(record, Coverage)]
