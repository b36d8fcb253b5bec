import re
import sqlite3
from pathlib import Path

from catseye.adapters.sqlite.ledger_schema import LEDGER_MIGRATIONS
from catseye.core.health import UNUSABLE, CameraState
from catseye.core.orders import Mail, Orders, Webhook

REFERENCE = (Path(__file__).parents[3] / "docs" / "ref" / "ledger.md").read_text()


def test_every_table_and_column_is_documented() -> None:
    parts = re.split(r"^### (\w+)$", REFERENCE.partition("## The file")[2], flags=re.MULTILINE)
    documented = {
        table: re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE) for table, text in zip(parts[1::2], parts[2::2], strict=True)
    }
    database = sqlite3.connect(":memory:")
    database.executescript("".join(LEDGER_MIGRATIONS))
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")]
    columns = {table: [row[1] for row in database.execute(f"PRAGMA table_info({table})")] for table in tables}
    database.close()
    assert documented == columns


def test_the_states_are_documented_on_the_side_they_are_on() -> None:
    row = next(line for line in REFERENCE.splitlines() if line.startswith("| connecting"))
    bad, good = (
        {name.strip().replace("-", "_").replace(" ", "_") for name in part.split(",")} for part in row.strip("| ").split("|")
    )
    assert bad == set(UNUSABLE)
    assert good == set(CameraState) - UNUSABLE - {CameraState.OK}


def test_every_setting_of_orders_is_documented_with_its_default() -> None:
    block = REFERENCE.partition("```toml")[2].partition("```")[0]
    named = set(re.findall(r"^(\w+) =", block, flags=re.MULTILINE)) | {"webhooks", "mail"}
    assert named == {name for kind in (Orders, Webhook, Mail) for name in kind.__struct_fields__}
    for name in ("after_min", "close_after_min", "together", "within_s"):
        assert re.search(rf"^{name} = ([\d.]+)", block, flags=re.MULTILINE)[1] == f"{getattr(Orders(), name)}"  # type: ignore[index]
