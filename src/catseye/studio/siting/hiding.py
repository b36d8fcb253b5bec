"""How much of a road user a bus in the next lane hides, from outlines alone.

Two bodies whose footprints are apart can be parted by an upright plane along one side of a footprint. A ray of sight passes such a
plane once, so it meets first who stands on the camera's side: that one hides the other. The silhouettes of convex bodies are the
hulls of their projected points, so the hidden share is the area that two convex polygons have in common.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from catseye.core.geometry import F64, XY, polygon_area
from catseye.studio.bodies import MODELS
from catseye.studio.camera import PoleCamera
from catseye.studio.siting.places import Bodies, Flags, Places, Rows, bodies_at, inside_share, on_path
from catseye.studio.street import Lane

BESIDE_M = (2.2, 5.2)  # from middle to middle: what counts as the next lane
_PARALLEL = float(np.cos(np.radians(25.0)))
_STEP_M = 1.5  # between the places of the bus
_FAR_PX = 2e4
_HALF_INSIDE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BusSpots:
    """Where a bus may stand beside the places of road users; columns of M, ``row`` is the place."""

    row: Rows
    xy_m: F64
    heading_rad: F64


def hides(hidden_foot: F64, hiding_foot: F64, eye: F64) -> Flags:
    """Whether (N,) bodies on ``hiding_foot`` may hide those on ``hidden_foot`` from ``eye`` (2,).

    Footprints are rectangles (N, 4, 2), corner after corner. False also where two overlap, for then nothing parts them.
    """
    parted, before = np.zeros(len(hidden_foot), np.bool_), np.ones(len(hidden_foot), np.bool_)
    for foot in (hidden_foot, hiding_foot):
        for side in (0, 1):
            axis = foot[:, side + 1] - foot[:, side]
            far, near = ((corners @ axis[:, :, None])[..., 0] for corners in (hidden_foot, hiding_foot))
            at = axis @ eye
            above = near.min(axis=1) >= far.max(axis=1)
            below = near.max(axis=1) <= far.min(axis=1)
            parted |= above | below
            # An eye in the gap sees past both: planes on either side of it would name either of them the first.
            before &= ~above | (at > near.min(axis=1))
            before &= ~below | (at < near.max(axis=1))
    return parted & before


def hidden_share(hidden: F64, hiding: F64, size: tuple[int, int]) -> float:
    """Share of the silhouette of ``hidden`` (P, 2) px, as far as it lies in the picture, that ``hiding`` (Q, 2) px covers."""
    (width, height), hull = size, _hull(hidden)
    seen = _common(hull, [(0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))])
    area = _area(seen)
    return min(1.0, _area(_common(seen, _hull(hiding))) / area) if area > 0.0 else 0.0


def beside(places: Places, lanes: Sequence[Lane]) -> BusSpots:
    """Spots for a bus in each lane next to each place, such that it stands alongside a car there: every 1.5 m."""
    reach = (MODELS["bus"].length_m + MODELS["saloon"].length_m) / 2
    offsets = np.arange(-np.floor(reach / _STEP_M), np.floor(reach / _STEP_M) + 1) * _STEP_M
    rows, spots, headings = [np.zeros(0, np.intp)], [np.zeros((0, 2))], [np.zeros(0)]
    for index, lane in enumerate(lanes):
        centre = np.asarray(lane.centre, np.float64)
        length = float(np.hypot(*np.diff(centre, axis=0).T).sum())
        abreast, next_to = _abreast(places, centre)
        next_to &= places.lane != index
        for row in np.flatnonzero(next_to).tolist():
            at = abreast[row] + offsets
            xy, heading = on_path(centre, at[(at >= 0.0) & (at <= length)])
            rows.append(np.full(len(xy), row, np.intp))
            spots.append(xy)
            headings.append(heading)
    return BusSpots(row=np.concatenate(rows), xy_m=np.concatenate(spots), heading_rad=np.concatenate(headings))


def _abreast(places: Places, centre: F64) -> tuple[F64, Flags]:
    """The way along ``centre`` abreast of each place, and whether that lane runs beside it there."""
    start, step = centre[:-1], np.diff(centre, axis=0)
    legs = np.hypot(*step.T)
    share = ((places.xy_m[:, None] - start) * step).sum(axis=2) / np.maximum(legs**2, 1e-12)
    share = np.clip(share, 0.0, 1.0)
    apart = np.hypot(*np.moveaxis(start + share[..., None] * step - places.xy_m[:, None], 2, 0))
    leg = apart.argmin(axis=1)
    row = np.arange(len(places))
    way = np.stack([np.cos(places.heading_rad), np.sin(places.heading_rad)], axis=1)
    unit = step[leg] / np.maximum(legs[leg], 1e-9)[:, None]
    parallel = np.abs((way * unit).sum(axis=1)) >= _PARALLEL
    near = (apart[row, leg] >= BESIDE_M[0]) & (apart[row, leg] <= BESIDE_M[1])
    inner = (share[row, leg] > 0.0) & (share[row, leg] < 1.0)  # beyond a lane's end nothing stands abreast
    at = np.concatenate([[0.0], np.cumsum(legs)])[leg] + share[row, leg] * legs[leg]
    return at, np.asarray(near & parallel & inner, np.bool_)


def by_bus(model: str, places: Places, spots: BusSpots, camera: PoleCamera, least_px: float) -> F64:
    """The hidden share (M,) of a ``model`` at the place of each bus spot.

    NaN where less than half of it is in the picture, or its whole box is lower than ``least_px``.
    """
    bodies = bodies_at(model, places.xy_m, places.heading_rad, camera)
    buses = bodies_at("bus", spots.xy_m, spots.heading_rad, camera)
    good = (inside_share(bodies, camera.size) >= _HALF_INSIDE) & (bodies.height_px >= least_px)
    due = good[spots.row]
    shares = np.where(due, 0.0, np.nan)
    eye = np.array(camera.position_m[:2])
    may = due & buses.front & hides(bodies.foot[spots.row], buses.foot, eye) & _boxes_meet(bodies, buses, spots.row)
    for k in np.flatnonzero(may).tolist():
        shares[k] = hidden_share(bodies.points[spots.row[k]], buses.points[k], camera.size)
    return shares


def _boxes_meet(bodies: Bodies, buses: Bodies, row: Rows) -> Flags:
    a, b = bodies.xyxy[row], buses.xyxy
    return np.asarray(((a[:, :2] < b[:, 2:]) & (b[:, :2] < a[:, 2:])).all(axis=1), np.bool_)


def _hull(points: F64) -> list[XY]:
    """The convex hull, its corners turning from x to y."""
    flat = np.clip(points, -_FAR_PX, _FAR_PX).astype(np.float32)
    return [(x, y) for x, y in cv2.convexHull(flat).reshape(-1, 2).astype(np.float64).tolist()]


def _common(polygon: list[XY], cutter: list[XY]) -> list[XY]:
    """What a convex polygon has in common with another whose corners turn from x to y (Sutherland and Hodgman 1974).

    OpenCV's own function errs where edges lie on one line.
    """
    for k, (ax, ay) in enumerate(cutter):
        bx, by = cutter[(k + 1) % len(cutter)]
        sides = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) for x, y in polygon]
        cut: list[XY] = []
        for i, side in enumerate(sides):
            before, (px, py), (x, y) = sides[i - 1], polygon[i - 1], polygon[i]
            if (before > 0.0) != (side > 0.0):
                share = before / (before - side)
                cut.append((px + share * (x - px), py + share * (y - py)))
            if side > 0.0:
                cut.append((x, y))
        polygon = cut
    return polygon


def _area(polygon: list[XY]) -> float:
    return polygon_area(tuple(polygon)) if len(polygon) > 2 else 0.0
