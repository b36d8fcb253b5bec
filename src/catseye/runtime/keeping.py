"""Keeps records in a store without making who analyses pictures wait for the disk."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from catseye.ports import Record, Store

_MOST = 10_000  # records that wait for a slow disk; then the camera waits too


class Keeping:
    """One append at a time, in a thread of its own. ``acknowledged`` is told of records once they are safe, in the caller's thread.

    Used by one thread. Each method raises StoreError where what was given before could not be kept: then it is not acknowledged.
    """

    def __init__(self, store: Store, acknowledged: Callable[[Sequence[Record]], None]) -> None:
        self._store, self._acknowledged = store, acknowledged
        self._writing: ThreadPoolExecutor | None = None
        self._under_way: tuple[Future[None], list[Record]] | None = None
        self.waiting: list[Record] = []

    def settle(self, *, wait: bool = False) -> None:
        """Acknowledge what is safe by now; with ``wait``, what is under way is waited for."""
        if self._under_way is None or not (wait or self._under_way[0].done()):
            return
        (written, records), self._under_way = self._under_way, None
        written.result()
        self._acknowledged(records)

    def keep(self, *, wait: bool = False) -> None:
        """Have what is ``waiting`` kept once what came before is; with ``wait``, all is safe afterwards."""
        self.settle(wait=wait or len(self.waiting) > _MOST)
        if self._under_way is None and self.waiting:
            records, self.waiting = self.waiting, []
            self._writing = self._writing or ThreadPoolExecutor(1, thread_name_prefix="catseye-store")
            self._under_way = self._writing.submit(self._store.append, records), records
            self.settle(wait=wait)

    def close(self) -> None:
        """End the thread, after the append that is under way."""
        if self._writing is not None:
            self._writing.shutdown()
        self._writing = None
