"""Credentials of cameras: read from where a network's file says they are, kept out of everything that is shown."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catseye.core.errors import ConfigError

_MOST_BYTES = 4096
_HOW = 'Write credentials = "file:PATH" (a file of two lines: user, password) or "env:NAME" (user:password).'


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and a password; neither is shown when it is printed. ``notes`` are warnings for the user."""

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    notes: tuple[str, ...] = ()


def read_credentials(where: str, environment: Mapping[str, str] | None = None) -> Credentials:
    """What ``file:PATH`` or ``env:NAME`` holds; empty for "".

    A file holds ``user`` and ``password`` on a line each, or ``user:password``.

    Raises ConfigError, which never holds what was read.
    """
    if not where:
        return Credentials()
    kind, _, place = where.partition(":")
    if kind == "env" and place:
        told = (os.environ if environment is None else environment).get(place)
        if told is None:
            raise ConfigError(f"The environment has no {place}, which credentials name.", f"Set {place} to user:password.")
        return _split(told, where, ())
    if kind == "file" and place:
        return _of_file(Path(place), where)
    raise ConfigError("Credentials are neither file:PATH nor env:NAME.", _HOW)  # what stands there may be a password


def _of_file(path: Path, where: str) -> Credentials:
    try:
        with path.open("rb") as file:
            open_to_all = stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077
            coded = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(
            f"Cannot read {path}, which credentials name: {error.strerror}.", "Check the path and its rights."
        ) from None
    try:
        text = coded.decode()
    except UnicodeDecodeError:
        text = ""
    if len(coded) > _MOST_BYTES:
        text = ""
    return _split(text, where, (f"{path} can be read by others; chmod 600 {path}",) if open_to_all else ())


def _split(text: str, where: str, notes: tuple[str, ...]) -> Credentials:
    """User and password out of two lines, or out of one with a colon: the first colon parts them."""
    lines = [line.strip("\r") for line in text.strip("\r\n").split("\n")]
    user, password = lines if len(lines) == 2 else lines[0].partition(":")[::2] if len(lines) == 1 else ("", "")
    if not user or not password:
        raise ConfigError(f"{where} does not hold a user and a password.", _HOW)
    return Credentials(user, password, notes)
