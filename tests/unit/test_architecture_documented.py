"""The table of packages names each package, and nothing that is none."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_package_is_in_the_table() -> None:
    text = (ROOT / "docs" / "design" / "architecture.md").read_text("utf-8")
    table = text[text.index("## Packages") :]
    named = {name for row in re.findall(r"^\|(.*?)\|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    packages = {path.parent.name for path in (ROOT / "src" / "catseye").glob("*/__init__.py")}
    assert named == packages
