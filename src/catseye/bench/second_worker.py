"""What a second process adds: frames analysed of busy cameras by the whole product on one core, and by two processes on two."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from catseye.bench.clips import FPS
from catseye.bench.report import Figure, ratio
from catseye.bench.rig import film, rig
from catseye.bench.tools import Tools

GAIN = 1.8
_CAMERAS = 16  # many more than two cores carry, so that the detector is never without work
_WARM_S, _OVER_S = 2.0, 6.0  # before shedding begins, which makes the work less


def measure(tools: Tools) -> list[Figure]:
    """One figure; none where the machine has one core."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return []
    one, _ = _analysed_fps(tools, cores[:1])
    two, shed = _analysed_fps(tools, cores[:2])
    note = f"{_CAMERAS} busy cameras; {one:.1f} and {two:.1f} frames a second" + ("; shedding had begun" if shed else "")
    what = "360p25, busy: a frame by two processes on two cores against one on one"
    return [ratio("network", what, product=1000 / two, limit=1000 / one, target=1 / GAIN, measured_in="ms", note=note)]


def _analysed_fps(tools: Tools, cores: list[int]) -> tuple[float, bool]:
    """Frames analysed a second by one process a core, and whether cameras gave way meanwhile."""
    clip = film(tools, "360p", busy=True, fps=FPS)
    with _on(cores), rig(tools, clip, _CAMERAS, workers=len(cores)) as running:
        running.until(lambda: sum(running.analysed().values()) >= _CAMERAS)
        running.wait(_WARM_S)
        before, began_ns = running.analysed(), tools.clock.monotonic_ns()
        running.wait(_OVER_S)
        after, over_s = running.analysed(), (tools.clock.monotonic_ns() - began_ns) / 1e9
        return max(sum(after.values()) - sum(before.values()), 1) / over_s, running.running.supervisor.load().shed > 0


@contextmanager
def _on(cores: list[int]) -> Iterator[None]:
    """Begin processes and threads on these cores alone meanwhile."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
