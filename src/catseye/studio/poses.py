"""Who is where at any instant: poses between the steps of a truth."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.studio.truth import I32, StudioTruth, Trajectories

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Poses:
    """Where road users are at some times, one row for each time and road user, ordered by time, then number; columns of N.

    ``index`` int32 says which of the asked times; the other columns are those of ``Trajectories``.
    """

    index: I32
    number: I32
    xy_m: F64
    yaw_rad: F64
    trailer_yaw_rad: F64
    speed_mps: F64
    walked_m: F64
    braking: npt.NDArray[np.bool_]
    turning: npt.NDArray[np.int8]

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.index)


def poses_at(truth: StudioTruth, at_s: F64) -> Poses:
    """Everyone's pose at the times ``at_s`` (T,), in seconds from the beginning.

    Between two steps positions, speeds and ways run straight, yaw on the circle the short way; lamps keep the state of the step
    before. A road user is there from its first step to its last.
    """
    table = truth.trajectories
    # The nudge keeps a time that is a step in all but rounding on that step.
    place = np.asarray(at_s, np.float64) / truth.info.step_s
    step = np.floor(place + 1e-6)
    share = np.clip(place - step, 0.0, 1.0)
    table = _between(table, step)
    low = np.searchsorted(table.step, step, side="left")
    many = np.searchsorted(table.step, step, side="right") - low
    index = np.repeat(np.arange(len(place)), many)
    first = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many) + np.repeat(low, many)
    then = _next_rows(table)[first]
    part = np.where(share[index] > 1e-6, share[index], 0.0)
    there = (then >= 0) | (part == 0.0)
    index, first, part = index[there], first[there], part[there]
    then = np.where(then[there] >= 0, then[there], first)
    return Poses(
        index=index.astype(np.int32),
        number=table.number[first],
        xy_m=table.xy_m[first] + part[:, None] * (table.xy_m[then] - table.xy_m[first]),
        yaw_rad=_turned(table.yaw_rad, first, then, part),
        trailer_yaw_rad=_turned(table.trailer_yaw_rad, first, then, part),
        speed_mps=table.speed_mps[first] + part * (table.speed_mps[then] - table.speed_mps[first]),
        walked_m=table.walked_m[first] + part * (table.walked_m[then] - table.walked_m[first]),
        braking=table.braking[first],
        turning=table.turning[first],
    )


def _between(table: Trajectories, step: F64) -> Trajectories:
    """The rows from the first of these steps to the one after the last, so that a minute of an hour costs a minute."""
    low = np.searchsorted(table.step, step.min(initial=np.inf), side="left")
    high = np.searchsorted(table.step, step.max(initial=-np.inf) + 1, side="right")
    return Trajectories(**{name: getattr(table, name)[low:high] for name in Trajectories.__slots__})


def _next_rows(table: Trajectories) -> Rows:
    """The row (N,) of the same road user one step later; -1 where it has left."""
    order = np.lexsort((table.step, table.number))
    later = np.full(len(table), -1, np.intp)
    same = np.diff(table.number[order]) == 0
    follows = same & (np.diff(table.step[order]) == 1)
    later[order[:-1][follows]] = order[1:][follows]
    return later


def _turned(yaw_rad: F64, first: Rows, then: Rows, part: F64) -> F64:
    """The angle between two steps, the short way round."""
    step = (yaw_rad[then] - yaw_rad[first] + np.pi) % (2 * np.pi) - np.pi
    return np.asarray(yaw_rad[first] + part * step, np.float64)
