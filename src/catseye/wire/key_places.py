"""Key places from GeoJSON: points and polygons with the properties ``name`` and ``kind``."""

from catseye.core.cameras import LonLat
from catseye.core.errors import ConfigError
from catseye.wire.geojson import read_features


def decode(text: str) -> list[tuple[str, str, tuple[LonLat, ...]]]:
    """Name, kind and points of each place; one without a name is called by its number. Raises ConfigError with the first fault."""
    places: list[tuple[str, str, tuple[LonLat, ...]]] = []
    for number, feature in enumerate(read_features(text), 1):
        if isinstance(feature, ConfigError):
            raise ConfigError(f"Feature {number}: {feature.message}", feature.remedy)
        if not feature.points:
            raise ConfigError(f"Feature {number}: it has no geometry.", "Give a Point or a Polygon.")
        name, kind = feature.properties.get("name"), feature.properties.get("kind")
        places.append((str(name) if name else f"place {number}", str(kind) if kind else "", feature.points))
    return places
