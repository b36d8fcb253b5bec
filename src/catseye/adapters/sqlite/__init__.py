"""The store in one SQLite file. ``docs/design/store.md`` says why it is as it is, ``docs/ref/store.md`` what is in it."""

from catseye.adapters.sqlite.fsck import check_store
from catseye.adapters.sqlite.store import SqliteReader, SqliteStore

__all__ = ["SqliteReader", "SqliteStore", "check_store"]
