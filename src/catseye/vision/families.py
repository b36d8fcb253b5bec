"""The families of networks that Catseye can run: what each wants to be shown, and how its answer is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catseye.core.road_users import GENERIC, RoadUser
from catseye.vision import decode
from catseye.vision.decode import COCO, Outputs
from catseye.vision.suppress import Found

Shape = tuple[int | None, ...]


class Kind(StrEnum):
    """What a network is for. There is no kind for recognising anyone, and none can be added by a file."""

    DETECTOR = "detector"
    FACES = "faces"
    VEHICLE_TYPES = "vehicle types"


@dataclass(frozen=True, slots=True)
class Signature:
    """The inputs and outputs of a network: name -> shape, None where a size is not fixed."""

    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """How an input is prepared from BGR bytes: letterboxed or stretched, turned to RGB or not, (value - mean) / scale a channel.

    ``mean`` and ``scale`` are in the order of the channels as the network sees them.
    """

    keep_aspect: bool = False
    rgb: bool = False
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    scale: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A family of detectors. ``threshold`` is the confidence from which a box may begin a track; ``rank`` orders them by how well
    they do on street views, best first.
    """

    name: str
    road_users: tuple[RoadUser, ...]
    prepared: Prepared
    decode: Callable[[Outputs, tuple[int, int]], Found]
    threshold: float
    rank: int

    @property
    def names_kinds(self) -> bool:
        """Whether it tells a car from a bus and a bicycle from a motorcycle."""
        return not GENERIC.intersection(self.road_users)


_COCO_KINDS = tuple(COCO.values())

DETECTORS: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            name="person-vehicle-bike",
            road_users=(RoadUser.VEHICLE, RoadUser.PEDESTRIAN, RoadUser.TWO_WHEELER),
            prepared=Prepared(),
            decode=decode.pvb,
            threshold=0.3,
            rank=0,
        ),
        Family(
            name="picodet",
            road_users=_COCO_KINDS,
            prepared=Prepared(rgb=True, mean=(123.675, 116.28, 103.53), scale=(58.395, 57.12, 57.375)),
            decode=decode.picodet,
            threshold=0.45,
            rank=1,
        ),
        Family(
            name="centernet",
            road_users=_COCO_KINDS,
            prepared=Prepared(rgb=True),
            decode=decode.centernet,
            threshold=0.3,
            rank=2,
        ),
        Family(
            name="yolox",
            road_users=_COCO_KINDS,
            prepared=Prepared(keep_aspect=True),
            decode=decode.yolox,
            threshold=0.3,
            rank=3,
        ),
    )
}
