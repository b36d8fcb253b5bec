"""A grid of metres on the ground as the picture shows it."""

import numpy as np

from catseye.calibration.fit import led
from catseye.core.geometry import F64

_STEPS_M = (1, 2, 5, 10, 20, 50, 100)
_LINES = 12  # about as many each way
_BEYOND = 0.25  # of the places' extent
_POINTS = 101  # of a line


def grid_lines(back: F64, around_m: F64) -> tuple[int, list[F64]]:
    """Lines a round number of metres apart round the places ``around_m`` (N, 2) m: how many metres, and each line (101, 2).

    ``back`` (3, 3) leads from metres to unit coordinates, in which the lines are; NaN is what lies behind the camera.
    """
    low, high = around_m.min(axis=0), around_m.max(axis=0)
    room = _BEYOND * (high - low).max()
    low, high = low - room, high + room
    step_m = next((step for step in _STEPS_M if (high - low).max() / step <= _LINES), _STEPS_M[-1])
    marks = [np.arange(np.ceil(low[k] / step_m), np.floor(high[k] / step_m) + 1) * step_m for k in (0, 1)]
    share = np.linspace(0.0, 1.0, _POINTS)
    lines = []
    for axis in (0, 1):
        other = low[1 - axis] + share * (high[1 - axis] - low[1 - axis])
        for mark in marks[axis]:
            line = np.stack([np.full_like(other, mark), other], axis=1)
            lines.append(led(back, line if axis == 0 else line[:, ::-1]))
    return step_m, lines
