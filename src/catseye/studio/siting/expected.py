"""What the product would count from a pole: the traffic of a run, seen by a detector's model, without pictures."""

from collections import Counter

import msgspec
import numpy as np

from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.counting import EDGE_S, compare_counts, count
from catseye.studio.observe.detector import Answers
from catseye.studio.observe.observing import Done, Eye, Observed, observe
from catseye.studio.observe.writing import LEAST_VISIBLE
from catseye.studio.poses import poses_at
from catseye.studio.scene_of import in_view
from catseye.studio.siting.report import Counting, LineCounts, summed
from catseye.studio.street import Street
from catseye.studio.truth import StudioTruth


def expected_counts(
    truth: StudioTruth, street: Street, camera: PoleCamera, eye: Eye, *, detector: str, seconds: float, done: Done
) -> Counting:
    """Missed and extra crossings of all count lines of the street in the first ``seconds`` of a run.

    Unlike ``observe`` it asks for all crossings of the street, in the camera's view or not: those outside are missed. Those within
    a second of either end need not be counted. ``done`` hears how far it is. Raises ConfigError for a light that the
    detector's model does not know.
    """
    known = _crossings(truth, seconds)
    due = Counter((crossing.rule, crossing.direction) for crossing in known if not crossing.optional)
    found: Counter[tuple[str, str]] = Counter()
    extra: Counter[tuple[str, str]] = Counter()
    if _anyone_seen(truth, camera, known):
        seen = observe(truth, street, camera, eye, seconds=seconds, done=done)
        scene = msgspec.structs.replace(seen.scene, zones=(), movements=())
        events = count(
            seen.answers if eye.model is not None else _not_hidden(seen),
            seen.frames_s,
            camera.size,
            scene,
            threshold=eye.threshold,
            done=lambda frames: done("counts", frames),
        )
        drawn = {line.name for line in scene.lines}
        for row in compare_counts([crossing for crossing in known if crossing.rule in drawn], events, scene).rows:
            found[row.rule, row.direction] += (row.true or 0) - row.missed
            extra[row.rule, row.direction] += row.extra
    ways = [(line.name, way) for line in street.lines for way in line.directions]
    lines = [
        LineCounts(line=line, direction=way, true=due[line, way], missed=due[line, way] - found[line, way], extra=extra[line, way])
        for line, way in ways
    ]
    return summed(seconds / 60, detector, lines)


def _not_hidden(seen: Observed) -> Answers:
    """A perfect detector's answers without those to road users that are hidden more than a fitted one is asked for."""
    answers = seen.answers
    kept = seen.there.visible[answers.row] >= LEAST_VISIBLE
    return Answers(
        frame=answers.frame[kept],
        xyxy=answers.xyxy[kept],
        confidence=answers.confidence[kept],
        road_user=answers.road_user[kept],
        row=answers.row[kept],
    )


def _anyone_seen(truth: StudioTruth, camera: PoleCamera, known: list[KnownCrossing]) -> bool:
    """Whether somebody is in view when somebody crosses a line."""
    poses = poses_at(truth, np.array([crossing.at_s for crossing in known], np.float64))
    return bool(in_view(np.column_stack([poses.xy_m, np.zeros(len(poses))]), camera).any())


def _crossings(truth: StudioTruth, until_s: float) -> list[KnownCrossing]:
    return [
        KnownCrossing(
            rule=row.line,
            direction=row.direction,
            road_user=RoadUser[row.road_user.upper()],
            at_s=row.at_s,
            optional=not EDGE_S <= row.at_s <= until_s - EDGE_S,
        )
        for row in sorted(truth.crossed, key=lambda row: (row.at_s, row.line, row.direction))
        if row.at_s < until_s
    ]
