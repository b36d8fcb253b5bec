"""What truly happened on a studio street, as tables. One folder holds them; ``files`` reads and writes it.

Times are seconds from the beginning, positions metres on the street's plane. Every table is ordered, so the same run gives the same
bytes.
"""

from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64, XY

I32 = npt.NDArray[np.int32]


class StudioRoadUser(msgspec.Struct, frozen=True, kw_only=True):
    """One road user (or thing) of the run. ``number`` counts from 1 in order of arrival; it means nothing elsewhere.

    ``origin``, ``destination`` and ``movement`` name zones and a movement of the street, "" where none applies. ``delay_s`` is the
    control delay: time taken from entering the approach to leaving the junction, less the time at free speed; None where the way
    has no approach or was not driven to its end. ``stops`` counts halts (below 5 km/h for 3 s).
    """

    number: int
    model: str
    origin: str
    destination: str
    movement: str
    start_s: float
    end_s: float
    delay_s: float | None = None
    stops: int = 0


class Crossed(msgspec.Struct, frozen=True, kw_only=True):
    """The middle of a road user's footprint passed a count line of the street at ``at_s`` (interpolated)."""

    line: str
    direction: str
    number: int
    road_user: str
    at_s: float
    speed_mps: float


class MovementDone(msgspec.Struct, frozen=True, kw_only=True):
    """A road user left the origin zone of a movement and entered its destination at ``at_s``."""

    movement: str
    number: int
    road_user: str
    at_s: float


class SignalChange(msgspec.Struct, frozen=True, kw_only=True):
    """A signal head changed. ``state``: red, red_amber, amber, green, off."""

    head: str
    at_s: float
    state: str


class QueueSample(msgspec.Struct, frozen=True, kw_only=True):
    """The standing queue of one approach, once a second: vehicles, and metres from the stop line to its last rear."""

    approach: str
    at_s: float
    vehicles: int
    length_m: float


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """A close encounter of two footprints (SSAM's measures: Gettman et al. 2008, FHWA-HRT-08-051).

    None is what was not defined for the pair. ``angle_rad`` between the headings; ``kind`` is rear_end, lane_change or crossing.
    """

    first: int
    second: int
    kind: str
    at_s: float
    point_m: XY
    ttc_s: float | None
    pet_s: float | None
    drac_mps2: float | None
    angle_rad: float
    speeds_mps: tuple[float, float]


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """A scripted event. ``kind``: wrong_way, red_light, stopped_vehicle, illegal_parking, spill_back, near_miss, debris."""

    kind: str
    start_s: float
    end_s: float
    numbers: tuple[int, ...]
    point_m: XY
    note: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trajectories:
    """Who was where, one row for each road user and step, ordered by step, then number; columns of N.

    ``step`` int32 (time is step * step_s), ``number`` int32, ``xy_m`` float64 (N, 2) the middle of the footprint, ``yaw_rad``
    float64 of the front body, ``trailer_yaw_rad`` float64 (equal to yaw where there is no trailer), ``speed_mps`` float64,
    ``walked_m`` float64 the distance since arrival (gait and wheels follow it), ``braking`` bool, ``turning`` int8 (-1 right
    indicator, 0, 1 left).
    """

    step: I32
    number: I32
    xy_m: F64
    yaw_rad: F64
    trailer_yaw_rad: F64
    speed_mps: F64
    walked_m: F64
    braking: npt.NDArray[np.bool_]
    turning: npt.NDArray[np.int8]

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.step)


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A road user that SUMO drove and the run is without: at ``at_s``, at ``point_m``, its body would have overlapped another's.

    ``model`` and ``other`` are the builds of both.
    """

    model: str
    other: str
    at_s: float
    point_m: XY


class TruthInfo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which run it is: ``truth.json``. The same scenario, seed, minutes and versions give the same bytes."""

    version: int
    scenario: str
    seed: int
    minutes: float
    step_s: float
    sumo: str
    catseye: str
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudioTruth:
    """A whole run."""

    info: TruthInfo
    road_users: tuple[StudioRoadUser, ...]
    trajectories: Trajectories
    crossed: tuple[Crossed, ...]
    movements: tuple[MovementDone, ...]
    signals: tuple[SignalChange, ...]
    queues: tuple[QueueSample, ...]
    conflicts: tuple[Conflict, ...]
    happenings: tuple[Happening, ...]
