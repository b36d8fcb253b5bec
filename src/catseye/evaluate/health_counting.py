"""From which strength of a fault on counting suffers: where a detector no longer finds, in their places, what it found before."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from catseye.core.boxes import F32, iou
from catseye.core.detection import DetectRequest
from catseye.core.frame import U8, ArrayPicture, Frame
from catseye.core.ids import RunId, StreamId
from catseye.evaluate.health import Trial
from catseye.evaluate.health_faults import FAULTS, noisy
from catseye.ports import Detector

SUFFERS = 0.10  # of what was found, lost
_SURE, _SAME = 0.4, 0.5  # confidence; least overlap with the box found without the fault


def found_lost(pictures: Sequence[U8], detector: Detector, seed: int = 1) -> dict[tuple[str, float], tuple[int, int]]:
    """How many boxes are found without a fault, and how many of them no more with it, by fault and strength.

    What is lost between two pictures of which only the sensor's noise differs is no fault's doing, and is taken off.
    """
    chance = np.random.default_rng(seed + 1)
    before, unsteady = _found(pictures, detector, chance)
    lost = {}
    for name, fault in FAULTS.items():
        if fault.suffers_from is not None:
            continue
        shown = pictures if fault.before is None else fault.before(pictures, np.random.default_rng(seed))
        found, idle = (before, unsteady) if fault.before is None else _found(shown, detector, chance)
        for strength in fault.strengths:
            after = [_boxes(one, detector) for one in fault.put(shown, strength, np.random.default_rng(seed))]
            gone = sum(_gone(old, new) for old, new in zip(found, after, strict=True))
            lost[name, strength] = sum(map(len, found)), max(0, gone - idle)
    return lost


def _found(pictures: Sequence[U8], detector: Detector, chance: np.random.Generator) -> tuple[list[F32], int]:
    """The boxes of each picture, and how many of them are lost with other noise."""
    found = [_boxes(one, detector) for one in pictures]
    again = [_boxes(noisy(one, 1.0, chance), detector) for one in pictures]
    return found, sum(_gone(old, new) for old, new in zip(found, again, strict=True))


def suffers_from(lost: Mapping[tuple[str, float], tuple[int, int]], fault: str) -> float | None:
    """The weakest strength from which on more than ``SUFFERS`` is lost; None where it never is, or nothing was found."""
    if FAULTS[fault].suffers_from is not None:
        return FAULTS[fault].suffers_from
    for strength in FAULTS[fault].strengths:
        found, gone = lost.get((fault, strength), (0, 0))
        if found and gone / found > SUFFERS:
            return strength
    return None


def onset(lost: Mapping[tuple[str, float], tuple[int, int]], done: Sequence[Trial], fault: str) -> list[list[Trial]]:
    """The trials of one clip by strength, from the weakest on from which counting suffers; empty where it never does."""
    begins = suffers_from(lost, fault)
    if begins is None:
        return []
    return [[one for one in done if (one.fault, one.strength) == (fault, at)] for at in FAULTS[fault].strengths if at >= begins]


def _gone(old: F32, new: F32) -> int:
    if not len(old) or not len(new):
        return len(old)
    return int((iou(old, new).max(axis=1) < _SAME).sum())


def _boxes(picture: U8, detector: Detector) -> F32:
    height, width = picture.shape[:2]
    frame = Frame(
        stream=StreamId("clip"),
        run=RunId("clip"),
        seq=0,
        pts=0,
        time_base=Fraction(1, 1),
        at_ns=0,
        arrived_ns=0,
        picture=ArrayPicture(picture.copy()),
    )
    whole = np.array([[0, 0, width, height]], np.float32)
    found = detector.detect([DetectRequest(frame=frame, regions=whole)])[0]
    return found.xyxy[found.confidence >= _SURE]
