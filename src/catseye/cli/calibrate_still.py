"""Redacted stills of a clip or camera, for ``catseye calibrate``."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager

from catseye import app
from catseye.config import check_fits
from catseye.core.errors import RedactionError
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import Scene
from catseye.core.time import NS_PER_S
from catseye.evaluate.redaction import redacted
from catseye.pipeline.camera import CameraPipeline
from catseye.ports import Detector
from catseye.privacy.redaction import RedactedPicture, Redactor
from catseye.runtime.session import WatchOptions, watching

_Stills = Generator[RedactedPicture, None, None]
_TRIES = 100  # frames, until one can be redacted
_APART_NS = 3 * NS_PER_S  # from one still to the next: what moves is elsewhere by then


@contextmanager
def redacted_stills(spec: str, detector_name: str | None, scene: Scene) -> Iterator[Iterator[RedactedPicture]]:
    """Stills three seconds apart, over and over; none where none can be redacted. Raises CatseyeError as sources do."""
    with closing(app.open_detector(detector_name)) as detector:
        stills = _over_and_over(spec, detector, scene)
        try:
            yield stills
        finally:
            stills.close()


def _over_and_over(spec: str, detector: Detector, scene: Scene) -> _Stills:
    while True:
        found = 0
        for still in _once(spec, detector, scene):
            found += 1
            yield still
        if found == 0:
            return


def _once(spec: str, detector: Detector, scene: Scene) -> _Stills:
    stream, run_id = StreamId("calibrate"), RunId("calibrate")
    with closing(app.open_source(spec, stream=stream, run=run_id, clock=app.system_clock())) as source:
        check_fits(scene, source.info.size)
        how = watching(WatchOptions(source=spec), None, detector.info, app.open_face_finder())
        pipeline = CameraPipeline(stream=stream, run=run_id, size=source.info.size, scene=None, params=how.params)
        redactor = Redactor(scene.masks, how.face_finder)
        due_ns, tries = 0, 0
        for frame in source.frames():
            if frame.at_ns < due_ns:
                continue
            try:
                still = redacted(frame, detector, pipeline, redactor)
            except RedactionError:
                tries += 1
                if tries == _TRIES:
                    return
                continue
            tries, due_ns = 0, frame.at_ns + _APART_NS
            yield still
