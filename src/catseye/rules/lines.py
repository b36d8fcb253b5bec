"""Count lines: who crossed, when, which way.

A road user's ground point has a signed distance to the line. Its sign is the side; a point on the line keeps the side it had.
When the side changes between two sightings, the path between them is cut with the line: the instant is interpolated, and the
crossing is only a candidate, for a detected point jitters. It becomes a fact once the road user has travelled, from its furthest
point before to where it is now, further across the line than its jitter reaches on both sides. Coming back before that takes the
candidate back. So what stands on a line is not counted however it trembles, and a passage counts once whatever flickers.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.events import LineCrossed
from catseye.core.geometry import XY, along, signed_distance
from catseye.core.ids import RunId, StreamId, event_id
from catseye.core.scene import CountLine, FittedScene
from catseye.rules.positions import Positions, label

_END_SLACK_PX = 1.0  # a path through the very end of a line still meets it


@dataclass(slots=True)
class _Approach:
    """One road user's dealings with one line. Distances are px; ``furthest`` is on the side it comes from."""

    side: int
    furthest: float
    distance: float
    point: XY
    at_ns: int
    crossed_at_ns: int | None = None
    crossed_point: XY = (0.0, 0.0)


class LineCounter:
    """Watches one line during one run."""

    def __init__(self, line: CountLine, fitted: FittedScene, *, stream: StreamId, run: RunId) -> None:
        self._line = line
        self._fitted = fitted
        self._ends = fitted.line_px(line)
        self._length_px = float(np.hypot(self._ends[1][0] - self._ends[0][0], self._ends[1][1] - self._ends[0][1]))
        self._stream, self._run = stream, run
        self._approaches: dict[int, _Approach] = {}
        self._passages: dict[int, int] = {}

    def update(self, seen: Positions) -> list[LineCrossed]:
        """Take the positions of one frame in; returns the crossings that became facts with it."""
        if not len(seen):
            return []
        distance = signed_distance(seen.point, *self._ends)
        events = []
        for row, number in enumerate(seen.number.tolist()):
            here = float(distance[row])
            approach = self._approaches.get(number)
            if approach is None:
                side = int(np.sign(here))
                point = (float(seen.point[row, 0]), float(seen.point[row, 1]))
                self._approaches[number] = _Approach(side, here, here, point, seen.at_ns)
                continue
            if (event := self._step(number, approach, here, row, seen)) is not None:
                events.append(event)
        return events

    def forget(self, numbers: npt.NDArray[np.int64] | list[int]) -> None:
        """Free what is kept of ended tracks."""
        for number in numbers:
            self._approaches.pop(int(number), None)
            self._passages.pop(int(number), None)

    def __len__(self) -> int:
        """The number of tracks something is kept of."""
        return len(self._approaches)

    def _step(self, number: int, a: _Approach, here: float, row: int, seen: Positions) -> LineCrossed | None:
        point = (float(seen.point[row, 0]), float(seen.point[row, 1]))
        side = int(np.sign(here)) or (int(np.sign(a.distance)) or a.side)
        if a.side == 0:
            a.side, a.furthest = side, here
        elif side != (int(np.sign(a.distance)) or a.side):
            self._meet(a, side, here, point, seen.at_ns)
        if side == a.side and abs(here) > abs(a.furthest):
            a.furthest = here
        event = None
        travelled = abs(here - a.furthest)
        if side != a.side and travelled >= 2 * seen.reach[row] and abs(here) >= seen.reach[row] / 2:
            event = self._settle(number, a, side, here, row, seen)
        a.distance, a.point, a.at_ns = here, point, seen.at_ns
        return event

    def _meet(self, a: _Approach, side: int, here: float, point: XY, at_ns: int) -> None:
        """The side changed between the last sighting and this one."""
        if side == a.side:
            a.crossed_at_ns = None  # came back: it never crossed
            return
        share = a.distance / (a.distance - here) if a.distance != here else 0.0
        meeting = (a.point[0] + share * (point[0] - a.point[0]), a.point[1] + share * (point[1] - a.point[1]))
        slack = _END_SLACK_PX / max(self._length_px, 1.0)
        if -slack <= float(along(np.array([meeting]), *self._ends)[0]) <= 1 + slack:
            a.crossed_at_ns = a.at_ns + round(share * (at_ns - a.at_ns))
            a.crossed_point = meeting
        else:
            a.crossed_at_ns = None  # went round the end of the line

    def _settle(self, number: int, a: _Approach, side: int, here: float, row: int, seen: Positions) -> LineCrossed | None:
        crossed_at_ns, meeting = a.crossed_at_ns, a.crossed_point
        a.side, a.furthest, a.crossed_at_ns = side, here, None
        if crossed_at_ns is None:
            return None
        ordinal = self._passages.get(number, 0)
        self._passages[number] = ordinal + 1
        x, y = self._fitted.to_unit(np.array(meeting)).tolist()
        return LineCrossed(
            id=event_id(self._run, "line", self._line.name, number, ordinal),
            stream=self._stream,
            run=self._run,
            track=number,
            rule=self._line.name,
            at_ns=crossed_at_ns,
            seen_at_ns=seen.at_ns,
            road_user=label(int(seen.road_user[row])),
            point_unit=(x, y),
            scene_revision=self._fitted.scene.revision,
            direction=self._line.directions[0 if side > 0 else 1],
        )
