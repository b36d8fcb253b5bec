from itertools import count
from pathlib import Path

from catseye.adapters.sqlite import SqliteStore
from catseye.ports import Clock, Store
from catseye.testing.store_checks import check_store


def test_it_does_what_every_store_must(tmp_path: Path) -> None:
    numbers = count()

    def make(clock: Clock) -> Store:
        return SqliteStore(tmp_path / f"{next(numbers)}.db", clock=clock)

    check_store(make)
