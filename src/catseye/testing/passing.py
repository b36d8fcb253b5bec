"""Road users that pass, as the rules and the tracker meet them, without a picture or a detector."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from catseye.core.detection import Detections, nothing_found
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import CountLine, Scene
from catseye.rules.positions import Positions
from catseye.testing.scripted import START_NS

SIZE = (640, 360)
STREAM = StreamId("test")
RUN = RunId("run")
Row = tuple[float, float, float, float, float, RoadUser]


def sighting(
    at_s: float, points: Mapping[int, tuple[float, float]], *, reach: float = 8.0, road_user: RoadUser = RoadUser.CAR
) -> Positions:
    """Where some tracks stand (px), ``at_s`` seconds after the start."""
    numbers = sorted(points)
    return Positions(
        at_ns=START_NS + round(at_s * 1e9),
        number=np.array(numbers, np.int64),
        point=np.array([points[n] for n in numbers], np.float64).reshape(-1, 2),
        reach=np.full(len(numbers), reach),
        road_user=np.full(len(numbers), int(road_user), np.int16),
        cut=np.zeros(len(numbers), np.bool_),
        sure=np.ones(len(numbers), np.bool_),
    )


def detections(at_s: float, rows: Sequence[Row], *, size: tuple[int, int] = SIZE) -> Detections:
    """What a detector that searched all of the picture found in it, ``at_s`` seconds after the start."""
    at_ns = START_NS + round(at_s * 1e9)
    if not rows:
        return nothing_found(at_ns, size)
    return Detections(
        at_ns=at_ns,
        size=size,
        searched=nothing_found(at_ns, size).searched,
        xyxy=np.array([row[:4] for row in rows], np.float32),
        confidence=np.array([row[4] for row in rows], np.float32),
        road_user=np.array([int(row[5]) for row in rows], np.int16),
    )


def box(x: float, y: float, *, size: tuple[float, float] = (60, 40), confidence: float = 0.8, kind: RoadUser = RoadUser.CAR) -> Row:
    """A detection that stands on the ground at (x, y) px."""
    width, height = size
    return (x - width / 2, y - height, x + width / 2, y, confidence, kind)


def scene_of(lines: Iterable[tuple[str, tuple[float, float], tuple[float, float]]], *, size: tuple[int, int] = SIZE) -> Scene:
    """A scene with count lines given in pixels: name, first end, second end."""
    width, height = size
    return Scene(
        drawn_for=size,
        lines=tuple(
            CountLine(name=name, points=((a[0] / width, a[1] / height), (b[0] / width, b[1] / height))) for name, a, b in lines
        ),
    )
