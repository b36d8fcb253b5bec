"""Named places at which a process ends itself with SIGKILL. They are put on from outside, so the product has no hook for it.

Statements of SQLite are met by its trace, just before they run; calls of Python by a wrapper around what is called.
"""

import os
import re
import signal
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from catseye.adapters.sqlite import SqliteLedger
from catseye.runtime.analysed import Volumes

STORE, LEDGER = "store.sqlite", "network.sqlite"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Statement:
    """Before the statements of a file that begin so. ``most``: how often a life is sure to pass here."""

    file: str
    begins: str
    most: int

    def put_on(self, passed: Callable[[], bool]) -> None:
        connect, pattern = sqlite3.connect, re.compile(self.begins)

        def traced(name: Any, *args: Any, **how: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(name, *args, **how)
            if Path(str(name)).name == self.file:
                connection.set_trace_callback(lambda said: die() if pattern.match(said.lstrip()) and passed() else None)
            return connection

        patch("sqlite3.connect", traced).start()


@dataclass(frozen=True)
class Call:
    """Before or after a call of ``owner.name``, or of it on the file so named; ``half``: once half of the file is written."""

    owner: Any
    name: str
    most: int
    of: str = ""
    after: bool = False
    half: bool = False

    def put_on(self, passed: Callable[[], bool]) -> None:
        real = getattr(self.owner, self.name)

        def wrapped(*args: Any, **how: Any) -> Any:
            about = args and (not self.of or _file_of(args[0]) == self.of)
            if about and not self.after and passed():
                if self.half:
                    _half(args)
                die()
            told = real(*args, **how)
            if about and self.after and passed():
                die()
            return told

        patch.object(self.owner, self.name, wrapped).start()


HISTORY, NETWORK = "health.json.part", ".network.toml.part"
POINTS: dict[str, Statement | Call] = {
    "store: a run is being begun": Statement(STORE, "INSERT INTO run ", 3),
    "store: events are written, their volumes are not": Statement(STORE, "INSERT INTO rollup ", 6),
    "store: before the commit of an append": Statement(STORE, "COMMIT", 40),
    "worker: stored, not yet acknowledged": Call(Volumes, "add", 40),
    "ledger: in the middle of folding a minute": Statement(LEDGER, "INSERT OR REPLACE INTO camera_minute", 5),
    "ledger: before the commit": Statement(LEDGER, "COMMIT", 5),
    "ledger: kept, not yet acknowledged": Call(SqliteLedger, "keep", 5, after=True),
    "ledger: what a dead process left open is being ended": Statement(LEDGER, "UPDATE episode", 2),
    "store: in the middle of a migration": Statement("old.sqlite", "PRAGMA user_version = ", 2),
    "store: in the middle of the purge": Statement(STORE, "DELETE FROM event", 2),
    "store: purged, the log is not yet emptied": Statement(STORE, "PRAGMA wal_checkpoint", 2),
    "health history: half written": Call(Path, "write_bytes", 2, of=HISTORY, half=True),
    "health history: before it takes its place": Call(Path, "replace", 2, of=HISTORY),
    "network file: half written": Call(os, "fsync", 30, of=NETWORK, half=True),
    "network file: before it takes its place": Call(Path, "replace", 30, of=NETWORK),
    "network file: in its place, not yet acknowledged": Call(Path, "replace", 30, of=NETWORK, after=True),
}


def put_on(name: str, nth: int) -> None:
    """End this process when it passes the point for the ``nth`` time."""
    left = nth

    def passed() -> bool:
        nonlocal left
        left -= 1
        return left == 0

    POINTS[name].put_on(passed)


def _file_of(one: object) -> str:
    """The name of a file, of its path or its descriptor."""
    return (Path(f"/proc/self/fd/{one}").readlink() if isinstance(one, int) else Path(str(one))).name


def _half(args: tuple[Any, ...]) -> None:
    """Leave half of what was, or is to be, written."""
    if isinstance(args[0], int):
        os.ftruncate(args[0], os.fstat(args[0]).st_size // 2)
    else:
        with Path(args[0]).open("wb") as file:
            file.write(args[1][: len(args[1]) // 2])
