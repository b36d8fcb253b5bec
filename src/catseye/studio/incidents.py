"""The product's incidents and violations over a studio's run, with what they are to be held against."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from catseye.core.errors import ConfigError
from catseye.core.geometry import F64
from catseye.core.ids import RunId, StreamId
from catseye.core.signals import SignalState
from catseye.core.time import NS_PER_S, nanoseconds
from catseye.core.traffic import Incident, Violation
from catseye.rules.ground import ground_view
from catseye.studio.camera import PoleCamera
from catseye.studio.camera_file import load_camera
from catseye.studio.causes import STOPS, Happened, Seeing
from catseye.studio.files import read, read_street
from catseye.studio.moments import observed_moments, truth_moments
from catseye.studio.observe.model import load_model
from catseye.studio.observe.observing import Eye, observe
from catseye.studio.scene_of import scene_of
from catseye.studio.street import Street
from catseye.studio.truth import SignalChange, StudioTruth
from catseye.traffic.book import LAG_S
from catseye.traffic.engine import Moment
from catseye.traffic.incidents.engine import Incidents
from catseye.traffic.signals import SignalStates
from catseye.traffic.situation import Watch
from catseye.traffic.violations.engine import Violations

NOT_JUDGED = frozenset({"speeding", "blocked_crossing", "blocked_junction", "bus_lane", "cycle_lane"})
_STATES: dict[str, SignalState] = {"red": "red", "red_amber": "red_amber", "amber": "amber", "green": "green", "off": "off"}
_NEAR_M = 6.0
_STANDING_BEHIND = frozenset({"stopped_vehicle", "queue_spill_back"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAsked:
    """Which run, seen how.

    ``detector`` is one that was fitted, ``perfect``, or ``truth``: everyone is where they are, and nothing is followed.
    """

    truth: Path
    camera: Path
    detector: str = "truth"
    fps: float = 5.0
    minutes: float | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCause:
    """A cause, in the fields of ``evaluate.incidents.Cause``."""

    kind: str
    start_s: float
    end_s: float
    due_s: tuple[float, float] | None
    told_by: frozenset[str]
    at_s: F64
    xy_m: F64
    holds_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was told and what happened. ``speeding`` is how many were told, and how many of them truly were above the limit."""

    incidents: tuple[Incident, ...]
    violations: tuple[Violation, ...]
    incident_causes: tuple[AskedCause, ...]
    violation_causes: tuple[AskedCause, ...]
    hours: float
    lag_s: float
    speeding: tuple[int, int]


def judge_run(asked: RunAsked, done: Callable[[int, int], None] = lambda _, __: None) -> Judged:
    """Run the engines over a studio's run. ``done`` hears how many moments are behind, of how many. Raises ConfigError."""
    truth, street, camera = read(asked.truth), read_street(asked.truth), load_camera(asked.camera)
    minutes = truth.info.minutes if asked.minutes is None else min(asked.minutes, truth.info.minutes)
    scene = scene_of(street, camera)
    fitted = scene.fit(camera.size)
    view = ground_view(fitted)
    if view is None or not scene.lanes:
        raise ConfigError(f"{asked.camera} sees no lane of the street.", "Point it at the street: 'look_at_m' in its file.")
    signals = SignalStates()
    watch = Watch(fitted=fitted, view=view, signals=signals)
    stream, run = StreamId("studio"), RunId("studio")
    engines = (
        Incidents(watch, stream=stream, run=run),
        Violations(watch=watch, stream=stream, run=run, errors_known=True),
    )
    moments = _moments(asked, truth, street, camera, minutes * 60)
    total = int(minutes * 60 * asked.fps)
    records = []
    at_ns = 0
    for count, moment in enumerate(_told(moments, truth.signals, signals)):
        if moment.seen.at_ns >= nanoseconds(minutes * 60):
            break
        at_ns = moment.seen.at_ns
        records += [record for engine in engines for record in engine.update(moment)]
        if count % 50 == 0:
            done(count, total)
    records += [record for engine in engines for record in engine.close(at_ns)]
    happened = Seeing(truth=truth, camera=camera, scene=scene, lanes=watch.lanes, view=view).happened()
    happened = [one for one in happened if one.happening.start_s < minutes * 60]
    violations = [record for record in records if isinstance(record, Violation)]
    return Judged(
        incidents=tuple(record for record in records if isinstance(record, Incident)),
        violations=tuple(one for one in violations if one.kind not in NOT_JUDGED),
        incident_causes=tuple(c for one in happened for c in _incident_cause(one)),
        violation_causes=tuple(c for one in happened for c in _violation_cause(one)),
        hours=minutes / 60,
        lag_s=LAG_S,
        speeding=_speeding(truth, violations),
    )


def _moments(asked: RunAsked, truth: StudioTruth, street: Street, camera: PoleCamera, seconds: float) -> Iterator[Moment]:
    if asked.detector == "truth":
        return truth_moments(truth, street, camera, asked.fps)
    model = None if asked.detector == "perfect" else load_model(asked.detector)
    eye = Eye(model=model, light=camera.light, seed=asked.seed)
    slow = msgspec.structs.replace(camera, fps=asked.fps)
    return observed_moments(observe(truth, street, slow, eye, seconds=seconds), camera.size, threshold=eye.threshold)


def _told(moments: Iterable[Moment], changes: Iterable[SignalChange], signals: SignalStates) -> Iterator[Moment]:
    """The moments, with the signals told of their changes before each, as a controller would."""
    due = sorted(changes, key=lambda change: change.at_s, reverse=True)
    for moment in moments:
        while due and nanoseconds(due[-1].at_s) <= moment.seen.at_ns:
            change = due.pop()
            signals.told(change.head, nanoseconds(change.at_s), _STATES[change.state])
        yield moment


def _incident_cause(one: Happened) -> list[AskedCause]:
    kind = one.happening.kind
    if kind in STOPS or kind == "debris":
        return [_cause(one, kind, _STANDING_BEHIND, holds_up=True)]
    if kind == "wrong_way":
        return [_cause(one, kind, frozenset({"wrong_way"}))]
    if kind == "near_miss":  # a walker who ran: no incident is asked for, and none would be wrong
        return [_cause(one, kind, frozenset({"pedestrian_on_carriageway"}), due=False)]
    return []


def _violation_cause(one: Happened) -> list[AskedCause]:
    kind = one.happening.kind
    if kind in STOPS:
        return [_cause(one, f"{kind}, no stopping", frozenset({"illegal_stopping", "illegal_parking"}), due=one.no_stopping)]
    if kind in {"wrong_way", "red_light"}:
        return [_cause(one, kind, frozenset({kind}))]
    return []


def _cause(one: Happened, kind: str, told_by: frozenset[str], *, holds_up: bool = False, due: bool = True) -> AskedCause:
    happening = one.happening
    return AskedCause(
        kind=kind,
        start_s=happening.start_s,
        end_s=happening.end_s,
        due_s=one.due_s if due else None,
        told_by=told_by,
        at_s=one.at_s,
        xy_m=one.xy_m,
        holds_up=holds_up,
    )


def _speeding(truth: StudioTruth, violations: list[Violation]) -> tuple[int, int]:
    table, step_s = truth.trajectories, truth.info.step_s
    told = [one for one in violations if one.kind == "speeding" and one.limit_mps is not None]
    right = 0
    for one in told:
        low, high = np.searchsorted(table.step, [round(one.at_ns / NS_PER_S / step_s), round(one.at_ns / NS_PER_S / step_s) + 1])
        off = np.hypot(*(table.xy_m[low:high] - np.array(one.point_m)).T)
        near = low + np.flatnonzero(off <= _NEAR_M)
        if len(near) and one.limit_mps is not None:
            right += bool(table.speed_mps[near[off[near - low].argmin()]] > one.limit_mps)
    return len(told), right
