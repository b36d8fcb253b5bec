"""A little street in London that was watched for a part of twenty minutes, with four crossings: known volumes for tests."""

from catseye.core.events import Coverage, LineCrossed
from catseye.core.health import StreamHealth, StreamState
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import CountLine, Mask, Scene
from catseye.core.time import NS_PER_S
from catseye.ports import DetectorInfo, RunStarted, Store
from catseye.wire.live import LiveHeader

STREAM = StreamId("street")
RUN = RunId("run1")
DETECTOR = DetectorInfo(name="scripted", sha256="0" * 64, input_size=(64, 36), road_users=("car",))
EIGHT = 1_790_236_800 * NS_PER_S  # 2026-09-24T08:00:00Z, nine o'clock in London
SCENE = Scene(
    timezone="Europe/London",
    lines=(CountLine(name="High Street", points=((0.0, 0.5), (1.0, 0.5)), directions=("south", "north")),),
    masks=(Mask(name="garden", polygon=((0.0, 0.0), (0.2, 0.0), (0.2, 0.2))),),
)


def header(seq: int = 1, *, captured_ns: int = EIGHT) -> LiveHeader:
    """A header without a road user."""
    return LiveHeader(
        stream=STREAM,
        run=RUN,
        seq=seq,
        at_ns=captured_ns,
        captured_ns=captured_ns,
        size=(64, 36),
        timezone=SCENE.timezone,
        tags=(),
        lines=(),
        zones=(),
        health=StreamHealth(stream=STREAM, run=RUN, state=StreamState.RUNNING, since_ns=EIGHT),
    )


def crossing(number: int, after_s: float, *, direction: str = "south", road_user: str = "car") -> LineCrossed:
    """A crossing ``after_s`` seconds after eight."""
    at_ns = EIGHT + round(after_s * NS_PER_S)
    return LineCrossed(
        id=f"{number:024x}",
        stream=STREAM,
        run=RUN,
        track=number,
        rule="High Street",
        at_ns=at_ns,
        seen_at_ns=at_ns,
        road_user=road_user,
        point_unit=(0.5, 0.5),
        scene_revision=SCENE.revision,
        direction=direction,
    )


def watched(from_s: float, until_s: float) -> Coverage:
    """The street was watched from and until so many seconds after eight."""
    start_ns, end_ns = EIGHT + round(from_s * NS_PER_S), EIGHT + round(until_s * NS_PER_S)
    return Coverage(stream=STREAM, run=RUN, scene_revision=SCENE.revision, start_ns=start_ns, end_ns=end_ns)


def fill(store: Store) -> None:
    """Watch from 08:02 to 08:06 and from 08:10 to 08:20: two cars and a bus go south, a car goes north."""
    store.begin(
        RunStarted(stream=STREAM, run=RUN, source="test", started_ns=EIGHT, detector="scripted", detector_sha256="0" * 64), SCENE
    )
    store.append((watched(120, 360), watched(600, 1200)))
    store.append((crossing(1, 130), crossing(2, 140, road_user="bus"), crossing(3, 620, direction="north"), crossing(4, 1000)))
