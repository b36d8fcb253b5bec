"""The ground that was swept in the last seconds, and who comes to it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.core.ground import GroundSightings
from catseye.core.rectangles import Rectangles, Rows, contact_s, ways_meet
from catseye.core.road_users import RoadUser
from catseye.core.time import NS_PER_S, seconds
from catseye.traffic.conflicts.encounters import Stand

STEP_S = 0.1  # two instants that are compared are no further apart: the exactness of a PET
_MOVES_MPS = 0.5
_HEADING_ERRORS = 2.0  # standard deviations that an angle must stand against


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Swept:
    """Footprints (N) at one or many instants."""

    at_ns: npt.NDArray[np.int64]
    number: npt.NDArray[np.int64]
    road_user: npt.NDArray[np.int16]
    shapes: Rectangles
    velocity_mps: F64
    doubt_rad: F64  # of the headings
    known: npt.NDArray[np.bool_]  # who was watched well enough to be told of

    def __getitem__(self, index: npt.NDArray[np.generic]) -> "Swept":
        return Swept(
            at_ns=self.at_ns[index],
            number=self.number[index],
            road_user=self.road_user[index],
            shapes=self.shapes[index],
            velocity_mps=self.velocity_mps[index],
            doubt_rad=self.doubt_rad[index],
            known=self.known[index],
        )

    def stand(self, row: int) -> Stand:
        """One of them."""
        (x, y), (u, v) = self.shapes.xy_m[row].tolist(), self.velocity_mps[row].tolist()
        return Stand(
            at_ns=int(self.at_ns[row]),
            number=int(self.number[row]),
            road_user=int(self.road_user[row]),
            xy_m=(x, y),
            velocity_mps=(u, v),
            heading_rad=float(self.shapes.yaw_rad[row]),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encroachments:
    """K times that one (``came``) touches ground that another had left (``left``) ``pet_s`` before; one row a pair and instant.

    ``met`` (M, 2) holds the numbers of pairs whose ways meet at an angle at the instant ``at_ns``: the front of the second is where
    the front of the first was.
    """

    at_ns: int
    left: Swept
    came: Swept
    pet_s: F64
    met: npt.NDArray[np.int64]


class SweptGround:
    """Remembers footprints for ``within_s``, at most every ``STEP_S``, and finds who comes to them. Two on foot are left out."""

    def __init__(self, within_s: float) -> None:
        self._within_s = within_s
        self._past: deque[Swept] = deque()
        self._fronts: deque[Swept] = deque()
        self._last: Swept | None = None

    def update(self, now: Swept, at_ns: int) -> list[Encroachments]:
        """What the road users came to since the last call; instants come in order."""
        found = []
        for then in _between(self._last, now, at_ns):
            then_ns = int(then.at_ns[0])
            _forget(self._past, then_ns, self._within_s)
            _forget(self._fronts, then_ns, 2 * self._within_s)  # a front is long gone when the rear leaves
            fresh = not self._past or seconds(then_ns - int(self._past[-1].at_ns[0])) > STEP_S / 2
            past = _joined([*self._past, then])
            left, came = _touched(past, then)
            moving = then[np.flatnonzero(then.known & (np.hypot(*then.velocity_mps.T) > _MOVES_MPS))]
            met = _met(_joined(list(self._fronts)), moving) if self._fronts else np.zeros((0, 2), np.int64)
            pet = (came.at_ns - left.at_ns) / NS_PER_S
            found.append(Encroachments(at_ns=then_ns, left=left, came=came, pet_s=pet, met=met))
            if fresh:
                self._past.append(then)
                if len(moving.number):
                    self._fronts.append(moving)
        self._last = now
        return found

    def clear(self) -> None:
        """Forget everything: what comes was not watched from here."""
        self._past.clear()
        self._fronts.clear()
        self._last = None


def _forget(past: deque[Swept], at_ns: int, within_s: float) -> None:
    while past and seconds(at_ns - int(past[0].at_ns[0])) > within_s + STEP_S / 2:
        past.popleft()


def standing(seen: GroundSightings, shapes: Rectangles, known: npt.NDArray[np.bool_]) -> Swept:
    """The road users of one instant with their footprints, and who of them are ``known`` (N,)."""
    return Swept(
        at_ns=np.full(len(seen), seen.at_ns),
        number=seen.number,
        road_user=seen.road_user,
        shapes=shapes,
        velocity_mps=seen.velocity_mps,
        doubt_rad=np.asarray(_HEADING_ERRORS * seen.speed_error_mps / np.maximum(seen.speed_mps, _MOVES_MPS), np.float64),
        known=known,
    )


def _between(last: Swept | None, now: Swept, at_ns: int) -> list[Swept]:
    """The instants after ``last`` up to ``now``, no further apart than ``STEP_S``; those between are interpolated."""
    if not len(now.number):
        return []
    if last is None or not len(last.number):
        return [now]
    gap_ns = at_ns - int(last.at_ns[0])
    steps = max(1, round(gap_ns / NS_PER_S / STEP_S))
    both, i, j = np.intersect1d(last.number, now.number, return_indices=True)
    if steps == 1 or not len(both):
        return [now]
    a, b = last.shapes[i], now.shapes[j]
    turn = (b.yaw_rad - a.yaw_rad + np.pi) % (2 * np.pi) - np.pi
    made = []
    for k in range(1, steps):
        share = k / steps
        shapes = Rectangles(a.xy_m + share * (b.xy_m - a.xy_m), a.yaw_rad + share * turn, b.half_m, b.row)
        made.append(
            Swept(
                at_ns=np.full(len(both), at_ns - gap_ns + round(share * gap_ns)),
                number=both,
                road_user=now.road_user[j],
                shapes=shapes,
                velocity_mps=now.velocity_mps[j],
                doubt_rad=now.doubt_rad[j],
                known=last.known[i] & now.known[j],
            )
        )
    return [*made, now]


def _touched(past: Swept, now: Swept) -> tuple[Swept, Swept]:
    """Who left and who came to the same ground, with the shortest time between of each pair."""
    i, j = _touching(past, now)
    order = np.lexsort((-past.at_ns[i], past.number[i], now.number[j]))
    i, j = i[order], j[order]
    once = np.ones(len(i), np.bool_)
    once[1:] = (np.diff(past.number[i]) != 0) | (np.diff(now.number[j]) != 0)
    return past[i[once]], now[j[once]]


def _met(past: Swept, now: Swept) -> npt.NDArray[np.int64]:
    """Numbers (M, 2) of those whose front was, and is, at one place with headings at an angle."""
    i, j = ways_meet(past.shapes, now.shapes, (past.doubt_rad, now.doubt_rad))
    both = np.unique(np.stack([past.number[i], now.number[j]], 1), axis=0)
    return np.asarray(both[both[:, 0] != both[:, 1]], np.int64)


def _touching(past: Swept, now: Swept) -> tuple[Rows, Rows]:
    """Rows of the past and of now that share ground, of two that can conflict."""
    then_r, now_r = (np.hypot(*s.shapes.half_m.T) for s in (past, now))
    (px, py), (nx, ny) = past.shapes.xy_m.T, now.shapes.xy_m.T
    near = (px[:, None] - nx) ** 2 + (py[:, None] - ny) ** 2 <= (then_r[:, None] + now_r) ** 2
    walks = (past.road_user == RoadUser.PEDESTRIAN)[:, None] & (now.road_user == RoadUser.PEDESTRIAN)
    i, j = np.nonzero(near & (past.number[:, None] != now.number) & ~walks)
    touch = contact_s(past.shapes[i], now.shapes[j], np.zeros((len(i), 2))) == 0.0
    return i[touch], j[touch]


def _joined(parts: Sequence[Swept]) -> Swept:
    shapes = [part.shapes for part in parts]
    return Swept(
        at_ns=np.concatenate([part.at_ns for part in parts]),
        number=np.concatenate([part.number for part in parts]),
        road_user=np.concatenate([part.road_user for part in parts]),
        shapes=Rectangles(
            np.concatenate([s.xy_m for s in shapes]),
            np.concatenate([s.yaw_rad for s in shapes]),
            np.concatenate([s.half_m for s in shapes]),
            np.concatenate([s.row for s in shapes]),
        ),
        velocity_mps=np.concatenate([part.velocity_mps for part in parts]),
        doubt_rad=np.concatenate([part.doubt_rad for part in parts]),
        known=np.concatenate([part.known for part in parts]),
    )
