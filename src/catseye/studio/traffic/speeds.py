"""SUMO's own speeds, to hold those of the truth against."""

import numpy as np

from catseye.core.geometry import F64
from catseye.studio.traffic.checks import Check
from catseye.studio.traffic.driven import STEP_S, Fcd
from catseye.studio.traffic.run import Run

_MOVES_MPS = 0.5
_OFF_MPS = 0.1


def sumo_speeds(run: Run, fcd: Fcd) -> list[Check]:
    """Whether those who move are as fast as SUMO says: a check, and a figure that is told only.

    SUMO's speed is that of the front bumper along the lane. Judged is how fast the front of each body of the truth goes. Told is
    how far ``speed_mps``, that of the middle, is from it: the middle of a long body cuts bends, so it goes slower there.
    """
    fronts, middles, walks = _differences(run, fcd)
    p95 = _p95(fronts)
    each = [
        f"p95 {_p95(off[who]):.3f} m/s {name}"
        for off, who, name in ((middles, ~walks, "of vehicles"), (middles, walks, "on foot"))
        if who.any()
    ]
    return [
        Check(
            name="fronts go at SUMO's speed",
            found=f"p95 {p95:.3f} m/s off",
            bound=f"below {_OFF_MPS:g} m/s",
            passed=p95 < _OFF_MPS,
        ),
        Check(name="speeds, of the middle, beside SUMO's", found=", ".join(each), bound="", passed=True, judged=False),
    ]


def _differences(run: Run, fcd: Fcd) -> tuple[F64, F64, "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"]:
    """For every step of who moves: how far the front's and the middle's speed are off SUMO's, and whether it walks."""
    fronts, middles, walks = [np.zeros(0)], [np.zeros(0)], [np.zeros(0, np.bool_)]
    for _, way, rows in run.each():
        driven = fcd.trips.get(way.trip.name)
        if driven is None or len(rows) < 2:
            continue
        yaw = run.table.yaw_rad[rows]
        front = run.table.xy_m[rows] + way.model.length_m / 2 * np.stack([np.cos(yaw), np.sin(yaw)], axis=1)
        told = driven.speed_mps[run.table.step[rows[1:]] - driven.step[0]]
        moves = told > _MOVES_MPS
        fronts.append(np.abs(np.hypot(*np.diff(front, axis=0).T) / STEP_S - told)[moves])
        middles.append(np.abs(run.table.speed_mps[rows[1:]] - told)[moves])
        walks.append(np.full(int(moves.sum()), way.trip.model == "walker"))
    return np.concatenate(fronts), np.concatenate(middles), np.concatenate(walks)


def _p95(off: F64) -> float:
    return float(np.percentile(off, 95)) if len(off) else 0.0
