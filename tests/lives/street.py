"""A street on which a car passes each twenty seconds, by day and by night, and a detector that knows where it is."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np

from catseye.core.detection import Detections, DetectRequest
from catseye.core.frame import U8, ArrayPicture, Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import CountLine, Scene
from catseye.ports import DetectorInfo
from catseye.testing.passing import box, detections

FPS = 2.0
PASSAGE_S = 20.0
IN_VIEW = 0.85  # of a passage
TIMEZONE = "Europe/Madrid"
SIZES = ((160, 120), (240, 180))
_LOOKS = 16  # pictures of the empty street, each with noise of its own
_NIGHT, _DAY = 45, 120


def scene_of(where: float) -> Scene:
    """A count line across the street at this share of the picture's width."""
    line = CountLine(name="street", points=((where, 0.0), (where, 1.0)), directions=("west", "east"))
    return Scene(timezone=TIMEZONE, lines=(line,))


SCENES = {"one": scene_of(0.4), "two": scene_of(0.6)}


def frame(stream: StreamId, seq: int, at_ns: int, size: tuple[int, int], *, night: bool = False) -> Frame:
    """What the camera sees; the frame's run is the worker's to say."""
    picture = _empty(size, night, seq % _LOOKS).copy()
    x = _share(at_ns) * size[0] * 1.2
    if _share(at_ns) < IN_VIEW:
        left, right = max(0, int(x - size[0] / 10)), max(0, int(x + size[0] / 10))
        picture[size[1] // 2 : int(0.6 * size[1]), left:right] = (40, 40, 160)
    at = Fraction(1, round(FPS))
    return Frame(
        stream=stream, run=RunId(""), seq=seq, pts=seq, time_base=at, at_ns=at_ns, arrived_ns=at_ns, picture=ArrayPicture(picture)
    )


class KnowsWhere:
    """A detector that finds the car where it is, whatever the picture."""

    info = DetectorInfo(name="knows", sha256="0" * 64, input_size=SIZES[0], road_users=("car",))

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        return [self._look(request) for request in requests]

    @staticmethod
    def _look(request: DetectRequest) -> Detections:
        width, height = request.frame.size
        share = _share(request.frame.at_ns)
        rows = [box(share * width * 1.2, 0.6 * height, size=(width / 5, height / 10))] if share < IN_VIEW else []
        found = detections(0, rows, size=request.frame.size)
        return replace(found, at_ns=request.frame.at_ns, searched=request.regions)

    def close(self) -> None:
        """Nothing to free."""


def _share(at_ns: int) -> float:
    return at_ns / 1e9 % PASSAGE_S / PASSAGE_S


@cache
def _empty(size: tuple[int, int], night: bool, number: int) -> U8:
    lots = np.random.default_rng(7)
    tiles = lots.integers(-35, 36, (12, 16)) // (2 if night else 1) + (_NIGHT if night else _DAY)
    whole = np.kron(tiles, np.ones((size[1] // 12, size[0] // 16), np.int64))  # of 10 or 15 px, for squares of 8 are a fault
    noise = np.random.default_rng(100 + number).normal(0.0, 1.5, (size[1], size[0], 1))
    return np.clip(whole[..., None] + noise + np.zeros(3), 0, 255).astype(np.uint8)
