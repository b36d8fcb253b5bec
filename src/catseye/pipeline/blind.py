"""The pipeline over detections alone, without a picture: the same detections always give the same counts."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from catseye.core.detection import Detections
from catseye.core.events import LineCrossed, MovementCompleted
from catseye.core.frame import U8, Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import Scene
from catseye.pipeline.camera import CameraPipeline, PipelineParams

CountEvent = LineCrossed | MovementCompleted
_STREAM, _RUN = StreamId("blind"), RunId("blind")


class NoPicture:
    """A picture that nobody may look at. The pipeline counts from detections; what asks for pixels here is a fault."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size

    def luma(self) -> U8:
        """Raises RuntimeError."""
        raise RuntimeError("a frame without a picture was asked for its brightness")

    def bgr(self) -> U8:
        """Raises RuntimeError."""
        raise RuntimeError("a frame without a picture was asked for its colours")


def count_events(
    looks: Iterable[tuple[int, Detections]], *, size: tuple[int, int], scene: Scene, params: PipelineParams
) -> Iterator[tuple[int, CountEvent]]:
    """What is counted over ``scene`` from (frame, detections) in order of capture, with the frame that settled it.

    Nothing is measured on the ground, and no picture is looked at: every frame was searched as its detections say. What the end of
    the run settles comes with frame -1.
    """
    picture = NoPicture(size)
    pipeline = CameraPipeline(stream=_STREAM, run=_RUN, size=size, scene=scene, params=params, engines=None)
    for seq, found in looks:
        for record in pipeline.advance(unseen_frame(seq, found.at_ns, picture), found):
            if isinstance(record, CountEvent):
                yield seq, record
    for record in pipeline.close():
        if isinstance(record, CountEvent):
            yield -1, record


def unseen_frame(seq: int, at_ns: int, picture: NoPicture) -> Frame:
    """A frame of which nobody sees the picture."""
    return Frame(
        stream=_STREAM,
        run=_RUN,
        seq=seq,
        pts=seq,
        time_base=Fraction(1, 1000),
        at_ns=at_ns,
        arrived_ns=at_ns,
        picture=picture,
    )
