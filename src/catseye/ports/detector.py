"""What finds road users in pictures."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from catseye.core.boxes import F32
from catseye.core.detection import Detections, DetectRequest
from catseye.core.frame import U8


class DetectorInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Which detector it is. ``sha256`` is of its weights file; ``input_size`` (width, height) is what one region is scaled to.

    ``threshold`` is the confidence from which one of its boxes may begin a track.
    """

    name: str
    sha256: str
    input_size: tuple[int, int]
    road_users: tuple[str, ...]
    threshold: float = 0.4


class DetectorBusyError(Exception):
    """The turn of a request did not come in time: its frame is too old to be worth a look."""


class Detector(Protocol):
    """Finds road users. May be called from one thread at a time."""

    @property
    def info(self) -> DetectorInfo:
        """Which detector it is."""
        ...

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        """One answer a request, in order; requests of many cameras may come together. Boxes are in frame pixels.

        Returns every box over a low confidence (0.1), after suppression of doubles; who uses them chooses a threshold. One that
        cameras share raises DetectorBusyError instead where it comes to a request too late.
        """
        ...

    def close(self) -> None:
        """Free what it holds; harmless when called twice."""
        ...


class FaceFinder(Protocol):
    """Finds the pixels of faces, so that they can be blurred. It returns boxes and nothing else."""

    def find(self, bgr: U8) -> F32:
        """Face boxes float32 (N, 4) xyxy px of a picture uint8 (H, W, 3)."""
        ...


class VehicleTyper(Protocol):
    """Says which body type a motor vehicle has. Votes over a track need it; it knows no vehicle from another."""

    def types(self, bgr: U8, xyxy: F32) -> F32:
        """Probabilities float32 (N, 4) of car, van, truck and bus for the motor vehicles at ``xyxy`` (N, 4) px of a picture."""
        ...
