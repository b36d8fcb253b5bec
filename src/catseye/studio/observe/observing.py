"""One observation from beginning to end: true boxes, answers, scene, counts."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from catseye.core.errors import ConfigError
from catseye.core.geometry import F64
from catseye.core.scene import Scene
from catseye.studio.camera import Light, PoleCamera
from catseye.studio.observe.counting import Counted, compare_counts, count, true_crossings
from catseye.studio.observe.detector import Answers, detect, perfect
from catseye.studio.observe.model import DetectorModel
from catseye.studio.observe.sightings import Marked
from catseye.studio.observe.truth_boxes import TrueBoxes, joined, true_boxes
from catseye.studio.observe.writing import LEAST_VISIBLE
from catseye.studio.scene_of import scene_of
from catseye.studio.street import Street
from catseye.studio.truth import StudioTruth

CUT = 0.98  # a smaller share inside the picture is called cut
PERFECT_THRESHOLD = 0.4
Done = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eye:
    """Who looks, in which light: a fitted detector, or (None) a perfect one. The same seed, the same answers."""

    model: DetectorModel | None
    light: Light = "day"
    seed: int = 1

    @property
    def threshold(self) -> float:
        """The confidence from which one of its boxes may begin a track."""
        return PERFECT_THRESHOLD if self.model is None else self.model.threshold


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observed:
    """``there`` holds road users alone; a row of ``answers`` counts its rows."""

    there: TrueBoxes
    frames_s: F64
    answers: Answers
    scene: Scene


def observe(
    truth: StudioTruth,
    street: Street,
    camera: PoleCamera,
    eye: Eye,
    *,
    seconds: float,
    done: Done = lambda _, __: None,
) -> Observed:
    """See the first ``seconds`` of a run through a camera and a detector.

    ``done`` hears a stage and how many frames are behind. Raises ConfigError where nothing is ever in view.
    """
    frames_s = camera.times(seconds)
    parts = []
    for part in true_boxes(truth, street, camera, frames_s):
        parts.append(part[part.road_user >= 0])
        done("boxes", int(part.frame[-1]) + 1 if len(part) else 0)
    if not sum(len(part) for part in parts):
        raise ConfigError("The camera sees no road user at any time.", "Point it at the street: 'look_at_m' in its file.")
    there = joined(parts)
    marked = marked_of(there, frames_s)
    if eye.model is None:
        answers = perfect(marked)
    else:
        answers = detect(eye.model, marked, frames_s, camera.size, light=eye.light, seed=eye.seed)
    return Observed(there=there, frames_s=frames_s, answers=answers, scene=scene_of(street, camera))


def marked_of(there: TrueBoxes, frames_s: F64) -> Marked:
    """True boxes as what a detector is judged by and fitted to."""
    return Marked(
        frame=there.frame.astype(np.int64),
        at_s=frames_s[there.frame],
        number=there.number.astype(np.int64),
        xyxy=there.xyxy,
        road_user=there.road_user,
        visible=there.visible,
        cut=there.inside < CUT,
        due=there.visible * there.inside >= LEAST_VISIBLE,
    )


def count_seen(
    seen: Observed,
    truth: StudioTruth,
    street: Street,
    camera: PoleCamera,
    *,
    threshold: float,
    seconds: float,
    done: Done = lambda _, __: None,
) -> Counted:
    """The product's counts of what was seen, beside the true ones."""
    events = count(
        seen.answers, seen.frames_s, camera.size, seen.scene, threshold=threshold, done=lambda frames: done("counts", frames)
    )
    true = true_crossings(truth, street, camera, seen.scene, seconds)
    return compare_counts(true, events, seen.scene)
