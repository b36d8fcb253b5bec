"""Count lines: who crossed, when, which way.

A road user's ground point has a signed distance to the line. Its sign is the side; a point on the line keeps the side it had.
When the side changes between two sightings, the path between them is cut with the line: the instant is interpolated, and the
crossing is only a candidate, for a detected point jitters. It becomes a fact once the road user has travelled, from its furthest
point before to where it is now, further across the line than its jitter reaches on both sides. Coming back before that takes the
candidate back. So what stands on a line is not counted however it trembles, and a passage counts once whatever flickers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from catseye.core.events import LineCrossed
from catseye.core.geometry import XY, along, signed_distance
from catseye.core.ids import RunId, StreamId, event_id
from catseye.core.scene import CountLine, FittedScene
from catseye.rules.positions import Positions, label

_END_SLACK = 1e-6  # of the length: feet cut off by the lower edge of the picture meet a line that ends there, however it rounds


@dataclass(slots=True)
class _Approach:
    """One road user's dealings with one line. Distances are px; ``furthest`` is on the side it comes from.

    ``settled`` is the side it is known to be on, ``side`` the one it was last seen on; 0: so far only on the line.
    """

    settled: int
    side: int
    furthest: float
    distance: float
    point: XY
    at_ns: int
    crossed_at_ns: int | None = None
    crossed_point: XY = (0.0, 0.0)
    passages: int = 0


class LineCounter:
    """Watches one line during one run."""

    def __init__(self, line: CountLine, fitted: FittedScene, *, stream: StreamId, run: RunId) -> None:
        self._line = line
        self._fitted = fitted
        self._ends = fitted.line_px(line)
        self._stream, self._run = stream, run
        self._approaches: dict[int, _Approach] = {}

    def update(self, seen: Positions) -> list[LineCrossed]:
        """Take the positions of one frame in; returns the crossings that became facts with it."""
        if not len(seen):
            return []
        distance = signed_distance(seen.point, *self._ends).tolist()
        events = []
        for row, (number, here, (x, y), reach) in enumerate(
            zip(seen.number.tolist(), distance, seen.point.tolist(), seen.reach.tolist(), strict=True)
        ):
            approach = self._approaches.get(number)
            if approach is None:
                side = _sign(here)
                self._approaches[number] = _Approach(side, side, here, here, (x, y), seen.at_ns)
            elif self._step(approach, here, (x, y), reach, seen.at_ns):
                event = self._settle(number, approach, here, seen.at_ns, int(seen.road_user[row]))
                events += [] if event is None else [event]
        return events

    def forget(self, numbers: Iterable[int]) -> None:
        """Free what is kept of ended tracks."""
        for number in numbers:
            self._approaches.pop(int(number), None)

    def __len__(self) -> int:
        """The number of tracks something is kept of."""
        return len(self._approaches)

    def _step(self, a: _Approach, here: float, point: XY, reach: float, at_ns: int) -> bool:
        """Take a sighting in; says whether the road user is now surely on the other side."""
        side = _sign(here) or a.side
        if a.settled == 0:
            a.settled, a.furthest = side, here
        elif side != a.side:
            self._meet(a, side, here, point, at_ns)
        if side == a.settled and abs(here) > abs(a.furthest):
            a.furthest = here
        a.side, a.distance, a.point, a.at_ns = side, here, point, at_ns
        return side != a.settled and abs(here - a.furthest) >= 2 * reach and abs(here) >= reach / 2

    def _meet(self, a: _Approach, side: int, here: float, point: XY, at_ns: int) -> None:
        """The side changed between the last sighting and this one."""
        a.crossed_at_ns = None
        if side == a.settled:
            return  # came back: it never crossed
        share = a.distance / (a.distance - here)
        meeting = (a.point[0] + share * (point[0] - a.point[0]), a.point[1] + share * (point[1] - a.point[1]))
        if abs(float(along(np.array([meeting]), *self._ends)[0]) - 0.5) <= 0.5 + _END_SLACK:  # else it went round the end
            a.crossed_at_ns = a.at_ns + round(share * (at_ns - a.at_ns))
            a.crossed_point = meeting

    def _settle(self, number: int, a: _Approach, here: float, seen_at_ns: int, kind: int) -> LineCrossed | None:
        crossed_at_ns = a.crossed_at_ns
        a.settled, a.furthest, a.crossed_at_ns = a.side, here, None
        if crossed_at_ns is None:
            return None
        a.passages += 1
        x, y = self._fitted.to_unit(np.array(a.crossed_point)).tolist()
        return LineCrossed(
            id=event_id(self._run, "line", self._line.name, number, a.passages - 1),
            stream=self._stream,
            run=self._run,
            track=number,
            rule=self._line.name,
            at_ns=crossed_at_ns,
            seen_at_ns=seen_at_ns,
            road_user=label(kind),
            point_unit=(x, y),
            scene_revision=self._fitted.scene.revision,
            direction=self._line.directions[0 if a.side > 0 else 1],
        )


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
