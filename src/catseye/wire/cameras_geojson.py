"""Registered cameras as GeoJSON: a point each, with what is registered of it as properties, and what each sees as a polygon."""

from collections.abc import Iterable, Mapping

from catseye.core.cameras import Camera, LonLat
from catseye.core.errors import ConfigError
from catseye.wire.cameras import POINT, flat, nested
from catseye.wire.geojson import Feature, read_features, write_features

VIEW_OF = "view_of"  # the property by which a view is told from a camera


def encode(cameras: Iterable[Camera], views: Mapping[str, tuple[LonLat, ...]]) -> str:
    """The whole text; ``views`` are closed rings, counter-clockwise, by camera. One whose place is not known has no geometry."""
    features: list[Feature] = []
    for camera in cameras:
        told = {key: value for key, value in flat(camera).items() if key not in POINT and value is not None}
        place = camera.place
        features.append(Feature(properties=told, kind="Point" if place else "", points=(place.point,) if place else ()))
        if camera.name in views:
            features.append(Feature(properties={VIEW_OF: camera.name}, kind="Polygon", points=views[camera.name]))
    return write_features(features)


def decode(text: str) -> list[tuple[int, dict[str, object] | ConfigError]]:
    """Each feature's number from 1 and values, or what is wrong with it; views are passed over. Raises ConfigError."""
    rows: list[tuple[int, dict[str, object] | ConfigError]] = []
    for number, feature in enumerate(read_features(text), 1):
        if isinstance(feature, ConfigError):
            rows.append((number, feature))
        elif VIEW_OF not in feature.properties:
            rows.append((number, _values(feature)))
    return rows


def _values(feature: Feature) -> dict[str, object] | ConfigError:
    if feature.kind == "Polygon":
        return ConfigError("a camera is no polygon.", "Give a Point.")
    told = {key: value for key, value in feature.properties.items() if value is not None}
    try:
        return nested(told | dict(zip(POINT, feature.points[0], strict=True)) if feature.points else told)
    except ConfigError as error:
        return error
