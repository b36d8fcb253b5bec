"""The product's own pipeline over detections alone, and its counts beside the true ones."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from catseye.core.compared import Tally
from catseye.core.detection import Detections
from catseye.core.geometry import F64
from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.pipeline.blind import CountEvent, count_events
from catseye.pipeline.camera import PipelineParams, tracker_at
from catseye.rules.pairing import crossing_of, pair
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.agreement import by_frame
from catseye.studio.observe.countable import WHOLE, shares_seen
from catseye.studio.observe.detector import Answers
from catseye.studio.street import Street
from catseye.studio.truth import Crossed, MovementDone, StudioTruth

EDGE_S = 1.0  # a crossing this near to the beginning or the end may be counted or not: who crosses there is hardly seen


class CountRow(Tally, frozen=True, kw_only=True):
    """One direction of one count line, or one movement (which is its own direction)."""

    rule: str
    direction: str


class Mistaken(msgspec.Struct, frozen=True, kw_only=True):
    """A crossing that was missed, or (``extra``) a count of nothing."""

    extra: bool
    rule: str
    direction: str
    road_user: str
    at_s: float


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Counts beside true ones. ``right_kind`` of the ``matched`` crossings were counted as the kind that they are.

    ``aside`` walkers were counted through movements: the truth tells those of vehicles alone, so these are neither right nor
    wrong.
    """

    rows: tuple[CountRow, ...]
    mistakes: tuple[Mistaken, ...]
    matched: int
    right_kind: int
    aside: int = 0


def count(
    answers: Answers,
    frames_s: F64,
    size: tuple[int, int],
    scene: Scene,
    *,
    threshold: float,
    done: Callable[[int], None] = lambda _: None,
) -> tuple[CountEvent, ...]:
    """What the product counts over ``scene`` from these detections; ``threshold`` is the detector's own. No picture is looked at.

    ``done`` hears how many frames are behind.
    """
    params = PipelineParams(tracker=tracker_at(threshold))

    def looks() -> Iterator[tuple[int, Detections]]:
        for seq, _, found in by_frame(answers, frames_s, size):
            yield seq, found
            if seq % 100 == 99:
                done(seq + 1)

    return tuple(event for _, event in count_events(looks(), size=size, scene=scene, params=params))


def true_crossings(truth: StudioTruth, street: Street, camera: PoleCamera, scene: Scene, until_s: float) -> list[KnownCrossing]:
    """The crossings and movements until ``until_s`` that the camera can be asked for, of lines and movements of its scene.

    Optional (counted or not, both are right) are those within a second of either end, and of road users that the edge of the
    picture cuts meanwhile.
    """
    return [crossing for crossing, _ in asked_for(truth, street, camera, scene, until_s)]


def asked_for(
    truth: StudioTruth, street: Street, camera: PoleCamera, scene: Scene, until_s: float
) -> list[tuple[KnownCrossing, int]]:
    """``true_crossings``, each with the number of its road user."""
    lines, movements = {line.name for line in scene.lines}, {movement.name for movement in scene.movements}
    rows: list[Crossed | MovementDone] = [row for row in truth.crossed if row.line in lines and row.at_s < until_s]
    rows += [row for row in truth.movements if row.movement in movements and row.at_s < until_s]
    found = []
    for row, share in zip(rows, shares_seen(truth, street, camera, rows), strict=True):
        if share is None:
            continue
        rule, way = (row.line, row.direction) if isinstance(row, Crossed) else (row.movement, row.movement)
        crossing = KnownCrossing(
            rule=rule,
            direction=way,
            road_user=RoadUser[row.road_user.upper()],
            at_s=row.at_s,
            optional=share < WHOLE or not EDGE_S <= row.at_s <= until_s - EDGE_S,
        )
        found.append((crossing, row.number))
    return sorted(found, key=lambda one: (one[0].at_s, one[0].rule, one[0].direction))


def compare_counts(true: Sequence[KnownCrossing], events: Sequence[CountEvent], scene: Scene) -> Counted:
    """Pair true and counted crossings one to one, by rule, direction, family and time, and tell what is left over."""
    every = [crossing_of(event, 0) for event in events]
    counted = [crossing for crossing in every if not walks_through(crossing, scene)]
    pairs = pair(true, counted)
    taken, used = {i for i, _ in pairs}, {j for _, j in pairs}
    missed = [c for i, c in enumerate(true) if i not in taken and not c.optional]
    extra = [c for j, c in enumerate(counted) if j not in used]
    sure = [(i, j) for i, j in pairs if not true[i].optional]
    ways = [(line.name, way) for line in scene.lines for way in line.directions]
    ways += [(movement.name, movement.name) for movement in scene.movements]

    def of(way: tuple[str, str], crossings: Sequence[KnownCrossing]) -> int:
        return sum((c.rule, c.direction) == way for c in crossings)

    rows = [
        CountRow(
            rule=way[0],
            direction=way[1],
            true=of(way, [c for c in true if not c.optional]),
            counted=of(way, [true[i] for i, _ in sure]) + of(way, extra),
            missed=of(way, missed),
            extra=of(way, extra),
        )
        for way in ways
    ]
    mistakes = [(c, False) for c in missed] + [(c, True) for c in extra]
    return Counted(
        rows=tuple(rows),
        mistakes=tuple(
            Mistaken(extra=wrong, rule=c.rule, direction=c.direction, road_user=c.road_user.label, at_s=round(c.at_s, 2))
            for c, wrong in sorted(mistakes, key=lambda one: (one[0].at_s, one[0].rule, one[1]))
        ),
        matched=len(sure),
        right_kind=sum(true[i].road_user == counted[j].road_user for i, j in sure),
        aside=len(every) - len(counted),
    )


def walks_through(crossing: KnownCrossing, scene: Scene) -> bool:
    """Whether a walker was counted through a movement, of which the truth of a studio tells nothing."""
    return crossing.road_user is RoadUser.PEDESTRIAN and any(crossing.rule == movement.name for movement in scene.movements)
