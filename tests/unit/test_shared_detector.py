"""One detector for many cameras: equal turns within a priority, more for a higher one, nobody starved, faults to who asked."""

import threading
import time
from collections.abc import Sequence

import numpy as np
import pytest

from catseye.app import system_clock
from catseye.core.detection import Detections, DetectRequest, nothing_found
from catseye.ports import DetectorBusyError, DetectorInfo
from catseye.runtime.network.shared_detector import PATIENCE_S, SharedDetector
from catseye.testing.scripted import blank_frame

FRAME = blank_frame()


class Slow:
    """Takes a moment for each request; "bad" cameras are told so by a negative region."""

    info = DetectorInfo(name="slow", sha256="", input_size=(64, 64), road_users=("car",))

    def __init__(self) -> None:
        self.closed = False

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        time.sleep(0.002)  # noqa: TID251 - the detector under test has to be slower than who asks
        if (requests[0].regions < 0).any():
            raise ValueError("bad region")
        return [nothing_found(0, (64, 64)) for _ in requests]

    def close(self) -> None:
        self.closed = True


def request(left: float = 0.0) -> DetectRequest:
    return DetectRequest(frame=FRAME, regions=np.array([[left, 0, 64, 64]], np.float32))


def turns(priorities: dict[str, int], total: int) -> dict[str, int]:
    """How often each of some cameras that always ask had its turn, when all together had ``total``."""
    shared = SharedDetector(Slow(), system_clock())
    done = threading.Event()

    def ask(name: str, priority: int) -> None:
        camera = shared.of(name, priority)
        while not done.is_set():
            camera.detect([request()])

    threads = [threading.Thread(target=ask, args=one) for one in priorities.items()]
    for thread in threads:
        thread.start()
    while sum(shared.turns.values()) < total:
        done.wait(0.01)
    told = dict(shared.turns)
    done.set()
    for thread in threads:
        thread.join()
    shared.close()
    return told


def test_cameras_of_one_priority_get_equal_turns() -> None:
    told = turns({f"c{k}": 2 for k in range(6)}, 240)
    assert min(told.values()) / max(told.values()) >= 0.8


def test_a_higher_priority_gets_more_and_nobody_starves() -> None:
    told = turns({f"{priority}{k}": priority for priority in (1, 2, 3) for k in range(4)}, 400)
    of = {priority: [told.get(f"{priority}{k}", 0) for k in range(4)] for priority in (1, 2, 3)}
    assert sum(of[1]) > 2 * sum(of[2]) > 2 * sum(of[3])
    assert min(of[3]) > 0


def test_a_fault_goes_to_who_asked_and_the_others_go_on() -> None:
    shared = SharedDetector(Slow(), system_clock())
    with pytest.raises(ValueError, match="bad region"):
        shared.of("bad", 1).detect([request(-1.0)])
    assert len(shared.of("good", 1).detect([request(), request()])) == 2
    shared.close()


def test_once_closed_nobody_waits() -> None:
    detector = Slow()
    shared = SharedDetector(detector, system_clock())
    shared.close()
    assert detector.closed
    with pytest.raises(RuntimeError):
        shared.of("late", 1).detect([request()])


class Held(Slow):
    """Looks for as long as it is held."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.looked: list[float] = []

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        self.go.wait()
        self.looked += [float(one.regions[0, 0]) for one in requests]
        return [nothing_found(0, (64, 64)) for _ in requests]


def test_who_is_not_looked_at_in_time_gives_up_and_keeps_its_place() -> None:
    detector = Held()
    shared = SharedDetector(detector, system_clock())
    first, early, late = (shared.of(name, 1) for name in ("first", "early", "late"))
    assert not shared.is_busy()
    threads = [threading.Thread(target=first.detect, args=([request(1)],))]
    threads[0].start()
    while not early.is_busy():
        time.sleep(0.001)  # noqa: TID251 - until the other thread has asked
    began_s = time.monotonic()
    with pytest.raises(DetectorBusyError):
        early.detect([request(2)])
    assert time.monotonic() - began_s < PATIENCE_S + 1
    threads.append(threading.Thread(target=late.detect, args=([request(3)],)))
    threads[1].start()
    threads.append(threading.Thread(target=early.detect, args=([request(4)],)))
    threads[2].start()
    time.sleep(0.05)  # noqa: TID251 - until both have asked
    detector.go.set()
    for thread in threads:
        thread.join()
    assert detector.looked == [1, 4, 3]
    assert shared.turns == {"first": 1, "early": 1, "late": 1}
    shared.close()
