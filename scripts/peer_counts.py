#!/usr/bin/env python3
"""Count what a tracker followed with the LineZone of PyPI ``supervision``. No part of Catseye: run it with a Python that has it.

Standard input: a JSON list of jobs {looks, tracks, lines, anchors, hold, out}. ``looks`` is an .npz of detections, ``tracks`` one
of what followed them (as of peer_trackers.py), ``lines`` a list of [[ax, ay], [bx, by]] px, ``anchors`` "corners" or "foot",
``hold`` for how many looks the new side is asked. ``out`` becomes an .npz of line, way (0: its "out"), look and number of each
crossing.
"""

import json
import sys
from typing import Any

import numpy as np
import supervision as sv

ANCHORS: dict[str, dict[str, Any]] = {"corners": {}, "foot": {"triggering_anchors": [sv.Position.BOTTOM_CENTER]}}


def count(job: dict[str, Any]) -> None:
    """Do one job."""
    seen, tracks = np.load(job["looks"]), np.load(job["tracks"])
    xyxy, order = seen["xyxy"], np.argsort(tracks["look"], kind="stable")
    look, number, row = (tracks[name][order] for name in ("look", "number", "row"))
    edges = np.searchsorted(look, np.arange(len(seen["edges"])))
    zones = [
        sv.LineZone(sv.Point(*a), sv.Point(*b), minimum_crossing_threshold=job["hold"], **ANCHORS[job["anchors"]])
        for a, b in job["lines"]
    ]
    found: list[tuple[int, int, int, int]] = []
    for k in range(len(edges) - 1):
        part = slice(edges[k], edges[k + 1])
        given = sv.Detections(xyxy=xyxy[row[part]], tracker_id=number[part], class_id=np.zeros(len(row[part]), int))
        for line, zone in enumerate(zones):
            came_in, went_out = zone.trigger(given)
            for way, crossed in enumerate((went_out, came_in)):
                found += [(line, way, k, int(n)) for n in number[part][crossed]]
    table = np.array(found, np.int64).reshape(-1, 4)
    np.savez(job["out"], line=table[:, 0], way=table[:, 1], look=table[:, 2], number=table[:, 3])


if __name__ == "__main__":
    for job in json.load(sys.stdin):
        count(job)
