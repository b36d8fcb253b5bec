"""Editors of one file take turns, in whatever process they are."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catseye.core.errors import OutputError

_PATIENCE_S, _LOOK_S = 10.0, 0.02


@contextmanager
def alone(path: Path, *, patience_s: float = _PATIENCE_S) -> Iterator[None]:
    """Hold other editors of a file off until done; one that dies lets go.

    The advisory lock (flock) is on ``.NAME.lock`` beside the file, for the file itself is another one after each edit. Who edits by
    hand is not held off. Raises OutputError where another takes longer than ``patience_s``, or the folder may not be written to.
    """
    real = path.resolve()  # by whatever name: one file, one lock
    lock = real.with_name(f".{real.name}.lock")
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise OutputError(f"Cannot write {lock}: {error.strerror}.", "Give a file in a folder you may write to.") from error
    try:
        _take(descriptor, path, patience_s)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path, patience_s: float) -> None:
    pause = threading.Event()
    for _ in range(max(1, round(patience_s / _LOOK_S))):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pause.wait(_LOOK_S)
        else:
            return
    raise OutputError(f"{path} is being changed by another program, and that takes long.", "Try again, or end the other one.")
