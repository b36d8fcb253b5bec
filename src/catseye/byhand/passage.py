"""The way of frames that follow one another, to pictures that may be shown: the one of ``catseye watch``."""

from catseye.config import check_fits
from catseye.core.frame import Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import Scene
from catseye.evaluate.redaction import redacted
from catseye.pipeline.camera import CameraPipeline, PipelineParams, tracker_for
from catseye.ports import Detector, FaceFinder
from catseye.privacy.redaction import RedactedPicture, Redactor


class Passage:
    """Motion gate, detector, tracks, redactor. The scene's masks go along; its lines do not, so nothing is counted."""

    def __init__(self, scene: Scene, detector: Detector, face_finder: FaceFinder | None) -> None:
        self._scene = Scene(timezone=scene.timezone, drawn_for=scene.drawn_for, masks=scene.masks)
        self._detector, self._face_finder = detector, face_finder
        self._way: tuple[CameraPipeline, Redactor] | None = None

    def check(self, frame: Frame) -> None:
        """Raise ConfigError where the scene was drawn for pictures of another shape."""
        check_fits(self._scene, frame.size)

    def leave(self) -> None:
        """Frames are left out: what was known before says nothing of what comes after."""
        self._way = None

    def picture(self, frame: Frame) -> RedactedPicture:
        """The frame, fit to be shown. Raises RedactionError where it has to be withheld."""
        if self._way is None or self._way[0].fitted.size != frame.size:
            self._way = self._pipeline(frame.size), Redactor(self._scene.masks, self._face_finder)
        pipeline, redactor = self._way
        return redacted(frame, self._detector, pipeline, redactor)

    def _pipeline(self, size: tuple[int, int]) -> CameraPipeline:
        info = self._detector.info
        params = PipelineParams(input_size=info.input_size, timezone=self._scene.timezone, tracker=tracker_for(info))
        return CameraPipeline(stream=StreamId("truth"), run=RunId("truth"), size=size, scene=self._scene, params=params)
