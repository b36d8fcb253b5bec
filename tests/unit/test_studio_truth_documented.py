import re
from pathlib import Path

from catseye.studio import truth

REFERENCE = Path(__file__).parents[2] / "docs" / "ref" / "studio-truth.md"
TABLES: dict[str, tuple[str, ...]] = {
    "truth.json": truth.TruthInfo.__struct_fields__,
    "trajectories.parquet": (
        *("step", "number", "x_m", "y_m", "yaw_rad", "trailer_yaw_rad"),
        *("speed_mps", "walked_m", "braking", "turning"),
    ),
    "road_users.parquet": truth.StudioRoadUser.__struct_fields__,
    "crossed.parquet": truth.Crossed.__struct_fields__,
    "movements.parquet": truth.MovementDone.__struct_fields__,
    "signals.parquet": truth.SignalChange.__struct_fields__,
    "queues.parquet": truth.QueueSample.__struct_fields__,
    "conflicts.parquet": truth.Conflict.__struct_fields__,
    "happenings.parquet": truth.Happening.__struct_fields__,
}


def sections() -> dict[str, str]:
    parts = re.split(r"^## (\S+)$", REFERENCE.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_table_and_no_other_is_documented() -> None:
    assert list(sections()) == [*TABLES, "street.json"]


def test_every_column_is_documented_in_its_place() -> None:
    for table, columns in TABLES.items():
        assert tuple(re.findall(r"^\| `(\w+)` \|", sections()[table], flags=re.MULTILINE)) == columns, table
