"""Where marked road users stand, as the scene they are counted with sees it."""

import numpy as np

from catseye.core import boxes
from catseye.core.boxes import F64
from catseye.core.scene import FittedScene
from catseye.core.truth import Truth
from catseye.rules.footprint import Footprints
from catseye.rules.ground import ground_view

_USUAL_FPS = 25.0  # where a truth does not tell its rate: speeds say only which way a body is headed


def places(truth: Truth, fitted: FittedScene) -> F64:
    """The place (N, 2) px of each marked box: on calibrated ground the middle of its footprint, else that of its lower edge."""
    foot = boxes.foot(truth.boxes.xyxy)
    view = ground_view(fitted)
    if view is None:
        return foot
    ground, velocity, found = Footprints(view, fitted.size), np.zeros(foot.shape), np.empty_like(foot)
    order = np.argsort(truth.boxes.frame, kind="stable")
    for number in np.unique(truth.boxes.number).tolist():
        rows = order[truth.boxes.number[order] == number]
        if len(rows) > 1:
            velocity[rows] = np.gradient(foot[rows], truth.boxes.frame[rows] / (truth.fps or _USUAL_FPS), axis=0)
    for rows in np.split(order, np.flatnonzero(np.diff(truth.boxes.frame[order])) + 1):
        now = truth.boxes[rows]
        found[rows] = ground.points(now.number, now.xyxy.astype(np.float32), velocity[rows].astype(np.float32), now.road_user)
    return found
