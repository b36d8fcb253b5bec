"""What a controller tells of its signals, in a CSV file that may grow while it is read."""

import csv
import io
import logging
from collections import deque
from collections.abc import Collection
from pathlib import Path
from zoneinfo import ZoneInfo

from catseye.config.findings import did_you_mean
from catseye.core.errors import ConfigError
from catseye.core.signals import SignalChange, SignalState
from catseye.core.time import parse_instant

log = logging.getLogger(__name__)

_HEADER = ["time", "signal", "state"]
_STATES: dict[str, SignalState] = {
    "red": "red",
    "red_amber": "red_amber",
    "amber": "amber",
    "green": "green",
    "off": "off",
    "unknown": "unknown",
}


class SignalFile:
    """Changes of signals from lines of ``time,signal,state``, in order of time. A line counts once it has its end.

    ``signals`` are the names that the scene knows; civil times without an offset are of ``tz``.
    """

    def __init__(self, path: Path, signals: Collection[str], tz: ZoneInfo) -> None:
        """Reads what is there. Raises ConfigError for a file that cannot be read, and for the first line that says nothing."""
        self._path, self._signals, self._tz = path, signals, tz
        self._read = 0  # bytes
        self._line = 0
        self._due: deque[SignalChange] = deque()
        self._last_ns: int | None = None
        for line in self._lines():
            self._take(line)

    def until(self, at_ns: int) -> list[SignalChange]:
        """The changes up to an instant that were not given before. A new line that says nothing is logged and left out."""
        try:
            for line in self._lines():
                try:
                    self._take(line)
                except ConfigError as error:
                    log.warning("%s %s", error.message, error.remedy)
        except ConfigError as error:
            log.warning("%s %s", error.message, error.remedy)
        found = []
        while self._due and self._due[0].at_ns <= at_ns:
            found.append(self._due.popleft())
        return found

    def _lines(self) -> list[str]:
        """The whole lines that are new."""
        try:
            if self._path.stat().st_size <= self._read:
                return []
            with self._path.open("rb") as file:
                file.seek(self._read)
                fresh = file.read()
        except OSError as error:
            raise ConfigError(f"Cannot read {self._path}: {error.strerror}.", "Give a CSV file of time,signal,state.") from error
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._read += len(whole)
        return whole.decode(errors="replace").splitlines()

    def _take(self, line: str) -> None:
        self._line += 1
        cells = [cell.strip() for cell in next(csv.reader(io.StringIO(line)), [])]
        if not any(cells) or (self._line == 1 and [cell.lower() for cell in cells] == _HEADER):
            return
        where = f"{self._path}, line {self._line}:"
        if len(cells) != len(_HEADER):
            raise ConfigError(f"{where} {len(cells)} cells.", "Write time,signal,state: 2026-05-04T07:00:03.2,north,red")
        time, name, state = cells
        if name not in self._signals:
            raise ConfigError(f"{where} the scene has no signal {name!r}.", did_you_mean(name, self._signals))
        if state not in _STATES:
            raise ConfigError(f"{where} no signal shows {state!r}.", did_you_mean(state, _STATES))
        at_ns = parse_instant(time, self._tz)
        if self._last_ns is not None and at_ns < self._last_ns:
            raise ConfigError(f"{where} its time is before that of the line above.", "Write the changes in order of time.")
        self._last_ns = at_ns
        self._due.append(SignalChange(name=name, at_ns=at_ns, state=_STATES[state]))
