"""How the cameras of a process end: all are told at once, and those that do not are waited for once and not one by one."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

from catseye.app import system_clock
from catseye.core.cameras import Camera
from catseye.core.ids import StreamId
from catseye.ports import Detector
from catseye.runtime.network.holder import Holder
from catseye.runtime.network.pictures import PictureSink
from catseye.runtime.network.shared_detector import SharedDetector
from catseye.runtime.worker import StreamWorker
from catseye.testing.scripted import ScriptedDetector

STUBBORN = 6


class Cameras:
    """Workers that end when told, or not before ``let_go``, if they are stubborn."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.running = threading.Semaphore(0)
        self.told: list[str] = []
        self.closed: list[str] = []

    def open(
        self, camera: Camera, _: Detector, __: Callable[[bytes], None]
    ) -> tuple[StreamWorker, PictureSink, Callable[[], None]]:
        ended = threading.Event()

        def run() -> None:
            self.running.release()
            (self.let_go if "stubborn" in camera.name else ended).wait()

        def stop() -> None:
            self.told.append(camera.name)
            ended.set()

        worker = SimpleNamespace(sinks=[], pace=lambda _: None, run=run, stop=stop, on_health=None)
        return cast("StreamWorker", worker), cast("PictureSink", None), lambda: self.closed.append(camera.name)


def test_cameras_that_do_not_end_are_waited_for_together() -> None:
    cameras, clock = Cameras(), system_clock()
    holder = Holder(SharedDetector(ScriptedDetector({}), clock), cameras.open, lambda _: None, clock)
    names = [*(f"stubborn-{k}" for k in range(STUBBORN)), "good"]
    for name in names:
        holder.put(Camera(name=StreamId(name), address="", kind_of_place="street", purpose="p", legal_basis="l"))
    for _ in names:
        assert cameras.running.acquire(timeout=30)
    began_ns = clock.monotonic_ns()
    holder.close(within_s=0.5)
    took_s = (clock.monotonic_ns() - began_ns) / 1e9
    cameras.let_go.set()
    assert sorted(cameras.told) == sorted(names)
    assert cameras.closed[0] == "good"
    assert 0.5 <= took_s < 0.5 * STUBBORN, "one deadline for all"
