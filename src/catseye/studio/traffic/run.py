"""A run in the making: everyone's motion in one table, and who they are."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.studio.bodies import MODELS, Model
from catseye.studio.street import Street
from catseye.studio.traffic.demand import Trip
from catseye.studio.traffic.driven import STEP_S, Fcd
from catseye.studio.traffic.footprints import sizes_m
from catseye.studio.traffic.motion import Moved, body
from catseye.studio.truth import I32, Trajectories

KEPT_M = 120.0  # from the street's middle
_BRAKES_MPS2 = -0.6
_STANDS_MPS = 0.1
_SIGNALS_M = 40.0  # indicators blink this far round the middle
_AHEAD = 3  # steps over which braking is measured


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One road user of the run: its trip, the model, and where it was at which steps (those kept, one after the other)."""

    trip: Trip
    step: I32
    moved: Moved
    begins: bool  # arrived during the run; False: was there already, or begins within the street

    @property
    def model(self) -> Model:
        """Its build."""
        return MODELS[self.trip.model]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """All ways, in order of arrival; number N of the tables is ``ways[N - 1]``. ``rows`` gives each one's rows, ordered by step."""

    ways: tuple[Way, ...]
    table: Trajectories
    rows: tuple[npt.NDArray[np.int64], ...]
    steps: int
    sizes: F64  # of everyone's footprint, as ``footprints.sizes_m`` gives them

    def number(self, name: str) -> int | None:
        """The number of a trip; None where it never came near."""
        return next((n for n, way in enumerate(self.ways, start=1) if way.trip.name == name), None)

    def each(self) -> Iterator[tuple[int, Way, npt.NDArray[np.int64]]]:
        """Number, way and rows of everyone."""
        for number, (way, rows) in enumerate(zip(self.ways, self.rows, strict=True), start=1):
            yield number, way, rows


def middle(street: Street) -> F64:
    """The middle (2,) of a street: of its count lines."""
    marks = np.array([point for line in street.lines for point in line.points], np.float64)
    return np.asarray((marks.min(axis=0) + marks.max(axis=0)) / 2, np.float64)


def ways_of(fcd: Fcd, trips: Iterable[Trip], street: Street, steps: int) -> list[Way]:
    """Everyone's body while it is within ``KEPT_M`` of the middle and within the run."""
    centre = middle(street)
    found = []
    for trip in trips:
        driven = fcd.trips.get(trip.name)
        if driven is None:
            continue
        moved = body(driven, MODELS[trip.model])
        keep = (np.hypot(*(moved.xy_m - centre).T) <= KEPT_M) & (driven.step >= 0) & (driven.step < steps)
        if trip.model not in {"walker", "debris"}:
            keep = _first_stay(keep)
        if keep.any():
            found.append(cut(Way(trip, driven.step, moved, begins=True), keep))
    return found


def cut(way: Way, keep: npt.NDArray[np.bool_]) -> Way:
    """The first unbroken part of a way that is kept."""
    rows = np.flatnonzero(_first_stay(keep))
    m = way.moved
    moved = Moved(m.xy_m[rows], m.yaw_rad[rows], m.trailer_yaw_rad[rows], m.walked_m[rows] - m.walked_m[rows[0]], m.speed_mps[rows])
    return Way(way.trip, way.step[rows], moved, begins=bool(way.step[rows[0]] > 0))


def assemble(ways: Iterable[Way], street: Street, steps: int) -> Run:
    """Number everyone by arrival and make the table."""
    ordered = tuple(sorted(ways, key=lambda way: (int(way.step[0]), way.trip.depart_s, way.trip.name)))
    centre = middle(street)
    turns = {movement.name: movement.turn for movement in street.movements}
    sizes = [len(way.step) for way in ordered]
    number = np.repeat(np.arange(1, len(ordered) + 1, dtype=np.int32), sizes)
    step = _joined(ordered, lambda way: way.step, np.int32)
    order = np.lexsort((number, step))
    table = Trajectories(
        step=step[order],
        number=number[order],
        xy_m=_joined(ordered, lambda way: way.moved.xy_m, np.float64).reshape(-1, 2)[order],
        yaw_rad=_joined(ordered, lambda way: way.moved.yaw_rad, np.float64)[order],
        trailer_yaw_rad=_joined(ordered, lambda way: way.moved.trailer_yaw_rad, np.float64)[order],
        speed_mps=_joined(ordered, lambda way: way.moved.speed_mps, np.float64)[order],
        walked_m=_joined(ordered, lambda way: way.moved.walked_m, np.float64)[order],
        braking=_joined(ordered, _braking, np.bool_)[order],
        turning=_joined(ordered, lambda way: _turning(way, centre, turns.get(way.trip.flow.movement, "")), np.int8)[order],
    )
    by_number = np.argsort(table.number, kind="stable")
    rows = tuple(np.split(by_number, np.cumsum(sizes)[:-1])) if sizes else ()
    return Run(ordered, table, rows, steps, sizes_m(way.model for way in ordered))


def _joined(ways: tuple[Way, ...], column: Callable[[Way], Any], kind: type[np.generic]) -> Any:
    return np.concatenate([np.asarray(column(way), kind) for way in ways]) if ways else np.zeros(0, kind)


def _first_stay(keep: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Only the first unbroken stretch of True."""
    begins = int(keep.argmax()) if keep.any() else len(keep)
    gone = np.flatnonzero(~keep[begins:])
    end = begins + int(gone[0]) if len(gone) else len(keep)
    only = np.zeros(len(keep), np.bool_)
    only[begins:end] = True
    return only


def _braking(way: Way) -> npt.NDArray[np.bool_]:
    """Brake lights of a vehicle: it slows down, or stands, unless it is parked."""
    if way.model.road_user is None or way.trip.model in {"walker", "bicycle"} or not way.trip.flow.edges:
        return np.zeros(len(way.step), np.bool_)
    speed = way.moved.speed_mps
    later = speed[np.minimum(np.arange(len(speed)) + _AHEAD, len(speed) - 1)]
    return np.asarray(((later - speed) / (_AHEAD * STEP_S) < _BRAKES_MPS2) | (speed < _STANDS_MPS), np.bool_)


def _turning(way: Way, centre: F64, turn: str) -> npt.NDArray[np.int8]:
    """Indicators of who turns, near the middle, until the body points where it leaves."""
    side = {"left": 1, "u": 1, "right": -1}.get(turn, 0)
    if not side or way.trip.model in {"walker", "bicycle"}:
        return np.zeros(len(way.step), np.int8)
    near = np.hypot(*(way.moved.xy_m - centre).T) < _SIGNALS_M
    yaw = np.unwrap(way.moved.yaw_rad)
    done = np.abs(yaw - yaw[0]) > np.radians(75.0)
    return np.asarray(np.where(near & ~done, side, 0), np.int8)
