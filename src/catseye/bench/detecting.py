"""The detector alone."""

import time
from statistics import median

from catseye.bench.clips import make_clip
from catseye.bench.report import Figure
from catseye.bench.tools import Tools
from catseye.core.detection import DetectRequest, whole_frame
from catseye.core.frame import Frame
from catseye.ports import Detector

LOOKS = 10


def measure(tools: Tools, repeats: int) -> list[Figure]:
    """A look at a 360p frame, with one thread and with all."""
    frame = first_frame(tools)
    figures = []
    for threads, how in ((1, "one thread"), (None, "all threads")):
        detector = tools.open_detector(threads)
        wall, cpu = look_s(detector, frame, looks=LOOKS * max(1, repeats // 3))
        for value, of in ((wall, "ms a look"), (cpu, "ms CPU a look")):
            figures.append(Figure(part="detector", what=f"{detector.info.name}, {how}", value=1000 * value, unit=of))
        detector.close()
    return figures


def first_frame(tools: Tools) -> Frame:
    """The first frame of the busy 360p street."""
    source = tools.open_source(make_clip(tools, "360p").path)
    frame = next(iter(source.frames()))
    source.close()
    return frame


def look_s(detector: Detector, frame: Frame, *, looks: int) -> tuple[float, float]:
    """The median seconds by the wall clock and of CPU that one look at a whole frame takes, naming included."""
    request = DetectRequest(frame=frame, regions=whole_frame(frame.size))
    detector.detect([request])
    laps = []
    for _ in range(looks):
        began = time.perf_counter(), time.process_time()
        detector.detect([request])
        laps.append((time.perf_counter() - began[0], time.process_time() - began[1]))
    return median(wall for wall, _ in laps), median(cpu for _, cpu in laps)
