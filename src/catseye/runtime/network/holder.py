"""The cameras of one process: a thread and a store for each, and one detector for all. One that fails takes no other with it."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from catseye.core.cameras import Camera
from catseye.core.errors import CatseyeError
from catseye.core.health import CameraState, HealthNow, HealthRecord, StreamHealth, StreamState
from catseye.core.ids import StreamId
from catseye.core.time import nanoseconds, seconds
from catseye.ports import Clock, Detector
from catseye.runtime.analysed import Analysed
from catseye.runtime.backoff import Backoff
from catseye.runtime.network.messages import Kept, News, Picture, Told
from catseye.runtime.network.pictures import PictureSink
from catseye.runtime.network.shared_detector import SharedDetector
from catseye.runtime.worker import StreamWorker

log = logging.getLogger(__name__)

_CLOSE_S = 20.0

OpenWorker = Callable[[Camera, Detector, Callable[[bytes], None]], tuple[StreamWorker, PictureSink, Callable[[], None]]]
"""Camera, detector, what takes pictures -> a worker ready to run, its picture sink, and what closes its store."""


@dataclass(slots=True)
class _Lags:
    """The delays of the frames analysed since they were taken last; bounded."""

    _kept: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, lag_s: float) -> None:
        with self._lock:
            if len(self._kept) < 10_000:
                self._kept.append(lag_s)

    def take(self) -> list[float]:
        with self._lock:
            kept, self._kept = self._kept, []
        return kept


@dataclass(slots=True)
class _LagSink:
    """Takes the delay of each analysed frame."""

    lags: _Lags
    worker: StreamWorker

    def take(self, _: Analysed) -> None:
        if self.worker.vitals.lag_s is not None:
            self.lags.add(self.worker.vitals.lag_s)

    def close(self) -> None:
        """Nothing to be done."""


class _Held:
    """One camera and its thread."""

    def __init__(self, camera: Camera, holder: "Holder", after: threading.Thread | None) -> None:
        self.camera, self._holder, self._after = camera, holder, after
        self._stop = threading.Event()
        self._backoff = Backoff()
        self.worker: StreamWorker | None = None
        self.pictures: PictureSink | None = None
        self.fps = camera.analysed_fps
        self.trouble = ""
        self.thread = threading.Thread(target=self._run, name=f"camera-{camera.name}", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self.worker is not None:
            self.worker.stop()

    def pace(self, fps: float) -> None:
        self.fps = fps
        if self.worker is not None:
            self.worker.pace(fps)

    def _run(self) -> None:
        if self._after is not None:
            self._after.join()  # it has the store
        while not self._stop.is_set():
            try:
                self._watch()
            except CatseyeError as error:
                self.trouble = error.message
            except Exception:
                log.exception("%s: a fault of Catseye's own", self.camera.name)
                self.trouble = "A fault of Catseye's own; the log has it."
            if self._stop.wait(0.0 if self._stop.is_set() else self._backoff.wait_s(0.0)):
                return

    def _watch(self) -> None:
        holder = self._holder
        detector = holder.detector.of(self.camera.name, self.camera.priority)
        worker, pictures, close = holder.open_worker(
            self.camera, detector, lambda jpeg: holder.tell(Picture(name=self.camera.name, jpeg=jpeg))
        )

        def tell_health(records: Sequence[HealthRecord]) -> None:
            pictures.told(records)
            holder.tell(Kept(records=tuple(records)))

        worker.sinks.append(_LagSink(holder.lags, worker))
        worker.on_health = tell_health
        worker.is_busy = detector.is_busy
        worker.pace(self.fps)
        self.worker, self.pictures, self.trouble = worker, pictures, ""
        if self._stop.is_set():
            worker.stop()
        try:
            worker.run()
        finally:
            detector.close()
            close()


class Holder:
    """Holds cameras. ``tell`` sends news to the supervisor and may be called from any thread."""

    def __init__(self, detector: SharedDetector, open_worker: OpenWorker, tell: Callable[[News], None], clock: Clock) -> None:
        self.detector, self.open_worker, self.tell, self._clock = detector, open_worker, tell, clock
        self.lags = _Lags()
        self._held: dict[StreamId, _Held] = {}
        self._ending: dict[StreamId, threading.Thread] = {}
        self._seen = (0, 0)
        self._busy_s = 0.0
        self._told_ns = clock.monotonic_ns()
        self._cpu_s = 0.0

    def put(self, camera: Camera) -> None:
        """Watch a camera; one of that name ends first."""
        before = self._held.pop(camera.name, None)
        if before is not None:
            before.stop()
        last = self._ending.pop(camera.name, None) if before is None else before.thread
        self._held[camera.name] = _Held(camera, self, last)

    def drop(self, name: StreamId) -> None:
        """Watch a camera no more; what it counted is safe. It may take its thread a while to end."""
        held = self._held.pop(name, None)
        if held is not None:
            held.stop()
            self._ending[name] = held.thread

    def pace(self, name: StreamId, fps: float) -> None:
        """Analyse ``fps`` frames a second of a camera."""
        if (held := self._held.get(name)) is not None:
            held.pace(fps)

    def want_picture(self, name: StreamId) -> None:
        """Have a picture made of a camera's next analysed frame."""
        held = self._held.get(name)
        if held is not None and held.pictures is not None:
            held.pictures.want()

    def close(self, *, within_s: float = _CLOSE_S) -> None:
        """End all, together; cameras that have not ended within ``within_s`` of now are left, however many they are."""
        for name in list(self._held):
            self.drop(name)
        by_ns = self._clock.monotonic_ns() + nanoseconds(within_s)
        for thread in self._ending.values():
            thread.join(timeout=max(0.0, seconds(by_ns - self._clock.monotonic_ns())))
        if left := [name for name, thread in self._ending.items() if thread.is_alive()]:
            log.warning("%d cameras did not end in time: %s", len(left), ", ".join(left[:10]))
        self.detector.close()

    def told(self, cpu_s: float) -> Told:
        """How all are; ``cpu_s`` is what the process has used so far."""
        now_ns = self._clock.monotonic_ns()
        over_s, self._told_ns = seconds(now_ns - self._told_ns), now_ns
        held = list(self._held.values())
        workers = [one.worker for one in held if one.worker is not None]
        seen = sum(worker.vitals.due for worker in workers), sum(worker.vitals.dropped for worker in workers)
        due, dropped = max(0, seen[0] - self._seen[0]), max(0, seen[1] - self._seen[1])
        self._seen = seen
        busy_s, self._busy_s = self.detector.busy_s - self._busy_s, self.detector.busy_s
        used_s, self._cpu_s = cpu_s - self._cpu_s, cpu_s
        lags = sorted(self.lags.take())
        return Told(
            health=tuple(_health(one) for one in held if one.worker is not None),
            states={one.camera.name: _state(one, one.worker) for one in held if one.worker is not None},
            over_s=over_s,
            lag_p99_s=lags[min(len(lags) - 1, round(0.99 * len(lags)))] if lags else None,
            detecting_s=busy_s,
            cpu_s=used_s,
            due=due,
            dropped=dropped,
        )


def _health(one: _Held) -> StreamHealth:
    """How one stream is; where it could not be begun, why."""
    assert one.worker is not None
    health = one.worker.vitals.health()
    return msgspec.structs.replace(health, state=StreamState.FAILED, reason=one.trouble) if one.trouble else health


def _state(one: _Held, worker: StreamWorker) -> HealthNow:
    """How a camera is; one whose stream could not be begun is offline, and why."""
    now = worker.health
    return msgspec.structs.replace(now, state=CameraState.OFFLINE, reason=one.trouble) if one.trouble else now
