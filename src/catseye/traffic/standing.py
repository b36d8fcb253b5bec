"""Who stands and since when, and who came there: what is remembered of each road user that is here.

Who came drove further than its own length. A detector's box around nothing, of which a passing body is taken for a moment, jumps
along with it, but no further than the boxes of both overlap. Who came, stood and was lost from view while it stood has not left:
whoever is found standing there in the next twenty seconds is taken to have come, too.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.core.ground import GroundSightings
from catseye.core.road_users import MOTOR_VEHICLES, RoadUser
from catseye.core.time import NS_PER_S

Bools = npt.NDArray[np.bool_]

STANDS_MPS = 0.6  # who is slower begins to stand
GOES_MPS = 5 / 3.6  # who is faster goes on: where a halt begins and ends for FHWA-HRT-04-040 and for VISSIM's queues
DRIVERS = np.array(sorted(int(kind) for kind in MOTOR_VEHICLES | {RoadUser.MOTORCYCLE}))
_SLACK_M = 2.0  # who stands may tremble this far, and by the error of the place
_FORGET_NS = 3 * NS_PER_S
_STOOD_NS = 20 * NS_PER_S
_PASSES_MPS, _THROUGH_M = 8.0, 0.9  # two bodies cannot be nearer aside than half their widths
_STEP_S = 0.15  # about half of what passes between two looks


@dataclass(slots=True)
class _Memory:
    """One road user: when it was first and last here, where it stands since when, whether it has come, how fast at most."""

    first_ns: int
    last_ns: int
    anchor: F64
    stands_ns: int | None = None
    moved: bool = False
    fastest_mps: float = 0.0


@dataclass(slots=True, eq=False)
class Standing:
    """Remembers everybody that is here, and for a while those who were lost standing."""

    _memory: dict[int, _Memory] = field(default_factory=dict)
    _here: frozenset[int] = frozenset()

    def _taken_over(self, xy: F64, within_m: float) -> bool:
        """Whether one who came stood here a moment ago, was lost standing, and nobody saw it drive off: this is that one."""
        return any(
            one.moved and one.stands_ns is not None and float(np.hypot(*(xy - one.anchor))) <= within_m
            for other, one in self._memory.items()
            if other not in self._here
        )

    def update(self, seen: GroundSightings) -> tuple[F64, F64, Bools, F64]:
        """How long each (N,) has stood, and been known, in s; whether it came from anywhere; how fast it was at most, m/s."""
        stood, known, moved = np.zeros(len(seen)), np.zeros(len(seen)), np.zeros(len(seen), np.bool_)
        fastest = np.zeros(len(seen))
        self._here = frozenset(seen.number.tolist())
        columns = (seen.number.tolist(), seen.xy_m, seen.speed_mps.tolist(), seen.place_error_m.tolist(), seen.length_m.tolist())
        for row, (number, xy, speed, error, length) in enumerate(zip(*columns, strict=True)):
            slack = _SLACK_M + 2 * error
            one = self._memory.get(number)
            if one is None:
                one = self._memory[number] = _Memory(seen.at_ns, seen.at_ns, xy)
            one.last_ns = seen.at_ns
            off = float(np.hypot(*(xy - one.anchor)))
            # A box around nothing that a passing body takes along goes no further than the boxes of both overlap.
            one.moved = one.moved or off > max(slack, length)
            if one.stands_ns is None:
                if speed < STANDS_MPS:
                    one.moved = one.moved or self._taken_over(xy, slack)
                    one.stands_ns, one.anchor = seen.at_ns, xy
            elif speed >= GOES_MPS or off > slack:
                one.stands_ns = None
            if one.stands_ns is not None:
                stood[row] = (seen.at_ns - one.stands_ns) / NS_PER_S
            fastest[row] = one.fastest_mps = max(one.fastest_mps, speed)
            known[row], moved[row] = (seen.at_ns - one.first_ns) / NS_PER_S, one.moved
        self._driven_through(seen, stood)
        gone = [
            number
            for number, one in self._memory.items()
            if seen.at_ns - one.last_ns > (_FORGET_NS if one.stands_ns is None or not one.moved else _STOOD_NS)
        ]
        for number in gone:
            del self._memory[number]
        return stood, known, moved, fastest

    def _driven_through(self, seen: GroundSightings, stood: F64) -> None:
        """Where somebody drives through one who stands nobody stands: it is as one who has just been found there."""
        passing = np.flatnonzero((seen.speed_mps >= _PASSES_MPS) & seen.seen & np.isin(seen.road_user, DRIVERS))
        for row in np.flatnonzero(stood > 0).tolist() if len(passing) else []:
            apart = seen.xy_m[row] - seen.xy_m[passing]
            ways = seen.velocity_mps[passing] / seen.speed_mps[passing, None]
            along, aside = (apart * ways).sum(axis=1), np.abs(apart[:, 0] * ways[:, 1] - apart[:, 1] * ways[:, 0])
            reach = seen.speed_mps[passing] * _STEP_S
            if ((np.abs(along) <= reach) & (aside <= _THROUGH_M) & (passing != row)).any():
                one = self._memory[int(seen.number[row])]
                one.moved, one.first_ns = False, seen.at_ns
