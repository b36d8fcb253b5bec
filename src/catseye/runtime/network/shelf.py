"""Keeps a redacted picture of each fault of a camera in its folder, for as long as records of its vehicles are kept."""

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from catseye.config.whole import write_whole
from catseye.core.errors import OutputError
from catseye.core.health import CameraState, HealthEpisode
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S
from catseye.ports import Clock

log = logging.getLogger(__name__)

MOST: Final = 40  # pictures a camera
_FOLDER = "faults"
_NAME = re.compile(r"(\d{1,19})_([a-z_]+)\.jpg")


class FaultShelf:
    """A ports.FaultPictures. ``cameras`` holds a folder for each camera; ``retention_h`` says how long one keeps its records.

    What is too old is not given, and deleted when ``tidy`` is called. Processes may share a shelf.
    """

    def __init__(self, cameras: Path, clock: Clock, retention_h: Callable[[StreamId], float]) -> None:
        self._cameras, self._clock, self._retention_h = cameras, clock, retention_h

    def keep(self, episode: HealthEpisode, jpeg: bytes) -> None:
        """Keep the picture of an episode, which must be redacted; where it cannot be, the log has it."""
        folder = self._cameras / episode.stream / _FOLDER
        try:
            folder.mkdir(exist_ok=True)
            write_whole(folder / f"{episode.began_ns}_{episode.state}.jpg", jpeg)
        except (OSError, OutputError) as error:
            log.warning("%s: a picture of its fault cannot be kept: %s", episode.stream, error)
        self.tidy(episode.stream)

    def of(self, name: StreamId) -> frozenset[tuple[CameraState, int]]:
        """State and beginning of the episodes of which there is a picture."""
        return frozenset((state, began_ns) for began_ns, state, _ in self._kept(name) if not self._is_old(name, began_ns))

    def find(self, name: StreamId, state: CameraState, began_ns: int) -> bytes | None:
        """The picture of an episode; None where there is none any more."""
        if self._is_old(name, began_ns):
            return None
        try:
            return (self._cameras / name / _FOLDER / f"{began_ns}_{state}.jpg").read_bytes()
        except OSError:
            return None

    def tidy(self, name: StreamId) -> None:
        """Delete what is too old, and all but the latest."""
        for place, (began_ns, _, path) in enumerate(sorted(self._kept(name), reverse=True)):
            if place >= MOST or self._is_old(name, began_ns):
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:
                    log.warning("%s: an old picture of a fault cannot be deleted: %s", name, error)

    def tidy_all(self) -> None:
        """``tidy`` for every camera that has a folder, also of those that are paused or taken out."""
        for folder in self._cameras.glob(f"*/{_FOLDER}"):
            self.tidy(StreamId(folder.parent.name))

    def _kept(self, name: StreamId) -> list[tuple[int, CameraState, Path]]:
        try:
            paths = list((self._cameras / name / _FOLDER).iterdir())
        except OSError:
            return []
        found = [(_NAME.fullmatch(path.name), path) for path in paths]
        return [(int(told[1]), CameraState(told[2]), path) for told, path in found if told and told[2] in set(CameraState)]

    def _is_old(self, name: StreamId, began_ns: int) -> bool:
        return self._clock.now_ns() - began_ns > self._retention_h(name) * 3600 * NS_PER_S
