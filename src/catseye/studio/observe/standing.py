"""What stands on a street and hides what passes behind it: buildings, trees, posts, signals, barriers."""

from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.studio.camera import PoleCamera
from catseye.studio.street import Fixture, SignalHead, Street

F32 = npt.NDArray[np.float32]

SCALE = 0.5  # pixels of the map for one of the picture
_PIECE_M = 2.0  # longer walls are cut, for one end may stand before a road user and the other behind
# (radius, from, to) of the upright parts of a thing that stands on a point; heights as shares of its own.
_PARTS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "lamp_post": ((0.09, 0.0, 1.0),),
    "sign": ((0.04, 0.0, 1.0), (0.32, 0.75, 1.0)),
    "bollard": ((0.08, 0.0, 1.0),),
    "bench": ((0.6, 0.0, 1.0),),
    "cabinet": ((0.4, 0.0, 1.0),),
    "gantry": ((0.2, 0.0, 1.0),),
}
_TRUNK_M = 0.14
_CROWN = (0.66, 0.30)  # middle and radius as shares of a tree's height


def standing(street: Street, camera: PoleCamera) -> F32:
    """A map at half the picture's size, float32 (H, W): how far away over ground, in metres, stands the nearest thing that a ray
    meets; infinite where none does.
    """
    width, height = (round(n * SCALE) for n in camera.size)
    nearest = np.full((height, width), np.inf, np.float32)
    eye = np.array(camera.position_m)
    things: list[Fixture | SignalHead] = [*street.fixtures, *street.signals]
    pieces = [piece for thing in things for piece in _pieces(thing, eye)]
    if not pieces:
        return nearest
    many = np.array([len(piece) for piece in pieces])
    first = np.cumsum(many) - many
    points = np.concatenate(pieces)
    px, depth = camera.project(points)
    low, high = np.minimum.reduceat(px, first), np.maximum.reduceat(px, first)
    seen = (np.minimum.reduceat(depth, first) > 0.3) & (high > 0).all(axis=1) & (low < np.array(camera.size)).all(axis=1)
    reach = np.hypot(*(np.add.reduceat(points[:, :2], first) / many[:, None] - eye[:2]).T)
    drawn = np.clip(px * SCALE, -4000, 4000).astype(np.float32)
    for k in np.argsort(reach)[::-1].tolist():
        if seen[k]:
            hull = cv2.convexHull(drawn[first[k] : first[k] + many[k]])
            cv2.fillConvexPoly(nearest, np.rint(hull * 16).astype(np.int32), float(reach[k]), shift=4)
    return nearest


def _pieces(thing: Fixture | SignalHead, eye: F64) -> Iterator[F64]:
    """Convex pieces, as points (P, 3) in metres."""
    at = np.array(thing.position_m)
    if isinstance(thing, SignalHead):
        yield _upright(at, 0.07, 0.0, max(thing.height_m, 2.0), eye)
        head = at + thing.arm_m * np.array([np.sin(thing.facing_rad), -np.cos(thing.facing_rad)])  # to a driver's left
        yield _upright(head, 0.18, thing.height_m - 0.45, thing.height_m + 0.45, eye)
    elif thing.outline:
        yield from _walls(np.asarray(thing.outline, np.float64), thing.height_m)
    elif thing.kind == "tree":
        yield _upright(at, _TRUNK_M, 0.0, thing.height_m / 2, eye)
        yield _ball(at, *(share * thing.height_m for share in _CROWN))
    else:
        for radius, low, high in _PARTS.get(thing.kind, ((0.1, 0.0, 1.0),)):
            yield _upright(at, radius, low * thing.height_m, high * thing.height_m, eye)


def _walls(outline: F64, height_m: float) -> Iterator[F64]:
    for a, b in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        count = max(1, int(np.ceil(np.hypot(*(b - a)) / _PIECE_M)))
        ends = a + np.linspace(0.0, 1.0, count + 1)[:, None] * (b - a)
        for p, q in pairwise(ends):
            yield np.array([[*p, 0.0], [*q, 0.0], [*q, height_m], [*p, height_m]])


def _upright(at: F64, radius_m: float, low_m: float, high_m: float, eye: F64) -> F64:
    """A post, as the flat piece of it that the camera sees."""
    away = at - eye[:2]
    side = radius_m * np.array([away[1], -away[0]]) / max(float(np.hypot(*away)), 1e-6)
    return np.array([[*(at + s * side), z] for s in (-1, 1) for z in (low_m, high_m)])


def _ball(at: F64, middle_m: float, radius_m: float) -> F64:
    turn = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    rings = [(np.cos(up) * radius_m, np.sin(up) * radius_m) for up in (-1.2, -0.5, 0.0, 0.5, 1.2)]
    return np.array([[at[0] + r * np.cos(t), at[1] + r * np.sin(t), middle_m + z] for r, z in rings for t in turn])
