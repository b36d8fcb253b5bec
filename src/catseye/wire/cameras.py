"""A camera as one flat row of named values, as tables and GeoJSON properties hold it. Where its credentials are is never in it."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from catseye.core.address import tells_secret
from catseye.core.cameras import Camera
from catseye.core.errors import ConfigError

POINT: Final = ("longitude", "latitude")
VIEW: Final = ("heading_deg", "field_of_view_deg", "reach_m", "height_m")
_KEPT_BACK = ("credentials", "place")


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text.strip().lower()]


_READ: Final[Mapping[str, Callable[[str], object]]] = {
    "udp": _flag,
    "paused": _flag,
    "priority": int,
    **dict.fromkeys(("analysed_fps", "retention_h", *POINT, *VIEW), float),
}
REGISTERED: Final = tuple(field.name for field in msgspec.structs.fields(Camera) if field.name not in _KEPT_BACK)
COLUMNS: Final = (*REGISTERED, *POINT, *VIEW)


def flat(camera: Camera) -> dict[str, object]:
    """What is registered of a camera by the names in ``COLUMNS``, in that order.

    None is not known, or an address that tells a secret.
    """
    row: dict[str, object] = {key: getattr(camera, key) for key in REGISTERED}
    if tells_secret(camera.address):
        row["address"] = None
    place = camera.place
    row |= dict(zip(POINT, place.point if place else (None, None), strict=True))
    return row | {key: getattr(place, key) if place else None for key in VIEW}


def nested(row: Mapping[str, object]) -> dict[str, object]:
    """The values of a row as ``Camera`` has them: what is told of the place goes into ``place``. Raises ConfigError."""
    for key in row:
        if key == "credentials":
            raise ConfigError("credentials are not imported.", "Give --credentials, or write them into the network file.")
        if key not in COLUMNS:
            raise ConfigError(f"there is nothing called {key!r} of a camera.", f"Known: {', '.join(COLUMNS)}.")
    values: dict[str, object] = {key: row[key] for key in REGISTERED if key in row}
    place: dict[str, object] = {key: row[key] for key in VIEW if key in row}
    told = [key for key in POINT if key in row]
    if len(told) == 1:
        raise ConfigError(f"there is a {told[0]} alone.", "A place has a longitude and a latitude.")
    if told:
        place["point"] = [row[key] for key in POINT]
    return values | ({"place": place} if place else {})


def typed(key: str, text: str) -> object:
    """The value of a column from a cell's text. Raises ConfigError."""
    try:
        return _READ.get(key, str)(text)
    except (ValueError, KeyError):
        wanted = "true or false" if _READ[key] is _flag else "a number"
        raise ConfigError(f"{key!r} is {text[:40]!r}.", f"Write {wanted}.") from None
