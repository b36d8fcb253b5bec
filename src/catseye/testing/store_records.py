"""The records that checks of a store are made of."""

from catseye.core.events import Coverage, LineCrossed, MovementCompleted, ZoneEntered, ZoneLeft
from catseye.core.ids import RunId, StreamId, event_id
from catseye.core.scene import CountLine, Movement, Scene, Zone
from catseye.core.time import CELL_S, NS_PER_S, cell_start, nanoseconds
from catseye.ports import RunStarted

STREAM, RUN = StreamId("street"), RunId("run-1")
CELL_NS = CELL_S * NS_PER_S
T0 = cell_start(1_700_000_000 * NS_PER_S) + CELL_NS  # the start of a cell
BARE_SCENE = Scene(lines=(CountLine(name="north", points=((0.0, 0.5), (1.0, 0.5)), directions=("in", "out")),))
SCENE = Scene(
    lines=BARE_SCENE.lines,
    zones=(
        Zone(name="west", polygon=((0.0, 0.0), (0.4, 0.0), (0.4, 1.0))),
        Zone(name="east", polygon=((0.6, 0.0), (1.0, 0.0), (1.0, 1.0))),
    ),
    movements=(Movement(name="eastbound", origin="west", destination="east"),),
)


def started(run: RunId = RUN, at_s: float = 0.0, *, stream: StreamId = STREAM) -> RunStarted:
    """A run that begins ``at_s`` seconds after T0."""
    at_ns = T0 + nanoseconds(at_s)
    return RunStarted(stream=stream, run=run, source="a clip", started_ns=at_ns, detector="scripted", detector_sha256="0" * 64)


def watched(start_s: float, end_s: float, *, run: RunId = RUN, scene: Scene = SCENE) -> Coverage:
    """Coverage of [start_s, end_s) after T0."""
    start_ns, end_ns = T0 + nanoseconds(start_s), T0 + nanoseconds(end_s)
    return Coverage(stream=STREAM, run=run, scene_revision=scene.revision, start_ns=start_ns, end_ns=end_ns)


def crossed(
    track: int,
    at_s: float,
    *,
    road_user: str = "car",
    direction: str = "in",
    run: RunId = RUN,
    scene: Scene = SCENE,
) -> LineCrossed:
    """The ``track``-th road user crosses the line ``north`` ``at_s`` seconds after T0."""
    at_ns = T0 + nanoseconds(at_s)
    return LineCrossed(
        id=event_id(run, "line_crossed", "north", track, 0),
        stream=STREAM,
        run=run,
        track=track,
        rule="north",
        at_ns=at_ns,
        seen_at_ns=at_ns + NS_PER_S,
        road_user=road_user,
        point_unit=(0.25, 0.5),
        scene_revision=scene.revision,
        direction=direction,
    )


def passed(track: int, at_s: float) -> tuple[ZoneEntered, ZoneLeft, MovementCompleted]:
    """The ``track``-th road user enters the zone ``west``, leaves it a second later, and has gone ``eastbound`` after ten."""

    def common(kind: str, rule: str, after_s: float) -> dict[str, object]:
        at_ns = T0 + nanoseconds(at_s + after_s)
        named = {"id": event_id(RUN, kind, rule, track, 0), "stream": STREAM, "run": RUN, "track": track, "rule": rule}
        seen = {"at_ns": at_ns, "seen_at_ns": at_ns, "road_user": "bicycle", "point_unit": (0.5, 0.5)}
        return named | seen | {"scene_revision": SCENE.revision}

    return (
        ZoneEntered(**common("zone_entered", "west", 0.0), appeared=True),  # type: ignore[arg-type]  # the same nine fields thrice
        ZoneLeft(**common("zone_left", "west", 1.0), dwell_s=1.0),  # type: ignore[arg-type]  # same
        MovementCompleted(**common("movement_completed", "eastbound", 10.0), origin="west", destination="east"),  # type: ignore[arg-type]  # same
    )
