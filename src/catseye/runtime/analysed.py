"""One analysed frame, as it is given to everything that shows or writes something of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from catseye.core.detection import Detections
from catseye.core.errors import RedactionError
from catseye.core.events import LineCrossed
from catseye.core.frame import Frame
from catseye.pipeline.camera import CameraPipeline
from catseye.ports import Record
from catseye.privacy.redaction import RedactedPicture, Redactor


class Volumes:
    """Running volumes since the watch began, by line, direction and kind of road user."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def add(self, records: Sequence[Record]) -> None:
        """Count the crossings among the records."""
        self._counts.update((r.rule, r.direction, r.road_user) for r in records if isinstance(r, LineCrossed))

    def of(self, line: str, directions: tuple[str, str]) -> dict[str, dict[str, int]]:
        """``{direction: {road user: volume}}`` of a line."""
        return {
            way: {kind: n for (name, at, kind), n in sorted(self._counts.items()) if name == line and at == way}
            for way in directions
        }

    def total(self) -> int:
        """All crossings of all lines."""
        return self._counts.total()


@dataclass(slots=True, eq=False)
class Analysed:
    """A frame, what was found in it, the pipeline just after it, and the records it led to.

    ``captured_ns`` is when it was captured on this machine's clock; for a file played in real time, when it was due. ``withheld``
    turns true when its picture was asked for and could not be made safe.
    """

    frame: Frame
    captured_ns: int
    found: Detections | None
    pipeline: CameraPipeline
    records: Sequence[Record]
    volumes: Volumes
    redactor: Redactor
    withheld: bool = False
    _shown: RedactedPicture | None = field(default=None)

    def picture(self) -> RedactedPicture:
        """The redacted picture, made when first asked for. Raises RedactionError when it has to be withheld."""
        if self._shown is None:
            try:
                self._shown = self.redactor.redact(self.frame.picture, self.found, self.pipeline.tracks, self.pipeline.moving)
            except RedactionError:
                self.withheld = True
                raise
        return self._shown


class Sink(Protocol):
    """Takes each analysed frame: the live page, an annotated film, a file of tracks."""

    def take(self, analysed: Analysed) -> None:
        """One analysed frame, in order."""
        ...

    def close(self) -> None:
        """The watch is over; finish what was begun. Harmless when called twice."""
        ...
