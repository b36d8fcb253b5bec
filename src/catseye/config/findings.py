"""What is found wrong in a file of the user's."""

import difflib
from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from catseye.config.locate import KeyPath, Places


class Severity(StrEnum):
    """An error keeps the file from being used; a warning says that it may not do what was meant."""

    ERROR = "error"
    WARNING = "warning"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, where, and what to do. ``line`` and ``column`` count from 1; None: it concerns the whole file."""

    line: int | None
    column: int | None
    key: str
    severity: Severity
    message: str
    remedy: str = ""


class Findings:
    """Collects findings and puts each on the line of its key."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._found: list[Finding] = []

    def error(self, path: KeyPath, message: str, remedy: str = "") -> None:
        """The value at ``path`` cannot be used."""
        self._add(path, Severity.ERROR, message, remedy)

    def warning(self, path: KeyPath, message: str, remedy: str = "") -> None:
        """The value at ``path`` may not do what was meant."""
        self._add(path, Severity.WARNING, message, remedy)

    def _add(self, path: KeyPath, severity: Severity, message: str, remedy: str) -> None:
        line, column = self._places.find(path)
        key = key_text(path)
        self._found.append(Finding(line=line, column=column, key=key, severity=severity, message=message, remedy=remedy))

    def on(self, path: KeyPath) -> bool:
        """Whether something was found at this very place."""
        return any(finding.key == key_text(path) for finding in self._found)

    @property
    def any_error(self) -> bool:
        """Whether the file cannot be used."""
        return any(finding.severity is Severity.ERROR for finding in self._found)

    def listed(self) -> list[Finding]:
        """All of them in the order of the file; what concerns the whole file comes last."""
        return sorted(self._found, key=lambda f: (f.line is None, f.line or 0, f.column or 0))


def key_text(path: KeyPath) -> str:
    """A key path as people write it: ``lines[0].points``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if part.isidentifier() else repr(part))
    return text


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy that names the known word nearest to ``word``, or else lists the known words when they are few."""
    words = list(known)
    if near := nearest(word, {name.lower(): name for name in words}):
        return f"Did you mean {near!r}?"
    return f"Known: {', '.join(words)}." if 0 < len(words) <= 16 else ""


def nearest(word: str, by_lower: Mapping[str, str]) -> str | None:
    """The value whose lower-case key is most like ``word``, if any is like it."""
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None
