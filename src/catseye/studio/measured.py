"""The product's traffic measures of a studio's run beside the true ones, interval by interval."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from catseye.core.compared import MeasuredCell
from catseye.core.errors import ConfigError
from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser
from catseye.core.speeds import KMH, LEAST_MPS
from catseye.core.time import seconds
from catseye.core.traffic import TrafficMinute
from catseye.rules.ground import GroundView, ground_view
from catseye.studio.camera import PoleCamera
from catseye.studio.camera_file import load_camera
from catseye.studio.files import read, read_street
from catseye.studio.moments import RUN, STREAM, observed_moments, truth_moments
from catseye.studio.observe.counting import asked_for
from catseye.studio.observe.model import load_model
from catseye.studio.observe.observing import Eye, observe
from catseye.studio.scene_of import scene_of
from catseye.studio.street import Street
from catseye.studio.true_measures import TrueStreet, true_street
from catseye.studio.truth import StudioTruth
from catseye.traffic.engine import Moment
from catseye.traffic.fields import Fields
from catseye.traffic.lanes import GroundLanes
from catseye.traffic.measures.definitions import MEASURES
from catseye.traffic.measures.engine import Measures
from catseye.traffic.measures.merging import Merged, Place, by_interval
from catseye.traffic.measures.values import control_delay, level, space_mean_speed

LEAST_SPEEDS = 10  # crossings of an interval, before its speeds are compared
LEAST_DELAYS = 5
LEAST_ON_LANE_S = 60.0
ENGINES_OWN = ("headway", "gap", "occupancy", "stops", "saturation_flow")
"""Measures whose truth is what the engine makes of perfect moments; the engine is tested on streets worked out by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMeasured:
    """Which run, seen how: by ``perfect`` or fitted detectors, or (``truth``) by nobody, everyone being where they are."""

    truth: Path
    camera: Path
    detector: str = "perfect"
    fps: float = 5.0
    minutes: float | None = None
    seed: int = 1
    interval_min: int = 15
    drawn: bool = False
    """Whether fields are kept to draw diagrams of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRun:
    """What was measured, what the engines make of perfect moments, and the cells that were compared."""

    minutes: tuple[TrafficMinute, ...]
    known: tuple[TrafficMinute, ...]
    cells: tuple[MeasuredCell, ...]
    fields: tuple[Fields, Fields] | None = None
    """The found and the true ones, where they were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    asked: RunMeasured
    truth: StudioTruth
    street: Street
    camera: PoleCamera
    view: GroundView
    until_s: float


def measure_run(asked: RunMeasured, done: Callable[[str, int, int], None] = lambda *_: None) -> MeasuredRun:
    """Measure a run and hold it against the truth. ``done`` hears a stage and how much of it is behind, of how much.

    Raises ConfigError.
    """
    run = _opened(asked)
    scene = scene_of(run.street, run.camera)
    lanes = GroundLanes(scene.lanes, scene.fit(run.camera.size), run.view)
    seen, true = (Fields(lanes, run.until_s) if asked.drawn else None for _ in range(2))
    found = _minutes(run, _moments(run, done), seen)
    ideal = _minutes(run, truth_moments(run.truth, run.street, run.camera, asked.fps), true)
    street = true_street(run.truth, scene, run.view, run.camera, run.until_s)
    intervals, known = (by_interval(rows, asked.interval_min) for rows in (found, ideal))
    crossings = asked_for(run.truth, run.street, run.camera, scene, run.until_s)
    cells = [
        *_volumes(intervals, [one for one, _ in crossings]),
        *_line_speeds(intervals, run.truth, {(one.rule, one.direction, number) for one, number in crossings}),
        *_lanes(intervals, street),
        *_queues(by_interval(found, 1), street),
        *_delays(intervals, street),
        *_own(intervals, known),
    ]
    fields = (seen, true) if seen and true else None
    return MeasuredRun(minutes=tuple(found), known=tuple(ideal), cells=tuple(cells), fields=fields)


def _opened(asked: RunMeasured) -> _Run:
    truth, street = read(asked.truth), read_street(asked.truth)
    camera = replace(load_camera(asked.camera), fps=asked.fps)
    view = ground_view(scene_of(street, camera).fit(camera.size))
    if view is None:
        raise ConfigError(f"{asked.camera} sees no ground of the street.", "Point it at the street: 'look_at_m' in its file.")
    minutes = truth.info.minutes if asked.minutes is None else min(asked.minutes, truth.info.minutes)
    if minutes < asked.interval_min:
        raise ConfigError(f"{minutes:g} minutes hold no interval of {asked.interval_min}.", "Give a shorter --interval.")
    until_s = minutes // asked.interval_min * asked.interval_min * 60
    return _Run(asked=asked, truth=truth, street=street, camera=camera, view=view, until_s=until_s)


def _moments(run: _Run, done: Callable[[str, int, int], None]) -> Iterator[Moment]:
    asked, total = run.asked, round(run.until_s * run.asked.fps)
    if asked.detector == "truth":
        moments = truth_moments(run.truth, run.street, run.camera, asked.fps)
    else:
        model = None if asked.detector == "perfect" else load_model(asked.detector)
        eye = Eye(model=model, light=run.camera.light, seed=asked.seed)
        seen = observe(
            run.truth, run.street, run.camera, eye, seconds=run.until_s, done=lambda _, behind: done("seeing", behind, total)
        )
        moments = observed_moments(seen, run.camera.size, threshold=eye.threshold)
    for count, moment in enumerate(moments):
        if count % 100 == 0:
            done("measuring", count, total)
        yield moment
    done("measuring", total, total)


def _minutes(run: _Run, moments: Iterable[Moment], fields: Fields | None) -> list[TrafficMinute]:
    fitted = scene_of(run.street, run.camera).fit(run.camera.size)
    engine, last_ns, records = Measures(fitted, run.view, stream=STREAM, run=RUN), 0, []
    for moment in moments:
        if seconds(moment.seen.at_ns) >= run.until_s:
            break
        last_ns = moment.seen.at_ns
        records += engine.update(moment)
        if fields:
            fields.add(moment.seen)
    records += engine.close(last_ns)
    return [record for record in records if isinstance(record, TrafficMinute)]


def _volumes(intervals: dict[Place, list[Merged]], crossings: Sequence[KnownCrossing]) -> Iterator[MeasuredCell]:
    """Of lines and movements; the truth tells the movements of vehicles alone."""
    walks = frozenset({RoadUser.PEDESTRIAN.label})
    for (kind, place), cells in intervals.items():
        if kind not in {"line", "movement"}:
            continue
        mine = [one for one in crossings if one.rule == place]
        for cell in cells:
            within = [one for one in mine if seconds(cell.start_ns) <= one.at_s < seconds(cell.end_ns)]
            ways = {one.direction for one in mine} if kind == "line" else {""}
            for way in sorted(ways | (set(cell.directions()) if kind == "line" else set())):
                there = [one for one in within if not way or one.direction == way]
                counts = (cell.towards(way) if way else cell).kinds("volume")
                counted = sum(n for label, n in counts.items() if kind == "line" or label not in walks)
                told = MeasuredCell(
                    measure="volume",
                    place_kind=kind,
                    place=place,
                    direction=way,
                    start_s=seconds(cell.start_ns),
                    true=float(sum(not one.optional for one in there)),
                    found=counted,
                    optional=sum(one.optional for one in there),
                )
                yield told
                if kind == "movement":
                    yield replace(told, measure="volume_and_estimate", found=counted + cell.total("estimated"))


def _line_speeds(
    intervals: dict[Place, list[Merged]], truth: StudioTruth, asked: set[tuple[str, str, int]]
) -> Iterator[MeasuredCell]:
    rows = [row for row in truth.crossed if (row.line, row.direction, row.number) in asked]
    for (kind, place), cells in intervals.items():
        for cell in cells if kind == "line" else ():
            begin, end = seconds(cell.start_ns), seconds(cell.end_ns)
            for way in sorted({row.direction for row in rows if row.line == place}):
                speeds = [r.speed_mps for r in rows if (r.line, r.direction) == (place, way) and begin <= r.at_s < end]
                if len(speeds) < LEAST_SPEEDS:
                    continue
                mps, part = np.maximum(np.array(speeds), LEAST_MPS), cell.towards(way)
                for name, true in (
                    ("space_mean_speed", KMH / float((1 / mps).mean())),
                    ("p85_speed", KMH * float(np.percentile(mps, 85))),
                ):
                    yield _cell(name, ("line", place), begin, true, _number(MEASURES[name].of(part)), direction=way)


def _lanes(intervals: dict[Place, list[Merged]], street: TrueStreet) -> Iterator[MeasuredCell]:
    step_s = street.truth.info.step_s
    for name, on in street.on_lanes().items():
        for cell in intervals.get(("lane", name), []):
            begin, end = seconds(cell.start_ns), seconds(cell.end_ns)
            within = (on.at_s >= begin) & (on.at_s < end)
            time_s = float(within.sum()) * step_s
            density = time_s / (on.length_m * (end - begin)) * 1000
            yield _cell("density", ("lane", name), begin, density, _number(MEASURES["density"].of(cell)))
            if time_s >= LEAST_ON_LANE_S:
                speed = KMH * float(on.speed_mps[within].mean())
                yield _cell("space_mean_speed", ("lane", name), begin, speed, _number(space_mean_speed(cell)))


def _queues(minutes: dict[Place, list[Merged]], street: TrueStreet) -> Iterator[MeasuredCell]:
    """Minute by minute: in the view, and (``whole``) beyond it too."""
    samples = street.queues()
    for approach in sorted({row.approach for row in samples}):
        mine = [row for row in samples if row.approach == approach]
        for cell in minutes.get(("approach", approach), []):
            begin, end = seconds(cell.start_ns), seconds(cell.end_ns)
            there = [row for row in mine if begin <= row.at_s < end]
            if not there:
                continue
            for name, parts in (
                ("queue_vehicles", [(row.vehicles, row.whole_vehicles) for row in there]),
                ("queue_length", [(row.length_m, row.whole_length_m) for row in there]),
            ):
                found, (true, whole) = _number(MEASURES[name].of(cell)), np.mean(parts, axis=0).tolist()
                yield _cell(name, ("approach", approach), begin, true, found)
                yield _cell(f"whole_{name}", ("approach", approach), begin, whole, found)


def _delays(intervals: dict[Place, list[Merged]], street: TrueStreet) -> Iterator[MeasuredCell]:
    departed = street.departures()
    for (kind, place), cells in intervals.items():
        for cell in cells if kind == "approach" else ():
            begin, end = seconds(cell.start_ns), seconds(cell.end_ns)
            there = [one for one in departed if one.approach == place and begin <= one.at_s < end]
            whole = [one.whole_delay_s for one in there if one.whole_delay_s is not None]
            found, signal = control_delay(cell), bool(cell.most.get("signal"))
            for prefix, delays in (("", [one.delay_s for one in there]), ("whole_", whole)):
                if len(delays) < LEAST_DELAYS:
                    continue
                true = float(np.mean(delays))
                yield _cell(f"{prefix}control_delay", (kind, place), begin, true, found)
                yield MeasuredCell(
                    measure=f"{prefix}level_of_service",
                    place_kind=kind,
                    place=place,
                    start_s=begin,
                    true=level(true, signal=signal),
                    found=None if found is None else level(found, signal=signal),
                )


def _own(intervals: dict[Place, list[Merged]], known: dict[Place, list[Merged]]) -> Iterator[MeasuredCell]:
    for (kind, place), cells in intervals.items():
        for cell, ideal in zip(cells, known.get((kind, place), []), strict=False):
            for name in ENGINES_OWN:
                true = MEASURES[name].of(ideal) if kind in MEASURES[name].places and kind in {"lane", "approach"} else None
                if true is not None:
                    yield _cell(name, (kind, place), seconds(cell.start_ns), true, _number(MEASURES[name].of(cell)))


def _cell(
    measure: str, place: Place, start_s: float, true: float | str, found: float | None, *, direction: str = ""
) -> MeasuredCell:
    kind, name = place
    return MeasuredCell(measure=measure, place_kind=kind, place=name, direction=direction, start_s=start_s, true=true, found=found)


def _number(value: float | str | None) -> float | None:
    return value if isinstance(value, float) else None
