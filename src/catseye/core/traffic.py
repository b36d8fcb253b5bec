"""What is measured on calibrated ground, as records. A track's number is meaningless outside its run and is not kept with them."""

from typing import Literal

import msgspec

from catseye.core.geometry import XY
from catseye.core.ids import RunId, StreamId

PlaceKind = Literal["line", "lane", "approach", "zone", "movement"]
Severity = Literal["low", "medium", "high"]
IncidentMark = Literal["acknowledged", "false"]
MINUTE_NS = 60_000_000_000


class Passage(msgspec.Struct, frozen=True, kw_only=True, tag="passage"):
    """What a crossing of a count line was like; known a moment after the crossing, whose id is ``event``.

    ``speed_mps`` is None where it is not known, ``error_mps`` its standard deviation, tracking and calibration together.
    """

    event: str
    stream: StreamId
    run: RunId
    rule: str
    direction: str
    road_user: str
    at_ns: int
    speed_mps: float | None
    error_mps: float | None
    length_m: float | None


class TrafficMinute(msgspec.Struct, frozen=True, kw_only=True, tag="traffic_minute"):
    """What one place saw in the minute from ``start_ns`` (a whole minute), so that any interval of minutes can be made of it.

    ``sums`` add up over minutes, of ``most`` the largest counts, ``tally`` holds histograms: how often by measure and bin. Two
    records of one minute (a run ended in it) add up too. ``traffic.measures`` says what each key is and how measures follow.
    """

    stream: StreamId
    run: RunId
    scene_revision: str
    place_kind: PlaceKind
    place: str
    start_ns: int
    observed_s: float
    sums: dict[str, float]
    most: dict[str, float] = {}
    tally: dict[str, dict[str, int]] = {}


class _OnGround(msgspec.Struct, frozen=True, kw_only=True):
    """What happened at a place on the ground: deterministic ``id``, ``at_ns`` when, ``seen_at_ns`` the frame that settled it."""

    id: str
    stream: StreamId
    run: RunId
    scene_revision: str
    kind: str
    at_ns: int
    seen_at_ns: int
    point_m: XY
    point_unit: XY


class Conflict(_OnGround, frozen=True, kw_only=True, tag="conflict"):
    """A close encounter of two road users (measures of SSAM, FHWA-HRT-08-051): rear_end, lane_change or crossing.

    Pairs are of the first at the place (or ahead) and the second. None is what is not defined for the pair; ``movements`` are ""
    where not known; ``delta_v_mps`` the change of velocity of each if they had collided and stuck together.
    """

    road_users: tuple[str, str]
    movements: tuple[str, str]
    ttc_s: float | None
    pet_s: float | None
    drac_mps2: float | None
    delta_v_mps: tuple[float, float] | None
    angle_rad: float
    speeds_mps: tuple[float, float]


class Incident(_OnGround, frozen=True, kw_only=True, tag="incident"):
    """One revision of an incident: revisions of one ``id`` follow one another, none is changed.

    ``reason`` says in words why; ``closed_ns`` is None while it lasts.
    """

    revision: int
    state: Literal["opened", "updated", "closed", "acknowledged", "false"]
    place: str
    road_user: str
    opened_ns: int
    closed_ns: int | None
    severity: Severity
    reason: str


class Violation(_OnGround, frozen=True, kw_only=True, tag="violation"):
    """A rule of the road that was broken, as an event of traffic: no identity. ``limit_mps`` where it is about speed."""

    place: str
    road_user: str
    reason: str
    speed_mps: float | None = None
    error_mps: float | None = None
    limit_mps: float | None = None


class ViolationCell(msgspec.Struct, frozen=True, kw_only=True):
    """How often one kind of road user broke one rule at one place in the cell [start, end); it outlasts the violations."""

    stream: StreamId
    kind: str
    place: str
    road_user: str
    start_ns: int
    end_ns: int
    number: int


TrafficRecord = Passage | TrafficMinute | Conflict | Incident | Violation
