"""Ground points: where each is in the picture, and where on the ground, as a person measured them in a CSV file."""

import csv
import io
from dataclasses import dataclass

import numpy as np

from catseye.core.errors import ConfigError
from catseye.core.geometry import F64, XY

PICTURE = {"unit": ("x", "y"), "pixel": ("x_px", "y_px")}
GROUND = {"metres": ("east_m", "north_m"), "degrees": ("lon", "lat")}
LEAST = 4
_FAR_M = 2000.0  # further apart than any camera sees
_EQUATOR_M, _ECCENTRICITY_2 = 6378137.0, 6.69437999014e-3  # WGS 84 (NIMA TR8350.2, table 3.1 and 3.3)
_EXAMPLE = "Begin the file with the line 'x_px,y_px,lon,lat' (or x,y as shares of the picture; or east_m,north_m in metres)."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroundPoints:
    """N points: ``unit`` (N, 2) of the picture, ``metres`` (N, 2) east and north of ``origin`` (lon, lat; None: the file's own)."""

    names: tuple[str, ...]
    unit: F64
    metres: F64
    origin: XY | None = None

    def __len__(self) -> int:
        """The number of points."""
        return len(self.names)

    def without(self, row: int) -> "GroundPoints":
        """All but one."""
        kept = np.arange(len(self)) != row
        names = tuple(name for name, stays in zip(self.names, kept, strict=True) if stays)
        return GroundPoints(names=names, unit=self.unit[kept], metres=self.metres[kept], origin=self.origin)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ListedPoints:
    """N points as written down: ``unit`` (N, 2) of the picture, ``ground`` (N, 2) lon and lat, or metres east and north."""

    names: tuple[str, ...]
    unit: F64
    ground: F64
    degrees: bool


def parse_points(text: str, *, name: str, size: tuple[int, int] | None) -> GroundPoints:
    """The points of a CSV text, as ``listed_points`` reads it and ``ground_points`` judges it. Raises ConfigError."""
    return ground_points(listed_points(text, name=name, size=size), name=name)


def ground_points(listed: ListedPoints, *, name: str) -> GroundPoints:
    """Listed points in metres; ``name`` says where they are from. Raises ConfigError where they tell too little or cannot be."""
    metres, origin = _local(listed.ground, listed.names, name) if listed.degrees else (listed.ground, None)
    points = GroundPoints(names=listed.names, unit=listed.unit, metres=metres, origin=origin)
    _judge(points, name)
    return points


def listed_points(text: str, *, name: str, size: tuple[int, int] | None) -> ListedPoints:
    """The points of a CSV text; ``name`` says where it is from, ``size`` (width, height) what its pixels are of.

    Columns: x, y (shares of the picture) or x_px, y_px; lon, lat (WGS 84) or east_m, north_m; name if wanted. Raises ConfigError.
    """
    rows = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    columns = [column.strip() for column in rows.fieldnames or ()]
    rows.fieldnames = columns
    picture, ground = _which(columns, PICTURE, name, "in the picture"), _which(columns, GROUND, name, "on the ground")
    if picture == "pixel" and size is None:
        raise ConfigError(
            f"{name} gives pixels, and of which picture is not known.", "Set drawn_for in the scene, or give --size WxH."
        )
    entries = [(rows.line_num, row) for row in rows]
    values = np.array(
        [_numbers(row, (*PICTURE[picture], *GROUND[ground]), f"{name}:{at}") for at, row in entries], np.float64
    ).reshape(-1, 4)
    names = tuple((row.get("name") or "").strip() or f"point {k + 1}" for k, (_, row) in enumerate(entries))
    unit = values[:, :2] / (size if picture == "pixel" and size is not None else (1.0, 1.0))
    return ListedPoints(names=names, unit=unit, ground=values[:, 2:], degrees=ground == "degrees")


def points_csv(listed: ListedPoints, size: tuple[int, int]) -> str:
    """The CSV text of points, in pixels of a picture of ``size`` (width, height), as ``listed_points`` reads it."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow((*PICTURE["pixel"], *GROUND["degrees" if listed.degrees else "metres"], "name"))
    digits = 8 if listed.degrees else 3
    for label, px, place in zip(listed.names, listed.unit * size, listed.ground, strict=True):
        rows.writerow((*(f"{value:.2f}" for value in px), *(f"{value:.{digits}f}" for value in place), label))
    return text.getvalue()


def _which(columns: list[str], kinds: dict[str, tuple[str, str]], name: str, where: str) -> str:
    found = [kind for kind, pair in kinds.items() if set(pair) <= set(columns)]
    if len(found) != 1:
        said = "in two ways" if found else "not"
        raise ConfigError(f"{name} says {said} where its points are {where}.", _EXAMPLE)
    return found[0]


def _numbers(row: dict[str, str | None], columns: tuple[str, ...], place: str) -> list[float]:
    numbers = []
    for column in columns:
        try:
            number = float(row[column] or "")
        except ValueError:
            number = float("nan")
        if not np.isfinite(number):
            raise ConfigError(f"{place}: {column} is {row[column]!r}, no number.", "Write plain numbers with a decimal point.")
        numbers.append(number)
    return numbers


def _local(degrees: F64, names: tuple[str, ...], name: str) -> tuple[F64, XY | None]:
    """Metres east and north of the points' middle, on the plane that touches the ellipsoid there."""
    if not len(degrees):
        return np.zeros((0, 2)), None
    off = (np.abs(degrees) > (180.0, 90.0)).any(axis=1)
    if off.any():
        raise ConfigError(
            f"{name}: {names[int(off.argmax())]} is nowhere on Earth.",
            "lon is -180 to 180 degrees, lat -90 to 90: are they swapped?",
        )
    lon, lat = degrees.mean(axis=0)
    return np.radians(degrees - (lon, lat)) * _radii_m(lat), (float(lon), float(lat))


def degrees_at(metres: F64, origin: XY) -> F64:
    """Longitude and latitude (N, 2) of places (N, 2) in metres east and north of ``origin`` (lon, lat)."""
    return np.asarray(np.degrees(metres / _radii_m(origin[1])) + origin, np.float64)


def _radii_m(lat: float) -> tuple[float, float]:
    """Metres a radian of longitude and of latitude (Snyder 1987, 4-18 to 4-21)."""
    bend = 1 - _ECCENTRICITY_2 * np.sin(np.radians(lat)) ** 2
    across_m = _EQUATOR_M / np.sqrt(bend) * np.cos(np.radians(lat))
    return float(across_m), float(_EQUATOR_M * (1 - _ECCENTRICITY_2) / bend**1.5)


def _judge(points: GroundPoints, name: str) -> None:
    """Raise ConfigError for points that tell too little, or that cannot be."""
    if len(points) < LEAST:
        raise ConfigError(
            f"{name} has {len(points)} points; a calibration needs at least {LEAST}.",
            "Measure more points of the ground, spread over the view. Six or more also tell how exact they are.",
        )
    outside = ((points.unit < -1.0) | (points.unit > 2.0)).any(axis=1)
    if outside.any():
        raise ConfigError(
            f"{name}: {points.names[int(outside.argmax())]} is far outside the picture.",
            "Shares of the picture are 0 to 1; columns of pixels are called x_px and y_px.",
        )
    if np.ptp(points.metres, axis=0).max() > _FAR_M:
        raise ConfigError(
            f"{name}: points are more than {_FAR_M / 1000:g} km apart.", "No camera sees that far: look for a slip in the numbers."
        )
    for what, places in (("in the picture", points.unit), ("on the ground", points.metres)):
        apart = np.linalg.norm(places[:, None] - places[None], axis=-1)
        np.fill_diagonal(apart, np.inf)
        first, second = divmod(int(apart.argmin()), len(points))
        if apart[first, second] == 0:
            raise ConfigError(
                f"{name}: {points.names[first]} and {points.names[second]} are one place {what}.", "Remove one of them."
            )
        spread = np.linalg.svd(places - places.mean(axis=0), compute_uv=False)
        if spread[1] < 0.02 * spread[0]:
            raise ConfigError(
                f"{name}: all points lie on one line {what}.", "Measure points on both sides of the street, near and far."
            )
