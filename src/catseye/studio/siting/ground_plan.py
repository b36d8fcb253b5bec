"""The plan of a street from above, with what one pole sees of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from catseye.core.frame import U8
from catseye.core.geometry import F64
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.standing import SCALE, standing
from catseye.studio.siting.labels import Labels
from catseye.studio.siting.pen import FAINT, INK, PAPER, Colour, Pen
from catseye.studio.siting.places import middle_of
from catseye.studio.siting.report import SEEN, PoleReport
from catseye.studio.siting.sight import STEP_M, ViewedPlaces
from catseye.studio.street import Fixture, Street

# Pixels per metre from which on a colour stands, from poor to good: readable in any of the common colour blindnesses.
BANDS: tuple[tuple[float, Colour], ...] = (
    (0.0, (39, 48, 215)),
    (6.0, (89, 141, 252)),
    (10.0, (110, 205, 250)),
    (16.0, (219, 185, 130)),
    (32.0, (176, 110, 60)),
)
POLE: Colour = (140, 40, 110)
SEEN_LINE: Colour = (60, 120, 20)
UNSEEN_LINE: Colour = (150, 150, 150)
_VIEW: Colour = (235, 190, 215)
_GROUND: dict[str, Colour] = {
    "carriageway": (226, 226, 226),
    "shoulder": (232, 232, 232),
    "parking": (222, 228, 230),
    "cycle_lane": (214, 224, 236),
    "sidewalk": (242, 242, 242),
    "island": (238, 240, 238),
    "verge": (232, 243, 236),
}
_BUILDING: Colour = (205, 202, 200)
_TREE: Colour = (196, 222, 198)
_CELL_PX = 4  # of the tint: as coarse as it may be without steps that show
_FARTHEST_M = 150.0  # the field of view is drawn that far where it has no end on the ground
_MARGIN_M = 7.0
_LEAST_M = 38.0
_MOST_M = 75.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """From metres to pixels of one panel: ``middle`` (x, y) in metres is at the middle of the panel."""

    middle: tuple[float, float]
    px_m: float
    size: tuple[int, int]

    def px(self, xy_m: F64 | Sequence[Sequence[float]]) -> F64:
        """Pixels (N, 2) of points (N, 2)."""
        offset = (np.asarray(xy_m, np.float64) - np.array(self.middle)) * [self.px_m, -self.px_m]
        return np.asarray(offset + np.array(self.size) / 2, np.float64)


def frame_for(street: Street, cameras: Sequence[PoleCamera], size: tuple[int, int]) -> Frame:
    """One frame for all panels, so that they compare: round the count lines and the poles."""
    middle = middle_of(street)
    points = [point for line in street.lines for point in line.points] + [camera.position_m[:2] for camera in cameras]
    away = np.abs(np.array(points, np.float64).reshape(-1, 2) - middle).max(axis=0, initial=0.0) + _MARGIN_M
    half_m = np.clip(away, _LEAST_M, _MOST_M)
    px_m = float(min(size[0] / 2 / half_m[0], size[1] / 2 / half_m[1]))
    return Frame(middle=(float(middle[0]), float(middle[1])), px_m=px_m, size=size)


def draw_plan(street: Street, pole: PoleReport, viewed: ViewedPlaces, others: Sequence[PoleReport], frame: Frame) -> U8:
    """What one pole sees, uint8 (H, W, 3) BGR."""
    pen = Pen(frame.size, (248, 248, 246))
    _ground(pen, street, frame)
    _visible_ground(pen, street, pole.camera, frame)
    _lanes(pen, street, viewed, frame)
    _fixtures(pen, street, frame)
    pen.line(frame.px(view_polygon(pole.camera)), POLE, 1.2, closed=True)
    labels = Labels(pen)
    for other in others:
        if other.name != pole.name:
            at = frame.px([other.camera.position_m[:2]])[0]
            pen.dot(at, 4.0, PAPER, edge=FAINT)
            labels.keep_clear(at[None], 5.0)
    _pole(pen, pole, frame, labels)
    _lines(pen, street, pole, frame, labels)
    _scale(pen, frame)
    return pen.finished()


def view_polygon(camera: PoleCamera) -> F64:
    """The ground that the picture shows, as a polygon (N, 2) in metres, cut at 150 m."""
    width, height = camera.size
    share = np.linspace(0.0, 1.0, 25)[:-1]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height), (0, 0)], np.float64)
    px = np.concatenate([a + share[:, None] * (b - a) for a, b in pairwise(corners)])
    flat = (camera.undistort(px) - camera.centre_px) / camera.focal_px
    rays = np.concatenate([flat, np.ones((len(flat), 1))], axis=1) @ camera.axes()
    level = np.hypot(rays[:, 0], rays[:, 1])
    falls = np.maximum(-rays[:, 2] / np.maximum(level, 1e-9), 1e-9)
    reach = np.minimum(camera.position_m[2] / falls, _FARTHEST_M)
    return np.asarray(np.array(camera.position_m[:2]) + reach[:, None] * rays[:, :2] / level[:, None], np.float64)


def band(px_m: float) -> Colour:
    """The colour of pixels per metre."""
    return [colour for least, colour in BANDS if px_m >= least][-1]


def _ground(pen: Pen, street: Street, frame: Frame) -> None:
    for kind, colour in _GROUND.items():
        for surface in street.surfaces:
            if surface.kind == kind:
                polygon = frame.px(surface.polygon)
                pen.fill(polygon, colour)
                if surface.height_m > 0.0:
                    pen.line(polygon, (205, 205, 205), 0.5, closed=True)
    for marking in street.markings:
        pen.fill(frame.px(marking.polygon), PAPER)


def _visible_ground(pen: Pen, street: Street, camera: PoleCamera, frame: Frame) -> None:
    """Tint the ground that the picture shows past what stands on it."""
    width, height = frame.size
    down, across = np.mgrid[_CELL_PX / 2 : height : _CELL_PX, _CELL_PX / 2 : width : _CELL_PX]
    offset = (np.stack([across, down], axis=-1) - np.array(frame.size) / 2) / [frame.px_m, -frame.px_m]
    ground = offset + np.array(frame.middle)
    px, depth = camera.project(np.concatenate([ground, np.zeros((*ground.shape[:2], 1))], axis=-1))
    nearest = standing(street, camera)
    shown = (depth > 0.0) & (px >= 0.0).all(axis=-1) & (px < np.array(camera.size)).all(axis=-1)
    column, row = np.moveaxis(np.where(shown[..., None], px * SCALE, 0.0).astype(np.intp), -1, 0)
    column, row = np.minimum(column, nearest.shape[1] - 1), np.minimum(row, nearest.shape[0] - 1)
    reach = np.hypot(*np.moveaxis(ground - np.array(camera.position_m[:2]), -1, 0))
    pen.tint(shown & (reach <= nearest[row, column]), _VIEW, 0.45)


def _lanes(pen: Pen, street: Street, viewed: ViewedPlaces, frame: Frame) -> None:
    """A band along each lane, as wide as a car where that is high enough, else a thin one."""
    order = np.argsort(viewed.px_m)
    for k in order.tolist():
        heading = float(viewed.places.heading_rad[k])
        half = 0.34 * street.lanes[int(viewed.places.lane[k])].width_m if viewed.usable[k] else 0.35
        along = np.array([math.cos(heading), math.sin(heading)]) * (STEP_M / 2 + 0.05)
        across = np.array([-math.sin(heading), math.cos(heading)]) * half
        at = viewed.places.xy_m[k]
        pen.fill(
            frame.px([at + along + across, at - along + across, at - along - across, at + along - across]), band(viewed.px_m[k])
        )


def _fixtures(pen: Pen, street: Street, frame: Frame) -> None:
    for thing in street.fixtures:
        if thing.kind == "tree":
            pen.dot(frame.px([thing.position_m])[0], 0.28 * thing.height_m * frame.px_m, _TREE)
    for thing in street.fixtures:
        if thing.kind == "building":
            polygon = frame.px(thing.outline)
            pen.fill(polygon, _BUILDING)
            pen.line(polygon, (170, 166, 162), 0.8, closed=True)
        elif thing.kind != "tree":
            _small(pen, thing, frame)


def _small(pen: Pen, thing: Fixture, frame: Frame) -> None:
    if thing.outline:
        pen.fill(frame.px(thing.outline), (150, 170, 150) if thing.kind == "hedge" else (150, 150, 150))
    else:
        pen.dot(frame.px([thing.position_m])[0], 1.6, (120, 120, 120))


def _lines(pen: Pen, street: Street, pole: PoleReport, frame: Frame, labels: Labels) -> None:
    for line, sight in zip(street.lines, pole.sight.lines, strict=True):
        ends = frame.px(line.points)
        pen.line(ends, PAPER, 5.0)
        if sight.seen >= SEEN:
            pen.line(ends, SEEN_LINE, 3.0)
        else:
            pen.line(ends, UNSEEN_LINE if sight.seen == 0.0 else SEEN_LINE, 2.2, dash=6.0)
        labels.keep_clear(ends, 10.0)
    for line, sight in zip(street.lines, pole.sight.lines, strict=True):
        words = line.name if sight.seen in (0.0, 1.0) else f"{line.name} {sight.seen:.0%}"
        labels.at_line(words, frame.px(line.points), px=9.0, colour=SEEN_LINE if sight.seen > 0 else FAINT)


def _pole(pen: Pen, pole: PoleReport, frame: Frame, labels: Labels) -> None:
    at, to = frame.px([pole.camera.position_m[:2], pole.camera.look_at_m])
    way = (to - at) / max(float(np.hypot(*(to - at))), 1e-6)
    aside = np.array([-way[1], way[0]])
    pen.fill(np.array([at + 17 * way, at + 6 * aside, at - 6 * aside]), POLE)
    pen.dot(at, 6.5, POLE, edge=PAPER)
    labels.keep_clear(np.array([at - 7, at + 7, at + 17 * way]))
    labels.at_point(f"{pole.name}, {pole.camera.position_m[2]:g} m", at, -way, px=10.5, colour=POLE)


def _scale(pen: Pen, frame: Frame) -> None:
    """20 m, and where north is."""
    width, height = frame.size
    long = 20.0 * frame.px_m
    left, low = 14.0, height - 14.0
    pen.line([(left, low), (left + long, low)], PAPER, 6.0)
    pen.line([(left, low - 5), (left, low), (left + long, low), (left + long, low - 5)], INK, 1.6)
    pen.text("20 m", (left + long / 2, low - 5), px=9.0, anchor=(0.5, 1.0), halo=True)
    north = (width - 22.0, height - 34.0)
    pen.fill([(north[0], north[1] - 14), (north[0] - 6, north[1] + 6), (north[0], north[1] + 2), (north[0] + 6, north[1] + 6)], INK)
    pen.text("N", (north[0], north[1] + 10), px=10.0, anchor=(0.5, 0.0), bold=True, halo=True)
