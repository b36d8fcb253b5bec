import re
import sqlite3
from pathlib import Path

from catseye.adapters.sqlite.migrations import MIGRATIONS

REFERENCE = Path(__file__).parents[3] / "docs" / "ref" / "store.md"


def test_every_table_and_column_is_documented() -> None:
    parts = re.split(r"^## (\w+)$", REFERENCE.read_text(), flags=re.MULTILINE)
    documented = {
        table: re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE) for table, text in zip(parts[1::2], parts[2::2], strict=True)
    }
    database = sqlite3.connect(":memory:")
    database.executescript("".join(MIGRATIONS))
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")]
    columns = {table: [row[1] for row in database.execute(f"PRAGMA table_info({table})")] for table in tables}
    database.close()
    assert documented == columns
