#!/usr/bin/env python3
"""Hold Catseye's tracker against ByteTrack and OC-SORT of PyPI ``trackers`` on stored detections.

  python -m venv peers && peers/bin/pip install trackers
  .venv/bin/python scripts/compare_trackers.py --peers peers/bin/python --work DIR --fps 5 --seconds 100 TRUTH=DETECTIONS ...

Each clip is a truth (as of 'catseye evaluate tracks') and a folder of detections ('catseye evaluate detections', 'catseye studio
observe'). Every peer is run with a few settings; for a clip it gets the one that did best on the other clips. All see the same
boxes, riders merged with their machines, and a peer's tracks get their kinds by our vote. DIR keeps what peers answered.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from catseye.core.detection import Detections
from catseye.core.ids import RunId
from catseye.core.tracks import TrackState
from catseye.core.truth import TrackBoxes
from catseye.evaluate import bootstrap, stored, tracks
from catseye.evaluate.files import truth_for
from catseye.evaluate.overlaps import Held, hold, judged_frames
from catseye.evaluate.tracking import side_by_side
from catseye.pipeline.camera import tracker_at
from catseye.vision.attributes import Votes
from catseye.vision.riders import merge_riders
from catseye.vision.tracker import Tracker

SURE = 0.3
_BYTE = {"lost_track_buffer": 60, "high_conf_det_threshold": SURE, "minimum_consecutive_frames": 2, "minimum_iou_threshold": 0.1}
_OC = {"lost_track_buffer": 60, "minimum_consecutive_frames": 2, "minimum_iou_threshold": 0.1, "direction_consistency_weight": 0.2}
GRID: dict[str, dict[str, dict[str, Any]]] = {  # by letter; ``apart``: a tracker for each family of kinds
    "bytetrack": {
        "a": {"options": _BYTE | {"track_activation_threshold": 0.4}, "floor": 0.2, "apart": True},
        "b": {"options": _BYTE | {"track_activation_threshold": 0.4}, "floor": 0.2, "apart": False},
        "c": {"options": _BYTE | {"track_activation_threshold": 0.5}, "floor": 0.2, "apart": True},
    },
    "ocsort": {
        "a": {"options": _OC | {"high_conf_det_threshold": SURE}, "floor": 0.1, "apart": True},
        "b": {"options": _OC | {"high_conf_det_threshold": SURE}, "floor": 0.1, "apart": False},
        "c": {"options": _OC | {"high_conf_det_threshold": 0.4}, "floor": 0.1, "apart": True},
    },
}
Looks = list[tuple[int, Detections]]


def looks_of(folder: Path, fps: float, seconds: float) -> tuple[Looks, float]:
    """What was found at each look of the first ``seconds``, and the looks a second."""
    kept = stored.read(folder)
    own = min(fps, kept.fps)
    return [(f, merge_riders(d)) for f, d in kept.looks(own if own < kept.fps else None) if f < seconds * kept.fps], own


def ours(looks: Looks) -> tuple[TrackBoxes, float]:
    """Boxes of confirmed tracks that were seen, and CPU seconds."""
    tracker, spent, columns = Tracker(RunId("compare"), tracker_at(SURE)), 0.0, []
    for frame, found in looks:
        begun = time.process_time()
        seen, _ = tracker.update(found)
        spent += time.process_time() - begun
        m = seen.state == TrackState.CONFIRMED
        columns.append((np.full(int(m.sum()), frame), seen.number[m], seen.xyxy[m], seen.road_user[m], seen.confidence[m]))
    return table(*(np.concatenate(parts) for parts in zip(*columns, strict=True))), spent


def theirs(path: Path, looks: Looks) -> tuple[TrackBoxes, float]:
    """What a peer left in ``path``, its kinds by our vote."""
    answer, votes, row_of, kinds = np.load(path), Votes(), dict[int, int](), []
    frame = np.array([f for f, _ in looks], np.int64)
    xyxy, confidence, kind = (np.concatenate([getattr(d, name) for _, d in looks]) for name in ("xyxy", "confidence", "road_user"))
    order = np.argsort(answer["look"], kind="stable")
    row, number = answer["row"][order], answer["number"][order]
    for r, n in zip(row.tolist(), number.tolist(), strict=True):
        if n in row_of:
            votes.add(np.array([row_of[n]]), kind[[r]], confidence[[r]])
        else:
            row_of[n] = len(row_of)
            votes.begin(kind[[r]], confidence[[r]])
        kinds.append(int(votes.winner(row_of[n])[0]) if n in row_of else 0)
    return table(frame[answer["look"][order]], number, xyxy[row], np.array(kinds), confidence[row]), float(answer["spent_s"])


def table(frame: Any, number: Any, xyxy: Any, kind: Any, confidence: Any) -> TrackBoxes:
    """Columns as they are judged."""
    return TrackBoxes(
        frame=frame.astype(np.int64),
        number=number.astype(np.int64),
        xyxy=xyxy.astype(np.float64),
        road_user=kind.astype(np.int16),
        confidence=confidence.astype(np.float64),
    )


def answers_of(peer: str, letter: str, args: argparse.Namespace, seen: dict[str, tuple[Looks, float]]) -> dict[str, Path]:
    """For each clip the file of a peer's answers, made where it is not there yet."""
    jobs, paths = [], {}
    for clip, (looks, fps) in seen.items():
        given = args.work / f"{clip}-{args.fps:g}-{args.seconds:g}.npz"
        paths[clip] = args.work / f"{peer}-{letter}-{given.name}"
        if not given.exists():
            columns = {name: np.concatenate([getattr(d, name) for _, d in looks]) for name in ("xyxy", "confidence", "road_user")}
            np.savez(given, edges=np.cumsum([0, *(len(d) for _, d in looks)]), **columns)
        if not paths[clip].exists():
            setting = GRID[peer][letter]
            job = {"tracker": peer, "looks": str(given), "until": len(looks), "fps": fps, "out": str(paths[clip])}
            jobs.append(job | setting)
    if jobs:
        program = Path(__file__).with_name("peer_trackers.py")
        subprocess.run([args.peers, str(program)], input=json.dumps(jobs), text=True, check=True)  # noqa: S603 - the user's own Python
    return paths


def main() -> int:
    """Compare, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", required=True, metavar="PYTHON", help="a Python that has trackers")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="made if need be")
    parser.add_argument("--fps", type=float, required=True, metavar="N", help="looks a second; the clip's own where it has fewer")
    parser.add_argument("--seconds", type=float, default=1e9, metavar="S", help="of each clip (default: all)")
    parser.add_argument("clips", nargs="+", metavar="TRUTH=DETECTIONS")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    folders = {Path(c.partition("=")[2]).name: [Path(part) for part in c.split("=")] for c in args.clips}
    truths = {clip: truth_for(truth) for clip, (truth, _) in folders.items()}
    seen = {clip: looks_of(folder, args.fps, args.seconds) for clip, (_, folder) in folders.items()}
    looks = sum(len(of) for of, _ in seen.values())

    frames = {clip: judged_frames(truths[clip], np.array([f for f, _ in of], np.int64)) for clip, (of, _) in seen.items()}

    def judged(clip: str, followed: TrackBoxes) -> tuple[tracks.F64, TrackBoxes, Held]:
        held = hold(truths[clip], followed, frames=frames[clip])
        return tracks.sums(held), followed, held

    made = {clip: ours(of) for clip, (of, _) in seen.items()}
    mine = {clip: judged(clip, followed) for clip, (followed, _) in made.items()}
    say("catseye", {clip: of[0] for clip, of in mine.items()}, sum(spent for _, spent in made.values()) / looks)
    for peer, grid in GRID.items():
        files = {letter: answers_of(peer, letter, args, seen) for letter in grid}
        tried = {letter: {c: theirs(paths[c], seen[c][0]) for c in seen} for letter, paths in files.items()}
        units = {letter: {c: judged(c, followed) for c, (followed, _) in of.items()} for letter, of in tried.items()}
        best = {clip: max(units, key=lambda k: worth([u[0] for c, u in units[k].items() if c != clip])) for clip in seen}
        chosen = {clip: units[best[clip]][clip] for clip in seen}
        spent = sum(tried[best[clip]][clip][1] for clip in seen)
        say(f"{peer} ({', '.join(sorted(set(best.values())))})", {clip: of[0] for clip, of in chosen.items()}, spent / looks)
        for name, clips in {"all": list(seen), **{clip: [clip] for clip in seen}}.items():
            pairs = [side_by_side(mine[c], chosen[c], frames[c]) for c in clips]
            apart = bootstrap.differences([a for a, _ in pairs], [b for _, b in pairs], tracks.measures)
            shown = (
                f"{m} {100 * d.value:+.1f} [{100 * d.low:+.1f}, {100 * d.high:+.1f}]" for m in ("hota", "idf1") if (d := apart[m])
            )
            sys.stdout.write(f"  catseye less {peer}, {name}: {', '.join(shown)}\n")
    return 0


def worth(units: list[tracks.F64]) -> float:
    """HOTA and IDF1 together, which settings are chosen by."""
    of = tracks.measures(np.sum([u.sum(axis=0) for u in units], axis=0))
    return float(of["hota"] + of["idf1"])


def say(name: str, units: dict[str, tracks.F64], look_s: float) -> None:
    """A line for all clips together."""
    of = tracks.score_of(np.sum([u.sum(axis=0) for u in units.values()], axis=0))
    sys.stdout.write(
        f"{name}: HOTA {of.hota:.3f} AssA {of.assa:.3f} IDF1 {of.idf1:.3f} MOTA {of.mota:.3f} switches {of.switches}, "
        f"{1000 * look_s:.2f} ms a look\n"
    )


if __name__ == "__main__":
    sys.exit(main())
