"""What the product would count from a pole: the traffic of a run, seen by a detector's model, without pictures."""

from collections import Counter

from catseye.studio.camera import PoleCamera
from catseye.studio.observe.counting import EDGE_S, true_crossings
from catseye.studio.observe.observing import Done, Eye, count_seen, observe
from catseye.studio.scene_of import scene_of
from catseye.studio.siting.report import Counting, LineCounts, summed
from catseye.studio.street import Street
from catseye.studio.truth import StudioTruth


def expected_counts(
    truth: StudioTruth, street: Street, camera: PoleCamera, eye: Eye, *, detector: str, seconds: float, done: Done
) -> Counting:
    """Missed and extra crossings of all count lines of the street in the first ``seconds`` of a run.

    Crossings within a second of either end do not count, as in ``observe``. Those of a line that the camera does not see, or of
    the part of a line that it does not see, are missed. ``done`` hears how far it is. Raises ConfigError for a light that the
    detector's model does not know.
    """
    due = Counter((crossing.line, crossing.direction) for crossing in truth.crossed if EDGE_S <= crossing.at_s <= seconds - EDGE_S)
    found: Counter[tuple[str, str]] = Counter()
    extra: Counter[tuple[str, str]] = Counter()
    if true_crossings(truth, scene_of(street, camera), camera, seconds):
        seen = observe(truth, street, camera, eye, seconds=seconds, done=done)
        for row in count_seen(seen, truth, camera, threshold=eye.threshold, seconds=seconds, done=done).rows:
            found[row.rule, row.direction] += (row.true or 0) - row.missed
            extra[row.rule, row.direction] += row.extra
    lines = [
        LineCounts(line=line.name, direction=way, true=true, missed=true - found[line.name, way], extra=extra[line.name, way])
        for line in street.lines
        for way in line.directions
        for true in (due[line.name, way],)
    ]
    return summed(seconds / 60, detector, lines)
