"""Whether the lanes of a scene make sense."""

import numpy as np

from catseye.config.findings import Findings, did_you_mean
from catseye.config.locate import KeyPath
from catseye.core.scene import Lane

_WIDTH_M = (0.8, 15.0)
_LIMIT_KMH = (3.0, 250.0)


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


def _within(path: KeyPath, key: str, value: float, bounds: tuple[float, float], findings: Findings) -> None:
    low, high = bounds
    if not low <= value <= high:
        findings.error((*path, key), f"{key!r} is {value:g}.", f"Give a number from {low:g} to {high:g}.")
