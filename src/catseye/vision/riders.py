"""A person on a bicycle or motorcycle is one road user, but detectors see two: the person and the machine."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import F32
from catseye.core.detection import Detections
from catseye.core.road_users import TWO_WHEELERS, RoadUser
from catseye.core.time import seconds
from catseye.core.tracks import Tracks, TrackState

OVERLAP_X = 0.5  # of the narrower of the two
OFF_CENTRE = 0.3  # of the machine's width: someone further off stands beside it
FOOT = (0.1, 0.95)  # of the machine's height from its top: who walks or stands beside it has feet where its wheels are
HEIGHT = (0.6, 3.5)  # a person's height over the machine's: others are nearer or farther than it
INSIDE = 0.8  # share of a person in a box that was drawn around machine and rider
INSIDE_HEIGHT = 0.5
CONTINUES = 0.5  # overlap of a detection and where its track should be
BELIEF = 0.4  # the machine's confidence over the person's: people are mistaken for faint bicycles all the time

_TWO_WHEELED = np.array([kind in TWO_WHEELERS for kind in RoadUser])


def merge_riders(detections: Detections, known: Tracks | None = None) -> Detections:
    """One box, the union, of the machine's kind for each rider and machine; everything else as it was, in order.

    A person rides a machine when both stand over one another, the person reaches above it and the feet are off the ground, or
    when the machine's box already holds the person. A machine much fainter than the person is not believed. The clearest
    pair merges first, until none is left. Those who are ``known`` to be two, a walker and a rider who pass each other, stay two.
    """
    of = np.full(len(detections), -1) if known is None else _known_as(detections, known)
    while True:
        people = np.flatnonzero(detections.road_user == RoadUser.PEDESTRIAN)
        machines = np.flatnonzero(_TWO_WHEELED[detections.road_user])
        if not len(people) or not len(machines):
            return detections
        two = (of[people][:, None] >= 0) & (of[machines] >= 0)  # tracks of different kinds, so never the same one
        pair = _clearest(detections[people], detections[machines], ~two)
        if pair is None:
            return detections
        detections, of = _merged(detections, people[pair[0]], machines[pair[1]]), np.delete(of, people[pair[0]])


def _known_as(detections: Detections, known: Tracks) -> npt.NDArray[np.int64]:
    """The row (N,) of the confirmed track of the same kind that each detection clearly continues; -1 where there is none."""
    of = np.full(len(detections), -1, np.int64)
    passing = (known.road_user == RoadUser.PEDESTRIAN) | _TWO_WHEELED[known.road_user]
    rows = np.flatnonzero(passing & (known.state != TrackState.TENTATIVE))
    if not len(rows) or not len(detections):
        return of
    step = known.velocity[rows] * seconds(detections.at_ns - known.at_ns)
    overlap = boxes.iou(detections.xyxy, known.xyxy[rows] + np.tile(step, 2))
    overlap *= _TWO_WHEELED[detections.road_user][:, None] == _TWO_WHEELED[known.road_user[rows]]
    best = overlap.argmax(axis=1)
    return np.where(overlap[np.arange(len(of)), best] >= CONTINUES, rows[best], -1)


def _clearest(people: Detections, machines: Detections, may: npt.NDArray[np.bool_]) -> tuple[int, int] | None:
    """The person and the machine, by number, that sit on one another best; the first of equals, None where nobody rides."""
    best, pair = 0.0, None
    for p, m in np.argwhere(_meet(people.xyxy, machines.xyxy) & may).tolist():
        if machines.confidence[m] >= BELIEF * people.confidence[p]:
            closeness = _closeness(people.xyxy[p].tolist(), machines.xyxy[m].tolist())
            if closeness > best:
                best, pair = closeness, (p, m)
    return pair


def _merged(detections: Detections, person: np.intp, machine: np.intp) -> Detections:
    xyxy, confidence = detections.xyxy.copy(), detections.confidence.copy()
    rider = xyxy[person]
    xyxy[machine] = [*np.minimum(xyxy[machine, :2], rider[:2]), *np.maximum(xyxy[machine, 2:], rider[2:])]
    confidence[machine] = max(confidence[machine], confidence[person])
    rest = np.arange(len(detections)) != person
    return replace(detections, xyxy=xyxy, confidence=confidence)[rest]


def _meet(people: F32, machines: F32) -> npt.NDArray[np.bool_]:
    """Whether each person (P, 4) and each machine (M, 4) share a pixel, (P, M). In most frames none do, and that ends it."""
    left, top, right, bottom = machines.T
    meet = people[:, :1] < right
    meet &= people[:, 2:3] > left
    meet &= people[:, 1:2] < bottom
    meet &= people[:, 3:] > top
    return np.asarray(meet)


def _closeness(person: list[float], machine: list[float]) -> float:
    """How well a person sits on a machine that they meet: the share of width in common; 0 where not at all."""
    left, top, right, bottom = machine
    width, height, tall = right - left, bottom - top, person[3] - person[1]
    shared_x = min(person[2], right) - max(person[0], left)
    shared_y = min(person[3], bottom) - max(person[1], top)
    overlap = shared_x / min(person[2] - person[0], width)
    off_centre = abs((person[0] + person[2]) / 2 - (left + right) / 2)
    if overlap < OVERLAP_X or off_centre > OFF_CENTRE * width:
        return 0.0
    foot = person[3] - top
    sits = person[1] < top and FOOT[0] <= foot / height <= FOOT[1] and HEIGHT[0] <= tall / height <= HEIGHT[1]
    held = shared_x * shared_y >= INSIDE * (person[2] - person[0]) * tall and tall >= INSIDE_HEIGHT * height
    return overlap if sits or held else 0.0
