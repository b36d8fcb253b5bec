"""How many cameras a machine carries, from what a frame and a look cost on it."""

import msgspec
import numpy as np

from catseye.bench.clips import BUSY_ROAD_USERS, FPS, SECONDS, SIZES
from catseye.bench.street import Street
from catseye.core.detection import whole_frame
from catseye.pipeline.camera import PipelineParams
from catseye.vision.regions import plan_regions

HEADROOM = 0.8  # a machine that is busier than this falls behind at every hiccup
RATES = (5.0, 10.0)


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """CPU seconds, measured. ``decode_s`` is for a frame of ``pixels``, ``busy_s`` and ``idle_s`` are for all that is done with an
    analysed frame but to look at it, ``look_s`` is for one region given to the detector, ``input_size`` is what it is scaled to.
    """

    pixels: int
    decode_s: float
    busy_s: float
    idle_s: float
    look_s: float
    input_size: tuple[int, int]


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """How many cameras of a size and rate; ``busy`` where something moves in every frame. ``cpu_s`` is by camera and second."""

    size: tuple[int, int]
    fps: float
    analysed_fps: float
    busy: bool
    cpu_s: float
    cameras: int


def looks_a_frame(size: tuple[int, int], input_size: tuple[int, int]) -> float:
    """How many regions of a busy street's frame the detector is given, on average."""
    street, everywhere = Street(size, BUSY_ROAD_USERS), whole_frame(size)
    instants = np.arange(0.0, SECONDS, 0.2).tolist()
    return float(np.mean([len(plan_regions(street.found(at_s, 0, everywhere).xyxy, size, input_size)) for at_s in instants]))


def cpu_s(costs: Costs, size: tuple[int, int], fps: float, analysed_fps: float, *, busy: bool) -> float:
    """CPU seconds that a camera takes each second. Decoding is taken to grow with the pixels, at equal bits for each."""
    decode = fps * costs.decode_s * size[0] * size[1] / costs.pixels
    if busy:
        looks = analysed_fps * looks_a_frame(size, costs.input_size)
        return decode + analysed_fps * costs.busy_s + looks * costs.look_s
    return decode + analysed_fps * costs.idle_s + costs.look_s / PipelineParams().refresh_s


def capacities(
    costs: Costs, *, cores: float, most: int, sizes: tuple[tuple[int, int], ...] = tuple(SIZES.values()), fps: float = FPS
) -> tuple[Capacity, ...]:
    """For each size and rate, busy and idle: cameras on ``HEADROOM`` of ``cores``, no more than ``most`` (what memory holds)."""
    found = []
    for size in sizes:
        for analysed_fps in RATES:
            for busy in (True, False):
                each = cpu_s(costs, size, fps, analysed_fps, busy=busy)
                cameras = min(int(HEADROOM * cores / each), most)
                found.append(
                    Capacity(size=size, fps=fps, analysed_fps=analysed_fps, busy=busy, cpu_s=round(each, 4), cameras=cameras)
                )
    return tuple(found)
