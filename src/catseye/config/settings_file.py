"""Settings in a TOML file, as one struct: read, checked, and told to the user line by line."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import msgspec.inspect

from catseye.config.findings import Finding, Findings, Severity
from catseye.config.locate import locate
from catseye.config.shape import clean
from catseye.core.errors import ConfigError

LARGEST_FILE = 1024 * 1024  # bytes: a network of a thousand cameras
_Settings = TypeVar("_Settings", bound=msgspec.Struct)


def load_settings(path: Path, kind: type[_Settings], judge: Callable[[_Settings, Findings], None], *, what: str) -> _Settings:
    """The settings in ``path``. ``judge`` reports what the types cannot tell; ``what`` names the file: "camera file".

    Raises ConfigError with the first error found, on its line, and the number of others.
    """
    return parse_settings(read_settings(path, what), kind, judge, name=str(path))


def parse_settings(text: str, kind: type[_Settings], judge: Callable[[_Settings, Findings], None], *, name: str) -> _Settings:
    """The settings in a text that is of the file ``name``. Raises ConfigError as ``load_settings`` does."""
    settings, findings = find_settings(text, kind, judge)
    if settings is not None:
        return settings
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    others = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    place = f"{name}:{errors[0].line}" if errors[0].line else name
    raise ConfigError(f"{place}: {errors[0].message}{others}", errors[0].remedy)


def find_settings(
    text: str, kind: type[_Settings], judge: Callable[[_Settings, Findings], None]
) -> tuple[_Settings | None, list[Finding]]:
    """The settings in a text, None where they cannot be used, and all that is found, in the order of the file."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: TOMLDecodeError, and numbers of more digits than Python reads
        said = "nested too deeply" if isinstance(error, RecursionError) else re.sub(r" \(at .*\)$", "", str(error))
        where = re.search(r"\(at line (\d+)", str(error))
        remedy = "Text needs quotes, and every bracket its partner."
        line = int(where[1]) if where else None
        return None, [Finding(line=line, column=None, key="", severity=Severity.ERROR, message=f"not TOML: {said}.", remedy=remedy)]
    findings = Findings(locate(text))
    usable = clean(document, msgspec.inspect.type_info(kind), (), findings)
    settings = None if findings.any_error else msgspec.convert(usable, kind)
    if settings is not None:
        judge(settings, findings)
    found = findings.listed()
    return None if any(finding.severity is Severity.ERROR for finding in found) else settings, found


def read_settings(path: Path, what: str) -> str:
    """The text of a settings file. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise ConfigError(f"No such file: {path}", f"Give the path of a {what}.") from None
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror}.", f"Give a readable {what}.") from error
    if len(data) > LARGEST_FILE:
        raise ConfigError(f"{path} is larger than {LARGEST_FILE} bytes.", f"Give a {what}.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8 text.", f"Give a {what}, saved as UTF-8.") from error
