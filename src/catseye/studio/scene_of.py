"""The scene of a street as a camera sees it: what a person would draw over that view, computed.

Lines and zones lie where they are on the ground. With the scene's homography Catseye finds the middle of a road user's footprint,
which is what the truth goes by.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from catseye.core.geometry import F64
from catseye.core.scene import CountLine, Movement, Scene, Signal, Zone
from catseye.core.scene import Lane as SceneLane
from catseye.studio.camera import PoleCamera
from catseye.studio.cutting import cut_to_view, grid, longest, on_ground, subdivided, without_doubles
from catseye.studio.observe.outlines import outline
from catseye.studio.observe.projection import placed
from catseye.studio.street import GroundLine, GroundZone, Lane, SignalHead, Street
from catseye.studio.uses import ground_uses

LEAST_LINE = 0.3  # share of a line or zone that must be in the view
LEAST_ZONE = 0.3
LEAST_USED = 0.1  # of ground that rules depend on; nobody is counted there
NEARLY_WHOLE = 0.85  # share of a car in the picture, with which its box still tells where it stands
LEAST_LANE_M = 8.0
LEAST_ERROR_M = 0.001  # a scene file holds no error of 0
_SAMPLES = 201
_PASSING_M = {"saloon": 1.5, "walker": 0.6}  # a crossing is sure only this far beyond a line
_REACH_M = 80.0  # the homography is fitted to the ground this near
_ACROSS_M = 2.0  # a lane that comes this near to the middle of a line or zone is the way over it


def scene_of(street: Street, camera: PoleCamera) -> Scene:
    """The street's count lines, zones, movements and lanes in unit coordinates of the picture, cut to what the camera sees.

    A line is cut to where a car (or a walker, where no lane leads over) is nearly whole in the picture while it passes: nearer to
    the edge it cannot be counted. What is left by less than 30 % is left out, as is a movement without both of its zones. Lines are
    straight between their ends also where the lens bends them. The homography leads from unit coordinates to metres; ``error_m`` is
    what lens and sway add.
    """
    view = _View(camera, street)
    lines = [line for line in map(view.line, street.lines) if line is not None]
    zones = [zone for zone in map(view.zone, street.zones) if zone is not None]
    used = [(view.zone(zone, LEAST_USED), use) for zone, use in ground_uses(street)]
    lanes = [lane for lane in map(view.lane, street.lanes) if lane is not None]
    drawn = {zone.name for zone in zones}
    homography, error_m = _homography(camera)
    return Scene(
        drawn_for=camera.size,
        lines=tuple(lines),
        zones=(*zones, *(replace(zone, use=use) for zone, use in used if zone is not None)),
        movements=tuple(
            Movement(name=m.name, origin=m.origin, destination=m.destination)
            for m in street.movements
            if m.origin in drawn and m.destination in drawn and m.origin != m.destination
        ),
        lanes=tuple(lanes),
        signals=tuple(Signal(name=head.name) for head in street.signals if head.kind == "vehicle"),
        homography=homography,
        error_m=error_m,
    )


def in_view(points_m: F64, camera: PoleCamera) -> npt.NDArray[np.bool_]:
    """Which points (N, 3) lie in front of the camera and inside its picture, sway left out."""
    px, depth = camera.project(points_m)
    return np.asarray((depth > 0.0) & (px >= 0.0).all(axis=-1) & (px <= np.array(camera.size)).all(axis=-1), np.bool_)


def countable_lines(street: Street, camera: PoleCamera) -> dict[str, F64]:
    """The stretch (2, 2) in metres of each count line of the street that is in ``scene_of``."""
    view = _View(camera, street)
    found = {line.name: view.stretch(line) for line in street.lines}
    return {name: part for name, part in found.items() if part is not None}


def share_in_view(at_m: F64, heading_rad: float, model: str, camera: PoleCamera) -> F64:
    """The share (N,) of a model's box that lies in the picture where the body stands at these places (N, 2)."""
    points = placed(outline(model).phases[0], on_ground(at_m), np.full(len(at_m), heading_rad))
    px, depth = camera.project(points)
    whole = np.concatenate([px.min(axis=1), px.max(axis=1)], axis=1)
    cut = np.clip(whole, 0.0, np.tile(np.array(camera.size, np.float64), 2))
    share = (cut[:, 2:] - cut[:, :2]).prod(axis=1) / np.maximum((whole[:, 2:] - whole[:, :2]).prod(axis=1), 1e-9)
    return np.where((depth > 0.0).all(axis=1), share, 0.0)


@dataclass(frozen=True, slots=True)
class _View:
    """Draws what is on the ground into the picture."""

    camera: PoleCamera
    street: Street

    def stretch(self, line: GroundLine) -> F64 | None:
        """The part of a line on the ground that road users can be counted over, (2, 2); None where that is too little."""
        a, b = (np.asarray(end, np.float64) for end in line.points)
        model, heading = self._way_of(a, b)
        points = a + np.linspace(0.0, 1.0, _SAMPLES)[:, None] * (b - a)
        passing = np.array([np.cos(heading), np.sin(heading)]) * _PASSING_M[model]
        shares = [share_in_view(points + part * passing, heading, model, self.camera) for part in (-1.0, 0.0, 1.0)]
        begin, end = longest(np.min(shares, axis=0) >= NEARLY_WHOLE)
        return None if (end - begin) / (_SAMPLES - 1) < LEAST_LINE else points[[begin, end]]

    def line(self, line: GroundLine) -> CountLine | None:
        """A line cut to where it can be counted over; None where that is too little."""
        part = self.stretch(line)
        if part is None:
            return None
        (ax, ay), (bx, by) = self._unit(part).tolist()
        return CountLine(name=line.name, points=((ax, ay), (bx, by)), directions=line.directions)

    def _way_of(self, a: F64, b: F64) -> tuple[str, float]:
        across = float(np.arctan2(b[1] - a[1], b[0] - a[0])) + np.pi / 2
        return self._way_over((a + b) / 2, length_m=float(np.hypot(*(b - a))), heading=across)

    def zone(self, zone: GroundZone, least: float = LEAST_ZONE) -> Zone | None:
        """A zone cut to the view; None where too little is seen."""
        polygon = np.asarray(zone.polygon, np.float64)
        if in_view(on_ground(grid(polygon)), self.camera).mean() < least:
            return None
        edges = self.camera.k1 != 0.0 or self.camera.k2 != 0.0
        cut = cut_to_view(subdivided(polygon, 8 if edges else 1), self.camera)
        unit = [(x, y) for x, y in np.clip(cut / np.array(self.camera.size), 0.0, 1.0).round(6).tolist()]
        return Zone(name=zone.name, polygon=tuple(without_doubles(unit)))

    def lane(self, lane: Lane) -> SceneLane | None:
        """The longest part of a lane that is seen; None where that is too short. One whose stop line is not seen is no approach."""
        fine = _each_metre(np.asarray(lane.centre, np.float64))
        begin, end = longest(in_view(on_ground(fine), self.camera))
        if np.hypot(*np.diff(fine[begin : end + 1], axis=0).T).sum() < LEAST_LANE_M:
            return None
        kept = [k for k in range(begin, end + 1) if k in {begin, end} or (len(lane.centre) > 2 and k % 5 == 0)]
        stops = lane.stops and end == len(fine) - 1
        return SceneLane(
            name=lane.name,
            points=tuple((x, y) for x, y in self._unit(fine[kept]).tolist()),
            width_m=lane.width_m,
            approach=lane.approach if stops else "",
            limit_kmh=round(lane.limit_mps * 3.6, 1),
            use=lane.use,
            signal=self._signal(lane) if stops else "",
        )

    def _signal(self, lane: Lane) -> str:
        """The head of a lane's arm whose lamps are nearest to the lane's end, as drivers take it."""
        end = np.asarray(lane.centre[-1], np.float64)
        heads = [head for head in self.street.signals if head.kind == "vehicle" and head.approach == lane.approach]
        return min(heads, key=lambda head: float(np.hypot(*(_lamps(head) - end)))).name if heads else ""

    def _way_over(self, middle: F64, *, length_m: float, heading: float | None) -> tuple[str, float]:
        """Who passes there, as a model, and which way: the lane that leads over, else a walker going straight across."""
        near = [(*_nearest(lane, middle), lane) for lane in self.street.lanes]
        over = [found for found in near if found[0] <= max(_ACROSS_M, length_m / 2)]
        if heading is not None:  # a lane along the line does not lead over it
            over = [found for found in over if abs(np.cos(found[1] - heading)) > np.cos(np.pi / 4)]
        if over:
            return "saloon", min(over, key=lambda found: found[0])[1]
        return "walker", 0.0 if heading is None else heading

    def _unit(self, points: F64) -> F64:
        px, _ = self.camera.project(on_ground(points))
        return np.asarray(np.clip(px / np.array(self.camera.size), 0.0, 1.0).round(6), np.float64)


def _lamps(head: SignalHead) -> F64:
    """Where the lamps of a head hang, (2,): out over the road by its arm, to the left of who drives towards it."""
    over = head.facing_rad - np.pi / 2
    return np.asarray(np.array(head.position_m) + head.arm_m * np.array([np.cos(over), np.sin(over)]), np.float64)


def _each_metre(centre: F64) -> F64:
    """A polyline (M, 2) with a point at least every metre, its own among them."""
    parts = [centre[:1]]
    for a, b in pairwise(centre):
        steps = max(1, int(np.ceil(np.hypot(*(b - a)))))
        parts.append(a + np.arange(1, steps + 1)[:, None] / steps * (b - a))
    return np.concatenate(parts)


def _nearest(lane: Lane, point: F64) -> tuple[float, float]:
    """How far a lane's centre line passes by a point, and its heading there."""
    centre = np.asarray(lane.centre, np.float64)
    start, along = centre[:-1], np.diff(centre, axis=0)
    share = np.clip(((point - start) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-12), 0.0, 1.0)
    apart = np.hypot(*(start + share[:, None] * along - point).T)
    best = int(apart.argmin())
    return float(apart[best]), float(np.arctan2(along[best, 1], along[best, 0]))


def _homography(camera: PoleCamera) -> tuple[tuple[float, float, float, float, float, float, float, float, float], float]:
    """From unit coordinates to metres on the ground, and its standard error in metres over the ground within 80 m.

    Without a bending lens it is exact: the ground's two axes and the camera's place make its columns (Hartley and Zisserman 2004,
    "Multiple view geometry", 8.1). With one it is the best fit.
    """
    axes, place = camera.axes(), np.array(camera.position_m)
    to_camera = np.column_stack([axes[:, 0], axes[:, 1], -axes @ place])
    lens = np.array([[camera.focal_px, 0, camera.size[0] / 2], [0, camera.focal_px, camera.size[1] / 2], [0, 0, 1]])
    unit = np.diag([1 / camera.size[0], 1 / camera.size[1], 1.0])
    matrix = np.linalg.inv(unit @ lens @ to_camera)
    px = np.stack(np.meshgrid(*(np.linspace(0, n, 25) for n in camera.size)), axis=-1).reshape(-1, 2)
    truly = camera.ground(px)
    near = np.hypot(*(truly - place[:2]).T) <= _REACH_M
    px, truly = px[near], truly[near]
    if len(px) < 4:
        return _nine(matrix), LEAST_ERROR_M
    if camera.k1 != 0.0 or camera.k2 != 0.0:
        matrix = np.asarray(cv2.findHomography(px / np.array(camera.size), truly)[0], np.float64)
    swayed = camera.ground(px + np.array([camera.sway_px, camera.sway_px]))
    said = _mapped(matrix, px / np.array(camera.size))
    squared = ((said - truly) ** 2).sum(axis=1) + np.nan_to_num(((swayed - truly) ** 2).sum(axis=1))
    return _nine(matrix), max(LEAST_ERROR_M, round(float(np.sqrt(squared.mean())), 4))


def _mapped(matrix: F64, unit: F64) -> F64:
    flat = np.concatenate([unit, np.ones((len(unit), 1))], axis=1) @ matrix.T
    return np.asarray(flat[:, :2] / flat[:, 2:], np.float64)


def _nine(matrix: F64) -> tuple[float, float, float, float, float, float, float, float, float]:
    (a, b, c), (d, e, f), (g, h, i) = (matrix / matrix[2, 2]).tolist()
    return a, b, c, d, e, f, g, h, i
