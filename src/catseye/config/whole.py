"""Writes a user's file whole or not at all."""

import os
import shutil
from pathlib import Path

from catseye.core.errors import OutputError


def write_whole(path: Path, data: bytes) -> None:
    """Write ``data`` beside its place, then put it there; what was there before stays until then. Raises OutputError."""
    part = path.with_name(f".{path.name}.part")
    try:
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                shutil.copymode(path, part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot write {path}: {error.strerror}.", "Give a file in a folder you may write to.") from error
