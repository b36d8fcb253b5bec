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


def passing(xyxy: Any, number: Any, a: Any, b: Any) -> Any:
    """The tracks that are seen on both sides of a line: no other can be counted, and most of a long clip are none of them."""
    corners = xyxy[:, [0, 1, 2, 1, 0, 3, 2, 3]].reshape(-1, 4, 2) - a
    side = (b - a)[0] * corners[:, :, 1] - (b - a)[1] * corners[:, :, 0] < 0
    return np.intersect1d(number[side.any(axis=1)], number[~side.all(axis=1)])


def count(job: dict[str, Any]) -> None:
    """Do one job."""
    seen, tracks = np.load(job["looks"]), np.load(job["tracks"])
    xyxy, order = seen["xyxy"], np.argsort(tracks["look"], kind="stable")
    look, number, row = (tracks[name][order] for name in ("look", "number", "row"))
    edges = np.searchsorted(look, np.arange(len(seen["edges"])))
    found: list[tuple[int, int, int, int]] = []
    for line, (a, b) in enumerate(np.array(job["lines"], np.float64)):
        zone = sv.LineZone(sv.Point(*a), sv.Point(*b), minimum_crossing_threshold=job["hold"], **ANCHORS[job["anchors"]])
        near = np.isin(number, passing(xyxy[row], number, a, b))
        for k in range(len(edges) - 1):
            part = slice(edges[k], edges[k + 1])
            own, who = row[part][near[part]], number[part][near[part]]
            if not len(who) and not zone.crossing_state_history:
                continue  # nobody is there, and nothing ages
            came_in, went_out = zone.trigger(sv.Detections(xyxy=xyxy[own], tracker_id=who, class_id=np.zeros(len(own), int)))
            for way, crossed in enumerate((went_out, came_in)):
                found += [(line, way, k, int(n)) for n in who[crossed]]
    table = np.array(found, np.int64).reshape(-1, 4)
    np.savez(job["out"], line=table[:, 0], way=table[:, 1], look=table[:, 2], number=table[:, 3])


if __name__ == "__main__":
    for job in json.load(sys.stdin):
        count(job)
