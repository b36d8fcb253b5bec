"""Keeps a network running: shares its cameras over processes, begins again what dies, applies changes, sheds what is too much."""

import logging
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

import msgspec

from catseye.core.cameras import Camera, Network
from catseye.core.errors import StoreError
from catseye.core.health import CameraState, HealthNow, HealthRecord, StreamHealth
from catseye.core.ids import StreamId
from catseye.core.network import CameraStatus, NetworkLoad
from catseye.core.time import NS_PER_S, seconds
from catseye.ports import Clock, Ledger
from catseye.runtime.network.messages import DropCamera, Kept, News, Pace, Picture, PutCamera, Quit, Told, WantPicture
from catseye.runtime.network.pausing import Pauses
from catseye.runtime.network.process import Line
from catseye.runtime.network.register import Register
from catseye.runtime.network.shedding import Load, Shedding
from catseye.runtime.network.worker_process import WorkerProcess

log = logging.getLogger(__name__)

CAMERAS_A_WORKER = 40
_STEP_S = 0.2
_FILE_EVERY_NS = NS_PER_S
_SHED_EVERY_NS = 2 * NS_PER_S
_WARM_NS = 10 * NS_PER_S  # while its cameras are opened, how late they are says nothing of what the machine carries
_SOON_NS = 10 * NS_PER_S
_SPARE_EVERY_NS = 30 * NS_PER_S  # one that cannot begin is not begun at every step
_BEGINNING = HealthNow(state=CameraState.CONNECTING, reason="", since_ns=0)

Spawn = Callable[[int, int], tuple[BaseProcess, Connection]]
"""The number of a process, and how many cores it may use -> the process and this end of the pipe to it."""


class Supervisor:
    """A ports.NetworkControl. ``spawn`` begins a process; ``cores`` is what the machine has."""

    def __init__(self, register: Register, spawn: Spawn, ledger: Ledger, clock: Clock, *, cores: int) -> None:
        self._register, self._spawn, self._ledger, self._clock, self._cores = register, spawn, ledger, clock, cores
        self._lock = threading.RLock()
        self._workers: list[WorkerProcess] = []
        self._spare: WorkerProcess | None = None
        self._health: dict[StreamId, StreamHealth] = {}
        self._states: dict[StreamId, HealthNow] = {}
        self._pauses = Pauses()
        self._given: dict[StreamId, float] = {}
        self._pictures: dict[StreamId, bytes] = {}
        self._pictured = threading.Condition(self._lock)
        self._shedding = Shedding()
        self._shares: dict[int, float] = {}
        self._restarts = 0
        self._stop = threading.Event()
        self._began_ns = clock.now_ns()
        self._looked_ns = self._shed_ns = 0
        self._spared_ns = -_SPARE_EVERY_NS
        self._thread = threading.Thread(target=self._run, name="catseye-supervisor", daemon=True)

    @property
    def network(self) -> Network:
        """The network in force."""
        return self._register.network

    @property
    def wrong(self) -> str:
        """Why the file as it stands is not in force; "" where it is."""
        return self._register.wrong

    @property
    def name(self) -> str:
        """What the network is called."""
        return self.network.network.name

    @property
    def timezone(self) -> str:
        """The IANA name of its civil time."""
        return self.network.network.timezone

    def start(self) -> None:
        """Begin the processes and share the cameras out."""
        with self._lock:
            for number in range(self._worker_count()):
                self._workers.append(self._begun(number))
            self._apply()
        self._thread.start()

    def close(self) -> None:
        """End every camera, then every process; what was counted is safe."""
        self._stop.set()
        self._thread.join()
        self._keep(self._pauses.close(self._clock.now_ns()))
        ending = [*self._workers, *([self._spare] if self._spare is not None else [])]
        for worker in ending:
            worker.line.send(Quit())
        for worker in ending:
            self._drain(worker)
            worker.process.join(timeout=30.0)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    def statuses(self) -> tuple[CameraStatus, ...]:
        """Every registered camera, by name."""
        with self._lock:
            of = {name: worker for worker in self._workers for name in worker.cameras}
            return tuple(self._status(camera, of.get(camera.name)) for camera in sorted(self.network.cameras, key=lambda c: c.name))

    def districts(self) -> dict[StreamId, str]:
        """The cameras that are due now, each with its district."""
        return {camera.name: camera.district for camera in self.network.cameras if not camera.paused}

    def pids(self) -> list[int | None]:
        """The process ids of the workers, by number."""
        return [worker.process.pid for worker in self._workers]

    @property
    def has_spare(self) -> bool:
        """Whether a process is ready to take over the cameras of one that dies."""
        spare = self._spare
        return spare is not None and spare.told is not None

    def load(self) -> NetworkLoad:
        """How busy the machine is."""
        with self._lock:
            told = [worker.told for worker in self._workers if worker.told is not None]
            rates = [health.fps_analysed for health in self._health.values() if health.fps_analysed is not None]
            lags = [one.lag_p99_s for one in told if one.lag_p99_s is not None]
            return NetworkLoad(
                workers=len(self._workers),
                cameras=len(self.network.cameras),
                analysed_fps=round(sum(rates), 1) if rates else None,
                lag_p99_s=max(lags) if lags else None,
                detector_share=round(sum(t.detecting_s / t.over_s for t in told if t.over_s) / len(told), 3) if told else None,
                cpu_share=round(_busy(told, self._cores), 3) if told else None,
                shed=sum(share < 1 for camera in self.network.cameras for share in (self._shares.get(camera.priority, 1.0),)),
                restarts=self._restarts,
            )

    def put(self, camera: Camera) -> None:
        """Add a camera, or change the one of that name. Raises ConfigError, OutputError."""
        self._register.put(camera)
        self._take_changes()

    def pause(self, name: StreamId) -> None:
        """Stop watching a camera until it is resumed. Raises ConfigError, OutputError."""
        self._register.pause(name, paused=True)
        self._take_changes()

    def resume(self, name: StreamId) -> None:
        """Watch a paused camera again. Raises ConfigError, OutputError."""
        self._register.pause(name, paused=False)
        self._take_changes()

    def remove(self, name: StreamId) -> None:
        """Take a camera out of the register; what it counted stays. Raises ConfigError, OutputError."""
        self._register.remove(name)
        self._take_changes()

    def picture(self, name: StreamId, timeout_s: float = 3.0) -> bytes | None:
        """What a camera sees now, redacted in the process that decoded it; None where there is none in time."""
        with self._pictured:
            worker = next((one for one in self._workers if name in one.cameras), None)
            if worker is None:
                return None
            self._pictures.pop(name, None)
            worker.line.send(WantPicture(name=name))
            self._pictured.wait_for(lambda: name in self._pictures, timeout_s)
            return self._pictures.pop(name, None) or None

    def _worker_count(self) -> int:
        if self.network.network.workers:
            return self.network.network.workers
        cameras = len(self.network.cameras)
        return max(1, min(self._cores, -(-cameras // 4)), -(-cameras // CAMERAS_A_WORKER))

    def _begun(self, number: int) -> WorkerProcess:
        process, connection = self._spawn(number, max(1, self._cores // self._worker_count()))
        now_ns = self._clock.monotonic_ns()
        return WorkerProcess(number, process, connection, Line(connection), now_ns, heard_ns=now_ns)

    def _run(self) -> None:
        while not self._stop.is_set():
            heard = [*self._workers, *([self._spare] if self._spare is not None else [])]
            ready = wait([worker.connection for worker in heard], timeout=_STEP_S)
            for worker in heard:
                if worker.connection in ready:
                    self._hear(worker)
            self._begin_again()
            self._keep_spare()
            now_ns = self._clock.monotonic_ns()
            if now_ns - self._looked_ns >= _FILE_EVERY_NS:
                self._looked_ns = now_ns
                self._take_changes()
                self._keep(self._pauses.step(self._clock.now_ns(), self._paused()))
            if now_ns - self._shed_ns >= _SHED_EVERY_NS:
                self._shed_ns = now_ns
                self._shed()

    def _hear(self, worker: WorkerProcess) -> None:
        try:
            while worker.connection.poll():
                self._take(worker, _DECODER.decode(worker.connection.recv_bytes()))
        except (EOFError, OSError):
            worker.heard_ns = 0

    def _drain(self, worker: WorkerProcess) -> None:
        """Take what a process says while it ends."""
        try:
            while worker.connection.poll(20.0):
                self._take(worker, _DECODER.decode(worker.connection.recv_bytes()))
        except (EOFError, OSError):
            return

    def _take(self, worker: WorkerProcess, news: News) -> None:
        with self._lock:
            worker.heard_ns = self._clock.monotonic_ns()
            match news:
                case Told():
                    worker.hear(news, worker.heard_ns)
                    self._health |= {health.stream: health for health in news.health if health.stream in worker.cameras}
                    self._states |= {name: state for name, state in news.states.items() if name in worker.cameras}
                case Kept():
                    self._keep(news.records)
                case Picture():
                    self._pictures[news.name] = news.jpeg
                    self._pictured.notify_all()

    def _paused(self) -> list[StreamId]:
        return [camera.name for camera in self.network.cameras if camera.paused]

    def _keep(self, records: Sequence[HealthRecord]) -> None:
        if not records:
            return
        try:
            self._ledger.keep(records)
        except StoreError:
            log.exception("The ledger keeps nothing.")

    def _begin_again(self) -> None:
        """The cameras of a process that died, or fell silent, go to the spare one; without one, a process is begun."""
        now_ns = self._clock.monotonic_ns()
        for place, worker in enumerate(self._workers):
            if not worker.is_gone(now_ns):
                continue
            soon = now_ns - worker.begun_ns < _SOON_NS
            self._bury(worker)
            log.error(
                "Worker %d is gone (exit code %s); its %d cameras begin again.",
                worker.number,
                worker.process.exitcode,
                len(worker.cameras),
            )
            if soon:
                self._stop.wait(2.0)
            with self._lock:
                self._restarts += 1
                fresh = self._workers[place] = self._successor(worker.number)
                for camera in worker.cameras.values():
                    self._health.pop(camera.name, None)
                    self._hand(fresh, camera)

    def _successor(self, number: int) -> WorkerProcess:
        """The spare process if there is one that is ready, else one that is begun now."""
        spare, now_ns = self._spare, self._clock.monotonic_ns()
        if spare is None or spare.told is None or spare.is_gone(now_ns):
            return self._begun(number)
        self._spare = None
        spare.number, spare.begun_ns, spare.opened_ns = number, now_ns, now_ns
        return spare

    def _keep_spare(self) -> None:
        """Have a process ready that holds no camera. It is begun when the others run, so that it does not delay them."""
        now_ns = self._clock.monotonic_ns()
        if self._spare is not None and self._spare.is_gone(now_ns):
            self._bury(self._spare)
            self._spare = None
        if self._spare is not None or now_ns - self._spared_ns < _SPARE_EVERY_NS:
            return
        if all(worker.opened_ns and now_ns - worker.opened_ns >= _WARM_NS for worker in self._workers):
            self._spared_ns = now_ns
            self._spare = self._begun(len(self._workers))

    @staticmethod
    def _bury(worker: WorkerProcess) -> None:
        worker.process.kill()
        worker.process.join()
        worker.connection.close()

    def _take_changes(self) -> None:
        self._register.changed()
        with self._lock:
            self._apply()

    def _apply(self) -> None:
        """Make what is watched agree with the register; only cameras that changed are disturbed."""
        due = {camera.name: camera for camera in self.network.cameras if not camera.paused}
        for worker in self._workers:
            for name in [name for name in worker.cameras if name not in due]:
                self._take_away(worker, name)
        of = {name: worker for worker in self._workers for name in worker.cameras}
        for name, camera in due.items():
            holds = of.get(name)
            if holds is None:
                holds = min(self._workers, key=lambda one: (len(one.cameras), one.number))
            elif holds.cameras[name] == camera:
                continue
            self._hand(holds, camera)

    def _hand(self, worker: WorkerProcess, camera: Camera) -> None:
        worker.cameras[camera.name] = camera
        worker.opening[camera.name] = self._clock.monotonic_ns()
        self._given.pop(camera.name, None)
        worker.line.send(PutCamera(camera=camera))
        self._pace(worker, camera)

    def _take_away(self, worker: WorkerProcess, name: StreamId) -> None:
        del worker.cameras[name]
        worker.opening.pop(name, None)
        self._health.pop(name, None)
        self._given.pop(name, None)
        worker.line.send(DropCamera(name=name))

    def _shed(self) -> None:
        with self._lock:
            now_ns = self._clock.monotonic_ns()
            told = [one.told for one in self._workers if one.told is not None and now_ns - one.opened_ns >= _WARM_NS]
            if not told:
                return
            due, dropped = sum(one.due for one in told), sum(one.dropped for one in told)
            lags = [one.lag_p99_s for one in told if one.lag_p99_s is not None]
            load = Load(lag_p99_s=max(lags) if lags else None, dropped=dropped / due if due else 0.0, busy=_busy(told, self._cores))
            priorities = {camera.priority for worker in self._workers for camera in worker.cameras.values()}
            before, self._shares = self._shares, dict(self._shedding.step(seconds(now_ns), load, priorities))
            if self._shares != before:
                log.warning("Load: %s. Shares by priority: %s", load, self._shares)
            for worker in self._workers:
                for camera in worker.cameras.values():
                    self._pace(worker, camera)

    def _pace(self, worker: WorkerProcess, camera: Camera) -> None:
        fps = round(camera.analysed_fps * self._shares.get(camera.priority, 1.0), 2)
        if self._given.get(camera.name, camera.analysed_fps) != fps:
            worker.line.send(Pace(name=camera.name, fps=fps))
        self._given[camera.name] = fps

    def _status(self, camera: Camera, worker: WorkerProcess | None) -> CameraStatus:
        health = self._health.get(camera.name)
        if worker is None or health is None:
            reason = "paused" if camera.paused else "its process is being begun"
            return CameraStatus(camera=camera, state=None, since_ns=self._began_ns, reason=reason)
        given, now = self._given.get(camera.name, camera.analysed_fps), self._states.get(camera.name, _BEGINNING)
        return CameraStatus(
            camera=camera,
            state=now.state,
            since_ns=now.since_ns,
            reason=now.reason,
            stream=health,
            given_fps=given,
            shed=""
            if given >= camera.analysed_fps
            else f"the machine cannot carry all; this camera has priority {camera.priority}",
            worker=worker.number,
            note=now.note,
        )


_DECODER = msgspec.msgpack.Decoder(Told | Kept | Picture)


def _busy(told: Sequence[Told], cores: int) -> float:
    """The part of all cores that the processes took."""
    return sum(one.cpu_s / one.over_s for one in told if one.over_s) / cores
