"""Near misses out of moments: the engine that tells of conflicts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.events import MovementCompleted
from catseye.core.geometry import XY
from catseye.core.ground import GroundSightings
from catseye.core.ids import RunId, StreamId, event_id
from catseye.core.road_users import RoadUser
from catseye.core.scene import FittedScene
from catseye.core.time import LONGEST_GAP_S, nanoseconds
from catseye.core.traffic import Conflict, TrafficRecord
from catseye.rules.ground import GroundView
from catseye.traffic.conflicts.closing import closings
from catseye.traffic.conflicts.encounters import PET_S, TTC_S, Closest, Encounter, Told
from catseye.traffic.conflicts.footprints import footprints
from catseye.traffic.conflicts.severity import delta_v_mps
from catseye.traffic.conflicts.swept import Swept, SweptGround, standing
from catseye.traffic.conflicts.witnessed import Witnessed
from catseye.traffic.engine import Moment

_WAITS_S = 30.0  # for the movements of both, after an encounter is over

_EDGE = 0.01  # of the picture

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictParams:
    """Which encounters are told: those with a TTC of up to ``ttc_s`` or a PET of up to ``pet_s``."""

    ttc_s: float = 1.5
    pet_s: float = 2.0

    def tells(self, ttc_s: float | None, pet_s: float | None) -> bool:
        """Whether one with these measures is told."""
        return (ttc_s is not None and ttc_s <= self.ttc_s) or (pet_s is not None and pet_s <= self.pet_s)


class Conflicts:
    """Tells of close encounters, by the measures of SSAM (Gettman et al. 2008, FHWA-HRT-08-051). One run of one stream.

    Two on foot have none. A pair is told of once its encounter is over, which is ``PET_S`` after its last close instant, and the
    movements of both are known or both are gone.
    """

    def __init__(
        self, fitted: FittedScene, view: GroundView, *, stream: StreamId, run: RunId, params: ConflictParams | None = None
    ) -> None:
        self._fitted, self._view, self._stream, self._run = fitted, view, stream, run
        self._revision = fitted.scene.revision
        self._params = params or ConflictParams()
        self._swept = SweptGround(PET_S)
        self._witnessed = Witnessed()
        self._open: dict[Pair, Encounter] = {}
        self._waiting: list[tuple[Told, int]] = []
        self._movement: dict[int, tuple[str, int]] = {}  # who did which, and when it was last seen
        self._times: dict[Pair, int] = {}
        self._alive: frozenset[int] = frozenset()
        self._last_ns: int | None = None

    def update(self, moment: Moment) -> list[TrafficRecord]:
        """What is now known to have happened."""
        found = [] if self._unbroken(moment.seen.at_ns) else self.close(moment.seen.at_ns)
        self._last_ns = moment.seen.at_ns
        whole = self._whole(moment.seen)
        seen, known = moment.seen[whole], self._witnessed.update(moment.seen)[whole]
        self._alive = frozenset(moment.seen.number.tolist())
        self._learn(moment)
        now = standing(seen, footprints(seen), known)
        self._close_in(seen, now)
        self._encroach(now, seen.at_ns)
        self._end(seen.at_ns, all_of_them=False)
        return found + self._tell(seen.at_ns, all_of_them=False)

    def close(self, at_ns: int) -> list[TrafficRecord]:
        """End the run: what is still open."""
        self._end(at_ns, all_of_them=True)
        found = self._tell(at_ns, all_of_them=True)
        self._swept.clear()
        self._witnessed.clear()
        self._movement.clear()
        self._times.clear()
        return found

    def _unbroken(self, at_ns: int) -> bool:
        return self._last_ns is None or at_ns - self._last_ns <= nanoseconds(LONGEST_GAP_S)

    def _whole(self, seen: GroundSightings) -> npt.NDArray[np.bool_]:
        """Who of them (N,) are seen, and whole: where the picture's edge cuts one off, nobody knows how far it reaches."""
        corners = footprints(seen).corners()
        px = self._view.pixels(np.concatenate([corners, np.zeros((*corners.shape[:2], 1))], axis=2))
        unit = px / np.asarray(self._fitted.size)
        return np.asarray(seen.seen & ((unit > _EDGE) & (unit < 1 - _EDGE)).all(axis=(1, 2)), np.bool_)

    def _learn(self, moment: Moment) -> None:
        at_ns = moment.seen.at_ns
        for event in moment.events:
            if isinstance(event, MovementCompleted):
                self._movement[event.track] = (event.rule, at_ns)
        for number in self._movement.keys() & self._alive:
            self._movement[number] = (self._movement[number][0], at_ns)
        kept = nanoseconds(_WAITS_S + 2 * PET_S)
        self._movement = {n: told for n, told in self._movement.items() if at_ns - told[1] <= kept}
        self._times = {pair: n for pair, n in self._times.items() if pair[0] in self._alive or pair[1] in self._alive}

    def _close_in(self, seen: GroundSightings, now: Swept) -> None:
        close = closings(seen, now.shapes, TTC_S)
        for i, j, ttc, drac in zip(close.first.tolist(), close.second.tolist(), close.ttc_s, close.drac_mps2, strict=True):
            if not (now.known[i] and now.known[j]):
                continue
            a, b = now.stand(i), now.stand(j)
            self._of(a.number, b.number, seen.at_ns).closes(
                Closest(value_s=float(ttc), at_ns=seen.at_ns, first=a, second=b), float(drac)
            )

    def _encroach(self, now: Swept, at_ns: int) -> None:
        for found in self._swept.update(now, at_ns):
            for a, b in found.met.tolist():
                self._of(a, b, found.at_ns).meets(found.at_ns)
            for k, pet in enumerate(found.pet_s.tolist()):
                if pet > 0.0 and not (found.left.known[k] and found.came.known[k]):
                    continue
                first, second = found.left.stand(k), found.came.stand(k)
                encroached = Closest(value_s=pet, at_ns=second.at_ns, first=first, second=second)
                self._of(first.number, second.number, second.at_ns).encroaches(encroached)

    def _of(self, a: int, b: int, at_ns: int) -> Encounter:
        pair = (min(a, b), max(a, b))
        return self._open.setdefault(pair, Encounter(last_ns=at_ns))

    def _end(self, at_ns: int, *, all_of_them: bool) -> None:
        for pair, encounter in list(self._open.items()):
            if not (all_of_them or encounter.over(at_ns)):
                continue
            del self._open[pair]
            told = encounter.told()
            if told is not None and self._params.tells(told.ttc_s, told.pet_s):
                self._waiting.append((told, at_ns))

    def _tell(self, at_ns: int, *, all_of_them: bool) -> list[TrafficRecord]:
        ready: list[TrafficRecord] = []
        waiting = []
        for told, since_ns in self._waiting:
            settled = all(side.number in self._movement or side.number not in self._alive for side in (told.first, told.second))
            if all_of_them or settled or at_ns - since_ns > nanoseconds(_WAITS_S):
                ready.append(self._record(told, at_ns))
            else:
                waiting.append((told, since_ns))
        self._waiting = waiting
        return ready

    def _record(self, told: Told, at_ns: int) -> Conflict:
        sides = (told.first, told.second)
        pair = (min(side.number for side in sides), max(side.number for side in sides))
        ordinal = self._times[pair] = self._times.get(pair, -1) + 1
        (ax, ay), (bx, by) = (side.xy_m for side in sides)
        point = ((ax + bx) / 2, (ay + by) / 2)
        unit = self._fitted.to_unit(self._view.pixels(np.array([[*point, 0.0]])))[0]
        kinds = (RoadUser(sides[0].road_user), RoadUser(sides[1].road_user))
        return Conflict(
            id=event_id(self._run, "conflict", str(pair[1]), pair[0], ordinal),
            stream=self._stream,
            run=self._run,
            scene_revision=self._revision,
            kind=told.kind,
            at_ns=told.at_ns,
            seen_at_ns=at_ns,
            point_m=_rounded(point, 3),
            point_unit=_rounded((float(unit[0]), float(unit[1])), 5),
            road_users=(kinds[0].label, kinds[1].label),
            movements=(self._moved(sides[0].number), self._moved(sides[1].number)),
            ttc_s=_round(told.ttc_s),
            pet_s=_round(told.pet_s),
            drac_mps2=_round(told.drac_mps2),
            delta_v_mps=_rounded(delta_v_mps(kinds, (sides[0].velocity_mps, sides[1].velocity_mps)), 3),
            angle_rad=round(told.angle_rad, 4),
            speeds_mps=_rounded((float(np.hypot(*sides[0].velocity_mps)), float(np.hypot(*sides[1].velocity_mps))), 3),
        )

    def _moved(self, number: int) -> str:
        return self._movement.get(number, ("", 0))[0]


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _rounded(pair: XY, digits: int) -> XY:
    return round(pair[0], digits), round(pair[1], digits)
