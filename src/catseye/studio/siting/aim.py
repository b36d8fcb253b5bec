"""Which way a camera on a pole looks best, where the plan does not say."""

import math
from collections.abc import Callable, Iterator

import msgspec
import numpy as np

from catseye.core.geometry import F64, XY
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.standing import standing
from catseye.studio.siting.places import along_lanes, bodies_at, inside_share, middle_of
from catseye.studio.siting.sight import LEAST_INSIDE, line_places, line_sight
from catseye.studio.street import Street

_TURNS_DEG = (0.0, -8.0, 8.0, -16.0, 16.0, -24.0, 24.0, -34.0, 34.0, -46.0, 46.0)
_SHARES = (1.0, 0.85, 1.2, 0.7, 1.5, 0.5)  # of the way to the street's middle
_NEAREST_M = 3.0
_STEEPEST = 100.0  # times the height: farther away the middle of the picture is the sky
_FINALISTS = 4
_MARGIN_M = 12.0
_LANE_STEP_M = 6.0
_LANES = 0.3  # to see all of the lanes is worth that share of seeing all of the count lines


def best_look_at(street: Street, camera_to: Callable[[XY], PoleCamera], least_px: float) -> XY:
    """The point on the ground to look at such that most of the count lines, and then of the lanes, is seen.

    ``camera_to`` gives the pole's camera looking at a point. Directions round the street's middle are tried; what stands in the
    way is taken into account for the best of them. The first of equals wins, so it is the middle itself where that is as good.
    """
    position_m = camera_to((0.0, 0.0)).position_m
    looks = list(_looks(street, position_m))
    around = _around(street, position_m)
    scores = _in_the_open(street, [camera_to(look) for look in looks], least_px)
    best = np.argsort([-score for score in scores], kind="stable")[:_FINALISTS].tolist()

    def past_fixtures(index: int) -> float:
        camera = camera_to(looks[index])
        nearest = standing(around, camera)
        lines = [line_sight(street, line, camera, nearest, least_px).seen for line in street.lines]
        return sum(lines) / max(len(lines), 1) + _LANES * scores[index]

    return looks[max(best, key=past_fixtures)]


def _around(street: Street, position_m: tuple[float, float, float]) -> Street:
    """The street with those fixtures alone that may stand between a pole and the count lines."""
    middle = middle_of(street)
    ends = [position_m[:2], *(point for line in street.lines for point in line.points)]
    reach = max(math.dist(middle, end) for end in ends) + _MARGIN_M
    fixtures = tuple(thing for thing in street.fixtures if math.dist(middle, thing.position_m) <= reach)
    return msgspec.structs.replace(street, fixtures=fixtures)


def _looks(street: Street, position_m: tuple[float, float, float]) -> Iterator[XY]:
    x, y, height = position_m
    middle = middle_of(street)
    far, way = math.hypot(middle[0] - x, middle[1] - y), math.atan2(middle[1] - y, middle[0] - x)
    for share in _SHARES:
        reach = min(max(share * far, _NEAREST_M), _STEEPEST * height)
        for turn in _TURNS_DEG:
            to = way + math.radians(turn)
            yield round(x + reach * math.cos(to), 1), round(y + reach * math.sin(to), 1)


def _in_the_open(street: Street, cameras: list[PoleCamera], least_px: float) -> list[float]:
    """For each camera the share of count lines and lanes at which one is seen, as if nothing stood in the way."""
    lines = [line_places(street, line) for line in street.lines]
    lanes = along_lanes(street, _LANE_STEP_M)
    scores = []
    for camera in cameras:
        of_lines = sum(_seen(*line, camera, least_px) for line in lines) / max(len(lines), 1)
        scores.append(of_lines + _LANES * _seen("saloon", lanes.xy_m, lanes.heading_rad, camera, least_px))
    return scores


def _seen(model: str, xy_m: F64, heading_rad: F64, camera: PoleCamera, least_px: float) -> float:
    if not len(xy_m):
        return 0.0
    bodies = bodies_at(model, xy_m, heading_rad, camera)
    return float(((inside_share(bodies, camera.size) >= LEAST_INSIDE) & (bodies.height_px >= least_px)).mean())
