"""Puts a calibration into a scene file and leaves all else in it as its author wrote it."""

import re
import tomllib

import numpy as np

from catseye.config.calibrated import written as table_of
from catseye.config.scene_file import file_units
from catseye.core.calibration import Calibration
from catseye.core.errors import ConfigError

_KEYS = ("homography", "error_m")
_ALL = (*_KEYS, "calibration")
_TABLE = re.compile(r"^[ \t]*\[calibration\][^\n]*\n(?:[ \t]*(?!\[+[A-Za-z\"'])[^\s#][^\n]*(?:\n|\Z))*", re.MULTILINE)
_HEAD = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_NUMBERS = re.compile(r"\[(?:[^\]#]|#[^\n]*\n)*\]")


def calibrated(text: str, homography: tuple[float, ...], error_m: float, told: Calibration) -> str:
    """A sound scene's ``text`` with the nine numbers of a homography from unit coordinates to metres, and how exact it is.

    One that it had gives way. Raises ConfigError where the text is written too oddly to change it without a loss.
    """
    numbers = np.array(homography, np.float64).reshape(3, 3)
    size = file_units(text)
    if size is not None:
        numbers = numbers @ np.diag([1 / size[0], 1 / size[1], 1.0])
    head = _HEAD.match(text)
    at = 0 if head is None else head.end()
    rest = _ended(_TABLE.sub("", _without(text[at:]), count=1))
    body = f"{text[:at]}{_block(numbers.ravel().tolist(), error_m)}{rest}\n{table_of(told, size or (1.0, 1.0))}"
    try:
        before, after = tomllib.loads(text), tomllib.loads(body)
    except tomllib.TOMLDecodeError:
        before, after = {"": text}, {}
    if {key: value for key, value in before.items() if key not in _ALL} != {k: v for k, v in after.items() if k not in _ALL}:
        raise ConfigError(
            "The scene file is written in a way that cannot be changed without a loss.", "Put the printed lines into it by hand."
        )
    return body


def _block(numbers: list[float], error_m: float) -> str:
    rows = "".join(f"  {', '.join(map(repr, numbers[row : row + 3]))},\n" for row in (0, 3, 6))
    return f"homography = [\n{rows}]\nerror_m = {error_m!r}\n"


def _ended(text: str) -> str:
    """The text without blank lines at its end, and with an end of its last line."""
    return f"{text.rstrip()}\n" if text.strip() else ""


def _without(text: str) -> str:
    """The text without the first value of each key that a calibration sets, before its first table."""
    table = re.search(r"^[ \t]*\[[^\n]*\][ \t]*(?:#[^\n]*)?$", text, re.MULTILINE)
    end = len(text) if table is None else table.start()
    top, rest = text[:end], text[end:]
    for key in _KEYS:
        found = re.search(rf"^[ \t]*{key}[ \t]*=[ \t]*", top, re.MULTILINE)
        if found is None:
            continue
        value = _NUMBERS.match(top, found.end())
        after = found.end() if value is None else value.end()
        line = top.find("\n", after)
        top = top[: found.start()] + (top[line + 1 :] if line >= 0 else "")
    return top + rest
