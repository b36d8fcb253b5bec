"""Stores and ledgers, each one SQLite file. ``docs/design/store.md`` says why a store is as it is.

``docs/ref/store.md`` and ``docs/ref/ledger.md`` say what is in them.
"""

from catseye.adapters.sqlite.fsck import check_store
from catseye.adapters.sqlite.ledger import SqliteLedger, SqliteLedgerReader
from catseye.adapters.sqlite.ledger_fsck import check_ledger
from catseye.adapters.sqlite.store import SqliteReader, SqliteStore

__all__ = ["SqliteLedger", "SqliteLedgerReader", "SqliteReader", "SqliteStore", "check_ledger", "check_store"]
