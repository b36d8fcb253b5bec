"""A detector from an engine that runs a network on one picture: looks at every region, and answers in frame pixels."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from catseye.core.detection import Detections, DetectRequest
from catseye.core.frame import U8
from catseye.ports import DetectorInfo
from catseye.vision.decode import Outputs
from catseye.vision.families import Family
from catseye.vision.letterbox import place, whole_pixels
from catseye.vision.suppress import Found, keep_best, merge_regions


class Engine(Protocol):
    """Runs one network."""

    @property
    def input_size(self) -> tuple[int, int]:
        """Width and height of its input."""
        ...

    def run(self, bgr: U8) -> Outputs:
        """The raw outputs for a picture uint8 (H, W, 3) of the input's size. They are valid until the next call."""
        ...

    def close(self) -> None:
        """Free what it holds; harmless when called twice."""
        ...


class RegionalDetector:
    """Implements ``ports.Detector`` for any engine and family. One thread at a time."""

    def __init__(self, engine: Engine, family: Family, *, name: str, sha256: str) -> None:
        self._engine = engine
        self._family = family
        width, height = engine.input_size
        self._input: U8 = np.zeros((height, width, 3), np.uint8)
        self.info = DetectorInfo(
            name=name,
            sha256=sha256,
            input_size=engine.input_size,
            road_users=tuple(kind.label for kind in family.road_users),
            threshold=family.threshold,
        )

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        """One answer a request, in order."""
        return [self._answer(request) for request in requests]

    def close(self) -> None:
        """Free the engine."""
        self._engine.close()

    def _answer(self, request: DetectRequest) -> Detections:
        frame = request.frame
        touched = [whole_pixels(region, frame.size) for region in request.regions]
        regions = [(x1, y1, x2, y2) for x1, y1, x2, y2 in touched if x2 > x1 and y2 > y1]
        parts = [self._look(frame.picture.bgr(), region) for region in regions]
        found = merge_regions(parts, regions, frame.size)
        return Detections(
            at_ns=frame.at_ns,
            size=frame.size,
            searched=request.regions,
            xyxy=found.xyxy,
            confidence=found.confidence,
            road_user=found.road_user,
        )

    def _look(self, bgr: U8, region: tuple[int, int, int, int]) -> Found:
        placement = place(bgr, region, self._input, keep_aspect=self._family.prepared.keep_aspect)
        raw = self._family.decode(self._engine.run(self._input), self._engine.input_size)
        found = Found(placement.to_frame(raw.xyxy), np.clip(raw.confidence, 0.0, 1.0), raw.road_user)
        width, height = (found.xyxy[:, 2:] - found.xyxy[:, :2]).T
        return keep_best(found[(width >= 1.0) & (height >= 1.0)])
