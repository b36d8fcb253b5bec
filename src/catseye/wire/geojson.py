"""GeoJSON (RFC 7946) feature collections: read with what is wrong told by feature, and written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from catseye.core.cameras import LonLat
from catseye.core.errors import ConfigError

_SAVE = "Save it as a GeoJSON FeatureCollection in longitude and latitude (WGS 84)."


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature: ``points`` is one point, or the outer ring of a polygon (closed), or nothing where it has no place."""

    properties: dict[str, object]
    kind: str
    points: tuple[LonLat, ...]


def read_features(text: str) -> list[Feature | ConfigError]:
    """The features of a collection, or what is wrong with each. Raises ConfigError where the whole is none."""
    try:
        whole = msgspec.json.decode(text.removeprefix("\ufeff"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise ConfigError(f"This is not JSON: {error}.", _SAVE) from error
    features = whole.get("features") if isinstance(whole, dict) and whole.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise ConfigError("This is no FeatureCollection.", _SAVE)
    return [_feature(feature) for feature in features]


def write_features(features: Iterable[Feature]) -> str:
    """The collection as text, a feature a line."""
    lines = ",\n".join(msgspec.json.encode(_shown(feature)).decode() for feature in features)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'


def _shown(feature: Feature) -> dict[str, object]:
    geometry: dict[str, object] | None = None
    if feature.kind == "Point":
        geometry = {"type": "Point", "coordinates": feature.points[0]}
    elif feature.kind == "Polygon":
        geometry = {"type": "Polygon", "coordinates": [feature.points]}
    return {"type": "Feature", "geometry": geometry, "properties": feature.properties}


def _feature(value: object) -> Feature | ConfigError:
    if not isinstance(value, dict) or value.get("type") != "Feature":
        return ConfigError("it is no Feature.", _SAVE)
    properties, geometry = value.get("properties") or {}, value.get("geometry")
    if not isinstance(properties, dict):
        return ConfigError("its properties are no object.", _SAVE)
    if geometry is None:
        return Feature(properties=properties, kind="", points=())
    kind, coordinates = (geometry.get("type"), geometry.get("coordinates")) if isinstance(geometry, dict) else (None, None)
    if kind == "Point":
        points = _points([coordinates])
    elif kind == "Polygon" and isinstance(coordinates, list) and coordinates and isinstance(coordinates[0], list):
        points = _points(coordinates[0])
    else:
        return ConfigError(f"its geometry is {str(kind)[:40]!r}.", "Give a Point or a Polygon.")
    if not points or (kind == "Polygon" and (len(points) < 4 or points[0] != points[-1])):
        return ConfigError(
            "its coordinates are no place on earth.", "Write longitude, latitude in degrees; a ring ends where it began."
        )
    return Feature(properties=properties, kind=kind, points=points)


def _points(coordinates: Sequence[object]) -> tuple[LonLat, ...]:
    """The points, or none where one of them is no longitude and latitude; a height is passed over."""
    points: list[LonLat] = []
    for pair in coordinates:
        if not isinstance(pair, list) or len(pair) < 2 or not all(type(number) in {int, float} for number in pair):
            return ()
        longitude, latitude = float(pair[0]), float(pair[1])
        if not (abs(longitude) <= 180 and abs(latitude) <= 90):
            return ()
        points.append((longitude, latitude))
    return tuple(points)
