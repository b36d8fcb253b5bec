"""Where heads, faces and number plates can be, judged from boxes alone. Generous on purpose: recall comes before beauty.

Road users are taken to be upright in the picture: the head is at the top of the box, the plates are in its lower part. A camera
that is mounted upside down or on its side has to be rotated by its source first.

Every function takes boxes float (N, 4) xyxy px and gives areas of the same form, in order, not cut to the picture.
"""

import numpy as np

from catseye.core import boxes
from catseye.core.boxes import F64, Boxes

_SLACK_PX = 4.0  # around every head, whatever its size: the coarsest detectors place boxes on a grid of about this
_SIDE = 0.10  # of the box width, each side: box jitter
_HEAD_RISE = 0.06  # of the box height, above the box
_HEAD_DEPTH = 0.28  # of the box height, below its upper edge: a head is 1/7, a child's 1/4
_HEAD_BEND = 0.50  # of the box width: who bends, sits or carries a load has a low, wide box with the head anywhere at its top
_MACHINE = 1.25  # a two-wheeler wider than this times its height is the machine alone; its rider sits above the box
_RIDER_RISE = 0.90  # of the machine's height
_PLATE_TOP = 0.45  # of the box height, from its upper edge
_PLATE_DROP = 0.06  # below the box
_FACE_MARGIN = 0.35  # of a found face, each side
_EXPLAINED = 0.60  # of a moving region covered by known boxes
_MOVING_HEIGHT = (12.0, 0.3)  # px; share of the picture height: who is taller than that in the picture is detected
_MOVING_WIDTH = 1.0  # times the height: two abreast; wider is a vehicle, a shadow or several road users in one region
_MOVING_DEPTH = 0.40  # of the region's height
# A vehicle whose plate has letters of 75 mm that are 2 px high, which nobody reads: a car, 1.8 m by 1.4 m, seen from the front.
_LEGIBLE_PX = (
    48.0,
    36.0,
)  # either tells: a box cut by the picture's edge or by who stands before it is only as wide as what is seen


def _top(xyxy: Boxes, rise: F64, depth: F64) -> F64:
    side = _SIDE * (xyxy[:, 2] - xyxy[:, 0]) + _SLACK_PX
    top, low = xyxy[:, 1] - rise - _SLACK_PX, np.minimum(xyxy[:, 1] + depth, xyxy[:, 3])
    return np.stack([xyxy[:, 0] - side, top, xyxy[:, 2] + side, low], axis=1).astype(np.float64)


def pedestrian_heads(xyxy: Boxes) -> F64:
    """The head of a pedestrian: the upper third of an upright box, more of a wide one, and a margin around."""
    width, height = (xyxy[:, 2:].astype(np.float64) - xyxy[:, :2]).T
    return _top(xyxy, _HEAD_RISE * height, np.maximum(_HEAD_DEPTH * height, _HEAD_BEND * width))


def rider_heads(xyxy: Boxes) -> F64:
    """The head of a rider: the top of a box that holds both, or well above a box that holds the machine alone."""
    width, height = (xyxy[:, 2:].astype(np.float64) - xyxy[:, :2]).T
    rise = np.where(width > _MACHINE * height, _RIDER_RISE, _HEAD_RISE) * height
    return _top(xyxy, rise, _HEAD_DEPTH * height)


def plates(xyxy: Boxes) -> F64:
    """The plates of a motor vehicle, front or rear: all of its lower half. A vehicle too small to read has none: (M, 4), M <= N."""
    xyxy = xyxy[(xyxy[:, 2:] - xyxy[:, :2] >= _LEGIBLE_PX).any(axis=1)]
    width, height = (xyxy[:, 2:].astype(np.float64) - xyxy[:, :2]).T
    side = 0.04 * width
    top, low = xyxy[:, 1] + _PLATE_TOP * height, xyxy[:, 3] + _PLATE_DROP * height
    return np.stack([xyxy[:, 0] - side, top, xyxy[:, 2] + side, low], axis=1).astype(np.float64)


def faces(xyxy: Boxes) -> F64:
    """A found face with a margin."""
    margin = _FACE_MARGIN * (xyxy[:, 2:].astype(np.float64) - xyxy[:, :2])
    return np.concatenate([xyxy[:, :2] - margin, xyxy[:, 2:] + margin], axis=1)


def unexplained(moving: Boxes, known: Boxes, size: tuple[int, int]) -> F64:
    """The tops of moving regions that no known box accounts for and that could be people by size."""
    width, height = (moving[:, 2:].astype(np.float64) - moving[:, :2]).T
    person = (height >= _MOVING_HEIGHT[0]) & (height <= _MOVING_HEIGHT[1] * size[1]) & (width <= _MOVING_WIDTH * height)
    left = person & (boxes.covered(moving, known).sum(axis=1) < _EXPLAINED)
    return _top(moving[left], _HEAD_RISE * height[left], _MOVING_DEPTH * height[left])
