"""A stretch of a truth as a truth of its own, that of a film: times begin at 0, what the camera could not see is left out."""

from typing import TypeVar

import msgspec
import numpy as np

from catseye.core.geometry import inside
from catseye.core.scene import Scene
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.countable import LOST, shares_seen
from catseye.studio.street import Street
from catseye.studio.truth import Conflict, Crossed, LeftOut, MovementDone, QueueSample, SignalChange, StudioTruth, Trajectories

_Row = TypeVar("_Row", Crossed, MovementDone, QueueSample, Conflict, LeftOut)
_Seen = TypeVar("_Seen", Crossed, MovementDone)


def excerpt(truth: StudioTruth, street: Street, camera: PoleCamera, scene: Scene, *, start_s: float, seconds: float) -> StudioTruth:
    """``seconds`` of ``truth`` from ``start_s``, as ``camera`` films them.

    Crossings and movements are kept that are of the lines and movements of ``scene`` and happen in view: over the
    stretch of a line that the scene has, and never lost at the edge of the picture. A movement must
    have been in its origin within the stretch, for the film shows nothing earlier. Signals keep the state they had at the
    beginning. ``start_s`` is rounded to a step. Delays and stops remain those of the whole run.
    """
    first = round(start_s / truth.info.step_s)
    begin_s = first * truth.info.step_s
    end_s = begin_s + seconds
    path = _cut(truth.trajectories, first, first + round(seconds / truth.info.step_s))
    there = set(np.unique(path.number).tolist())
    lines, movements = {line.name for line in scene.lines}, {movement.name for movement in scene.movements}
    crossed = [row for row in truth.crossed if row.line in lines and begin_s <= row.at_s < end_s]
    done = [row for row in truth.movements if row.movement in movements and begin_s <= row.at_s < end_s]
    done = [row for row in done if _began_within(row, path, street)]
    return StudioTruth(
        info=msgspec.structs.replace(
            truth.info,
            minutes=seconds / 60,
            left_out=tuple(_moved(row, begin_s) for row in truth.info.left_out if begin_s <= row.at_s < end_s),
        ),
        road_users=tuple(
            msgspec.structs.replace(user, start_s=user.start_s - begin_s, end_s=user.end_s - begin_s)
            for user in truth.road_users
            if user.number in there
        ),
        trajectories=path,
        crossed=_in_view(truth, street, camera, crossed, begin_s),
        movements=_in_view(truth, street, camera, done, begin_s),
        signals=_signals(truth.signals, begin_s, end_s),
        queues=tuple(_moved(row, begin_s) for row in truth.queues if begin_s <= row.at_s < end_s),
        conflicts=tuple(_moved(row, begin_s) for row in truth.conflicts if begin_s <= row.at_s < end_s),
        happenings=tuple(
            msgspec.structs.replace(row, start_s=row.start_s - begin_s, end_s=row.end_s - begin_s)
            for row in truth.happenings
            if row.end_s >= begin_s and row.start_s < end_s
        ),
    )


def _cut(table: Trajectories, first: int, end: int) -> Trajectories:
    """The steps [first, end], numbered from 0."""
    low, high = np.searchsorted(table.step, [first, end + 1])
    rows = slice(int(low), int(high))
    return Trajectories(
        step=(table.step[rows] - first).astype(np.int32),
        number=table.number[rows],
        xy_m=table.xy_m[rows],
        yaw_rad=table.yaw_rad[rows],
        trailer_yaw_rad=table.trailer_yaw_rad[rows],
        speed_mps=table.speed_mps[rows],
        walked_m=table.walked_m[rows],
        braking=table.braking[rows],
        turning=table.turning[rows],
    )


def _began_within(row: MovementDone, path: Trajectories, street: Street) -> bool:
    origin = {movement.name: movement.origin for movement in street.movements}[row.movement]
    polygon = np.asarray(next(zone.polygon for zone in street.zones if zone.name == origin), np.float64)
    return bool(inside(path.xy_m[path.number == row.number], polygon).any())


def _in_view(truth: StudioTruth, street: Street, camera: PoleCamera, rows: list[_Seen], begin_s: float) -> tuple[_Seen, ...]:
    shares = shares_seen(truth, street, camera, rows)
    return tuple(_moved(row, begin_s) for row, share in zip(rows, shares, strict=True) if share is not None and share >= LOST)


def _moved(row: _Row, begin_s: float) -> _Row:
    return msgspec.structs.replace(row, at_s=row.at_s - begin_s)


def _signals(changes: tuple[SignalChange, ...], begin_s: float, end_s: float) -> tuple[SignalChange, ...]:
    before = {change.head: change for change in changes if change.at_s <= begin_s}  # the last of each head wins
    within = [msgspec.structs.replace(c, at_s=c.at_s - begin_s) for c in changes if begin_s < c.at_s < end_s]
    return (*(msgspec.structs.replace(change, at_s=0.0) for change in before.values()), *within)
