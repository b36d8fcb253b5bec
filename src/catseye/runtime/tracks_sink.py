"""Writes where every tracked road user was, frame by frame."""

from collections.abc import Callable
from typing import Protocol

from catseye.core.ids import RunId
from catseye.core.tracks import Tracks
from catseye.runtime.analysed import Analysed


class TracksWriter(Protocol):
    """Takes the tracks of each frame."""

    def add(self, run: RunId, seq: int, tracks: Tracks) -> None:
        """The tracks of the ``seq``-th frame of a run."""
        ...

    def close(self) -> None:
        """Finish; harmless when called twice."""
        ...


class TracksSink:
    """Gives each analysed frame's tracks to a writer, opened with the first: what is never begun leaves an older file alone."""

    def __init__(self, open_writer: Callable[[], TracksWriter]) -> None:
        self._open_writer = open_writer
        self._writer: TracksWriter | None = None

    def take(self, analysed: Analysed) -> None:
        """One frame."""
        self._writer = self._writer or self._open_writer()
        self._writer.add(analysed.frame.run, analysed.frame.seq, analysed.pipeline.tracks)

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()
