"""What a real camera does to a picture: it bends it, sways, darkens its corners, blurs, and adds noise; rain falls before it.

Pixels here are those of ``PoleCamera``: the picture reaches from 0 to its width, the first pixel's middle is at 0.5.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.frame import U8
from catseye.core.geometry import F64
from catseye.studio.camera import Light, PoleCamera
from catseye.studio.filming import overscan_px, sway_reach_px
from catseye.studio.rain import Rain

F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """How a light looks through a cheap camera.

    ``noise`` is the standard deviation of the sensor's noise in a grey pixel, of 255, it grows with the root of brightness
    (photon noise) from ``floor`` in the dark; ``bloom`` the share of light that spreads round what is bright; ``colour`` how much
    of the colour is kept; ``blur_px`` the standard deviation of the lens's blur; ``rain`` how many streaks and drops there are.
    """

    noise: float = 1.2
    floor: float = 0.5
    bloom: float = 0.02
    colour: float = 1.0
    blur_px: float = 0.45
    vignette: float = 0.16
    rain: float = 0.0


SENSORS: dict[Light, Sensor] = {
    "day": Sensor(noise=0.8, floor=0.4, blur_px=0.35, vignette=0.1),
    "low_sun": Sensor(bloom=0.12, noise=1.4, vignette=0.2),
    "overcast": Sensor(noise=1.6),
    "dusk": Sensor(noise=4.0, floor=2.0, bloom=0.10, colour=0.9, blur_px=0.55),
    "night": Sensor(noise=7.0, floor=3.5, bloom=0.16, colour=0.75, blur_px=0.7, vignette=0.22),
    "rain": Sensor(noise=2.4, floor=1.0, bloom=0.06, colour=0.92, blur_px=0.6, rain=1.0),
    "fog": Sensor(noise=1.8, floor=1.0, bloom=0.05, blur_px=0.65),
}
_BLOOM_FROM = 200.0  # of 255: what is brighter spreads
_BLOOM_SHARE = 0.022  # of the picture's width: how far


class Lens:
    """The lens, mast and sensor of one camera. ``apply`` gives the same picture for the same frame number every time."""

    def __init__(self, camera: PoleCamera) -> None:
        self._camera, self._sensor = camera, SENSORS[camera.light]
        self._margin = np.array(overscan_px(camera), np.float64)
        self._spare = int(np.ceil(sway_reach_px(camera))) + 2
        width, height = camera.size
        across, down = (np.arange(-self._spare, side + self._spare) + 0.5 for side in camera.size)
        px = np.asarray(np.stack(np.meshgrid(across, down), axis=-1), np.float64)
        # For each pixel where the pinhole's picture has it; a border more than the picture, for the mast to shift over.
        self._source: F32 = np.asarray(camera.undistort(px) + self._margin - 0.5, np.float32)
        radius = np.hypot(*(np.moveaxis(px, -1, 0) - camera.centre_px[:, None, None])) / np.hypot(*camera.centre_px)
        inner = radius[self._spare : self._spare + height, self._spare : self._spare + width]
        self._shade: F32 = np.asarray((1.0 - self._sensor.vignette * inner**2.5)[..., None], np.float32)
        self._rain = Rain(camera, self._sensor.rain) if self._sensor.rain > 0.0 else None

    def apply(self, rendered: U8, frame: int, at_s: float) -> U8:
        """The camera's picture, uint8 BGR (H, W, 3), of what was ``rendered`` with overscan for the frame at ``at_s``."""
        bent = self.bend(rendered, self._camera.sway(np.array([at_s]))[0])
        rng = np.random.default_rng([self._camera.seed, frame, 0x1E])
        light = bent.astype(np.float32)
        if self._rain is not None:
            light = self._rain.fall(light, rng)
        light = self._spread(light) * self._shade
        if self._sensor.colour < 1.0:
            grey = light @ np.array([0.114, 0.587, 0.299], np.float32)
            light = grey[..., None] + self._sensor.colour * (light - grey[..., None])
        return self._sensed(light, rng)

    def bend(self, rendered: U8, shift_px: F64) -> U8:
        """The picture of the bending lens, shifted by (x, y) px; nothing else done to it."""
        source = self._shifted(shift_px)
        bent = cv2.remap(rendered, source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
        return np.asarray(bent, np.uint8)

    def bend_numbers(self, rendered: npt.NDArray[np.uint16], at_s: float) -> npt.NDArray[np.uint16]:
        """A picture (H, W) of numbers, bent and shifted as the frame at ``at_s`` was; none is mixed with its neighbour."""
        column, row = np.moveaxis(np.rint(self._shifted(self._camera.sway(np.array([at_s]))[0])).astype(np.intp), -1, 0)
        high, wide = rendered.shape
        return np.asarray(rendered[np.clip(row, 0, high - 1), np.clip(column, 0, wide - 1)], np.uint16)

    def _shifted(self, shift_px: F64) -> F32:
        """Where each pixel's light comes from, float32 (H, W, 2) in pixels of the rendered picture."""
        # A picture shifted right shows at x what stood at x - shift: the map is read there.
        move = np.array([[1, 0, self._spare - shift_px[0]], [0, 1, self._spare - shift_px[1]]], np.float64)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        moved = cv2.warpAffine(self._source, move, self._camera.size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, np.float32)

    def _spread(self, light: F32) -> F32:
        """The lens's blur, and the glow round what is bright."""
        sensor = self._sensor
        soft = cv2.GaussianBlur(light, (0, 0), sensor.blur_px)
        bright = np.maximum(light - _BLOOM_FROM, 0.0) * (255.0 / (255.0 - _BLOOM_FROM))
        small = cv2.resize(bright, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        reach = max(self._camera.size[0] * _BLOOM_SHARE * 0.25, 0.8)
        glow = cv2.GaussianBlur(small, (0, 0), reach) * 2.0 + cv2.GaussianBlur(small, (0, 0), reach * 4) * 3.0
        spread = cv2.resize(glow, self._camera.size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(soft + sensor.bloom * spread, np.float32)

    def _sensed(self, light: F32, rng: np.random.Generator) -> U8:
        sensor = self._sensor
        deviation = np.sqrt(sensor.floor**2 + (sensor.noise**2 - sensor.floor**2) * np.clip(light, 0.0, 255.0) / 128.0)
        fine = rng.standard_normal((*light.shape[:2], 1), np.float32) * 0.8
        colour = rng.standard_normal(light.shape, np.float32) * 0.6
        return np.asarray(np.clip(light + deviation * (fine + colour) + 0.5, 0, 255), np.uint8)
