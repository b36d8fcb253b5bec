"""Sources and detectors that follow a script, so that a crash or a crossing is a one-line test."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import numpy as np

from catseye.core.boxes import F32
from catseye.core.detection import Detections, DetectRequest, nothing_found
from catseye.core.frame import ArrayPicture, Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.ports import DetectorInfo, SourceInfo, StreamTraffic

START_NS = 1_700_000_100_000_000_000


def blank_frame(
    seq: int = 0,
    *,
    size: tuple[int, int] = (640, 360),
    at_ns: int | None = None,
    fps: float = 25.0,
    run: str = "run",
    value: int = 90,
) -> Frame:
    """A flat grey frame, the ``seq``-th of a run at ``fps``."""
    when = START_NS + round(seq * 1e9 / fps) if at_ns is None else at_ns
    picture = ArrayPicture(np.full((size[1], size[0], 3), value, np.uint8))
    return Frame(
        stream=StreamId("test"),
        run=RunId(run),
        seq=seq,
        pts=seq,
        time_base=Fraction(1, round(fps)) if fps >= 1 else Fraction(1),
        at_ns=when,
        arrived_ns=when,
        picture=picture,
    )


class ScriptedSource:
    """Gives the frames it was given; an exception in the script is raised at its place. Each is a packet."""

    def __init__(self, script: Iterable[Frame | Exception], *, info: SourceInfo | None = None) -> None:
        self._script = iter(script)
        self.info = info or SourceInfo(name="scripted", live=False, size=(640, 360), fps=25.0)
        self.corrupt = 0
        self.closed = False
        self.thinned = False
        self._given = 0

    def frames(self) -> Iterator[Frame]:
        """The script, up to its end or its first exception."""
        for step in self._script:
            if isinstance(step, Exception):
                raise step
            self._given += 1
            yield step

    def thin(self, key_frames_only: bool) -> None:
        """Remember it."""
        self.thinned = key_frames_only

    def traffic(self) -> StreamTraffic:
        """A packet of one byte for each frame, each a key frame."""
        given = self._given
        return StreamTraffic(bytes_in=given, packets=given, key_frames=given, codec=self.info.codec, size=self.info.size)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


class ScriptedDetector:
    """Answers frame ``seq`` with ``script[seq]``: rows of (x1, y1, x2, y2, confidence, RoadUser). No row: nothing found."""

    def __init__(self, script: dict[int, Sequence[tuple[float, float, float, float, float, RoadUser]]]) -> None:
        self._script = script
        self.asked: list[int] = []
        self.info = DetectorInfo(name="scripted", sha256="0" * 64, input_size=(640, 360), road_users=("car",))

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        """The scripted rows of each request's frame."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: DetectRequest) -> Detections:
        frame = request.frame
        self.asked.append(frame.seq)
        rows = self._script.get(frame.seq, ())
        if not rows:
            return nothing_found(frame.at_ns, frame.size, request.regions)
        xyxy: F32 = np.array([row[:4] for row in rows], np.float32)
        return Detections(
            at_ns=frame.at_ns,
            size=frame.size,
            searched=request.regions,
            xyxy=xyxy,
            confidence=np.array([row[4] for row in rows], np.float32),
            road_user=np.array([int(row[5]) for row in rows], np.int16),
        )

    def close(self) -> None:
        """Nothing to free."""
