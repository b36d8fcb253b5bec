"""The outlines of road users: few points of the hull of each model, so that projected boxes agree with filmed silhouettes.

``shapes.json`` holds them, taken from the renderer's bodies. Points of rigid models are shares of length, width and height, from
the middle of the footprint on the ground, x forward. Those of an articulated vehicle are metres: the tractor's from the middle of
the front bumper, the trailer's from the kingpin, which stands ``length_m - trailer_m`` behind the bumper.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.studio.bodies import MODELS, Model

_Points = tuple[tuple[float, float, float], ...]


class _Shape(msgspec.Struct, frozen=True, kw_only=True):
    """One model of the file."""

    stride_m: float | None
    phases: tuple[_Points, ...] = ()
    standing: _Points = ()
    stands_mps: float = 0.0
    tractor: _Points = ()
    trailer: _Points = ()


class _Shapes(msgspec.Struct, frozen=True, kw_only=True):
    """``shapes.json``."""

    version: int
    models: dict[str, _Shape]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outline:
    """One model in metres. ``phases`` float64 (F, P, 3) of the stride (or the one shape), from the middle of the footprint.

    ``trailer`` (P, 3), from the kingpin, is None where there is none; then ``phases`` is the tractor alone, from the front bumper.
    ``stride_m`` is the way of one whole stride; None for what keeps its shape. Who is slower than ``stands_mps`` has the last of
    the phases, which is none of the stride.
    """

    phases: F64
    stride_m: float | None
    stands_mps: float = 0.0
    trailer: F64 | None = None

    def phase(self, walked_m: F64, speed_mps: F64) -> npt.NDArray[np.int64]:
        """Which of the phases (N,) bodies are in, having gone so far at such a speed."""
        if self.stride_m is None:
            return np.zeros(len(walked_m), np.int64)
        moving = len(self.phases) - (self.stands_mps > 0)
        turn = np.floor(walked_m / self.stride_m % 1.0 * moving).astype(np.int64) % moving
        return np.where(speed_mps < self.stands_mps, len(self.phases) - 1, turn)


@cache
def outline(model: str) -> Outline:
    """The outline of a model of ``bodies.MODELS``. Raises KeyError for another name."""
    return _measured(MODELS[model], _shapes().models.get(model))


@cache
def _shapes() -> _Shapes:
    file = resources.files("catseye.studio") / "shapes.json"
    if not file.is_file():
        return _Shapes(version=1, models={})
    return msgspec.json.decode(file.read_bytes(), type=_Shapes)


def _measured(model: Model, shape: _Shape | None) -> Outline:
    size = np.array([model.length_m, model.width_m, model.height_m])
    if model.trailer_m > 0:
        tractor_m = model.length_m - model.trailer_m
        if shape is not None and shape.tractor:
            return Outline(phases=np.array([shape.tractor]), stride_m=None, trailer=np.array(shape.trailer))
        box = _chamfered()
        tractor = box * [tractor_m, size[1], size[2]] - [tractor_m / 2, 0, 0]
        trailer = box * [model.trailer_m, size[1], size[2]] - [model.trailer_m / 2, 0, 0]
        return Outline(phases=tractor[None], stride_m=None, trailer=trailer)
    if shape is None or not shape.phases:
        return Outline(phases=(_chamfered() * size)[None], stride_m=None)
    phases = [*shape.phases, *([shape.standing] if shape.standing else [])]
    most = max(len(phase) for phase in phases)
    # Phases of one model may differ in their number of points; the last is repeated, which changes no hull.
    padded = [np.array([*phase, *[phase[-1]] * (most - len(phase))], np.float64) for phase in phases]
    stands_mps = shape.stands_mps if shape.standing else 0.0
    return Outline(phases=np.stack(padded) * size, stride_m=shape.stride_m, stands_mps=stands_mps)


def _chamfered() -> F64:
    """A box of unit size on the ground whose upper edges are cut, (16, 3)."""
    low = [(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0.1, 0.6)]
    high = [(x, y, z) for x in (-0.4, 0.4) for y in (-0.42, 0.42) for z in (0.0, 1.0)]
    return np.array(low + high)
