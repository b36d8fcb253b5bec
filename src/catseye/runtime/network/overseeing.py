"""Asks the cameras of one process what they say of themselves: a few threads for all, each camera now and then."""

import heapq
import itertools
import logging
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from catseye.config.whole import write_whole
from catseye.core.cameras import Camera
from catseye.core.errors import CatseyeError, OutputError, SourceDeniedError
from catseye.core.time import NS_PER_S, nanoseconds
from catseye.network.overseeing import CameraSays, Overseen, Pointing
from catseye.ports import CameraService, Clock
from catseye.runtime.backoff import Backoff

log = logging.getLogger(__name__)

EVERY_S: Final = 30.0
_THREADS = 4  # forty cameras that each take their time are asked within half a minute still
_LOTS = secrets.SystemRandom()

OpenService = Callable[[Camera], CameraService]
"""Opens the service of a camera that names one; asks the network. Raises SourceError, ConfigError."""


class _Kept(msgspec.Struct, frozen=True):
    """What is kept of a camera over a restart: where it usually looks, by the service at ``onvif``."""

    onvif: str
    home: Pointing


class WatchedService:
    """One camera that is asked; made by ``Overseer.watch``."""

    def __init__(self, camera: Camera, open_service: OpenService, clock: Clock, kept: Path) -> None:
        self._camera, self._open_service, self._clock, self._kept = camera, open_service, clock, kept
        self._overseen = Overseen(_home_in(kept, camera.onvif))
        self._lock = threading.Lock()
        self._service: CameraService | None = None
        self._backoff = Backoff()
        self.closed = False

    def says(self) -> CameraSays:
        """What the camera says now; may be asked from any thread, and asks nobody."""
        with self._lock:
            return self._overseen.says(self._clock.monotonic_ns())

    def visit(self) -> float:
        """Ask the camera once; how many seconds to wait beyond the usual before it is asked again."""
        try:
            if self._service is None:
                self._service = self._open_service(self._camera)
            said = self._service.ask()
        except CatseyeError as error:
            return self._failed(error.message, denied=isinstance(error, SourceDeniedError))
        except Exception:
            log.exception("%s: what it says of itself could not be read", self._camera.name)
            return self._failed("A fault of Catseye's own; the log has it.", denied=False)
        self._backoff = Backoff()
        with self._lock:
            before = self._overseen.home
            self._overseen.take(self._clock.monotonic_ns(), said)
            home = self._overseen.home
        if home is not None and home != before:
            self._keep(home)
        return 0.0

    def leave(self) -> None:
        """Close the service, where it is open."""
        service, self._service = self._service, None
        if service is not None:
            service.close()

    def _failed(self, why: str, *, denied: bool) -> float:
        self.leave()
        with self._lock:
            self._overseen.fail(why)
        return self._backoff.wait_s(0.0, denied=denied)

    def _keep(self, home: Pointing) -> None:
        try:
            write_whole(self._kept, msgspec.json.encode(_Kept(self._camera.onvif, home)))
        except OutputError as error:
            log.warning("%s: where it usually looks cannot be kept: %s", self._camera.name, error)


class Overseer:
    """Asks each camera that is watched about every ``every_s`` seconds. Its threads begin with the first camera."""

    def __init__(self, open_service: OpenService, clock: Clock, *, every_s: float = EVERY_S, threads: int = _THREADS) -> None:
        self._open_service, self._clock, self._every_s, self._most = open_service, clock, every_s, threads
        self._changed = threading.Condition()
        self._due: list[tuple[int, int, WatchedService]] = []
        self._numbers = itertools.count()
        self._threads: list[threading.Thread] = []
        self._stopped = False

    def watch(self, camera: Camera, kept: Path) -> WatchedService:
        """Ask a camera from now on; where it usually looks is kept in the file ``kept``."""
        watched = WatchedService(camera, self._open_service, self._clock, kept)
        with self._changed:
            self._put(watched, _LOTS.uniform(0.0, 2.0))  # not all at once
            if len(self._threads) < self._most and not self._stopped:
                self._threads.append(threading.Thread(target=self._run, name="overseer", daemon=True))
                self._threads[-1].start()
        return watched

    def forget(self, watched: WatchedService) -> None:
        """Ask a camera no more. What it was asked over is left by an overseer's thread, so that nobody waits."""
        with self._changed:
            watched.closed = True
            self._due = [(0 if one is watched else at_ns, number, one) for at_ns, number, one in self._due]
            heapq.heapify(self._due)
            self._changed.notify()

    def close(self) -> None:
        """Ask nobody any more. Cameras that are not left in time forget by themselves."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=2.0)

    def step(self) -> float | None:
        """Visit the camera that is due longest; seconds until the next is, 0 where one may be, None where there is none."""
        with self._changed:
            wait_s = self._wait_s()
            if wait_s is None or wait_s > 0:
                return wait_s
            _, _, watched = heapq.heappop(self._due)
        if watched.closed:
            watched.leave()
            return 0.0
        more_s = watched.visit()
        with self._changed:
            self._put(watched, self._every_s * _LOTS.uniform(0.9, 1.1) + more_s)
        return 0.0

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._stopped:
                    return
                wait_s = self._wait_s()
                if wait_s != 0.0:
                    self._changed.wait(wait_s)
                    continue
            self.step()

    def _wait_s(self) -> float | None:
        if not self._due:
            return None
        return max(0, self._due[0][0] - self._clock.monotonic_ns()) / NS_PER_S

    def _put(self, watched: WatchedService, in_s: float) -> None:
        at_ns = 0 if watched.closed else self._clock.monotonic_ns() + nanoseconds(in_s)
        heapq.heappush(self._due, (at_ns, next(self._numbers), watched))
        self._changed.notify()


def _home_in(kept: Path, onvif: str) -> Pointing | None:
    """Where the camera usually looks, as it was kept; None where that is not known, or was another camera's."""
    try:
        told = msgspec.json.decode(kept.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s: where the camera usually looks cannot be read and is learned anew: %s", kept, error)
        return None
    return told.home if told.onvif == onvif else None
