#!/usr/bin/env python3
"""Hold Catseye's counts against those of ByteTrack and OC-SORT with LineZone, of PyPI ``trackers`` and ``supervision``.

  python -m venv peers && peers/bin/pip install trackers supervision
  .venv/bin/python scripts/compare_counts.py --peers peers/bin/python --work DIR --fps 5 [GROUP:]TRUTH=DETECTIONS[=WHERE] ...

All count the same stored detections ('catseye evaluate detections', 'catseye studio observe') over the same lines. A TRUTH that
people marked draws its lines itself unless WHERE is a scene; its own boxes stand for DETECTIONS where that is ``truth@25``, for a
clip of 25 frames a second. A TRUTH of 'catseye studio traffic' needs WHERE, the camera's file; the lines are those of its scene.
Judged is missed + extra: the same line and direction, both on foot, on two wheels or motor vehicles, at most 1.5 s apart. Peers
are run with a few settings: GRID of compare_trackers.py; all corners of a box, or its foot, have to cross, the foot also for two
looks. A clip gets the one that did best on the other clips of its GROUP. Without --peers Catseye alone is judged, a studio's
movements too. DIR keeps what peers answered.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import compare_trackers as trackers
import numpy as np
from msgspec.structs import replace as replaced

from catseye.config import load_scene
from catseye.core.boxes import F64
from catseye.core.detection import Detections
from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.core.time import NS_PER_S
from catseye.core.truth import Truth
from catseye.evaluate import stored
from catseye.evaluate.counted import CountedClip, Crossings, Terms
from catseye.evaluate.counting import CountsReport, report
from catseye.evaluate.counts import known
from catseye.evaluate.crossings import crossings
from catseye.evaluate.fan import fan
from catseye.evaluate.files import truth_for
from catseye.pipeline.blind import count_events
from catseye.pipeline.camera import PipelineParams, tracker_at
from catseye.rules.pairing import crossing_of
from catseye.studio.observe.counting import asked_for, walks_through
from catseye.vision.riders import merge_riders

HOW = [("corners", 1), ("foot", 1), ("foot", 2)]  # of LineZone: what of a box has to cross, looks on the new side
Looks = list[tuple[int, Detections]]


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A clip: its scene, its truth and its looks, riders not yet merged with their machines."""

    name: str
    group: str
    scene: Scene
    true: Crossings
    marked: frozenset[RoadUser]
    until_s: float
    fps: float
    size: tuple[int, int]
    looks: Looks

    @property
    def lines(self) -> F64:
        """The lines (L, 2, 2) px."""
        return np.array([line.points for line in self.scene.lines], np.float64).reshape(-1, 2, 2) * np.array(self.size)

    def judged(self, counted: Crossings) -> CountedClip:
        """With what was counted of it."""
        flows = [(line.name, way) for line in self.scene.lines for way in line.directions]
        flows += [(movement.name, movement.name) for movement in self.scene.movements]
        return CountedClip(
            name=self.name,
            begins_ns=0,
            until_s=self.until_s,
            flows=tuple(flows),
            marked=self.marked,
            true=self.true,
            counted=counted,
        )


def read_clip(text: str, fps: float, seconds: float, *, lines_alone: bool) -> Clip:
    """The clip that an argument means. Without ``lines_alone`` a studio's movements are judged too."""
    group, _, rest = text.rpartition(":")
    truth, seen, *where = rest.split("=")
    if (Path(truth) / "truth.json").is_file():
        kept = stored.read(Path(seen))
        until_s = min(seconds, kept.frames / kept.fps)
        scene, true, marked = of_studio(Path(truth), Path(where[0]), until_s, lines_alone=lines_alone)
    else:
        told = truth_for(Path(truth))
        kept = boxes_of(told, float(seen[6:])) if seen.startswith("truth@") else stored.read(Path(seen))
        until_s = min(seconds, told.frames / kept.fps)
        scene = replaced(load_scene(Path(where[0])), zones=(), movements=()) if where else fan(told, kept.size)
        times_ns = np.rint(np.arange(told.frames) * NS_PER_S / kept.fps).astype(np.int64)
        found = [c for c in crossings(told, scene, kept.size) if c.frame < until_s * kept.fps]
        true, marked = Crossings(crossings=tuple(known(found, times_ns)), who=tuple(c.number for c in found)), told.kinds
    own = min(fps, kept.fps)
    looks = [(f, d) for f, d in kept.looks(own if own < kept.fps else None) if f < until_s * kept.fps]
    name = Path(truth if seen.startswith("truth@") else seen).name
    return Clip(
        name=name, group=group, scene=scene, true=true, marked=marked, until_s=until_s, fps=own, size=kept.size, looks=looks
    )


def of_studio(truth: Path, camera: Path, until_s: float, *, lines_alone: bool) -> tuple[Scene, Crossings, frozenset[RoadUser]]:
    """The scene of a studio's camera and who crossed its lines and completed its movements."""
    from catseye.studio.camera_file import load_camera
    from catseye.studio.files import read, read_street
    from catseye.studio.scene_of import scene_of

    street, pole = read_street(truth), load_camera(camera)
    whole = scene_of(street, pole)
    scene = replaced(whole, zones=(), movements=()) if lines_alone else whole
    asked = asked_for(read(truth), street, pole, scene, until_s)
    return scene, Crossings(crossings=tuple(c for c, _ in asked), who=tuple(who for _, who in asked)), frozenset(RoadUser)


def boxes_of(truth: Truth, fps: float) -> stored.Stored:
    """The marked boxes as detections of a detector that never errs; what is set aside is not seen."""
    size = truth.size or (int(truth.boxes.xyxy[:, 2].max()) + 1, int(truth.boxes.xyxy[:, 3].max()) + 1)
    rows = np.flatnonzero(~truth.ignored)
    rows = rows[np.argsort(truth.boxes.frame[rows], kind="stable")]
    return stored.Stored(
        frames=truth.frames,
        fps=fps,
        size=size,
        frame=truth.boxes.frame[rows],
        xyxy=truth.boxes.xyxy[rows].astype(np.float32),
        confidence=np.full(len(rows), 0.9, np.float32),
        road_user=truth.boxes.road_user[rows],
    )


def ours(clip: Clip) -> Crossings:
    """What Catseye counts."""
    params = PipelineParams(tracker=tracker_at(trackers.SURE))
    events = [event for _, event in count_events(clip.looks, size=clip.size, scene=clip.scene, params=params)]
    told = [(crossing_of(e, 0), e.track) for e in events]
    kept = [(c, track) for c, track in told if not walks_through(c, clip.scene)]
    if len(kept) < len(told):
        sys.stdout.write(f"{clip.name}: {len(told) - len(kept)} walkers counted through movements are set aside\n")
    return Crossings(crossings=tuple(c for c, _ in kept), who=tuple(track for _, track in kept))


def kinds_of(clip: Clip, answer: Path) -> dict[tuple[int, int], int]:
    """The kind of each (frame, track) of a peer, by our vote."""
    boxes, _ = trackers.theirs(answer, [(frame, merge_riders(found)) for frame, found in clip.looks])
    return dict(zip(zip(boxes.frame.tolist(), boxes.number.tolist(), strict=True), boxes.road_user.tolist(), strict=True))


def theirs(clip: Clip, kind: dict[tuple[int, int], int], counts: Path) -> Crossings:
    """What a peer counted."""
    told = np.load(counts)
    found, who = [], []
    for line, way, look, number in zip(*(told[name].tolist() for name in ("line", "way", "look", "number")), strict=True):
        frame, seen = clip.looks[look]
        drawn = clip.scene.lines[line]
        road_user = RoadUser(kind[frame, number])
        crossing = KnownCrossing(rule=drawn.name, direction=drawn.directions[way], road_user=road_user, at_s=seen.at_ns / NS_PER_S)
        found.append(crossing)
        who.append(number)
    return Crossings(crossings=tuple(found), who=tuple(who))


def tried(peer: str, clips: Sequence[Clip], args: argparse.Namespace) -> dict[str, dict[str, Crossings]]:
    """For each setting of a peer what it counted of each clip."""
    merged = {c.name: ([(f, merge_riders(d)) for f, d in c.looks], c.fps) for c in clips}
    jobs, asked = [], []
    for letter in trackers.GRID[peer]:
        answers = trackers.answers_of(peer, letter, args, merged)
        for clip, (anchors, hold) in product(clips, HOW):
            out = answers[clip.name].with_suffix(f".{anchors}{hold}.npz")
            asked.append((letter, f"{letter} {anchors} {hold}", clip, out))
            looks = args.work / f"{clip.name}-{args.fps:g}-{args.seconds:g}.npz"
            job = {"looks": str(looks), "tracks": str(answers[clip.name]), "lines": clip.lines.tolist(), "out": str(out)}
            jobs += [] if out.exists() else [job | {"anchors": anchors, "hold": hold}]
    if jobs:
        program = Path(__file__).with_name("peer_counts.py")
        subprocess.run([args.peers, str(program)], input=json.dumps(jobs), text=True, check=True)  # noqa: S603 - the user's own Python
    found: dict[str, dict[str, Crossings]] = {}
    kinds = {
        (letter, clip.name): kinds_of(clip, trackers.answers_of(peer, letter, args, merged)[clip.name])
        for letter in trackers.GRID[peer]
        for clip in clips
    }
    for letter, setting, clip, out in asked:
        found.setdefault(setting, {})[clip.name] = theirs(clip, kinds[letter, clip.name], out)
    return found


def chosen(clips: Sequence[Clip], found: dict[str, dict[str, Crossings]]) -> dict[str, str]:
    """For each clip the setting that did best on the others of its group, on all others where it is alone."""
    wrong = {
        (setting, c.name): wrongs(report([c.judged(of[c.name])], Terms(resamples=1)))
        for setting, of in found.items()
        for c in clips
    }
    best = {}
    for clip in clips:
        others = [c for c in clips if c.group == clip.group and c is not clip] or [c for c in clips if c is not clip] or [clip]
        best[clip.name] = min(found, key=lambda s: sum(wrong[s, c.name] for c in others))
    return best


def wrongs(of: CountsReport) -> int:
    """Missed + extra."""
    assert of.paired is not None
    return of.paired.counts.all.missed + of.paired.counts.all.extra


def say(name: str, of: CountsReport) -> None:
    """A line of a table."""
    assert of.paired is not None
    told, sure = of.paired.counts, of.paired.intervals["wrong"]
    text = f"{name}: true {told.all.true}, missed {told.all.missed} + extra {told.all.extra} = {wrongs(of)}"
    text += f" ({percent(sure.value)}, {percent(sure.low)} to {percent(sure.high)})"
    if of.paired.against is not None:
        theirs, apart = of.paired.against.all, of.paired.against.differences["wrong"]
        text += f"; peer {theirs.missed} + {theirs.extra} = {theirs.missed + theirs.extra}; ours less theirs "
        text += f"{percent(apart.value)} of the true ({percent(apart.low)} to {percent(apart.high)})"
    sys.stdout.write(text + "\n")


def percent(share: float | None) -> str:
    """A share as text."""
    return "-" if share is None else f"{100 * share:.1f} %"


def mistakes(clip: CountedClip, of: CountsReport) -> Iterable[str]:
    """The mistakes of a clip as text, and who was counted as what."""
    assert of.paired is not None
    for one in of.paired.clips[clip.name].mistakes:
        yield f"    {one}\n"
    for true, said in of.paired.counts.confusion.items():
        yield f"    {true}: " + ", ".join(f"{n} {kind}" for kind, n in sorted(said.items(), key=lambda p: -p[1])) + "\n"


def parts(clips: Sequence[Clip]) -> dict[str, list[Clip]]:
    """All clips, each group, each clip."""
    groups = {c.group: [d for d in clips if d.group == c.group] for c in clips if c.group}
    return {"all": list(clips)} | {f"group {g}": of for g, of in groups.items()} | {c.name: [c] for c in clips}


def main() -> int:
    """Compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", metavar="PYTHON", help="a Python that has trackers and supervision")
    parser.add_argument("--work", type=Path, metavar="DIR", help="made if need be; asked for with --peers")
    parser.add_argument("--peer", action="append", choices=tuple(trackers.GRID), help="only this one (default: all)")
    parser.add_argument("--fps", type=float, required=True, metavar="N", help="looks a second; the clip's own where it has fewer")
    parser.add_argument("--seconds", type=float, default=1e9, metavar="S", help="of each clip (default: all)")
    parser.add_argument("--mistakes", action="store_true", help="list every mistake of ours, and who was counted as what")
    parser.add_argument("clips", nargs="+", metavar="[GROUP:]TRUTH=DETECTIONS[=WHERE]")
    args = parser.parse_args()
    clips: list[Clip] = []
    for text in args.clips:
        clip = read_clip(text, args.fps, args.seconds, lines_alone=args.peers is not None)
        again = sum(other.name.partition(" ")[0] == clip.name for other in clips)
        clips.append(replace(clip, name=f"{clip.name} {again + 1}") if again else clip)
    mine = {clip.name: clip.judged(ours(clip)) for clip in clips}
    for name, of in parts(clips).items():
        judged = [mine[c.name] for c in of]
        told = report(judged, Terms())
        say(f"catseye, {name}", told)
        if args.mistakes and len(of) == 1:
            sys.stdout.writelines(mistakes(judged[0], told))
    if args.peers:
        args.work.mkdir(parents=True, exist_ok=True)
        for peer in args.peer or trackers.GRID:
            found = tried(peer, clips, args)
            best = chosen(clips, found)
            for name, of in parts(clips).items():
                settings = ", ".join(sorted({best[c.name] for c in of}))
                against = [found[best[c.name]][c.name] for c in of]
                say(f"{peer} ({settings}), {name}", report([mine[c.name] for c in of], Terms(), against=against))
    return 0


if __name__ == "__main__":
    sys.exit(main())
