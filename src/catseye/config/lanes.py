"""Whether the lanes of a scene make sense."""

from itertools import combinations

import numpy as np

from catseye.config.findings import Findings, did_you_mean
from catseye.config.locate import KeyPath
from catseye.core.geometry import F64
from catseye.core.scene import Lane
from catseye.traffic.lanes import project

_WIDTH_M = (0.8, 15.0)
_LIMIT_KMH = (3.0, 250.0)
_LITTLE = 0.25  # of the narrower one's width: lanes drawn by hand overlap so much
_STRETCH_M = 10  # lanes that part or join lie over one another for so long
_ALONG = 0.7  # cosine of the angle up to which two run along one another
_LONGEST_M = 2000.0


def judge(lanes: dict[KeyPath, Lane], signals: list[str], *, calibrated: bool, findings: Findings) -> None:
    """Report lanes that nothing can be measured on. ``signals`` are the names of the scene's signals."""
    for path, lane in lanes.items():
        if not calibrated:
            remedy = "Calibrate the view ('catseye calibrate'), or remove the lanes."
            findings.error(path, f"lane {lane.name!r} is measured in metres, and the scene has no 'homography'.", remedy)
        points = np.asarray(lane.points, np.float64).reshape(-1, 2)
        if len(points) < 2:
            findings.error((*path, "points"), "a lane needs at least 2 points.", "Give its centre line, in the way it is driven.")
        elif not np.hypot(*np.diff(points, axis=0).T).all():
            findings.error((*path, "points"), "two points of the lane in a row are the same.", "Remove one of them.")
        _within(path, "width_m", lane.width_m, _WIDTH_M, findings)
        if lane.limit_kmh is not None:
            _within(path, "limit_kmh", lane.limit_kmh, _LIMIT_KMH, findings)
        if lane.signal and lane.signal not in signals:
            findings.error((*path, "signal"), f"there is no signal {lane.signal!r}.", did_you_mean(lane.signal, signals))
        elif lane.signal and not lane.approach:
            remedy = "Name the arm it leads in from as its 'approach', and let it end at the stop line."
            findings.error((*path, "signal"), f"lane {lane.name!r} obeys a signal and has no stop line to queue at.", remedy)


def judge_overlaps(lanes: dict[KeyPath, Lane], homography: tuple[float, ...], findings: Findings) -> None:
    """Report lanes that lie over one another, on the ground; ``homography`` leads there from unit coordinates.

    Lanes may meet, part and cross. But where two run along one another, whoever drives there would be on either by chance.
    """
    matrix = np.array(homography).reshape(3, 3)
    fine = {path: _each_metre(lane, matrix) for path, lane in lanes.items() if len(lane.points) >= 2}
    for (path, centre), (other, its) in combinations(fine.items(), 2):
        narrow, wide = sorted((lanes[path].width_m, lanes[other].width_m))
        if centre is None or its is None or len(centre) < 2 or len(its) < 2:
            continue
        along, aside, heading = project(centre, its)
        way = np.gradient(centre, axis=0)
        alike = np.abs(np.cos(np.arctan2(way[:, 1], way[:, 0]) - heading)) > _ALONG
        length_m = float(np.hypot(*np.diff(its, axis=0).T).sum())
        over = alike & (along >= 0) & (along <= length_m) & (np.abs(aside) < (narrow + wide) / 2 - _LITTLE * narrow)
        if int(over.sum()) > _STRETCH_M:
            names = f"{lanes[path].name!r} and {lanes[other].name!r}"
            remedy = "Draw their centre lines further apart, or make them narrower ('width_m')."
            findings.error(path, f"lanes {names} lie over one another for {int(over.sum())} m.", remedy)


def _each_metre(lane: Lane, matrix: F64) -> F64 | None:
    """Places (N, 2) on the ground along a lane, about a metre apart; None where it reaches up to the horizon or is endless."""
    flat = np.column_stack([np.asarray(lane.points, np.float64), np.ones(len(lane.points))]) @ matrix.T
    if (flat[:, 2] * flat[0, 2] <= 0).any():
        return None
    points = flat[:, :2] / flat[:, 2:]
    reach = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    if not 1.0 < reach[-1] < _LONGEST_M or not np.diff(reach).all():
        return None
    at = np.linspace(0.0, reach[-1], int(reach[-1]) + 1)
    return np.column_stack([np.interp(at, reach, points[:, k]) for k in (0, 1)])


def _within(path: KeyPath, key: str, value: float, bounds: tuple[float, float], findings: Findings) -> None:
    low, high = bounds
    if not low <= value <= high:
        findings.error((*path, key), f"{key!r} is {value:g}.", f"Give a number from {low:g} to {high:g}.")
