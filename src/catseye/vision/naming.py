"""One detector finds, another names: boxes from the better finder, kinds from a network that knows COCO's classes."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np
from scipy.optimize import linear_sum_assignment

from catseye.core import boxes
from catseye.core.detection import Detections, DetectRequest
from catseye.core.road_users import GENERIC, RoadUser
from catseye.ports import Detector, DetectorInfo, VehicleTyper
from catseye.vision.suppress import family_mask

MATCH_IOU = 0.5
TYPES = (RoadUser.CAR, RoadUser.VAN, RoadUser.TRUCK, RoadUser.BUS)  # the order of ports.VehicleTyper
TYPED = (RoadUser.CAR, RoadUser.TRUCK)
TYPED_FROM_PX = 24  # a smaller crop shows no body
TYPE_CONFIDENCE = 0.9
NAME_CONFIDENCE = 0.2  # below it every fifth name is wrong
ALONE_MARGIN = 0.1  # over the namer's own threshold: a box that only it sees must be clearer than most


def name_found(found: Detections, named: Detections, *, alone_from: float) -> Detections:
    """``found`` with kinds from ``named``: the best one-to-one match by overlap (IoU >= 0.5) within a family of kinds.

    Names of less than 0.2 confidence are not heard. A found box that is not matched keeps its kind. Boxes only the namer has are
    added from the confidence ``alone_from``.
    """
    named = named[named.confidence >= NAME_CONFIDENCE]
    iou = boxes.iou(found.xyxy, named.xyxy) * family_mask(found.road_user, named.road_user)
    mine, its = linear_sum_assignment(-np.where(iou >= MATCH_IOU, iou, 0.0))
    good = iou[mine, its] >= MATCH_IOU
    mine, its = mine[good], its[good]
    kinds = found.road_user.copy()
    kinds[mine] = named.road_user[its]
    # What overlaps a found box is that road user seen twice, matched or not.
    alone = (named.confidence >= alone_from) & ~(iou >= MATCH_IOU).any(axis=0)
    return replace(
        found,
        xyxy=np.concatenate([found.xyxy, named.xyxy[alone]]),
        confidence=np.concatenate([found.confidence, named.confidence[alone]]),
        road_user=np.concatenate([kinds, named.road_user[alone]]),
    )


class TypingDetector:
    """Finds with a detector and has the larger cars and trucks among them looked at again: COCO knows no van.

    The typer is sure of little, so it is heard only where it is, from ``TYPE_CONFIDENCE`` on; the vote over the track decides.
    """

    def __init__(self, detector: Detector, typer: VehicleTyper) -> None:
        self._detector, self._typer = detector, typer
        kinds = {*detector.info.road_users, RoadUser.VAN.label}
        self.info = msgspec.structs.replace(detector.info, road_users=tuple(k.label for k in RoadUser if k.label in kinds))

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        """One answer a request, in order."""
        return [
            self._typed(request, found) if request.name else found
            for request, found in zip(requests, self._detector.detect(requests), strict=True)
        ]

    def _typed(self, request: DetectRequest, found: Detections) -> Detections:
        large = (found.xyxy[:, 2:] - found.xyxy[:, :2]).min(axis=1, initial=np.inf) >= TYPED_FROM_PX
        rows = np.flatnonzero(large & np.isin(found.road_user, TYPED) & (found.confidence >= self.info.threshold))
        if not len(rows):
            return found
        shares = self._typer.types(request.frame.picture.bgr(), found.xyxy[rows])
        vans = rows[shares[:, TYPES.index(RoadUser.VAN)] >= TYPE_CONFIDENCE]
        kinds = found.road_user.copy()
        kinds[vans] = RoadUser.VAN
        return replace(found, road_user=kinds)

    def close(self) -> None:
        """Free the detector."""
        self._detector.close()


class PairedDetector:
    """Finds with one detector at every request, and names with the other where a request asks for names."""

    def __init__(self, finder: Detector, namer: Detector) -> None:
        self._finder = finder
        self._namer = namer
        self._alone_from = namer.info.threshold + ALONE_MARGIN
        kinds = (*namer.info.road_users, *(kind.label for kind in sorted(GENERIC) if kind.label in finder.info.road_users))
        self.info = DetectorInfo(
            name=f"{finder.info.name}+{namer.info.name}",
            sha256=f"{finder.info.sha256}+{namer.info.sha256}",
            input_size=finder.info.input_size,
            road_users=tuple(kind.label for kind in RoadUser if kind.label in kinds),
            threshold=finder.info.threshold,
        )

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        """One answer a request, in order."""
        answers = self._finder.detect(requests)
        to_name = [index for index, request in enumerate(requests) if request.name]
        for index, named in zip(to_name, self._namer.detect([requests[index] for index in to_name]), strict=True):
            answers[index] = name_found(answers[index], named, alone_from=self._alone_from)
        return answers

    def close(self) -> None:
        """Free both."""
        self._finder.close()
        self._namer.close()
