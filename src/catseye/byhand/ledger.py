"""The file of a count, kept so that no step that was acknowledged is ever lost."""

import fcntl
import os
import threading
from contextlib import suppress
from pathlib import Path

from catseye.byhand.steps import Step, taken
from catseye.core.errors import ConfigError, OutputError
from catseye.wire.hand_counts import HandCount, decode_json, encode_json

_MOST_BACK = 1000  # steps that can be taken back


class Ledger:
    """One count and its file. All methods may be called from any thread.

    A step is in the file, and the file on the disk, before ``take`` returns. Another process that wants the same file is refused.
    """

    def __init__(self, path: Path, fresh: HandCount) -> None:
        """Go on with what ``path`` holds, else begin with ``fresh``, which says what is to be counted.

        Raises ConfigError where the file counts something else, OutputError where it cannot be written.
        """
        self.path = path
        self.version = 0
        self._lock = threading.Lock()
        self._back: list[tuple[str, Step]] = []
        self._claim = _Claim(path)
        try:
            found = read(path)
            self.count = fresh if found is None else resumed(path, found, fresh)
            self._save(self.count)
        except BaseException:
            self._claim.release()
            raise

    def take(self, step: Step, tab: str) -> HandCount:
        """Take a step that was made in the page ``tab``. Raises ConfigError, OutputError; then nothing was changed."""
        with self._lock:
            after, back = taken(self.count, step)
            self._keep(after)
            if back is not None:
                self._back = [*self._back[-_MOST_BACK + 1 :], (tab, back)]
            return self.count

    def undo(self, tab: str) -> bool:
        """Take back the last step of ``tab`` that can be taken back; whether there was one. Raises OutputError."""
        with self._lock:
            for place in range(len(self._back) - 1, -1, -1):
                owner, step = self._back[place]
                if owner != tab:
                    continue
                try:
                    after, _ = taken(self.count, step)
                except ConfigError:  # another page did away with what it would change
                    after = self.count
                if after == self.count:
                    del self._back[place]
                    continue
                self._keep(after)
                del self._back[place]
                return True
            return False

    def close(self) -> None:
        """Let another process count on; harmless when called twice."""
        with self._lock:
            self._claim.release()

    def _keep(self, after: HandCount) -> None:
        if after != self.count:
            self._save(after)
            self.count = after
            self.version += 1

    def _save(self, count: HandCount) -> None:
        part = self.path.with_name(f".{self.path.name}.part")
        try:
            with part.open("wb") as file:
                file.write(encode_json(count))
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)
            _sync_folder(self.path.parent)
        except OSError as error:
            raise _unwritable(self.path, error) from error


def read(path: Path) -> HandCount | None:
    """The hand count of a file; None where there is no such file. Raises ConfigError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.", "Give the file of a hand count.") from error
    try:
        return decode_json(content)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error.message}", error.remedy) from error


def resumed(path: Path, found: HandCount, fresh: HandCount) -> HandCount:
    """What ``path`` holds, to be gone on with as ``fresh`` says. Raises ConfigError where it is a count of something else."""
    again = f"Give what {path.name} was counted of, or begin anew with another --out."
    if found.clip_sha256 != fresh.clip_sha256:
        what = f"another clip, {found.clip}" if found.clip_sha256 else "a clip that it does not name"
        raise ConfigError(f"{path} counts {what}.", again)
    if found.scene_revision != fresh.scene_revision or found.lines != fresh.lines:
        raise ConfigError(f"{path} was counted over another scene.", again)
    if (found.from_s, found.until_s) != (fresh.from_s, fresh.until_s):
        raise ConfigError(f"{path} counts from {found.from_s:g} s to {found.until_s:g} s, and not what was asked for.", again)
    if found.who != fresh.who:
        raise ConfigError(f"{path} was counted by {found.who or 'somebody without a name'}.", again)
    kinds = tuple(dict.fromkeys((*found.kinds, *fresh.kinds)))
    crossings = tuple(found.crossings)
    keyed = all(crossing.key for crossing in crossings)
    if not keyed:
        raise ConfigError(f"{path} has counts without a key, which cannot be gone on with.", again)
    changes = {"kinds": kinds, "start": fresh.start or found.start, "light": fresh.light or found.light, "clip": fresh.clip}
    return HandCount(**{name: getattr(found, name) for name in HandCount.__struct_fields__} | changes)


class _Claim:
    """The right to be the one writer of a file: a lock on a file beside it, which the kernel drops when we die."""

    def __init__(self, path: Path) -> None:
        self._path = path.resolve().with_name(f".{path.name}.lock")
        self._descriptor = -1
        while self._descriptor < 0:
            try:
                descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            except OSError as error:
                raise _unwritable(path, error) from error
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(descriptor)
                raise ConfigError(
                    f"Another 'catseye truth' is counting in {path}.", "Count in its page, or stop it, or give another --out."
                ) from error
            if self._still_there(descriptor):
                self._descriptor = descriptor
            else:
                os.close(descriptor)  # whoever had it before took it away in between

    def release(self) -> None:
        if self._descriptor >= 0:
            with suppress(OSError):
                self._path.unlink()
            os.close(self._descriptor)
            self._descriptor = -1

    def _still_there(self, descriptor: int) -> bool:
        try:
            return self._path.stat().st_ino == os.fstat(descriptor).st_ino
        except OSError:
            return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{path} cannot be written: {error.strerror}.", "Check that its folder exists, may be written and has room, or give --out."
    )
