#!/usr/bin/env python3
"""Whether lines that ``catseye check`` warns of are counted worse than others: the tables of docs/guide/where-to-put-a-line.md.

Lines are laid over a studio's street every few metres along each arm, from one edge of the picture to the other. A fitted detector
looks at the traffic, the product's pipeline counts, and the truth tells who crossed each line. Run it from the project's root, once
for each place, then show them together:

    python scripts/placing_study.py lay TRUTH CAM.toml --minutes 4 --out a.json
    python scripts/placing_study.py show a.json b.json
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from catseye.config import dump_scene, parse_scene
from catseye.core.detection import Detections
from catseye.core.events import LineCrossed
from catseye.core.geometry import F64
from catseye.core.ids import RunId, StreamId
from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser
from catseye.core.scene import CountLine, Scene
from catseye.core.time import nanoseconds
from catseye.evaluate import stored
from catseye.evaluate.counts import judge, known
from catseye.evaluate.crossings import crossings
from catseye.evaluate.fan import fan
from catseye.evaluate.files import truth_for
from catseye.pipeline.blind import NoPicture
from catseye.pipeline.camera import CameraPipeline, PipelineParams, tracker_at
from catseye.placing.judging import better, report
from catseye.placing.observer import Observer
from catseye.placing.shifting import shifted
from catseye.placing.watching import _frame
from catseye.rules.pairing import crossing_of
from catseye.studio import files
from catseye.studio.bodies import MODELS
from catseye.studio.camera import PoleCamera
from catseye.studio.camera_file import load_camera
from catseye.studio.cutting import longest, on_ground
from catseye.studio.observe.agreement import by_frame
from catseye.studio.observe.model import load_model
from catseye.studio.observe.observing import Eye, observe
from catseye.studio.scene_of import in_view
from catseye.studio.street import GroundLine, Street
from catseye.studio.traffic.rules import over_line
from catseye.studio.truth import StudioTruth

Row = dict[str, Any]
STEP_M, REACH_M, LEAST_M, LEAST_PX, MOVED_M = 5.0, 60.0, 2.5, 8.0, 12.0


def laid(street: Street, camera: PoleCamera) -> list[tuple[GroundLine, CountLine]]:
    """Each count line of the street moved along its arm, cut to the picture, on the ground and in the picture."""
    found = []
    for line in street.lines:
        a, b = (np.asarray(end, np.float64) for end in line.points)
        way = np.array([-(b - a)[1], (b - a)[0]]) / np.hypot(*(b - a))
        for shift in np.arange(-REACH_M, REACH_M + 0.1, STEP_M):
            points = a + shift * way + np.linspace(0.0, 1.0, 201)[:, None] * (b - a)
            seen = in_view(on_ground(points), camera)
            if not seen.any():
                continue
            begin, end = longest(seen)
            part = points[[begin, min(end, 200)]]
            px = np.clip(camera.project(on_ground(part))[0], 0.0, np.array(camera.size))
            if np.hypot(*(part[1] - part[0])) < LEAST_M or np.hypot(*(px[1] - px[0])) < LEAST_PX:
                continue
            name = f"{line.name} {shift:+.0f} m"
            found.append((_ground_line(name, part), CountLine(name=name, points=_two(px / np.array(camera.size)))))
    return found


def _ground_line(name: str, part: F64) -> GroundLine:
    return GroundLine(name=name, points=_two(part), directions=("forward", "backward"))


def _two(points: F64) -> tuple[tuple[float, float], tuple[float, float]]:
    (ax, ay), (bx, by) = points.round(6).tolist()
    return (ax, ay), (bx, by)


def truly(truth: StudioTruth, lines: Sequence[GroundLine], seconds: float) -> list[KnownCrossing]:
    """Who truly crossed the lines, whether or not the camera saw them whole."""
    kinds = {user.number: MODELS[user.model].road_user for user in truth.road_users}
    table = truth.trajectories
    order = np.lexsort((table.step, table.number))
    order = order[[kinds[number] is not None for number in table.number[order].tolist()]]
    found = []
    for line in lines:
        for number, at_s, direction, _ in over_line(table.xy_m[order], table.step[order], table.number[order], line):
            kind = kinds[number]
            if at_s < seconds and kind is not None:
                edge = not 1.0 <= at_s <= seconds - 1.0
                found.append(KnownCrossing(rule=line.name, direction=direction, road_user=kind, at_s=at_s, optional=edge))
    return found


def lay(args: argparse.Namespace) -> None:
    """Observe a place and write what was true, counted and said of each line."""
    camera, seconds = load_camera(args.camera), args.minutes * 60
    truth, street = files.read(args.truth), files.read_street(args.truth)
    eye = Eye(model=load_model(args.detector), seed=args.seed)
    seen = observe(truth, street, camera, eye, seconds=seconds)
    lines = laid(street, camera)
    scene = Scene(drawn_for=camera.size, lines=tuple(line for _, line in lines), homography=seen.scene.homography)
    drawn = said_of(scene)
    looks = ((seq, found) for seq, _, found in by_frame(seen.answers, seen.frames_s, camera.size))
    true = truly(truth, [line for line, _ in lines], seconds)
    write(args.out, rows(looks, scene, camera.size, true, eye.threshold, drawn))


def film(args: argparse.Namespace) -> None:
    """The same of a clip whose road users people marked, with stored detections: lines that the truth draws, and moved ones."""
    truth, found = truth_for(args.truth), stored.read(args.detections)
    base = fan(truth, found.size)
    lines = list(base.lines)
    for line in base.lines:
        moved = shifted(line, base.fit(found.size))
        lines += [msgspec.structs.replace(one, name=f"{line.name} {n}") for n, one in enumerate(moved)]
    scene = Scene(drawn_for=found.size, lines=tuple(lines))
    times_ns = np.array([nanoseconds(frame / found.fps) for frame in range(found.frames)], np.int64)
    true = known(crossings(truth, scene, found.size), times_ns)
    write(args.out, rows(found.looks(10.0), scene, found.size, true, 0.3, said_of(scene), marked=truth.kinds))


def said_of(scene: Scene) -> dict[int, list[str]]:
    """The kinds of findings of the drawing, by line."""
    _, said = parse_scene(dump_scene(scene), name="study")
    drawn: dict[int, list[str]] = {}
    for finding in said:
        if finding.key.startswith("lines["):
            drawn.setdefault(int(finding.key[6 : finding.key.index("]")]), []).append(_short(finding.message))
    return drawn


def rows(
    looks: Iterable[tuple[int, Detections]],
    scene: Scene,
    size: tuple[int, int],
    true: Sequence[KnownCrossing],
    threshold: float,
    drawn: dict[int, list[str]],
    *,
    marked: AbstractSet[RoadUser] = frozenset(RoadUser),
) -> list[Row]:
    """What was true, counted and said of each line."""
    fitted = scene.fit(size)
    params = PipelineParams(tracker=tracker_at(threshold))
    pipeline = CameraPipeline(stream=StreamId("study"), run=RunId("study"), size=size, scene=scene, params=params)
    observer, picture = Observer(fitted, scene.lines), NoPicture(size)
    events = []
    for seq, found in looks:
        records = pipeline.advance(_frame(seq, found.at_ns, picture), found)
        events += [record for record in records if isinstance(record, LineCrossed)]
        observer.see(pipeline.tracks, records)
    one = judge(true, [crossing_of(event, 0) for event in events], marked)
    asked = Counter(c.rule for c in one.truly())
    missed = Counter(one.true[i].rule for i in one.missed)
    extra = Counter(one.counted[j].rule for j in one.extra)
    seen = observer.close()
    told = [report(each, float(np.hypot(*np.subtract(*fitted.line_px(each.line))))) for each in seen]
    found_rows: list[Row] = []
    for k, line in enumerate(scene.lines):
        counts = {"line": line.name, "true": asked[line.name], "missed": missed[line.name], "extra": extra[line.name]}
        ends = better(k, _beside(scene, k), seen, told) if told[k].faults else None
        name = next((other.name for other in scene.lines if other.points == ends), None)
        found_rows.append({**counts, "drawn": drawn.get(k, []), "watched": list(told[k].faults), "better": name})
    return found_rows


def _beside(scene: Scene, k: int) -> list[int]:
    """The laid lines of the same arm that ``catseye check`` would try, nearest first."""
    arm, _, shift = scene.lines[k].name.removesuffix(" m").rpartition(" ")
    found = []
    for n, other in enumerate(scene.lines):
        its, _, there = other.name.removesuffix(" m").rpartition(" ")
        if n != k and its == arm and abs(float(there) - float(shift)) <= MOVED_M:
            found.append((abs(float(there) - float(shift)), n))
    return [n for _, n in sorted(found)]


def write(path: Path, found: list[Row]) -> None:
    """Keep the rows of a place."""
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _short(message: str) -> str:
    """The kind of a finding of the drawing."""
    kinds = {"picture ends": "edge", "along the edge": "edge", "px high": "small", "m long": "narrow", "lies on": "twice"}
    return next((kind for part, kind in kinds.items() if part in message), message)


def show(args: argparse.Namespace) -> None:
    """Print missed and extra of lines that are warned of, and of the others."""
    least = args.least
    rows = [row for path in args.results for row in json.loads(path.read_text(encoding="utf-8")) if row["true"] >= least]
    kinds = sorted(
        {("drawn", kind) for row in rows for kind in row["drawn"]} | {("watched", kind) for row in rows for kind in row["watched"]}
    )
    groups = [("all", rows)]
    groups += [(f"{when}: {kind}", [row for row in rows if kind in row[when]]) for when, kind in kinds if kind != "twice"]
    clean = [row for row in rows if not set(row["drawn"]) - {"twice"}]
    groups += [
        ("warned by the drawing", [row for row in rows if row not in clean]),
        ("not warned by the drawing", clean),
        ("warned by watching", [row for row in rows if row["watched"]]),
        ("not warned by watching", [row for row in rows if not row["watched"]]),
        ("warned by either", [row for row in rows if row["watched"] or row not in clean]),
        ("warned by neither", [row for row in clean if not row["watched"]]),
    ]
    moved: list[tuple[Row, Row]] = []
    for path in args.results:
        these = {row["line"]: row for row in json.loads(path.read_text(encoding="utf-8"))}
        moved += [(row, these[row["better"]]) for row in these.values() if row["true"] >= least and row.get("better")]
    groups += [("with a proposal", [row for row, _ in moved]), ("the proposals for them", [row for _, row in moved])]
    sys.stdout.write("| lines | number | true | missed | extra | missed + extra |\n|---|---|---|---|---|---|\n")
    for name, some in groups:
        true, missed, extra = (sum(row[key] for row in some) for key in ("true", "missed", "extra"))
        if true:
            shares = " | ".join(f"{part / true:.0%}" for part in (missed, extra, missed + extra))
            sys.stdout.write(f"| {name} | {len(some)} | {true} | {shares} |\n")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("lay", help="lay lines over a street and count")
    one.add_argument("truth", type=Path)
    one.add_argument("camera", type=Path)
    one.add_argument("--detector", default="person-vehicle-bike-detection-2003@street")
    one.add_argument("--minutes", type=float, default=4.0)
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--out", type=Path, required=True)
    one.set_defaults(run=lay)
    real = commands.add_parser("film", help="the same of a marked clip, from 'catseye evaluate detections'")
    real.add_argument("truth", type=Path)
    real.add_argument("detections", type=Path)
    real.add_argument("--out", type=Path, required=True)
    real.set_defaults(run=film)
    two = commands.add_parser("show", help="the table of several places")
    two.add_argument("results", type=Path, nargs="+")
    two.add_argument("--least", type=int, default=5, help="true crossings of a line that is shown (default: %(default)s)")
    two.set_defaults(run=show)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
