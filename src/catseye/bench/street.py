"""A made-up street with road users whose places are known: the same picture and the same boxes for the same instant."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import F32, F64
from catseye.core.detection import Detections, nothing_found
from catseye.core.frame import U8
from catseye.core.road_users import RoadUser
from catseye.core.scene import CountLine, Scene, Zone

_KINDS = (RoadUser.CAR, RoadUser.CAR, RoadUser.CAR, RoadUser.VAN, RoadUser.TRUCK, RoadUser.BICYCLE, RoadUser.PEDESTRIAN)
_NOISE_FIELDS = 8
SCENE = Scene(
    lines=(
        CountLine(name="west", points=((0.3, 0.1), (0.3, 1.0)), directions=("in", "out")),
        CountLine(name="east", points=((0.7, 0.1), (0.7, 1.0)), directions=("in", "out")),
    ),
    zones=(Zone(name="junction", polygon=((0.4, 0.3), (0.6, 0.3), (0.6, 0.9), (0.4, 0.9))),),
)


@dataclass(frozen=True, slots=True, eq=False)
class Street:
    """``road_users`` of them drive along ten lanes of a picture of ``size`` (width, height), each at its own constant speed.

    They take 8 to 16 seconds from one side to the other: 20 in view are some 6000 an hour.
    A camera's sensor is noisy: ``noise`` is the standard deviation of every pixel, also where nothing moves.
    """

    size: tuple[int, int]
    road_users: int
    noise: float = 2.0

    def boxes(self, at_s: float) -> tuple[F64, npt.NDArray[np.int16]]:
        """The boxes (N, 4) px of all road users ``at_s`` seconds from the start, some beyond the picture, and their kinds (N,)."""
        width, height = self.size
        nth = np.arange(self.road_users)
        lane = nth % 10
        tall = height * (0.05 + 0.008 * lane)
        wide = tall * np.where(nth % 7 < 5, 1.8, 0.5)
        forward = np.where(lane % 2 == 0, 1.0, -1.0)
        travelled = (nth * 0.37 + at_s * (0.06 + 0.02 * (nth % 4))) % 1.0
        centre = np.where(forward > 0, travelled, 1 - travelled) * (width + 2 * wide) - wide
        foot = height * (0.3 + 0.065 * lane)
        kinds = np.array([_KINDS[n % len(_KINDS)] for n in nth], np.int16)
        return np.stack([centre - wide / 2, foot - tall, centre + wide / 2, foot], axis=1), kinds

    def found(self, at_s: float, at_ns: int, searched: F32) -> Detections:
        """What a good detector finds ``at_s``: boxes that jitter, one in twenty missed, none but in ``searched`` (R, 4) px."""
        rng = np.random.default_rng(round(at_s * 1000) + 1)
        truth, kinds = self.boxes(at_s)
        tall = truth[:, 3] - truth[:, 1]
        jitter = rng.normal(0.0, 0.02, truth.shape) * tall[:, None]
        seen: F32 = boxes.clip(truth + jitter, self.size)
        centre = boxes.centre(seen)[:, None]
        inside = np.logical_and.reduce(np.concatenate([centre >= searched[:, :2], centre <= searched[:, 2:]], axis=2), axis=2)
        looked_at = np.logical_or.reduce(inside, axis=1)
        kept = looked_at & (boxes.area(seen) > 0.4 * boxes.area(truth)) & (rng.random(len(truth)) > 0.05)
        if not kept.any():
            return nothing_found(at_ns, self.size, searched)
        return Detections(
            at_ns=at_ns,
            size=self.size,
            searched=searched,
            xyxy=seen[kept],
            confidence=rng.uniform(0.45, 0.9, int(kept.sum())).astype(np.float32),
            road_user=kinds[kept],
        )


class Painter:
    """Paints pictures of a street as planar 4:2:0, uint8 (H * 3 / 2, W): asphalt, kerbs, textured road users, sensor noise."""

    def __init__(self, street: Street) -> None:
        self._street = street
        width, height = street.size
        rng = np.random.default_rng(7)
        self._ground = _texture(rng, (height, width))
        self._bodies = [_texture(rng, (height // 4, height // 2), contrast=40.0, base=60.0 + 12 * k) for k in range(10)]
        spread = rng.normal(0.0, street.noise, (_NOISE_FIELDS, height + 16, width + 16))
        self._noise = np.rint(spread).astype(np.int16)
        self._chroma = _texture(rng, (height // 2, width), contrast=3.0, base=126.0)

    def picture(self, at_s: float) -> U8:
        """The picture ``at_s`` seconds from the start."""
        street, (width, height) = self._street, self._street.size
        luma = self._ground.copy()
        corners, _ = street.boxes(at_s)
        for nth, (x1, y1, x2, y2) in enumerate(np.rint(corners).astype(int).tolist()):
            left, right = max(x1, 0), min(x2, width)
            if right > left:
                luma[y1:y2, left:right] = self._bodies[nth % 10][: y2 - y1, left - x1 : right - x1]
        rng = np.random.default_rng(round(at_s * 1000))
        field, down, across = rng.integers(0, (_NOISE_FIELDS, 16, 16)).tolist()
        noisy = luma + self._noise[field, down : down + height, across : across + width]
        return np.concatenate([np.clip(noisy, 16, 235).astype(np.uint8), self._chroma])


def _texture(rng: np.random.Generator, shape: tuple[int, int], *, contrast: float = 18.0, base: float = 105.0) -> U8:
    """A rough surface, uint8 of ``shape`` (H, W): the same roughness at three scales."""
    height, width = shape
    surface = np.full(shape, base)
    for share, weight in ((4, 1.0), (24, 0.6), (120, 0.35)):
        coarse = rng.normal(0.0, contrast * weight, (max(2, height * share // 720), max(2, width * share // 720)))
        surface += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(surface, 16, 235), np.uint8)
