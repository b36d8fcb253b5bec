"""Where each key of a TOML document stands.

``tomllib`` tells values but not places. The document is valid when it comes here, so this reader only has to find its way
through it: it skips what it need not understand, and never judges.
"""

import re
import tomllib
from bisect import bisect_right

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_STRING = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*\'''',
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")  # a date may hold a space


class Places:
    """Line and column of every key and list entry of a document."""

    def __init__(self, text: str, at: dict[KeyPath, int]) -> None:
        self._line_starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._at = at

    def find(self, path: KeyPath) -> tuple[int | None, int | None]:
        """Line and column, from 1, of ``path`` or of the nearest thing around it; (None, None) for the document itself."""
        while path and path not in self._at:
            path = path[:-1]
        if not path:
            return None, None
        offset = self._at[path]
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def span(self, path: KeyPath) -> tuple[int, int | None]:
        """Where the table at ``path`` begins, its header included, and where the next thing does; None: it is the last."""
        start = self._at[path]
        after = [offset for other, offset in self._at.items() if offset > start and other[: len(path)] != path]
        return start, min(after, default=None)


def locate(text: str) -> Places:
    """The places of a valid TOML document. Raises nothing for one that ``tomllib`` accepts."""
    return Places(text, _Reader(text).read())


class _Reader:
    """Walks a document once, left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pos = 0
        self._at: dict[KeyPath, int] = {}
        self._last: dict[KeyPath, int] = {}  # index of the last [[table]] of an array of tables

    def read(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self._skip(_BLANK)
        while self._pos < len(self._text):
            if self._text[self._pos] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self._at

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._pos)
        assert found is not None, self._text[self._pos : self._pos + 40]
        self._pos = found.end()
        return found.group()

    def _next(self, char: str) -> bool:
        if self._text.startswith(char, self._pos):
            self._pos += len(char)
            return True
        return False

    def _header(self) -> KeyPath:
        start = self._pos
        many = self._next("[[") or not self._next("[")
        keys = self._dotted()
        self._next("]]" if many else "]")
        path: KeyPath = ()
        for key in keys[:-1]:
            path = self._inside((*path, key), start)
        path = (*path, keys[-1])
        self._at.setdefault(path, start)
        if many:
            self._last[path] = self._last.get(path, -1) + 1
            path = (*path, self._last[path])
            self._at.setdefault(path, start)
        return path

    def _inside(self, path: KeyPath, start: int) -> KeyPath:
        self._at.setdefault(path, start)
        return (*path, self._last[path]) if path in self._last else path

    def _dotted(self) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACE)
            part = self._skip(_KEY_PART)
            keys.append(next(iter(tomllib.loads(f"{part} = 0"))) if part[0] in "\"'" else part)
            self._skip(_SPACE)
            if not self._next("."):
                return keys

    def _pair(self, table: KeyPath) -> None:
        start = self._pos
        path = table
        for key in self._dotted():
            path = (*path, key)
            self._at.setdefault(path, start)
        self._next("=")
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self._next("["):
            self._entries(path)
        elif self._next("{"):
            self._skip(_BLANK)
            while not self._next("}"):
                self._pair(path)
                self._skip(_BLANK)
                self._next(",")
                self._skip(_BLANK)
        elif self._text[self._pos] in "\"'":
            self._skip(_STRING)
        else:
            self._skip(_SCALAR)

    def _entries(self, path: KeyPath) -> None:
        self._skip(_BLANK)
        index = 0
        while not self._next("]"):
            entry: KeyPath = (*path, index)
            self._at[entry] = self._pos
            self._value(entry)
            self._skip(_BLANK)
            self._next(",")
            self._skip(_BLANK)
            index += 1
