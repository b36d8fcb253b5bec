"""Camera files: TOML to ``PoleCamera``, checked for what a camera on a pole can be."""

import math
from pathlib import Path

import numpy as np

from catseye.config.findings import Findings
from catseye.config.settings_file import load_settings
from catseye.core.geometry import F64
from catseye.studio.camera import PoleCamera

_SIDES_PX = (64, 4096)
_FOV_DEG = (5.0, 150.0)
_LOWEST_M = 1.0
_HIGHEST_M = 200.0
_FASTEST_FPS = 120.0
_REACH = 1.9  # radius in units of half the width; ``PoleCamera.distort`` holds the lens from 2 on
_EXACT_PX = 0.01


def load_camera(path: Path) -> PoleCamera:
    """The camera of a TOML file. Raises ConfigError that names the key that cannot be, and says what to do."""
    return load_settings(path, PoleCamera, judge_camera, what="camera file")


def dump_camera(camera: PoleCamera) -> str:
    """A camera as TOML; ``load_camera`` of it gives an equal camera."""
    lines = [f"{name} = {_toml(getattr(camera, name))}" for name in camera.__struct_fields__]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def judge_camera(camera: PoleCamera, findings: Findings) -> None:
    """Report what the types cannot tell: a camera under the road, one that looks at the sky, a lens that folds its picture."""
    _judge_picture(camera, findings)
    _judge_place(camera, findings)
    if not 0.0 <= camera.dropped <= 0.9:
        findings.error(("dropped",), f"'dropped' is {camera.dropped:g}.", "Give the share of lost frames, from 0 to 0.9.")
    if not camera.burst >= 1.0:
        findings.error(("burst",), f"'burst' is {camera.burst:g} frames.", "Give the mean number of frames lost together, from 1.")
    if not 0.0 <= camera.sway_px <= camera.size[0] / 20:
        findings.error(("sway_px",), f"'sway_px' is {camera.sway_px:g}.", "Give 0 to a twentieth of the picture's width.")
    if camera.seed < 0:
        findings.error(("seed",), f"'seed' is {camera.seed}.", "Give a whole number from 0.")
    if not findings.any_error and (fault := lens_fault(camera)):
        findings.error(("k1",), f"'k1' = {camera.k1:g} and 'k2' = {camera.k2:g} {fault}.", "Give values nearer to 0.")


def _judge_picture(camera: PoleCamera, findings: Findings) -> None:
    low, high = _SIDES_PX
    if any(side % 2 or not low <= side <= high for side in camera.size):
        shown = "x".join(map(str, camera.size))
        findings.error(("size",), f"'size' is {shown}.", f"Give an even width and height from {low} to {high}.")
    if not _FOV_DEG[0] <= camera.fov_deg <= _FOV_DEG[1]:
        findings.error(("fov_deg",), f"'fov_deg' is {camera.fov_deg:g}.", f"Give {_FOV_DEG[0]:g} to {_FOV_DEG[1]:g} degrees.")
    if not 0.0 < camera.fps <= _FASTEST_FPS:
        findings.error(("fps",), f"'fps' is {camera.fps:g}.", f"Give frames a second, above 0 and up to {_FASTEST_FPS:g}.")


def _judge_place(camera: PoleCamera, findings: Findings) -> None:
    x, y, height = camera.position_m
    if height <= 0.0:
        findings.error(
            ("position_m",), f"the camera hangs at {height:g} m: under the road.", "Give its height over the road as third number."
        )
    elif not _LOWEST_M <= height <= _HIGHEST_M:
        findings.error(
            ("position_m",), f"the camera hangs at {height:g} m.", f"Give a height of {_LOWEST_M:g} to {_HIGHEST_M:g} m."
        )
    away = math.hypot(camera.look_at_m[0] - x, camera.look_at_m[1] - y)
    if away < 0.01:
        findings.error(
            ("look_at_m",), "the camera looks straight down at its own foot.", "Give a point at least 1 cm from the pole."
        )
    elif height > 0.0 and away > 100.0 * height:
        findings.error(
            ("look_at_m",), f"the middle of the picture is {away:.0f} m away: it is the sky.", "Give a point nearer to the pole."
        )
    if not abs(camera.roll_deg) <= 45.0:
        findings.error(("roll_deg",), f"'roll_deg' is {camera.roll_deg:g}.", "Give -45 to 45 degrees.")


def lens_fault(camera: PoleCamera) -> str:
    """What is wrong with the lens: "" where it shows each place of the picture once and ``undistort`` finds it."""
    radius = np.linspace(0.0, _REACH, 2001)
    shown = radius * (1 + camera.k1 * radius**2 + camera.k2 * radius**4)
    corner = math.hypot(1.0, camera.size[1] / camera.size[0])
    reached = np.flatnonzero(shown >= corner)
    end = int(reached[0]) if len(reached) else len(shown) - 1
    if np.any(np.diff(shown[: end + 1]) <= 0.0):
        return "fold the picture back inside its edges"
    if not len(reached):
        return "leave the corners of the picture without a view"
    edge = border_px(camera, 33)
    if np.abs(camera.distort(camera.undistort(edge)) - edge).max() > _EXACT_PX:
        return "bend the picture more than can be undone"
    return ""


def border_px(camera: PoleCamera, many: int) -> F64:
    """Points (4 * many, 2) along the four edges of the picture, in pixels."""
    (width, height), share = camera.size, np.linspace(0.0, 1.0, many)
    across, down, zero = share * width, share * height, np.zeros(many)
    sides = [(across, zero), (across, zero + height), (zero, down), (zero + width, down)]
    return np.concatenate([np.stack(side, axis=1) for side in sides])
