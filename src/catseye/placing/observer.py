"""What is seen at each count line while a street is watched: sums over its road users, of whom nothing else is kept.

A life of a track is held while the track lives. When it ends it is added to the sums of the lines that it came near, and forgotten.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.events import LineCrossed
from catseye.core.geometry import F64, XY, along, signed_distance
from catseye.core.scene import CountLine, FittedScene
from catseye.core.time import seconds
from catseye.core.tracks import Tracks
from catseye.rules.footprint import Footprints
from catseye.rules.ground import ground_view
from catseye.rules.positions import TRUST, Positions, positions

NEAR = 1.0  # sizes of a road user (the root of its box's area): what begins or ends this near to a line does so at it
STANDS = 0.25  # sizes a second, below which a road user stands
STOOD_S = 2.0
_EDGE_PX = 1.5


@dataclass(slots=True, kw_only=True, eq=False)
class LineSeen:
    """What was seen at ``line``. Lists hold one number a crossing, which tells nobody from another.

    ``crossings`` are those that the product counts; ``cut`` of them were of boxes that touched the picture's edge, ``stopped`` of
    road users that stood at the line for ``STOOD_S`` or longer. ``broken`` is how often a track of somebody who went somewhere
    began or ended at the line, ``ends_px`` where. ``unsettled`` road users were on one side first and on the other last, and were
    not counted. ``shared`` says of each other line, by its place in the list, how many of its crossings were of road users that
    crossed this one too.
    """

    line: CountLine
    crossings: int = 0
    cut: int = 0
    stopped: int = 0
    broken: int = 0
    unsettled: int = 0
    height_px: list[float] = field(default_factory=list)
    width_px: list[float] = field(default_factory=list)
    angle_deg: list[float] = field(default_factory=list)
    ends_px: list[XY] = field(default_factory=list)
    shared: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class _Life:
    """One track while it lives. ``size`` px is the root of its box's area; ``low`` and ``high`` bound where it was."""

    first: F64
    first_size: float
    late: bool
    last: F64
    last_size: float
    low: F64
    high: F64
    crossed: set[int] = field(default_factory=set)
    stood_s: dict[int, float] = field(default_factory=dict)

    @property
    def moved(self) -> bool:
        """Whether it went somewhere: what is parked, or no road user, tells nothing of a line."""
        return float(np.hypot(*(self.high - self.low))) >= max(self.first_size, self.last_size)


class Observer:
    """Watches ``lines``, each of a name of its own, over one run of a pipeline that counts over them."""

    def __init__(self, fitted: FittedScene, lines: Sequence[CountLine]) -> None:
        view = ground_view(fitted)
        self._size = fitted.size
        self._footprints = None if view is None else Footprints(view, fitted.size)
        self._index = {line.name: index for index, line in enumerate(lines)}
        self._ends = [fitted.line_px(line) for line in lines]
        self._seen = [LineSeen(line=line) for line in lines]
        self._lives: dict[int, _Life] = {}
        self._at_ns: int | None = None
        self.watched_s = 0.0

    def see(self, tracks: Tracks, records: Iterable[object]) -> None:
        """Take in the tracks after a frame, and the pipeline's records of it; frames come in order."""
        passed_s = 0.0 if self._at_ns is None else seconds(tracks.at_ns - self._at_ns)
        at = positions(tracks, self._footprints)
        rows = _rows(tracks, at)
        xyxy, velocity = tracks.xyxy[rows], tracks.velocity[rows].astype(np.float64)
        self._follow(at)
        self._stand(at, velocity, passed_s)
        for event in records:
            if isinstance(event, LineCrossed):
                self._crossed(event, at, xyxy, velocity)
        alive = set(tracks.number.tolist())
        self._end([number for number in self._lives if number not in alive])
        self.watched_s += passed_s
        self._at_ns = tracks.at_ns

    def close(self) -> list[LineSeen]:
        """What was seen at each line, in the order they were given. Who is in view at the end has not ended."""
        for number, life in self._lives.items():
            self._add(life, ended=False)
            self._forget([number])
        self._lives.clear()
        return self._seen

    def __len__(self) -> int:
        """The number of tracks something is kept of."""
        return max(len(self._lives), 0 if self._footprints is None else len(self._footprints))

    def _follow(self, at: Positions) -> None:
        sizes = (at.reach / TRUST).tolist()
        for number, point, size in zip(at.number.tolist(), at.point, sizes, strict=True):
            life = self._lives.get(number)
            if life is None:
                self._lives[number] = _Life(point, size, self._at_ns is not None, point, size, point, point)
                continue
            life.last, life.last_size = point, size
            life.low, life.high = np.minimum(life.low, point), np.maximum(life.high, point)

    def _stand(self, at: Positions, velocity: F64, passed_s: float) -> None:
        """Add to the time that who stands at a line has stood there."""
        slow = np.hypot(*velocity.T) < STANDS * at.reach / TRUST
        if not slow.any():
            return
        points, sizes, numbers = at.point[slow], at.reach[slow] / TRUST, at.number[slow]
        for index, ends in enumerate(self._ends):
            for number in numbers[_at_line(points, ends, sizes)].tolist():
                stood = self._lives[number].stood_s
                stood[index] = stood.get(index, 0.0) + passed_s

    def _crossed(self, event: LineCrossed, at: Positions, xyxy: boxes.F32, velocity: F64) -> None:
        """Add a crossing; one that is told when its track has ended shows no box any more."""
        index = self._index[event.rule]
        seen, (a, b) = self._seen[index], self._ends[index]
        seen.crossings += 1
        life = self._lives.get(event.track)
        if life is not None:
            for other in life.crossed - {index}:
                seen.shared[other] = seen.shared.get(other, 0) + 1
                self._seen[other].shared[index] = self._seen[other].shared.get(index, 0) + 1
            life.crossed.add(index)
        row = int(np.searchsorted(at.number, event.track))
        if row == len(at) or at.number[row] != event.track:
            return
        left, top, right, bottom = xyxy[row].tolist()
        seen.height_px.append(bottom - top)
        seen.width_px.append(right - left)
        seen.angle_deg.append(_angle_deg(velocity[row], a, b))
        width, height = self._size
        seen.cut += min(left, top) <= _EDGE_PX or right >= width - _EDGE_PX or bottom >= height - _EDGE_PX

    def _end(self, numbers: list[int]) -> None:
        for number in numbers:
            self._add(self._lives.pop(number), ended=True)
        self._forget(numbers)

    def _forget(self, numbers: Iterable[int]) -> None:
        if self._footprints is not None:
            self._footprints.forget(numbers)

    def _add(self, life: _Life, *, ended: bool) -> None:
        """Add a life to the sums of the lines."""
        if not life.moved:
            return
        points = np.stack([life.first, life.last])
        told, sizes = np.array([life.late, ended]), np.array([life.first_size, life.last_size])
        for index, (seen, ends) in enumerate(zip(self._seen, self._ends, strict=True)):
            here = told & _at_line(points, ends, NEAR * sizes)
            seen.broken += int(here.sum())
            seen.ends_px += [(float(x), float(y)) for x, y in points[here]]
            if index in life.crossed:
                seen.stopped += life.stood_s.get(index, 0.0) >= STOOD_S
            else:
                seen.unsettled += _leads_over(points, ends)


def _rows(tracks: Tracks, at: Positions) -> npt.NDArray[np.intp]:
    order = tracks.number.argsort()
    return np.asarray(order[np.searchsorted(tracks.number[order], at.number)])


def _at_line(points: F64, ends: tuple[XY, XY], within: F64) -> npt.NDArray[np.bool_]:
    """Whether each of ``points`` (N, 2) lies between the ends of a line and no further from it than ``within`` (N,)."""
    share = along(points, *ends)
    return np.asarray((np.abs(signed_distance(points, *ends)) <= within) & (share >= 0.0) & (share <= 1.0))


def _leads_over(points: F64, ends: tuple[XY, XY]) -> bool:
    """Whether the straight way between two points (2, 2) leads over a line between its ends."""
    before, after = signed_distance(points, *ends).tolist()
    if before * after >= 0.0:
        return False
    met = points[0] + before / (before - after) * (points[1] - points[0])
    return bool(0.0 <= along(met[None], *ends)[0] <= 1.0)


def _angle_deg(velocity: F64, a: XY, b: XY) -> float:
    """The angle between a way and a line, 0 (along it) to 90 degrees."""
    x, y = b[0] - a[0], b[1] - a[1]
    across = abs(x * velocity[1] - y * velocity[0])
    return float(np.degrees(np.arctan2(across, abs(x * velocity[0] + y * velocity[1]))))
