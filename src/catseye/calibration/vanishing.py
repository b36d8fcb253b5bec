"""A calibration by two families of parallel lines, at right angles on the ground, and one known length.

Each family meets in its vanishing point; with square pixels and the axis in the middle of the picture both tell the focal length
and how the ground lies, and the length its scale (Hartley and Zisserman 2004, "Multiple view geometry", 8.6 and 8.8; Caprile and
Torre 1990, "Using vanishing points for camera calibration"). Errors of clicks, of the length and of where the axis goes through the
picture are led through to the first order.
"""

from dataclasses import dataclass

import numpy as np

from catseye.calibration.errors import calibration_of, reference_points
from catseye.calibration.fit import Noise, led
from catseye.core.calibration import Calibration
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64

_AXIS = 0.01  # of the picture's width: one standard deviation of where the axis goes through
_STEP = 0.01  # px
_PARALLEL = np.radians(0.7)  # lines that meet under less meet nowhere that clicks could tell
_ALIKE = np.radians(10.0)  # vanishing points seen under less from one another are of one direction
_LEAST_PX = 4.0
_FOCAL = (0.2, 20.0)  # of the picture's width
_REMEDY = "Take the edges of the road, and stop lines or kerbs across it; or measure four ground points and use --points."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """``families`` hold segments (S, 2, 2) px, two or more each; ``ends`` (2, 2) px are those of a way of ``length_m``."""

    families: tuple[F64, F64]
    ends: F64
    length_m: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Squared:
    """``homography`` (3, 3) leads from unit coordinates to metres, x along the first family; ``calibration`` has its errors."""

    homography: F64
    calibration: Calibration
    points_unit: F64


def parse_lines(families: list[str], length: str) -> Drawn:
    """What a user typed: "x,y x,y x,y x,y" twice, two points of each line, and "x,y x,y METRES". Raises ConfigError."""
    if len(families) != 2:
        raise ConfigError(f"--vanishing was given {_times(len(families))}.", "Give it twice: once for each way that lines run.")
    read = []
    for text in families:
        points = _points(text.split(), "--vanishing")
        if len(points) < 4 or len(points) % 2:
            raise ConfigError(
                f"--vanishing {text!r} has {len(points)} points.",
                "Give two points of each line, of two lines or more: x,y x,y x,y x,y",
            )
        read.append(points.reshape(-1, 2, 2))
    *ends, metres = length.split() or [""]
    if len(ends) != 2:
        raise ConfigError(
            f"--length {length!r} is not two points and metres.", "Write it like this: --length '112,301 548,322 7.2'"
        )
    try:
        length_m = float(metres)
    except ValueError:
        raise ConfigError(f"--length: {metres!r} is no number of metres.", "Write a plain number, such as 7.2.") from None
    return Drawn(families=(read[0], read[1]), ends=_points(ends, "--length"), length_m=length_m)


def _points(words: list[str], option: str) -> F64:
    points = []
    for word in words:
        try:
            x, y = map(float, word.split(","))
        except ValueError:
            raise ConfigError(f"{option}: {word!r} is no point.", "Write pixels as x,y with a space between points.") from None
        if not np.isfinite([x, y]).all():
            raise ConfigError(f"{option}: {word!r} is no point.", "Write pixels as x,y with a space between points.")
        points.append((x, y))
    return np.array(points, np.float64).reshape(-1, 2)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def square(drawn: Drawn, size: tuple[int, int], noise: Noise) -> Squared:
    """The ground that the lines and the length of a picture of ``size`` tell. Raises ConfigError where they tell none."""
    _judge(drawn, size)
    packed = np.concatenate([*(family.ravel() for family in drawn.families), drawn.ends.ravel()])
    numbers = np.concatenate([packed, [drawn.length_m], np.array(size) / 2])
    split = (drawn.families[0].size, drawn.families[0].size + drawn.families[1].size)
    homography = _ground(numbers, split, size)
    points = packed.reshape(-1, 2) / size
    if not np.isfinite(led(homography, points)).all():
        raise ConfigError(
            "A point of the lines or of the length lies on the horizon that they tell, or above.",
            "Take things that lie on the ground.",
        )
    at = reference_points(homography)
    deviation = np.concatenate(
        [np.full(len(packed), noise.click_px), [noise.survey_m], np.full(2, _AXIS * size[0])],
    )
    columns = []
    for step in np.diag(np.full(len(numbers), _STEP)):
        there = [led(_ground(numbers + sign * step, split, size), at).ravel() for sign in (1, -1)]
        columns.append((there[0] - there[1]) / (2 * _STEP))
    slopes = np.stack(columns, axis=1) * deviation
    if not np.isfinite(slopes).all():
        raise ConfigError("The lines tell a horizon so near to the picture that no error can be stated.", _REMEDY)
    told = calibration_of("vanishing_points", at, slopes @ slopes.T)
    return Squared(homography=homography, calibration=told, points_unit=points)


def _ground(numbers: F64, split: tuple[int, int], size: tuple[int, int]) -> F64:
    """The homography of the coordinates of all segments and ends, the length, and the place of the axis. Raises ConfigError."""
    first, second, rest = np.split(numbers, split)
    ends, length_m, centre = rest[:4].reshape(2, 2), rest[4], rest[5:]
    one, two = (_meeting(lines.reshape(-1, 2, 2) - centre) for lines in (first, second))
    squared = -float(one[:2] @ two[:2]) / float(one[2] * two[2])
    if not squared > 0:
        raise ConfigError(
            "No camera sees these two families of lines at right angles on the ground.",
            "Are both on the ground, and square to one another? Is a segment in the wrong family?",
        )
    focal = np.sqrt(squared)
    if not _FOCAL[0] * size[0] <= focal <= _FOCAL[1] * size[0]:
        raise ConfigError(
            f"The lines tell an angle of view of {np.degrees(2 * np.arctan2(size[0] / 2, focal)):.2g} degrees.", _REMEDY
        )
    along, across = (meeting / np.array([focal, focal, 1.0]) for meeting in (one, two))
    along, across = along / np.linalg.norm(along), across / np.linalg.norm(across)
    lens = np.array([[focal, 0.0, centre[0]], [0.0, focal, centre[1]], [0.0, 0.0, 1.0]])
    middle = np.append((ends.mean(axis=0) - centre) / focal, 1.0)
    found = np.linalg.inv(lens @ np.column_stack([along, across, middle])) @ np.diag([*size, 1.0])
    unit = ends / size
    low = found @ (*unit.mean(axis=0), 1.0)
    found = found / low[2]
    way = np.diff(led(found, unit), axis=0)[0]
    scale = length_m / np.hypot(*way)
    turned = np.linalg.det(np.diff(led(found, unit.mean(axis=0) + 1e-4 * np.array([[0, 0], [1, 0], [0, 1]])), axis=0)) > 0
    return np.asarray(np.diag([scale, -scale if turned else scale, 1.0]) @ found, np.float64)


def _meeting(segments: F64) -> F64:
    """Where the lines of segments (S, 2, 2) meet best, (3,) homogeneous; longer ones tell more."""
    whole = np.concatenate([segments, np.ones((*segments.shape[:2], 1))], axis=2)
    unit = np.abs(segments).max()
    lines = np.cross(whole[:, 0] / (unit, unit, 1.0), whole[:, 1] / (unit, unit, 1.0))
    found = np.linalg.svd(lines)[2][-1]
    return np.asarray(found * (unit, unit, 1.0), np.float64)


def _judge(drawn: Drawn, size: tuple[int, int]) -> None:
    """Raise ConfigError for lines and lengths that tell nothing."""
    if not (np.isfinite(drawn.length_m) and drawn.length_m > 0):
        raise ConfigError(f"--length: {drawn.length_m:g} m is no length.", "Give metres, above 0.")
    if np.hypot(*np.diff(drawn.ends, axis=0)[0]) < _LEAST_PX:
        raise ConfigError("--length: both ends are one place in the picture.", "Give two ends of something long on the ground.")
    ways = []
    for name, family in zip(("first", "second"), drawn.families, strict=True):
        long = np.diff(family, axis=1)[:, 0]
        if (np.hypot(*long.T) < _LEAST_PX).any():
            raise ConfigError(
                f"--vanishing: a segment of the {name} family has no length.", "Give two points of each line, far apart."
            )
        angles = np.arctan2(long[:, 1], long[:, 0])
        apart = np.abs((angles[:, None] - angles[None] + np.pi / 2) % np.pi - np.pi / 2)
        if apart.max() < _PARALLEL:
            raise ConfigError(
                f"--vanishing: the lines of the {name} family are parallel in the picture, so they meet nowhere.",
                "A view along a road has such lines across it: take another pair at right angles, such as a turned zebra, "
                "or use --points.",
            )
        ways.append(_meeting(family - np.array(size) / 2))
    one, two = (way / np.array([size[0], size[0], 1.0]) for way in ways)
    if np.arccos(min(abs(float(one @ two)) / float(np.linalg.norm(one) * np.linalg.norm(two)), 1.0)) < _ALIKE:
        raise ConfigError(
            "--vanishing: both families meet in one place: they are of one direction.", "Take lines at right angles to the others."
        )
