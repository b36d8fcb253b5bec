# ruff: noqa: INP001 - a script
"""Count the torture cases with ByteTrack of PyPI ``trackers`` and the LineZone of PyPI ``supervision``.

No part of Catseye: run it with a Python that has them. Standard input: a JSON list of cases {name, line, runs}, a run a list of
[seconds, boxes], a box x1, y1, x2, y2, confidence. Standard output: for each the counts [forward, backward], with supervision's own
choice (all four corners of a box have to cross) and with the middle of the lower edge.
"""

import json
import sys
from typing import Any

import numpy as np
import supervision as sv
from trackers import ByteTrackTracker


def count(case: dict[str, Any], anchors: list[sv.Position] | None) -> list[int]:
    """A tracker and a line for each run, as their documentation shows; the frame rate is the run's median."""
    totals = np.zeros(2, int)
    for run in case["runs"]:
        steps = np.diff([at_s for at_s, _ in run])
        tracker = ByteTrackTracker(frame_rate=1 / float(np.median(steps[steps > 0])))
        (ax, ay), (bx, by) = case["line"]
        given = {} if anchors is None else {"triggering_anchors": anchors}
        zone = sv.LineZone(start=sv.Point(ax, ay), end=sv.Point(bx, by), **given)
        for _, rows in run:
            table = np.array(rows, np.float32).reshape(-1, 5)
            found = tracker.update(sv.Detections(xyxy=table[:, :4], confidence=table[:, 4], class_id=np.zeros(len(table), int)))
            if found.tracker_id is not None:
                zone.trigger(found[found.tracker_id >= 0])
        totals += [zone.out_count, zone.in_count]  # its "in" is our way back
    return totals.tolist()


if __name__ == "__main__":
    ANCHORS = {"corners": None, "foot": [sv.Position.BOTTOM_CENTER]}
    json.dump([{k: count(c, a) for k, a in ANCHORS.items()} for c in json.load(sys.stdin)], sys.stdout)
