"""What the API says of what is measured on calibrated ground: of many road users, or of what happened, never of who."""

from collections.abc import Iterable
from itertools import groupby
from typing import get_args

import msgspec

from catseye.core.geometry import XY
from catseye.core.speeds import SpeedCell, Speeds, speeds_of
from catseye.core.traffic import Conflict, Incident, IncidentMark, Severity


class SpeedView(msgspec.Struct, frozen=True, kw_only=True):
    """The speeds of a kind of road user over one line in one direction in the cell [start, end); ``road_user`` "" is all kinds."""

    start_ns: int
    end_ns: int
    rule: str
    direction: str
    road_user: str
    speeds: Speeds


class ConflictView(msgspec.Struct, frozen=True, kw_only=True):
    """A close encounter, without its name and its run."""

    kind: str
    at_ns: int
    place_m: XY
    place_unit: XY
    road_users: tuple[str, str]
    movements: tuple[str, str]
    ttc_s: float | None
    pet_s: float | None
    drac_mps2: float | None
    delta_v_mps: tuple[float, float] | None
    angle_rad: float
    speeds_mps: tuple[float, float]


class IncidentView(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as its last revision has it. ``marks`` are what operators said of it."""

    incident: str
    kind: str
    revision: int
    open: bool
    marks: tuple[IncidentMark, ...]
    place: str
    place_m: XY
    place_unit: XY
    road_user: str
    severity: Severity
    reason: str
    opened_ns: int
    closed_ns: int | None


class Mark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator says of an incident."""

    mark: IncidentMark


def speed_views(cells: Iterable[SpeedCell]) -> list[SpeedView]:
    """Each kind, after all kinds together, of each line, direction and cell. ``cells`` are in order of start, rule, direction."""
    found = []
    for (start, end, rule, direction), group in groupby(cells, key=lambda c: (c.start_ns, c.end_ns, c.rule, c.direction)):
        kinds = list(group)
        told = [("", speeds_of(kinds)), *((cell.road_user, speeds_of([cell])) for cell in kinds)]
        found += [
            SpeedView(start_ns=start, end_ns=end, rule=rule, direction=direction, road_user=road_user, speeds=speeds)
            for road_user, speeds in told
        ]
    return found


def conflict_view(one: Conflict) -> ConflictView:
    """A conflict for all to see."""
    fields = {name: getattr(one, name) for name in ConflictView.__struct_fields__ if not name.startswith("place_")}
    return ConflictView(place_m=one.point_m, place_unit=one.point_unit, **fields)


def incident_views(revisions: Iterable[Incident]) -> list[IncidentView]:
    """The incidents of some revisions, which are in order of incident and revision."""
    found = []
    for name, group in groupby(revisions, key=lambda one: one.id):
        told = list(group)
        last = told[-1]
        marks: list[IncidentMark] = [mark for mark in get_args(IncidentMark) if any(one.state == mark for one in told)]
        found.append(
            IncidentView(
                incident=name,
                kind=last.kind,
                revision=last.revision,
                open=last.closed_ns is None,
                marks=tuple(marks),
                place=last.place,
                place_m=last.point_m,
                place_unit=last.point_unit,
                road_user=last.road_user,
                severity=last.severity,
                reason=last.reason,
                opened_ns=last.opened_ns,
                closed_ns=last.closed_ns,
            )
        )
    return found
