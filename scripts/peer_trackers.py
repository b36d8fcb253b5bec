#!/usr/bin/env python3
"""Follow road users with ByteTrack and OC-SORT of PyPI ``trackers``. No part of Catseye: run it with a Python that has them.

Standard input: a JSON list of jobs {tracker, options, floor, apart, looks, until, fps, out}. ``looks`` is an .npz of detections, of
which ``until`` looks are taken, ``floor`` the confidence below which they are dropped; ``apart`` says whether each family of kinds
has a tracker of its own. ``out`` becomes an .npz of look, number, row of the detection, and of the CPU seconds
that ``update`` took.
"""

import json
import sys
import time
from typing import Any

import numpy as np
import supervision as sv
from trackers import ByteTrackTracker, OCSORTTracker

MADE = {"bytetrack": ByteTrackTracker, "ocsort": OCSORTTracker}
FAMILY = np.array([0, 1, 1, 2, 2, 2, 2, 2, 1])  # of each RoadUser


def follow(job: dict[str, Any]) -> None:
    """Do one job."""
    seen = np.load(job["looks"])
    edges, xyxy, confidence, family = seen["edges"], seen["xyxy"], seen["confidence"], FAMILY[seen["road_user"]]
    groups = [[0], [1], [2]] if job["apart"] else [[0, 1, 2]]
    made = [MADE[job["tracker"]](frame_rate=job["fps"], **job["options"]) for _ in groups]
    found: list[tuple[int, int, int]] = []
    spent = 0.0
    for look in range(min(len(edges) - 1, job["until"])):
        rows = np.arange(edges[look], edges[look + 1])
        rows = rows[confidence[rows] >= job["floor"]]
        for k, (group, tracker) in enumerate(zip(groups, made, strict=True)):
            own = rows[np.isin(family[rows], group)]
            given = sv.Detections(xyxy=xyxy[own], confidence=confidence[own], class_id=np.zeros(len(own), int), data={"row": own})
            begun = time.process_time()
            followed = tracker.update(given)
            spent += time.process_time() - begun
            found += [
                (look, 1 + 3 * int(number) + k, int(row))
                for number, row in zip(followed.tracker_id, followed.data.get("row", []), strict=False)
                if number >= 0
            ]
    table = np.array(found, np.int64).reshape(-1, 3)
    np.savez(job["out"], look=table[:, 0], number=table[:, 1], row=table[:, 2], spent_s=spent)


if __name__ == "__main__":
    for job in json.load(sys.stdin):
        follow(job)
