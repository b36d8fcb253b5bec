"""Road users followed on the ground: their sightings are kept for a few seconds, and smoothed once what follows them is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catseye.calibration.errors import GroundErrors
from catseye.core.geometry import F64
from catseye.core.ground import GroundSightings, nobody
from catseye.core.road_users import RoadUser
from catseye.core.scene import FittedScene
from catseye.core.time import NS_PER_S, nanoseconds, seconds
from catseye.rules.ground import GroundView
from catseye.rules.positions import Positions
from catseye.traffic.motion import Motion, covariance_m2, smooth

BESIDE_S = 2.0  # of sightings before and after an instant tell of it; what is further off adds nothing
HELD_S = 2.2  # unseen for longer than a lost track is followed: nobody looked where it is, for nothing moves there
_AGILE, _AGILE_ON_FOOT = 2.0, 0.7  # m²/s³
_STILL_MPS, _STILL_ON_FOOT_MPS = 1.0, 0.5
_STILL = 2.0  # standard deviations: who is slower than both stands
_BODY = 0.03  # of its speed: one whose box is always drawn too high, or whose build is not known, seems faster or slower
_HEADED_MPS, _HEADED = 0.7, 2.5  # who is slower, or not faster than so many standard deviations, keeps the heading it had
_FORGET_S = 60.0
_GENERATION = 2**53  # track numbers are smaller
_SOON_S = 0.1
# length and width in metres of a body that nobody measured yet
_USUAL_M = {
    RoadUser.PEDESTRIAN: (0.5, 0.55),
    RoadUser.BICYCLE: (1.8, 0.65),
    RoadUser.MOTORCYCLE: (2.15, 0.8),
    RoadUser.TWO_WHEELER: (1.9, 0.7),
    RoadUser.CAR: (4.4, 1.8),
    RoadUser.VEHICLE: (4.4, 1.8),
    RoadUser.VAN: (5.6, 2.0),
    RoadUser.TRUCK: (9.0, 2.5),
    RoadUser.BUS: (12.0, 2.55),
}


@dataclass(slots=True)
class Life:
    """One road user. ``told`` is the number its events bear, ``number`` the one of its moments.

    A row of ``sightings`` is (at_ns, x, y, and three entries of the covariance); those of the last seconds are kept.
    """

    told: int
    number: int
    first_ns: int
    road_user: int = 0
    size_m: tuple[float, float] | None = None
    heading_rad: float = np.nan
    count: int = 0
    last_ns: int = -1
    sightings: list[tuple[int, float, float, float, float, float]] = field(default_factory=list)
    unseen: set[int] = field(default_factory=set)


class Followed:
    """The road users of one unbroken stretch of watching. ``edge_ns`` is the last instant that was given out."""

    def __init__(self, fitted: FittedScene, view: GroundView, errors: GroundErrors | None) -> None:
        self._view, self._size, self._errors = view, np.asarray(fitted.size, np.float64), errors
        self._lives: dict[int, Life] = {}
        self._instants: list[int] = []
        self.edge_ns = -1

    def instant(self, at_ns: int) -> None:
        """The street was looked at."""
        self._instants.append(at_ns)

    def take_in(self, seen: Positions) -> None:
        """Sightings of some instant told now."""
        if not len(seen):
            return
        metres = self._view.metres(seen.point)
        spread = covariance_m2(self._view, seen.point, metres, seen.reach, seen.cut)
        columns = np.column_stack([metres, spread[:, 0, 0], spread[:, 0, 1], spread[:, 1, 1]])
        for number, kind, (x, y, a, b, c) in zip(seen.number.tolist(), seen.road_user.tolist(), columns.tolist(), strict=True):
            if not np.isfinite(x):
                continue
            life = self._life(number, seen.at_ns)
            life.road_user = kind
            if seen.at_ns > life.last_ns:
                life.sightings.append((seen.at_ns, x, y, a, b, c))
                life.last_ns, life.count = seen.at_ns, life.count + 1

    def sized(self, number: npt.NDArray[np.int64], size_m: F64) -> None:
        """These tracks (N,) are taken to be so long and wide (N, 2); NaN where that is not known."""
        for told, (length, width) in zip(number.tolist(), size_m.tolist(), strict=True):
            if told in self._lives and np.isfinite(length):
                self._lives[told].size_m = length, width

    def alive(self, number: npt.NDArray[np.int64], at_ns: int) -> None:
        """These tracks (N,) are still followed. One that has not been seen for long was not looked for: it stands."""
        for told in number.tolist():
            life = self._lives.get(told)
            if life is None:
                continue
            if at_ns - life.last_ns > nanoseconds(HELD_S) and life.last_ns >= self.edge_ns:
                life.sightings.append((at_ns, *life.sightings[-1][1:]))
                life.unseen.add(at_ns)
                life.last_ns = at_ns

    def life(self, told: int) -> Life | None:
        """The road user that is told under a number."""
        return self._lives.get(told)

    def pending(self) -> list[int]:
        """The instants looked at that were not given out."""
        return [at_ns for at_ns in self._instants if at_ns > self.edge_ns]

    def give_out(self, until_ns: int) -> list[GroundSightings]:
        """Who stood where at each pending instant up to ``until_ns``."""
        due = [at_ns for at_ns in self.pending() if at_ns <= until_ns]
        if not due:
            return []
        beside = nanoseconds(BESIDE_S)
        window = [at_ns for at_ns in self._instants if due[0] - beside <= at_ns <= due[-1] + beside]
        there = [life for life in self._lives.values() if life.last_ns >= due[0] and life.first_ns <= due[-1]]
        found = self._smoothed(there, window, due) if there else [nobody(at_ns) for at_ns in due]
        self.edge_ns = due[-1]
        self._forget(due[-1] - beside)
        return found

    def _life(self, told: int, at_ns: int) -> Life:
        """The life that a sighting belongs to. Whoever was given out as gone begins another one."""
        life = self._lives.get(told)
        if life is None:
            life = self._lives[told] = Life(told=told, number=told, first_ns=at_ns)
        elif life.last_ns < self.edge_ns and at_ns > life.last_ns:
            life = self._lives[told] = Life(
                told=told, number=life.number + _GENERATION, first_ns=max(at_ns, self.edge_ns + 1), road_user=life.road_user
            )
        return life

    def _forget(self, before_ns: int) -> None:
        self._instants = [at_ns for at_ns in self._instants if at_ns >= before_ns]
        for life in self._lives.values():
            if life.sightings and life.sightings[0][0] < before_ns:
                life.sightings = [row for row in life.sightings if row[0] >= before_ns] or life.sightings[-1:]
                life.unseen = {at_ns for at_ns in life.unseen if at_ns >= before_ns}
        self._lives = {told: life for told, life in self._lives.items() if life.last_ns >= before_ns - _FORGET_S * NS_PER_S}

    def _smoothed(self, lives: Sequence[Life], window: list[int], due: list[int]) -> list[GroundSightings]:
        place = {at_ns: k for k, at_ns in enumerate(window)}
        rows = [(n, place[row[0]], *row[1:]) for n, life in enumerate(lives) for row in life.sightings if row[0] in place]
        table = np.array(rows)
        at = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
        xy = np.full((len(lives), len(window), 2), np.nan)
        xy[at] = table[:, 2:4]
        spread = np.zeros((len(lives), len(window), 2, 2))
        spread[at] = table[:, [4, 5, 5, 6]].reshape(-1, 2, 2)
        known = np.isfinite(xy[:, :, 0]).any(axis=1)
        first = place[due[0]]
        agility = np.array([_AGILE_ON_FOOT if life.road_user == RoadUser.PEDESTRIAN else _AGILE for life in lives])
        at_s = np.array([seconds(at_ns - window[0]) for at_ns in window])
        wanted = slice(first, first + len(due))
        lives = [life for life, is_known in zip(lives, known, strict=True) if is_known]
        motion = smooth(at_s, xy[known], spread[known], agility[known], wanted)
        return self._columns(lives, motion, due)

    def _columns(self, lives: Sequence[Life], motion: Motion, due: list[int]) -> list[GroundSightings]:
        order = np.argsort([life.number for life in lives], kind="stable")
        lives = [lives[n] for n in order.tolist()]
        kind = np.array([life.road_user for life in lives], np.int16)
        velocity, place_error, speed_error = self._judged(motion, order, kind == RoadUser.PEDESTRIAN)
        xy = motion.xy_m[order]
        heading = _headings(lives, velocity, speed_error)
        number = np.array([life.number for life in lives], np.int64)
        size = np.array([life.size_m or _USUAL_M[RoadUser(life.road_user)] for life in lives])
        found = []
        sighted_at = [{row[0] for row in life.sightings} - life.unseen for life in lives]
        for k, at_ns in enumerate(due):
            rows = np.flatnonzero([life.first_ns <= at_ns <= life.last_ns for life in lives])
            sighted = [at_ns in sighted_at[n] for n in rows.tolist()]
            found.append(
                GroundSightings(
                    at_ns=at_ns,
                    number=number[rows],
                    road_user=kind[rows],
                    xy_m=xy[rows, k],
                    velocity_mps=velocity[rows, k],
                    place_error_m=place_error[rows, k],
                    speed_error_mps=speed_error[rows, k],
                    heading_rad=heading[rows, k],
                    length_m=size[rows, 0],
                    width_m=size[rows, 1],
                    seen=np.array(sighted, np.bool_),
                )
            )
        return found

    def _judged(self, motion: Motion, order: npt.NDArray[np.intp], on_foot: npt.NDArray[np.bool_]) -> tuple[F64, F64, F64]:
        """Velocities (N, K, 2) in which who stands stands, and the errors of places and speeds (N, K), calibration included."""
        velocity, shape = motion.velocity_mps[order], motion.xy_m.shape[:2]
        speed = np.hypot(*np.moveaxis(velocity, -1, 0))
        spread = motion.velocity_m2[order]
        way = velocity / np.maximum(speed, 1e-9)[..., None]
        all_ways = np.sqrt(np.trace(spread, axis1=-2, axis2=-1) / 2)
        slow = np.where(on_foot, _STILL_ON_FOOT_MPS, _STILL_MPS)[:, None]
        still = (speed < slow) & (speed < _STILL * all_ways)
        along = np.sqrt(np.maximum((way[..., None, :] @ spread @ way[..., None])[..., 0, 0], 0.0))
        tracking = np.where(still, all_ways, np.hypot(along, _BODY * speed))
        velocity = np.where(still[..., None], 0.0, velocity)
        place = np.trace(motion.place_m2[order], axis1=-2, axis2=-1)
        if self._errors is None:
            return velocity, np.sqrt(place), np.full(shape, np.nan)
        xy = motion.xy_m[order].reshape(-1, 2)
        here, there = (self._unit(xy + part * velocity.reshape(-1, 2)) for part in (0.0, _SOON_S))
        share = np.nan_to_num(self._errors.speed_error(here, there - here)).reshape(shape)
        place = place + np.nan_to_num(self._errors.place_error_m(here)).reshape(shape) ** 2
        return velocity, np.sqrt(place), np.hypot(tracking, share * np.where(still, 0.0, speed))

    def _unit(self, xy_m: F64) -> F64:
        return self._view.pixels(np.pad(xy_m, ((0, 0), (0, 1)))) / self._size


def _headings(lives: Sequence[Life], velocity: F64, error_mps: F64) -> F64:
    """Where each is headed (N, K): where it goes, or went last, so far as its velocity stands against the errors of speeds."""
    speed = np.hypot(*np.moveaxis(velocity, -1, 0))
    sure = (speed >= _HEADED_MPS) & ~(speed < _HEADED * error_mps)
    heading = np.where(sure, np.arctan2(velocity[..., 1], velocity[..., 0]), np.nan)
    for n, life in enumerate(lives):
        for k in range(heading.shape[1]):
            if np.isfinite(heading[n, k]):
                life.heading_rad = float(heading[n, k])
            else:
                heading[n, k] = life.heading_rad
    return np.asarray(heading, np.float64)
