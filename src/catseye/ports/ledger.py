"""Where the health of a network is kept."""

from collections.abc import Sequence
from typing import Protocol

from catseye.core.health import CameraMinute, HealthEpisode, HealthRecord
from catseye.core.ids import StreamId


class LedgerReader(Protocol):
    """What can be asked of a ledger, also by another process while one writes. May be called from any thread."""

    def streams(self) -> list[StreamId]:
        """Every camera that the ledger holds anything of, by name."""
        ...

    def spans(self) -> dict[StreamId, tuple[int, int]]:
        """From the first minute of each camera that has one to the end of its last, [start, end)."""
        ...

    def minutes(self, start_ns: int, end_ns: int, stream: StreamId | None = None) -> list[CameraMinute]:
        """The minutes that begin in [start, end), of one camera or all, added up. By camera, then time."""
        ...

    def episodes(self, start_ns: int, end_ns: int, stream: StreamId | None = None) -> list[HealthEpisode]:
        """The last revision of every episode that touches [start, end), by camera, then beginning."""
        ...

    def close(self) -> None:
        """Finish; harmless when called twice."""
        ...


class Ledger(LedgerReader, Protocol):
    """Keeps the health of cameras for good: it holds nothing of the road. What ``keep`` returned from is safe from a crash."""

    def keep(self, records: Sequence[HealthRecord]) -> None:
        """Keep records, all or none; the same revision of an episode twice is kept once. Raises StoreError.

        A camera is in one state at a time: where a process died and left an episode open, the next of that camera ends it with the
        last minute that was observed before.
        """
        ...
