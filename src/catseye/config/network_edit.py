"""Changes one camera in a network file and leaves all else in it as its author wrote it."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable, Table
from tomlkit.toml_document import TOMLDocument

from catseye.config.alone import alone
from catseye.config.locate import locate
from catseye.config.network_file import parse_network
from catseye.config.settings_file import read_settings
from catseye.config.whole import write_whole
from catseye.core.cameras import Camera, Network
from catseye.core.errors import ConfigError

_REQUIRED = frozenset({"name", "address", "kind_of_place", "purpose", "legal_basis"})


def edit_network(path: Path, change: Callable[[str], str]) -> Network:
    """Change the text of a network file, if what comes out can be used; returns the network of it.

    Editors of all processes take turns, and ``change`` is given the text of one's own turn: what is decided by the text is to be
    decided in it. Raises ConfigError, OutputError, and then the file is as it was.
    """
    with alone(path):
        text = change(read_settings(path, "network file"))
        network = parse_network(text, path)
        write_whole(path, text.encode())
    return network


def with_camera(text: str, camera: Camera) -> str:
    """The text with a camera added, or changed where there is one of that name. What has its usual value is left out."""
    return with_cameras(text, [camera])


def with_cameras(text: str, cameras: Iterable[Camera]) -> str:
    """The text with many cameras added or changed, as ``with_camera`` does one."""
    document = _read(text)
    tables = {str(table.get("name")): table for table in _cameras(document)}
    for camera in cameras:
        told = _told(camera)
        table = tables.get(camera.name)
        if table is None:
            table = tables[camera.name] = tomlkit.table()
            _cameras(document).append(table)
        _tell(table, told)
    return tomlkit.dumps(document)


def with_paused(text: str, name: str, *, paused: bool) -> str:
    """The text with a camera paused or not. Raises ConfigError where there is none of that name."""
    document = _read(text)
    table = _known(document, name)
    if paused:
        table["paused"] = True
    elif "paused" in table:
        del table["paused"]
    return tomlkit.dumps(document)


def without_camera(text: str, name: str) -> str:
    """The text without a camera; comments below it, which are of what comes next, stay. Raises ConfigError for an unknown name."""
    document = _read(text)
    _known(document, name)
    number = [table.get("name") for table in _cameras(document)].index(name)
    start, end = locate(text).span(("cameras", number))
    below: list[str] = []
    for line in reversed(text[start:end].splitlines(keepends=True)):
        if line.strip() and not line.lstrip().startswith("#"):
            break
        below.insert(0, line)
    return text[:start] + "".join(below if any(map(str.strip, below)) else []) + ("" if end is None else text[end:])


def _tell(table: Table | InlineTable, told: Mapping[str, Any]) -> None:
    """Make a table say what is told, and touch what it says already as little as can be."""
    for key in [key for key in table if key not in told]:
        del table[key]
    for key, value in told.items():
        there = table.get(key)
        if isinstance(value, dict) and isinstance(there, Table | InlineTable):
            _tell(there, value)
        elif key not in table or there != value:
            table[key] = _inline(value) if isinstance(value, dict) else value


def _inline(values: Mapping[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(values)
    return table


def _told(camera: Camera) -> dict[str, Any]:
    """What has to be written of a camera: what it has to say, and what is not as usual."""
    usual = Camera(name=camera.name, address="", kind_of_place="", purpose="", legal_basis="")
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(camera))
    kept = {key: value for key, value in told.items() if key in _REQUIRED or getattr(camera, key) != getattr(usual, key)}
    if "place" in kept:
        kept["place"] = {key: value for key, value in kept["place"].items() if value is not None}
    return kept


def _read(text: str) -> TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise ConfigError(f"The network file is not TOML: {error}.", "Mend it by hand first.") from error


def _cameras(document: TOMLDocument) -> AoT:
    if "cameras" not in document:
        document.append("cameras", tomlkit.aot())
    cameras = document["cameras"]
    if not isinstance(cameras, AoT):
        raise ConfigError("The cameras of this file are written in one line.", "Write each as a [[cameras]] of its own.")
    return cameras


def _find(document: TOMLDocument, name: str) -> Table | None:
    return next((table for table in _cameras(document) if table.get("name") == name), None)


def _known(document: TOMLDocument, name: str) -> Table:
    table = _find(document, name)
    if table is None:
        raise ConfigError(f"No camera {name!r} is registered.", "'catseye cameras list' names them.")
    return table
