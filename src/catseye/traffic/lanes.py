"""The lanes of a scene on the ground, and who is where on them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.core.scene import FittedScene, Lane
from catseye.rules.ground import GroundView

OFF = -1  # the lane of who is on none


@dataclass(frozen=True, slots=True, eq=False)
class OnLanes:
    """Where N road users are: ``lane`` int64 (N,), an index or ``OFF``; ``along_m`` from the lane's first point to the foot of the
    middle of its footprint; ``aside_m`` from the centre line, positive on the left; ``heading_rad`` of the lane there.

    Of one on no lane all but ``lane`` is of the nearest lane.
    """

    lane: npt.NDArray[np.int64]
    along_m: F64
    aside_m: F64
    heading_rad: F64


class GroundLanes:
    """The lanes of a scene in metres. Where lanes overlap, the one whose centre line is nearer for its width has the road user."""

    def __init__(self, lanes: tuple[Lane, ...], fitted: FittedScene, view: GroundView) -> None:
        self.lanes = lanes
        self.centres = [view.metres(fitted.to_px(np.asarray(lane.points, np.float64))) for lane in lanes]
        self.length_m = np.array([np.hypot(*np.diff(centre, axis=0).T).sum() for centre in self.centres])

    def __len__(self) -> int:
        """The number of lanes."""
        return len(self.lanes)

    def locate(self, xy_m: F64) -> OnLanes:
        """On which lane places (N, 2) are. A place before a lane's first or beyond its last point is on none."""
        return self.choose(*self.projected(xy_m))

    def projected(self, xy_m: F64) -> tuple[F64, F64, F64]:
        """Along, aside and heading of places (N, 2) on each of the L lanes, as ``project`` gives them, (N, L) each."""
        found = [project(xy_m, centre) for centre in self.centres]
        none = np.zeros((len(xy_m), 0))
        along, aside, heading = (np.stack([row[k] for row in found], axis=1) if found else none for k in range(3))
        return along, aside, heading

    def choose(self, along: F64, aside: F64, heading: F64) -> OnLanes:
        """The lane of each of N places that were ``projected``."""
        if not self.lanes:
            none = np.full(len(along), np.nan)
            return OnLanes(np.full(len(along), OFF, np.int64), none, none, none)
        half = np.array([lane.width_m / 2 for lane in self.lanes])
        within = (np.abs(aside) <= half) & (along >= 0) & (along <= self.length_m)
        off = np.abs(aside) / half + np.where(within, 0.0, 1e3 + np.maximum(0.0, np.maximum(-along, along - self.length_m)))
        best = off.argmin(axis=1)
        rows = np.arange(len(along))
        return OnLanes(np.where(within[rows, best], best, OFF), along[rows, best], aside[rows, best], heading[rows, best])


def project(xy_m: F64, centre: F64) -> tuple[F64, F64, F64]:
    """How far places (N, 2) are along a polyline (M, 2), aside of it (left positive), and its heading there.

    Along is negative before its first point and beyond its length after its last.
    """
    way = np.diff(centre, axis=0)
    length = np.hypot(*way.T)
    unit = way / length[:, None]
    apart = xy_m[:, None] - centre[None, :-1]
    share = np.einsum("nkd,kd->nk", apart, unit)
    low, high = np.zeros(len(length)), length.copy()
    low[0], high[-1] = -np.inf, np.inf
    clipped = np.clip(share, low, high)
    off = np.hypot(*np.moveaxis(apart - clipped[..., None] * unit, -1, 0))
    best, rows = off.argmin(axis=1), np.arange(len(xy_m))
    start = np.concatenate([[0.0], np.cumsum(length)[:-1]])
    cross = unit[best, 0] * apart[rows, best, 1] - unit[best, 1] * apart[rows, best, 0]
    return (
        start[best] + clipped[rows, best],
        np.copysign(off[rows, best], cross),
        np.arctan2(unit[best, 1], unit[best, 0]),
    )
