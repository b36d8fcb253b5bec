"""Voids the calibration of a stream whose camera was moved, until its scene is drawn anew or the watch is begun anew."""

import logging
from dataclasses import dataclass, field

import numpy as np
from msgspec.structs import replace

from catseye.core.frame import Frame
from catseye.core.ids import RunId, StreamId, event_id
from catseye.core.scene import FittedScene, Scene
from catseye.core.traffic import Incident
from catseye.ports import Record
from catseye.privacy.masks import MaskedPicture, MaskLayer
from catseye.rules.ground import GroundView, ground_view
from catseye.vision.steady import CameraMoved, Steadiness

log = logging.getLogger(__name__)

KIND = "camera_moved"
_WHERE = (0.5, 0.9)  # of the picture: the lower edge shows ground


@dataclass(slots=True)
class Steadying:
    """Looks at a calibrated stream, run after run: a camera may be moved while its stream is away."""

    stream: StreamId
    moved: CameraMoved | None = None
    _drawn: tuple[str, tuple[int, int]] | None = None
    _steady: Steadiness | None = None
    _masks: MaskLayer = field(default_factory=lambda: MaskLayer(()))
    _fitted: FittedScene | None = None
    _view: GroundView | None = None
    _told: Incident | None = None

    @property
    def void(self) -> bool:
        """Whether nothing can be measured on the ground."""
        return self.moved is not None

    def begin(self, scene: Scene, size: tuple[int, int]) -> None:
        """Another run, with pictures of (width, height)."""
        if self._drawn == (scene.revision, size):
            return
        self._drawn, self.moved, self._fitted = (scene.revision, size), None, scene.fit(size)
        self._view = ground_view(self._fitted)
        self._masks = MaskLayer(scene.masks)
        open_ = self._masks.apply(np.full((size[1], size[0]), 255, np.uint8)) if scene.masks else None
        self._steady = None if self._view is None else Steadiness(open_)

    def take(self, frame: Frame) -> tuple[Record, ...]:
        """Take in an analysed frame; says once in each run that the camera has been moved."""
        if self._steady is None or self._told is not None:
            return ()
        if self.moved is None:
            self.moved = self._steady.look(MaskedPicture(frame.picture, self._masks).luma(), frame.at_ns)
            if self.moved is None:
                return ()
            log.warning("%s: %s", self.stream, self._reason(self.moved))
        self._told = self._incident(frame.run, self.moved, frame.at_ns)
        return (self._told,)

    def close(self, at_ns: int) -> tuple[Record, ...]:
        """End the run: nobody would see the incident end."""
        told, self._told = self._told, None
        if told is None:
            return ()
        reason = f"{told.reason}; it lasted when the watch ended"
        return (replace(told, revision=2, state="closed", seen_at_ns=at_ns, closed_ns=at_ns, reason=reason),)

    def _incident(self, run: RunId, moved: CameraMoved, at_ns: int) -> Incident:
        assert self._fitted is not None
        assert self._view is not None
        x, y = self._view.metres(np.array([_WHERE]) * self._fitted.size)[0].tolist()
        return Incident(
            id=event_id(run, f"incident/{KIND}", "", 0, 1),
            stream=self.stream,
            run=run,
            scene_revision=self._fitted.scene.revision,
            kind=KIND,
            at_ns=moved.at_ns,
            seen_at_ns=at_ns,
            point_m=(x, y),
            point_unit=_WHERE,
            revision=1,
            state="opened",
            place="",
            road_user="",
            opened_ns=at_ns,
            closed_ns=None,
            severity="high",
            reason=self._reason(moved),
        )

    @staticmethod
    def _reason(moved: CameraMoved) -> str:
        return (
            f"the camera was moved: the picture lies {moved.shift_px:g} px from where it lay. Nothing is measured on the ground "
            "any more; calibrate anew and look at the count lines"
        )
