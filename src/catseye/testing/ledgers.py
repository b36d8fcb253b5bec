"""Believable ledgers, drawn from a seed, to try reports on: cameras that fail now and then, outages, nights without Catseye."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from catseye.core.health import CameraMinute, CameraState, HealthEpisode, HealthRecord
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S

_MINUTE_NS = 60 * NS_PER_S
# How often a camera falls into each state (times a day), how long it stays (mean hours), and how soon that is told (seconds).
_RATES: tuple[tuple[CameraState, float, float, float], ...] = (
    (CameraState.OFFLINE, 0.06, 3.0, 35.0),
    (CameraState.CONNECTING, 0.3, 0.02, 5.0),
    (CameraState.FROZEN, 0.02, 1.5, 25.0),
    (CameraState.BLACK, 0.01, 4.0, 20.0),
    (CameraState.OBSCURED, 0.008, 9.0, 60.0),
    (CameraState.MOVED, 0.005, 20.0, 90.0),
    (CameraState.BLURRED, 0.01, 6.0, 120.0),
    (CameraState.INFRARED_FAILED, 0.004, 8.0, 300.0),
    (CameraState.GLARE, 0.1, 0.5, 60.0),
    (CameraState.PACKET_LOSS, 0.15, 0.3, 30.0),
    (CameraState.LENS_DIRTY, 0.01, 24.0, 3600.0),
)


@dataclass(frozen=True, kw_only=True)
class LedgerScript:
    """What is to have happened in ``minutes`` from ``start_ns``. ``care`` by camera multiplies how often it fails.

    ``outages`` are (camera names, first minute, last minute + 1) in which all of them are offline; ``away`` is when Catseye was not
    running, ``paused`` when a camera was paused, both as minutes.
    """

    cameras: Sequence[StreamId]
    start_ns: int
    minutes: int
    seed: int = 1
    care: Mapping[StreamId, float] = field(default_factory=dict)
    outages: Sequence[tuple[Sequence[StreamId], int, int]] = ()
    away: Sequence[tuple[int, int]] = ()
    paused: Mapping[StreamId, tuple[int, int]] = field(default_factory=dict)


def records(script: LedgerScript) -> Iterator[list[HealthRecord]]:
    """All records of one camera at a time."""
    for camera in script.cameras:
        yield list(_camera(script, camera))


def _camera(script: LedgerScript, camera: StreamId) -> Iterator[HealthRecord]:
    draw = Random(f"{script.seed}/{camera}")  # noqa: S311 - a script, not a secret
    length_s = script.minutes * 60.0
    faults: list[tuple[float, float, CameraState, float]] = []
    for state, a_day, mean_h, told_s in _RATES:
        at_s = 0.0
        rate = a_day * script.care.get(camera, 1.0) / 86_400
        while rate > 0 and (at_s := at_s + draw.expovariate(rate)) < length_s:
            faults.append((at_s, at_s + draw.expovariate(1 / (3600 * mean_h)), state, told_s * draw.uniform(0.6, 1.8)))
    for names, first, last in script.outages:
        if camera in names:
            faults.append((60 * first + draw.uniform(0, 60), 60 * last + draw.uniform(0, 240), CameraState.OFFLINE, 35.0))
    taken_s = 0.0
    kept: list[tuple[float, float, CameraState]] = []
    for number, (begin, end, state, told_s) in enumerate(sorted(faults)):
        if begin < taken_s or _within(begin, script.away):
            continue
        kept.append((begin, end, state))
        taken_s = end
        yield HealthEpisode(
            id=f"{camera}-{number}",
            stream=camera,
            state=state,
            revision=1 if end > length_s else 2,
            began_ns=_at(script, begin),
            told_ns=_at(script, min(begin + told_s, end)),
            ended_ns=None if end > length_s else _at(script, end),
            reason=f"{state.replace('_', ' ')} since the last good picture",
        )
    yield from _minutes(script, camera, kept)


def _minutes(script: LedgerScript, camera: StreamId, faults: Sequence[tuple[float, float, CameraState]]) -> Iterator[CameraMinute]:
    pause = script.paused.get(camera, (0, 0))
    waiting = list(faults)
    for minute in range(script.minutes):
        if any(first <= minute < last for first, last in script.away):
            continue
        start_ns = script.start_ns + minute * _MINUTE_NS
        if pause[0] <= minute < pause[1]:
            yield CameraMinute(stream=camera, start_ns=start_ns, seconds={}, paused_s=60.0)
            continue
        begin, end, seconds = 60.0 * minute, 60.0 * minute + 60.0, dict[CameraState, float]()
        while waiting and waiting[0][1] <= begin:
            waiting.pop(0)
        for since, until, state in waiting:
            if since >= end:
                break
            seconds[state] = seconds.get(state, 0.0) + min(until, end) - max(since, begin)
        good_s = 60.0 - sum(seconds.values())
        if good_s > 1e-9:
            seconds[CameraState.OK] = good_s
        frames = round(25 * good_s)
        yield CameraMinute(
            stream=camera,
            start_ns=start_ns,
            seconds=seconds,
            frames_decoded=frames,
            frames_analysed=frames // 5,
            bytes_in=frames * 4000,
            lag_p99_s=0.25,
        )


def _within(at_s: float, stretches: Sequence[tuple[int, int]]) -> bool:
    return any(60 * first <= at_s < 60 * last for first, last in stretches)


def _at(script: LedgerScript, at_s: float) -> int:
    return script.start_ns + round(at_s * NS_PER_S)
