"""A shot: all that a renderer needs, as one JSON file. The renderer is a program of its own and knows nothing of this package.

Coordinates are the street's: metres, z up; angles radians. The camera is a pinhole: whoever ordered the shot bends the lens,
adds the sensor's noise and encodes.
"""

import msgspec

from catseye.studio.camera import Light
from catseye.studio.street import Street

SHOT_VERSION = 1


class ShotCamera(msgspec.Struct, frozen=True, kw_only=True):
    """A pinhole. ``axes`` rows: right, down, forward. ``size`` is in pixels, ``focal_px`` the focal length, the principal point the
    middle of the picture.
    """

    position_m: tuple[float, float, float]
    axes: tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]
    size: tuple[int, int]
    focal_px: float


class ShotBody(msgspec.Struct, frozen=True, kw_only=True):
    """One road user or thing. ``model`` is a name of ``bodies.MODELS``; ``seed`` decides paint, clothes and build."""

    number: int
    model: str
    length_m: float
    width_m: float
    height_m: float
    trailer_m: float
    seed: int


class ShotPose(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Where body ``number`` is in one frame: the middle of its footprint.

    ``walked_m`` turns wheels, pedals and legs; ``z_m`` is the ground's height there (a walker on a sidewalk).
    """

    number: int
    x_m: float
    y_m: float
    z_m: float
    yaw_rad: float
    trailer_yaw_rad: float
    walked_m: float
    speed_mps: float
    braking: bool
    turning: int


class ShotFrame(msgspec.Struct, frozen=True, kw_only=True):
    """One picture: written as ``%06d.png`` of ``index``. ``signals`` maps each signal head to its state."""

    index: int
    at_s: float
    poses: tuple[ShotPose, ...]
    signals: dict[str, str]


class Shot(msgspec.Struct, frozen=True, kw_only=True):
    """``shot.json``. ``masks`` asks for body numbers as pixels (16-bit grey PNG ``%06d.mask.png``) beside those frames."""

    version: int
    camera: ShotCamera
    light: Light
    seed: int
    street: Street
    bodies: tuple[ShotBody, ...]
    frames: tuple[ShotFrame, ...]
    masks: tuple[int, ...] = ()
