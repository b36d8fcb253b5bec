"""What a fitted detector would answer to true boxes: misses, trembling boxes, wrong names and boxes where nobody is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import logit, ndtr

from catseye.core import boxes
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.core.truth import Mask
from catseye.studio.observe.chance import Numbers, remembered
from catseye.studio.observe.fitting import features
from catseye.studio.observe.model import FAMILIES, DetectorModel, Finding, Jitter, family
from catseye.studio.observe.sightings import IOU, Marked
from catseye.studio.observe.spurious import spurious

I16 = npt.NDArray[np.int16]
_SIBLINGS = {  # whose names are taken for a kind that the clips did not show
    RoadUser.VAN: RoadUser.CAR,
    RoadUser.BUS: RoadUser.TRUCK,
    RoadUser.TRUCK: RoadUser.BUS,
    RoadUser.BICYCLE: RoadUser.MOTORCYCLE,
    RoadUser.MOTORCYCLE: RoadUser.BICYCLE,
}
_SHRINK = (1.0, 0.75, 0.5, 0.35, 0.2, 0.0)  # a box that came off further than IOU is no find, so its error is taken back


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """Detections of a whole run, ordered by frame, columns of N.

    ``frame`` int64, ``xyxy`` float64 (N, 4) px, ``confidence`` float64, ``road_user`` int16, ``row`` int64 of the true box that it
    is of; -1 where nobody is.
    """

    frame: Numbers
    xyxy: F64
    confidence: F64
    road_user: I16
    row: Numbers

    def __len__(self) -> int:
        """The number of detections."""
        return len(self.frame)


def perfect(there: Marked) -> Answers:
    """What a detector without a fault would answer: every box, hidden or not, as it is."""
    rows = np.flatnonzero(there.road_user >= 0)
    return Answers(
        frame=there.frame[rows],
        xyxy=there.xyxy[rows],
        confidence=np.ones(len(rows)),
        road_user=there.road_user[rows],
        row=rows.astype(np.int64),
    )


def detect(model: DetectorModel, there: Marked, frames_s: F64, size: tuple[int, int], *, light: str, seed: int) -> Answers:
    """The answers to the frames at ``frames_s`` (F,); ``there.frame`` counts them. The same seed gives the same answers.

    Raises ConfigError for a light that the model was not fitted to.
    """
    if light not in model.lights:
        known = ", ".join(model.lights)
        raise ConfigError(
            f"The detector model {model.detector}@{model.pictures} knows no light {light!r}; it knows {known}.",
            "Give one of those with --light, or fit one to clips of that light.",
        )
    rng = np.random.default_rng([seed, 0xDE7])
    parts = [_found(model, name, there, size, model.lights[light], rng) for name in FAMILIES]
    parts += [_spurious(model, there, frames_s, size, rng)]
    order = np.argsort(np.concatenate([part.frame for part in parts]), kind="stable")
    return Answers(
        frame=np.concatenate([part.frame for part in parts])[order],
        xyxy=np.concatenate([part.xyxy for part in parts])[order],
        confidence=np.concatenate([part.confidence for part in parts])[order],
        road_user=np.concatenate([part.road_user for part in parts])[order],
        row=np.concatenate([part.row for part in parts])[order],
    )


def chances(finding: Finding, there: Marked, rows: npt.NDArray[np.intp], confidence: float, shift: float = 0.0) -> F64:
    """The chance (N,) that each box comes with at least ``confidence``, one of ``finding.confidences``."""
    x = features(there.xyxy[rows], there.visible[rows], there.cut[rows])
    threshold = finding.thresholds[finding.confidences.index(confidence)]
    return np.asarray(1 / (1 + np.exp(threshold - x @ np.array(finding.weights) - shift)), np.float64)


def _found(
    model: DetectorModel, name: str, there: Marked, size: tuple[int, int], shift: float, rng: np.random.Generator
) -> Answers:
    rows = np.flatnonzero(np.isin(there.road_user, [int(kind) for kind in FAMILIES[name]]))
    finding, number, at_s = model.finding[name], there.number[rows], there.at_s[rows]
    x = features(there.xyxy[rows], there.visible[rows], there.cut[rows])
    chance = ndtr(remembered(finding.memory, number, at_s, rng)[:, 0])
    score = x @ np.array(finding.weights) + shift + logit(np.clip(chance, 1e-9, 1 - 1e-9))
    confidence = _confidence(finding, score)
    xyxy = _trembled(model.jitter[name], there.xyxy[rows], number, at_s, size, rng)
    said = _named(model, there.road_user[rows], number, rng)
    kept = np.flatnonzero(score >= finding.thresholds[0])
    return Answers(
        frame=there.frame[rows[kept]],
        xyxy=xyxy[kept],
        confidence=confidence[kept],
        road_user=said[kept],
        row=rows[kept].astype(np.int64),
    )


def _confidence(finding: Finding, score: F64) -> F64:
    """The confidence (N,) of each score: straight between the thresholds, and up to the highest within 3 above the last."""
    at = np.array([*finding.thresholds, finding.thresholds[-1] + 3.0])
    at += np.arange(len(at)) * 1e-9  # equal thresholds: the higher confidence holds
    return np.asarray(np.interp(score, at, [*finding.confidences, max(finding.highest, finding.confidences[-1])]), np.float64)


def _trembled(jitter: Jitter, xyxy: F64, number: Numbers, at_s: F64, size: tuple[int, int], rng: np.random.Generator) -> F64:
    """Boxes off by the detector's jitter, cut to the picture and never further off than a find may be."""
    edge = np.maximum((xyxy[:, 2:] - xyxy[:, :2])[:, [0, 1, 0, 1]], 1.0)
    z = remembered(jitter.memory, number, at_s, rng, kinds=4)
    for first, (low, high) in enumerate(((0, 2), (1, 3))):
        alike = jitter.opposite[first]
        z[:, high] = alike * z[:, low] + np.sqrt(max(0.0, 1 - alike**2)) * z[:, high]
    spread = np.sqrt(np.array(jitter.share) ** 2 + (np.array(jitter.px) / edge) ** 2)
    off = (np.array(jitter.bias) + spread * z) * edge
    out = xyxy.copy()
    left = np.arange(len(xyxy))
    for part in _SHRINK:
        out[left] = np.clip(xyxy[left] + part * off[left], 0.0, np.tile(np.array(size, np.float64), 2))
        left = left[_iou(out[left], xyxy[left]) < IOU]
    return out


def _iou(a: F64, b: F64) -> F64:
    """Overlap (N,) of each box with its partner."""
    shared = np.prod(np.maximum(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0.0), axis=1)
    both = boxes.area(a) + boxes.area(b) - shared
    return np.where((a[:, 2:] > a[:, :2]).all(axis=1), shared / np.maximum(both, 1e-9), 0.0)


def _named(model: DetectorModel, kind: I16, number: Numbers, rng: np.random.Generator) -> I16:
    """What each sighting is taken for: mostly the same for one road user."""
    said = kind.copy()
    names, first, of = np.unique(number, return_index=True, return_inverse=True)
    fresh = rng.random(len(kind))
    draw = np.where(rng.random(len(kind)) < model.naming_steady, rng.random(len(names))[of], fresh)
    for true in np.unique(kind[first]).tolist():
        rows = np.flatnonzero(kind == true)
        kinds, shares = _shares(model, RoadUser(true))
        said[rows] = kinds[np.minimum(np.searchsorted(np.cumsum(shares), draw[rows]), len(kinds) - 1)]
    return said


def _shares(model: DetectorModel, true: RoadUser) -> tuple[I16, F64]:
    """What a kind is taken for and how often. A kind that the clips did not show goes as its sibling, each for itself."""
    counts = model.naming.get(true.label)
    sibling = _SIBLINGS.get(true)
    if not counts and sibling is not None and model.naming.get(sibling.label):
        counts = {true.label if name == sibling.label else name: count for name, count in model.naming[sibling.label].items()}
    if not counts:
        like = [said for name, said in model.naming.items() if family(RoadUser[name.upper()]) == family(true)]
        counts = {name: count for said in like for name, count in said.items()} or {true.label: 1}
    kinds = np.array([RoadUser[name.upper()] for name in counts], np.int16)
    shares = np.array(list(counts.values()), np.float64)
    return kinds, shares / shares.sum()


def _spurious(model: DetectorModel, there: Marked, frames_s: F64, size: tuple[int, int], rng: np.random.Generator) -> Answers:
    parts = [spurious(kind, there, frames_s, size, rng) for kind in model.spurious]
    none: Mask = np.zeros(0, np.bool_)
    frame = np.concatenate([none.astype(np.int64), *(part[0] for part in parts)])
    return Answers(
        frame=frame,
        xyxy=np.concatenate([np.zeros((0, 4)), *(part[1] for part in parts)]),
        confidence=np.concatenate([np.zeros(0), *(part[2] for part in parts)]),
        road_user=np.concatenate([none.astype(np.int16), *(part[3] for part in parts)]),
        row=np.full(len(frame), -1, np.int64),
    )
