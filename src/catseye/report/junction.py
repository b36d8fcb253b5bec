"""The legs and turns of a junction, told from the zones and movements that were drawn."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catseye.core.geometry import F64
from catseye.core.scene import Scene
from catseye.report.layout import TURNS, Layout, Turn

THROUGH_DEG = 45.0  # a movement that bends less than this goes through
U_TURN_DEG = 150.0  # one that bends more than this turns round
_ONE_LEG_DEG = 25.0  # a zone of arrivals and one of departures nearer than this are two sides of one leg
_ALONG = 0.75  # a count line that runs along its leg, with at least this cosine, is crossed by those who cross the leg
_NEARLY = math.radians(20)  # a leg so little to the left of up comes first
_FLAT = 0.02  # legs that point so little to one side do not tell how a picture is squeezed
_ASPECT = 16 / 9  # of a picture of which nothing is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A leg: its zones, and its direction from the junction's middle, radians counter-clockwise from x seen from above."""

    name: str
    zones: tuple[str, ...]
    bearing_rad: float
    crosswalks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A movement's place: from which leg it comes, to which it goes, and what turn that is."""

    rule: str
    origin: Leg
    destination: Leg
    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction:
    """All legs, clockwise, and passages by approach and turn.

    ``on_ground``: angles are of the ground; otherwise of the picture. ``north_rad`` is where north is in the frame of
    ``bearing_rad``, None where nobody told.
    """

    legs: tuple[Leg, ...]
    passages: tuple[Passage, ...]
    on_ground: bool
    north_rad: float | None
    drives_on_left: bool = False


def junction_of(scene: Scene, layout: Layout) -> Junction:
    """The junction of a scene; without legs where it has no movements.

    A leg lies where its zone's middle is, seen from the junction's own middle. A turn is the angle between the way in (from the
    origin's middle to the junction's) and the way out (from there to the destination's). A picture that is not calibrated is
    stretched first so that its legs point evenly to all sides: a street seen at a low angle is squeezed together.
    """
    plane = _Plane(scene)
    ends = dict.fromkeys(zone for movement in scene.movements for zone in (movement.origin, movement.destination))
    polygons = {zone.name: plane.of(zone.polygon) for zone in scene.zones if zone.name in ends}
    if not polygons:
        return Junction(legs=(), passages=(), on_ground=plane.on_ground, north_rad=None)
    middle, arms = _arms(polygons)
    groups = _groups(scene, arms)
    if not plane.on_ground:
        plane.spread([_sum(arms, zones) for zones in groups])
        middle, arms = _arms({zone.name: plane.of(zone.polygon) for zone in scene.zones if zone.name in ends})
    legs = _legs(layout, groups, arms, _crosswalks(scene, plane, middle, arms))
    told = {movement.name: movement.turn for movement in layout.movements}
    leg_of = {zone: leg for leg in legs for zone in leg.zones}
    passages = [
        Passage(
            rule=movement.name,
            origin=leg_of[movement.origin],
            destination=leg_of[movement.destination],
            turn=told.get(movement.name) or turn_of(-arms[movement.origin], arms[movement.destination]),
        )
        for movement in scene.movements
    ]
    order = {leg.name: i for i, leg in enumerate(legs)}
    passages.sort(key=lambda one: (order[one.origin.name], TURNS.index(one.turn), order[one.destination.name]))
    up_deg = 0.0 if layout.up_deg is None and plane.on_ground else layout.up_deg
    north_rad = None if up_deg is None else math.radians(90 + up_deg)
    return Junction(
        legs=tuple(legs),
        passages=tuple(passages),
        on_ground=plane.on_ground,
        north_rad=north_rad,
        drives_on_left=layout.drives_on == "left",
    )


def turn_of(way_in: F64, way_out: F64) -> Turn:
    """The turn between two directions (2,), x to the right and y up as seen from above."""
    across = float(way_in[0] * way_out[1] - way_in[1] * way_out[0])
    bend_deg = math.degrees(math.atan2(across, float(way_in @ way_out)))
    if abs(bend_deg) > U_TURN_DEG:
        return "u"
    if abs(bend_deg) < THROUGH_DEG:
        return "through"
    return "left" if bend_deg > 0 else "right"


class _Plane:
    """Unit points as seen from above, x to the right and y up: ground metres, or without a sound homography the picture's."""

    def __init__(self, scene: Scene) -> None:
        self._aspect = scene.drawn_for[0] / scene.drawn_for[1] if scene.drawn_for else _ASPECT
        self._stretch = np.eye(2)
        self._matrix = None if scene.homography is None else np.array(scene.homography, np.float64).reshape(3, 3)
        if self._matrix is not None and not self._sound(scene):
            self._matrix = None
        self._mirror = 1.0
        if self._matrix is not None:
            corner, right, down = self.of(((0.5, 0.8), (0.51, 0.8), (0.5, 0.81)))
            (ax, ay), (bx, by) = right - corner, down - corner
            self._mirror = -1.0 if ax * by - ay * bx > 0 else 1.0  # y runs down in a picture, which is seen from above too

    @property
    def on_ground(self) -> bool:
        return self._matrix is not None

    def of(self, points_unit: Sequence[tuple[float, float]]) -> F64:
        points = np.array(points_unit, np.float64)
        if self._matrix is None:
            return np.asarray(points * (self._aspect, -1.0) @ self._stretch, np.float64)
        mapped = np.column_stack([points, np.ones(len(points))]) @ self._matrix.T
        return np.asarray(mapped[:, :2] / mapped[:, 2:] * (1.0, self._mirror), np.float64)

    def spread(self, arms: Sequence[F64]) -> None:
        """Stretch the plane so that the directions of ``arms`` have as much of x as of y. Fewer than three tell nothing."""
        ways = np.array([arm / max(math.hypot(*arm), 1e-12) for arm in arms])
        sizes, axes = np.linalg.eigh(ways.T @ ways / len(ways))
        if len(arms) > 2 and sizes[0] > _FLAT:
            self._stretch = np.asarray(axes @ np.diag(sizes**-0.5) @ axes.T, np.float64)

    def _sound(self, scene: Scene) -> bool:
        """Whether nothing drawn lies at or beyond the horizon."""
        assert self._matrix is not None
        drawn = [p for zone in scene.zones for p in zone.polygon] + [p for line in scene.lines for p in line.points] + [(0.5, 0.8)]
        depth = np.array([(*point, 1.0) for point in drawn]) @ self._matrix[2]
        return bool((depth > 0).all() or (depth < 0).all())


def _arms(polygons: dict[str, F64]) -> tuple[F64, dict[str, F64]]:
    """The junction's middle, and from there to the middle of each zone."""
    middle = _common_middle(list(polygons.values()))
    return middle, {name: _centre(polygon) - middle for name, polygon in polygons.items()}


def _centre(polygon: F64) -> F64:
    """The centre of area of a polygon (N, 2)."""
    following = np.roll(polygon, -1, axis=0)
    cross = polygon[:, 0] * following[:, 1] - polygon[:, 1] * following[:, 0]
    area = float(cross.sum())
    if abs(area) < 1e-12:
        return np.asarray(polygon.mean(axis=0), np.float64)
    return np.asarray(((polygon + following) * cross[:, None]).sum(axis=0) / (3 * area), np.float64)


def _common_middle(polygons: Sequence[F64]) -> F64:
    """The mean of the zones' points nearest to it: a zone that reaches far back pulls no harder than a short one."""
    middle = np.asarray(np.mean([_centre(polygon) for polygon in polygons], axis=0), np.float64)
    for _ in range(5):
        middle = np.asarray(np.mean([_nearest(polygon, middle) for polygon in polygons], axis=0), np.float64)
    return middle


def _nearest(polygon: F64, point: F64) -> F64:
    """The point of a polygon's edge nearest to ``point``."""
    edges = np.roll(polygon, -1, axis=0) - polygon
    squared = np.maximum((edges**2).sum(axis=1), 1e-18)
    share = np.clip(((point - polygon) * edges).sum(axis=1) / squared, 0.0, 1.0)
    feet = polygon + share[:, None] * edges
    return np.asarray(feet[((feet - point) ** 2).sum(axis=1).argmin()], np.float64)


def _crosswalks(scene: Scene, plane: _Plane, middle: F64, arms: dict[str, F64]) -> dict[str, list[str]]:
    """For each zone the count lines that run along its leg: who passes over them crosses the leg."""
    found: dict[str, list[str]] = {zone: [] for zone in arms}
    for line in scene.lines:
        a, b = plane.of(line.points)
        place, along = (a + b) / 2 - middle, b - a
        zone = max(arms, key=lambda name: _cosine(arms[name], place))
        if _cosine(arms[zone], place) > _ALONG and abs(_cosine(arms[zone], along)) > _ALONG:
            found[zone].append(line.name)
    return found


def _cosine(a: F64, b: F64) -> float:
    return float(a @ b) / max(math.hypot(*a) * math.hypot(*b), 1e-12)


def _groups(scene: Scene, arms: dict[str, F64]) -> list[list[str]]:
    """The zones of each leg. A zone where movements only begin is one leg with a zone beside it where they only end."""
    origins = {movement.origin for movement in scene.movements}
    destinations = {movement.destination for movement in scene.movements}
    groups = [[zone] for zone in arms if zone in origins]
    for zone, arm in arms.items():
        if zone not in origins:
            lone = (group for group in groups if len(group) == 1 and group[0] in origins - destinations)
            near = [group for group in lone if _apart_deg(arms[group[0]], arm) < _ONE_LEG_DEG]
            if near:
                near[0].append(zone)
            else:
                groups.append([zone])
    return groups


def _legs(layout: Layout, groups: list[list[str]], arms: dict[str, F64], crosswalks: dict[str, list[str]]) -> list[Leg]:
    """The legs, clockwise from what is up in the plane: north, where it is calibrated."""
    said = {leg.zone: leg for leg in layout.legs}
    legs = []
    for zones in groups:
        name = next((said[zone].name for zone in zones if zone in said and said[zone].name), zones[0])
        told = [said[zone].crosswalks for zone in zones if zone in said and said[zone].crosswalks is not None]
        lines = told[0] if told else tuple(line for zone in zones for line in crosswalks[zone])
        x, y = _sum(arms, zones).tolist()
        legs.append(Leg(name=name, zones=tuple(zones), bearing_rad=math.atan2(y, x), crosswalks=lines or ()))
    return sorted(legs, key=lambda leg: (math.pi / 2 + _NEARLY - leg.bearing_rad) % math.tau)


def _sum(arms: dict[str, F64], zones: list[str]) -> F64:
    return np.asarray(np.sum([arms[zone] for zone in zones], axis=0), np.float64)


def _apart_deg(a: F64, b: F64) -> float:
    return math.degrees(math.acos(max(-1.0, min(1.0, _cosine(a, b)))))
