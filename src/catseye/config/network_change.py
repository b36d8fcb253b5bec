"""Cameras out of what a command or an import tells of them, held against what is registered already."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from catseye.config import network_rules
from catseye.config.findings import did_you_mean
from catseye.config.network_file import camera_of
from catseye.config.settings_file import parse_settings
from catseye.core.cameras import Camera, Network
from catseye.core.errors import ConfigError

_REQUIRED = tuple(field.name for field in msgspec.structs.fields(Camera) if field.required)


def as_written(text: str, path: Path) -> Network:
    """The network of a file's text with its paths as they stand there, not led from its folder. Raises ConfigError."""
    return parse_settings(text, Network, network_rules.judge, name=str(path))


def find_camera(cameras: Iterable[Camera], name: str) -> Camera:
    """The camera of that name. Raises ConfigError."""
    known = {camera.name: camera for camera in cameras}
    if name not in known:
        raise ConfigError(f"No camera {name!r} is registered.", did_you_mean(name, known) or "'catseye cameras list' names them.")
    return known[name]  # type: ignore[index]


def merged(known: Camera | None, told: Mapping[str, Any]) -> Camera:
    """The camera as it was, or a new one, with what is told of it; parts of a place not told stay. Raises ConfigError."""
    values: dict[str, Any] = {} if known is None else msgspec.to_builtins(known)
    place: dict[str, object] = (values.get("place") or {}) | (told.get("place") or {})
    values |= told
    if place:
        if "point" not in place:
            raise ConfigError("where it stands is not known.", "Give a longitude and a latitude too.")
        values["place"] = place
    missing = [key for key in _REQUIRED if key not in values]
    if missing:
        raise ConfigError(f"{', '.join(missing)} missing.", "A new camera is registered with all of them.")
    return camera_of(values)


def merged_rows(
    network: Network, rows: Iterable[tuple[int, dict[str, object] | ConfigError]], *, credentials: str = ""
) -> tuple[list[Camera], list[tuple[int, ConfigError]]]:
    """The cameras that come of an import, and what is wrong with which row. New ones get ``credentials``: where theirs are."""
    known = {str(camera.name): camera for camera in network.cameras}
    cameras: dict[str, Camera] = {}
    wrong: list[tuple[int, ConfigError]] = []
    for number, told in rows:
        name = "" if isinstance(told, ConfigError) else str(told.get("name", ""))
        if isinstance(told, ConfigError):
            wrong.append((number, told))
        elif name in cameras:
            wrong.append((number, ConfigError(f"{name!r} is in it twice.", "Give each camera one row.")))
        else:
            new = {"credentials": credentials} if name not in known and credentials else {}
            try:
                cameras[name] = merged(known.get(name), {**told, **new})
            except ConfigError as error:
                wrong.append((number, error))
    return list(cameras.values()), wrong
