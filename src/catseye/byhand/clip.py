"""Which clip it is."""

import hashlib
from pathlib import Path

from catseye.core.errors import SourceNotFoundError

_PIECES, _PIECE = 16, 1 << 20  # bytes; a recording of a day is told from another without reading all of it


def fingerprint(path: Path) -> str:
    """A hash, 64 hex digits, of a clip's length and of sixteen pieces of it, from its first byte to its last.

    Of a folder of pictures: of each file's, in order of their names. Raises SourceNotFoundError where it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        files = sorted(child for child in path.iterdir() if child.is_file()) if path.is_dir() else [path]
        for file in files:
            length = file.stat().st_size
            digest.update(length.to_bytes(8, "big"))
            with file.open("rb") as content:
                for place in sorted({max(0, length - _PIECE) * piece // (_PIECES - 1) for piece in range(_PIECES)}):
                    content.seek(place)
                    digest.update(content.read(_PIECE))
    except OSError as error:
        raise SourceNotFoundError(f"{path} cannot be read: {error.strerror}.", "Give a clip: a video file.") from error
    return digest.hexdigest()
