from pathlib import Path

from catseye.traffic.measures.definitions import MEASURES

PAGE = Path(__file__).parents[2] / "docs" / "ref" / "measures.md"


def test_the_page_of_measures_says_what_the_registry_says() -> None:
    rows = [line for line in PAGE.read_text().split("## What is kept")[0].splitlines() if line.startswith("| `")]
    told = {cells[1].strip(" `"): [cell.strip() for cell in cells[2:-1]] for cells in (row.split("|") for row in rows)}
    kept = {name: [m.unit, ", ".join(m.places), m.words, m.source] for name, m in MEASURES.items()}
    assert list(told) == list(kept)
    assert told == kept
