"""What one pole sees of a street: its lanes, its count lines, and what hides road users there."""

import math
from dataclasses import dataclass
from itertools import pairwise

import msgspec
import numpy as np

from catseye.core.geometry import F64, segments_cross
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.hiding import F32, visible_shares
from catseye.studio.observe.standing import standing
from catseye.studio.siting.density import across_px_m
from catseye.studio.siting.hiding import beside, by_bus
from catseye.studio.siting.places import Bodies, Flags, Places, along_lanes, bodies_at, inside_share
from catseye.studio.street import GroundLine, Street

LEAST_HEIGHT_PX = 16.0  # detectors find road users from about 12 to 20 px of height on
STEP_M = 2.0
BUS_STEP_M = 4.0
_LINE_PLACES = 41
_MOST_HIDDEN = 0.5
LEAST_INSIDE = 0.5
_BEYOND_M = 2.0


class Hidden(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of a road user that something hides: the worst over all places, and the mean. None where nothing could be placed."""

    worst: float | None
    mean: float | None


class LaneSight(msgspec.Struct, frozen=True, kw_only=True):
    """How a camera sees one lane, within 80 m of the street's middle.

    ``in_view`` is the share of its length on which at least half of a car is in the picture and at least half of that is not hidden
    by what stands; ``usable`` the share on which that car's box is high enough as well, ``usable_m`` the same in metres. Pixels per
    metre are those across the lane, smallest and median over the part in view; ``car_px`` and ``cyclist_px`` the smallest heights
    of boxes on that part; ``car_by_bus`` and ``cyclist_by_bus`` what a bus in the next lane hides where
    they are high enough; ``by_fixtures`` what buildings, trees and posts hide of a car, over all places in the picture.
    """

    name: str
    length_m: float
    in_view: float
    usable: float
    usable_m: float
    px_m_least: float | None
    px_m_median: float | None
    car_px: float | None
    cyclist_px: float | None
    car_by_bus: Hidden
    cyclist_by_bus: Hidden
    by_fixtures: Hidden


class LineSight(msgspec.Struct, frozen=True, kw_only=True):
    """How a camera sees one count line.

    ``crossed_by`` is the model that stands for who crosses: a saloon where a lane leads over it, else a walker. ``seen`` is the
    share of the line at which such a one is at least half in the picture, high enough, and not more than half hidden by fixtures;
    ``height_px`` its smallest box there.
    """

    name: str
    crossed_by: str
    in_view: float
    seen: float
    height_px: float | None


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What one camera sees: lanes and count lines in the order of the street."""

    lanes: tuple[LaneSight, ...]
    lines: tuple[LineSight, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ViewedPlaces:
    """Places of lanes, one every 2 m, at which a car is in view; columns of N: pixels per metre, and whether it is high enough."""

    places: Places
    px_m: F64
    usable: Flags


def sight_of(street: Street, camera: PoleCamera, least_px: float = LEAST_HEIGHT_PX) -> tuple[Sight, ViewedPlaces]:
    """What ``camera`` sees of ``street``; boxes count from ``least_px`` of height on."""
    nearest = standing(street, camera)
    lanes, viewed = _lanes(street, camera, nearest, least_px)
    lines = tuple(line_sight(street, line, camera, nearest, least_px) for line in street.lines)
    return Sight(lanes=tuple(lanes), lines=lines), viewed


def _lanes(street: Street, camera: PoleCamera, nearest: F32, least_px: float) -> tuple[list[LaneSight], ViewedPlaces]:
    places = along_lanes(street, STEP_M)
    cars, cyclists = (bodies_at(model, places.xy_m, places.heading_rad, camera) for model in ("saloon", "bicycle"))
    px_m = across_px_m(places.xy_m, places.heading_rad, camera)
    inside = inside_share(cars, camera.size) >= LEAST_INSIDE
    behind = hidden_by_fixtures(cars, inside, camera, nearest)
    viewed = inside & (behind <= _MOST_HIDDEN) & ~np.isnan(px_m)
    usable = viewed & (cars.height_px >= least_px)
    sparse = along_lanes(street, BUS_STEP_M)
    spots = beside(sparse, street.lanes)
    by_car, by_cyclist = (by_bus(model, sparse, spots, camera, least_px) for model in ("saloon", "bicycle"))
    lanes = []
    for k, lane in enumerate(street.lanes):
        mine, bus_here = places.lane == k, sparse.lane[spots.row] == k
        here = np.flatnonzero(mine & viewed)
        good, many = int((mine & usable).sum()), int(mine.sum())
        lanes.append(
            LaneSight(
                name=lane.name,
                length_m=many * STEP_M,
                in_view=_rounded(len(here) / max(many, 1), 3),
                usable=_rounded(good / max(many, 1), 3),
                usable_m=good * STEP_M,
                px_m_least=_least(px_m[here]),
                px_m_median=_rounded(float(np.median(px_m[here]))) if len(here) else None,
                car_px=_least(cars.height_px[here]),
                cyclist_px=_least(cyclists.height_px[here]),
                car_by_bus=_hidden(by_car[bus_here]),
                cyclist_by_bus=_hidden(by_cyclist[bus_here]),
                by_fixtures=_hidden(behind[mine & inside]),
            )
        )
    return lanes, ViewedPlaces(places=places[viewed], px_m=px_m[viewed], usable=usable[viewed])


def hidden_by_fixtures(bodies: Bodies, due: Flags, camera: PoleCamera, nearest: F32) -> F64:
    """Share (N,) of each body in the picture that what stands hides; 0 for those not ``due``."""
    eye = np.array(camera.position_m[:2])
    hidden = np.zeros(len(due))
    cut = np.clip(bodies.xyxy, 0.0, np.tile(np.array(camera.size, np.float64), 2))
    reach = np.hypot(*(bodies.foot.mean(axis=1) - eye).T)
    rows = np.flatnonzero(due)
    each_alone = np.arange(len(rows), dtype=np.int32)
    hidden[rows] = 1.0 - visible_shares(each_alone, bodies.points[rows].astype(np.float32), cut[rows], reach[rows], nearest)
    return hidden


def line_crossed_by(street: Street, line: GroundLine) -> str:
    """The model that stands for who crosses a count line: a saloon where a lane leads over it, else a walker."""
    a, b = line.points
    for lane in street.lanes:
        ends = np.array(lane.centre, np.float64)
        # Lanes may end at their stop line, just short of the count line.
        first, last = ((ends[k] - ends[n]) / max(math.dist(ends[k], ends[n]), 1e-9) for k, n in ((0, 1), (-1, -2)))
        longer = [*np.vstack([ends[0] + _BEYOND_M * first, ends, ends[-1] + _BEYOND_M * last]).tolist()]
        if any(segments_cross(a, b, (p[0], p[1]), (q[0], q[1])) for p, q in pairwise(longer)):
            return "saloon"
    return "walker"


def line_places(street: Street, line: GroundLine) -> tuple[str, F64, F64]:
    """Who crosses a count line as a model, at 41 points (41, 2) of it, with the headings (41,) square to it."""
    a, b = (np.array(end) for end in line.points)
    xy = a + np.linspace(0.0, 1.0, _LINE_PLACES)[:, None] * (b - a)
    across = np.full(_LINE_PLACES, math.atan2(b[1] - a[1], b[0] - a[0]) + math.pi / 2)
    return line_crossed_by(street, line), xy, across


def line_sight(street: Street, line: GroundLine, camera: PoleCamera, nearest: F32, least_px: float) -> LineSight:
    """How ``camera`` sees a count line, past what stands (``nearest``, from ``standing``)."""
    model, xy, across = line_places(street, line)
    bodies = bodies_at(model, xy, across, camera)
    inside = inside_share(bodies, camera.size) >= LEAST_INSIDE
    in_the_open = inside & (hidden_by_fixtures(bodies, inside, camera, nearest) <= _MOST_HIDDEN)
    seen = in_the_open & (bodies.height_px >= least_px)
    return LineSight(
        name=line.name,
        crossed_by=model,
        in_view=_rounded(float(inside.mean()), 3),
        seen=_rounded(float(seen.mean()), 3),
        height_px=_least(bodies.height_px[in_the_open]),
    )


def _least(values: F64) -> float | None:
    return _rounded(float(values.min())) if len(values) else None


def _hidden(shares: F64) -> Hidden:
    known = shares[~np.isnan(shares)]
    if not len(known):
        return Hidden(worst=None, mean=None)
    return Hidden(worst=_rounded(float(known.max()), 3), mean=_rounded(float(known.mean()), 3))


def _rounded(value: float, digits: int = 1) -> float:
    return round(value, digits)
