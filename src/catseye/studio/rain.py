"""Rain before the camera: streaks in the air, new in every frame, and drops on the glass that stay."""

import cv2
import numpy as np
import numpy.typing as npt

from catseye.studio.camera import PoleCamera

F32 = npt.NDArray[np.float32]
_STREAKS = 260  # in a picture of 640 x 360
_DROPS = 9
_SLANT = 0.12  # the wind: sideways for each pixel down


class Rain:
    """The rain over one camera; ``strength`` 1 is a downpour."""

    def __init__(self, camera: PoleCamera, strength: float) -> None:
        width, height = camera.size
        self._size, self._scale = (width, height), width / 640
        self._streaks = int(_STREAKS * strength)
        rng = np.random.default_rng([camera.seed, 0xD1])
        cover = np.zeros((height, width), np.float32)
        shift = np.zeros((height, width, 2), np.float32)
        down, across = np.mgrid[0:height, 0:width].astype(np.float32)
        for _ in range(int(_DROPS * strength)):
            x, y = rng.uniform(0, width), rng.uniform(0, height)
            radius = rng.uniform(5, 13) * self._scale
            off = np.stack([across - x, (down - y) * 0.85], axis=-1)
            inside = np.clip(1.0 - (off**2).sum(axis=-1) / radius**2, 0.0, 1.0)
            cover = np.maximum(cover, np.sqrt(inside))
            # A drop is a lens of its own: it shows its surroundings small and upside down.
            shift -= np.where(inside[..., None] > 0, off * 2.6, 0.0).astype(np.float32)
        self._cover: F32 = np.asarray(cv2.GaussianBlur(cover, (0, 0), 1.2 * self._scale)[..., None], np.float32)
        self._through: F32 = np.stack([across, down], axis=-1) + shift

    def fall(self, light: F32, rng: np.random.Generator) -> F32:
        """The picture, float32 BGR (H, W, 3), with rain before it."""
        wet = light + self._streak(rng)[..., None] * (215.0 - light)
        seen = cv2.GaussianBlur(wet, (0, 0), 2.2 * self._scale)
        drops = cv2.remap(seen, self._through, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)  # type: ignore[call-overload]
        return np.asarray(wet + self._cover * 0.85 * (drops * 1.04 - wet), np.float32)

    def _streak(self, rng: np.random.Generator) -> F32:
        """How much each pixel is veiled by falling drops, 0 to 1."""
        width, height = self._size
        veil = np.zeros((height, width), np.uint8)
        start = rng.uniform((-20, -30), (width, height), (self._streaks, 2))
        length = rng.gamma(2.5, 7.0, self._streaks) * self._scale
        faint = rng.uniform(13, 66, self._streaks).tolist()
        ends = start + length[:, None] * np.array([_SLANT, 1.0])
        for a, b, share in zip(
            np.rint(start * 16).astype(int).tolist(), np.rint(ends * 16).astype(int).tolist(), faint, strict=True
        ):
            cv2.line(veil, a, b, share, 1, cv2.LINE_AA, 4)
        return np.asarray(cv2.GaussianBlur(veil.astype(np.float32) / 255.0, (0, 0), 0.5 * self._scale), np.float32)
