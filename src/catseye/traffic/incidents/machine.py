"""Incidents as state machines: from evidence, moment by moment, to revisions that neither flap nor flood.

Evidence has to last before an incident opens, and to be missing for longer before it closes. Whatever is seen near an open incident
of the same kind belongs to it. After it closed nothing of the kind opens beside it for a while, however strong the evidence.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec.structs import replace

from catseye.core.geometry import F64, XY
from catseye.core.ids import RunId, StreamId, event_id
from catseye.core.road_users import RoadUser
from catseye.core.scene import FittedScene
from catseye.core.time import LONGEST_GAP_S, nanoseconds, seconds
from catseye.core.traffic import Incident, Severity
from catseye.rules.ground import GroundView

LAPSE_S = 1.0  # one who is not seen for a moment has not gone
_UPDATE_S = 30.0
_RANKS: Mapping[Severity, int] = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long evidence lasts before an incident opens, is missing before it closes, and how long nothing opens beside it then.

    What is within ``merge_m`` of an open incident, or of one that closed a moment ago, is part of it.
    """

    open_s: float
    close_s: float
    cooldown_s: float
    merge_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """That something is the matter at one moment. ``key`` tells what is the same at the next one.

    ``already_s`` is how long it has lasted by this moment, where that is known; ``road_user`` a kind, or None for none or many.
    ``parties`` are how many take part.
    """

    key: Hashable
    point_m: XY
    place: str
    reason: str
    severity: Severity = "medium"
    road_user: int | None = None
    already_s: float = 0.0
    parties: int = 1


@dataclass(slots=True)
class _Case:
    """Evidence that has not opened an incident yet."""

    since_ns: int
    last_ns: int
    evidence: Evidence


@dataclass(slots=True)
class _Open:
    """An incident that lasts, or has closed a moment ago; ``places`` where each of its evidence was last, and when."""

    incident: Incident
    last_ns: int
    told_ns: int
    parties: int
    places: dict[Hashable, tuple[int, XY]]

    def apart_m(self, item: Evidence) -> float:
        """How far evidence is from it; nothing where it is the same as was seen before."""
        if item.key in self.places:
            return 0.0
        return min(float(np.hypot(x - item.point_m[0], y - item.point_m[1])) for _, (x, y) in self.places.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where incidents and violations are from: stream, run and scene."""

    stream: StreamId
    run: RunId
    fitted: FittedScene
    view: GroundView

    def unit(self, point_m: XY) -> XY:
        """Where a place on the ground is in the picture, 0..1."""
        px: F64 = self.view.pixels(np.array([*point_m, 0.0]))
        x, y = self.fitted.to_unit(px).tolist()
        return x, y


@dataclass(slots=True, kw_only=True)
class Machine:
    """The incidents of one kind. ``cases`` and ``open`` hold no more than there is evidence for, ``closed`` a cooldown's."""

    kind: str
    times: Times
    origin: Origin
    _cases: dict[Hashable, _Case] = field(default_factory=dict)
    _open: list[_Open] = field(default_factory=list)
    _closed: list[_Open] = field(default_factory=list)
    _before_ns: int | None = None
    _opened: int = 0

    def update(self, at_ns: int, evidence: Iterable[Evidence]) -> list[Incident]:
        """Take in the evidence of one moment; the revisions that it leads to, in order."""
        self._bridge(at_ns)
        found: list[Incident] = []
        for item in evidence:
            near = self._near(self._open, item)
            if near is not None:
                self._cases.pop(item.key, None)
                found += self._lasts(near, item, at_ns)
                continue
            case = self._cases.get(item.key)
            if case is None:
                case = self._cases[item.key] = _Case(at_ns - nanoseconds(item.already_s), at_ns, item)
            case.last_ns, case.evidence = at_ns, item
            if at_ns - case.since_ns >= nanoseconds(self.times.open_s) and self._near(self._closed, item) is None:
                del self._cases[item.key]
                found.append(self._opens(case, at_ns))
        return [*found, *self._expire(at_ns)]

    def close(self, at_ns: int) -> list[Incident]:
        """End the run: what is open is closed, for nobody would see it end."""
        found = []
        for one in self._open:
            reason = f"{one.incident.reason}; it lasted when the watch ended"
            found.append(self._told(one, at_ns, state="closed", reason=reason, closed_ns=at_ns))
        self._cases.clear()
        self._open.clear()
        return found

    def _bridge(self, at_ns: int) -> None:
        before, self._before_ns = self._before_ns, at_ns
        if before is None or at_ns - before <= nanoseconds(LONGEST_GAP_S):
            return
        self._cases.clear()  # nothing is known to have lasted meanwhile, or to have ended
        for one in self._open:
            one.last_ns += at_ns - before

    def _near(self, among: Sequence[_Open], item: Evidence) -> _Open | None:
        best = min(among, key=lambda one: one.apart_m(item), default=None)
        return best if best is not None and best.apart_m(item) <= self.times.merge_m else None

    def _lasts(self, one: _Open, item: Evidence, at_ns: int) -> list[Incident]:
        one.last_ns = at_ns
        one.places = {key: seen for key, seen in one.places.items() if at_ns - seen[0] <= nanoseconds(self.times.close_s)}
        one.places[item.key] = at_ns, item.point_m
        worse = _RANKS[item.severity] > _RANKS[one.incident.severity]
        more = item.parties > one.parties and at_ns - one.told_ns >= nanoseconds(_UPDATE_S)
        if not (worse or more):
            return []
        one.parties = max(one.parties, item.parties)
        severity = item.severity if worse else one.incident.severity
        return [self._told(one, at_ns, state="updated", reason=item.reason, severity=severity)]

    def _opens(self, case: _Case, at_ns: int) -> Incident:
        item = case.evidence
        self._opened += 1
        incident = Incident(
            id=event_id(self.origin.run, f"incident/{self.kind}", item.place, 0, self._opened),
            stream=self.origin.stream,
            run=self.origin.run,
            scene_revision=self.origin.fitted.scene.revision,
            kind=self.kind,
            at_ns=case.since_ns,
            seen_at_ns=at_ns,
            point_m=item.point_m,
            point_unit=self.origin.unit(item.point_m),
            revision=1,
            state="opened",
            place=item.place,
            road_user="" if item.road_user is None else RoadUser(item.road_user).label,
            opened_ns=at_ns,
            closed_ns=None,
            severity=item.severity,
            reason=item.reason,
        )
        self._open.append(_Open(incident, at_ns, at_ns, item.parties, {item.key: (at_ns, item.point_m)}))
        return incident

    def _told(
        self, one: _Open, at_ns: int, *, state: str, reason: str, severity: Severity | None = None, closed_ns: int | None = None
    ) -> Incident:
        one.told_ns = at_ns
        one.incident = replace(
            one.incident,
            revision=one.incident.revision + 1,
            state=state,
            seen_at_ns=at_ns,
            closed_ns=closed_ns,
            severity=severity or one.incident.severity,
            reason=reason,
        )
        return one.incident

    def _expire(self, at_ns: int) -> list[Incident]:
        lapsed = [key for key, case in self._cases.items() if at_ns - case.last_ns > nanoseconds(LAPSE_S)]
        for key in lapsed:
            del self._cases[key]
        self._closed = [one for one in self._closed if at_ns - (one.incident.closed_ns or 0) < nanoseconds(self.times.cooldown_s)]
        over = [one for one in self._open if at_ns - one.last_ns >= nanoseconds(self.times.close_s)]
        found = []
        for one in over:
            lasted = seconds(one.last_ns - one.incident.at_ns)
            reason = f"{one.incident.reason}; over after {lasted:.0f} s"
            found.append(self._told(one, at_ns, state="closed", reason=reason, closed_ns=at_ns))
            self._open.remove(one)
            self._closed.append(one)
        return found
