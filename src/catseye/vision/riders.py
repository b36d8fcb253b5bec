"""A person on a bicycle or motorcycle is one road user, but detectors see two: the person and the machine."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import F32, F64
from catseye.core.detection import Detections
from catseye.core.road_users import TWO_WHEELERS, RoadUser

OVERLAP_X = 0.5  # of the narrower of the two
OFF_CENTRE = 0.3  # of the machine's width: someone further off stands beside it
FOOT = (0.1, 0.95)  # of the machine's height from its top: who walks or stands beside it has feet where its wheels are
HEIGHT = (0.6, 3.5)  # a person's height over the machine's: others are nearer or farther than it
INSIDE = 0.8  # share of a person in a box that was drawn around machine and rider
INSIDE_HEIGHT = 0.5
BELIEF = 0.4  # the machine's confidence over the person's: people are mistaken for faint bicycles all the time

_TWO_WHEELED = np.array([int(kind) for kind in TWO_WHEELERS], np.int16)


def merge_riders(detections: Detections) -> Detections:
    """One box, the union, of the machine's kind for each rider and machine; everything else as it was, in order.

    A person rides a machine when both stand over one another, the person reaches above it and the feet are off the ground, or
    when the machine's box already holds the person. A machine much fainter than the person is not believed. The clearest
    pair merges first, until none is left.
    """
    while True:
        people = np.flatnonzero(detections.road_user == RoadUser.PEDESTRIAN)
        machines = np.flatnonzero(np.isin(detections.road_user, _TWO_WHEELED))
        if not len(people) or not len(machines):
            return detections
        believed = detections.confidence[machines][None] >= BELIEF * detections.confidence[people][:, None]
        closeness = _riding(detections.xyxy[people], detections.xyxy[machines]) * believed
        person, machine = np.unravel_index(closeness.argmax(), closeness.shape)
        if closeness[person, machine] <= 0:
            return detections
        detections = _merged(detections, people[person], machines[machine])


def _merged(detections: Detections, person: np.intp, machine: np.intp) -> Detections:
    xyxy, confidence = detections.xyxy.copy(), detections.confidence.copy()
    rider = xyxy[person]
    xyxy[machine] = [*np.minimum(xyxy[machine, :2], rider[:2]), *np.maximum(xyxy[machine, 2:], rider[2:])]
    confidence[machine] = max(confidence[machine], confidence[person])
    rest = np.arange(len(detections)) != person
    return replace(detections, xyxy=xyxy, confidence=confidence)[rest]


def _riding(people: F32, machines: F32) -> F64:
    """How well each person (P, 4) sits on each machine (M, 4): (P, M), the share of width in common; 0 where not at all."""
    person, machine = people[:, None].astype(np.float64), machines[None].astype(np.float64)
    width, height = machine[..., 2] - machine[..., 0], machine[..., 3] - machine[..., 1]
    tall = person[..., 3] - person[..., 1]
    shared = np.minimum(person[..., 2], machine[..., 2]) - np.maximum(person[..., 0], machine[..., 0])
    narrower = np.minimum(person[..., 2] - person[..., 0], width)
    overlap = np.divide(shared, narrower, out=np.zeros_like(shared), where=narrower > 0)
    off_centre = np.abs(boxes.centre(people)[:, None, 0] - boxes.centre(machines)[None, :, 0])
    over_one_another = (overlap >= OVERLAP_X) & (off_centre <= OFF_CENTRE * width)
    foot = person[..., 3] - machine[..., 1]
    sits = (person[..., 1] < machine[..., 1]) & _between(foot, FOOT, height) & _between(tall, HEIGHT, height)
    held = (boxes.covered(people, machines) >= INSIDE) & (tall >= INSIDE_HEIGHT * height)
    return np.where(over_one_another & (sits | held), overlap, 0.0)


def _between(value: F64, limits: tuple[float, float], unit: F64) -> npt.NDArray[np.bool_]:
    return np.asarray((value >= limits[0] * unit) & (value <= limits[1] * unit))
