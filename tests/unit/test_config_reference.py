"""The scene file's documents say what the code does: every key, and every example in them is sound."""

import re
from pathlib import Path

import msgspec.structs
import pytest

from catseye.config import parse_scene
from catseye.config.scene_file import SceneFile
from catseye.core.calibration import Calibration
from catseye.core.scene import CountLine, Lane, Mask, Movement, Signal, Zone

DOCS = Path(__file__).parents[2] / "docs"
TABLES: dict[str, type[msgspec.Struct]] = {
    "lines": CountLine,
    "zones": Zone,
    "movements": Movement,
    "masks": Mask,
    "lanes": Lane,
    "signals": Signal,
    "calibration": Calibration,
}


def keys_of_the_code() -> set[tuple[str, bool]]:
    """Every key and whether it must be there."""
    top = {(field.encode_name, field.required) for field in msgspec.structs.fields(SceneFile)}
    return top | {
        (f"{table}.{field.encode_name}", field.required) for table, kind in TABLES.items() for field in msgspec.structs.fields(kind)
    }


def test_every_key_is_in_the_reference_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)`( \*)? \|", (DOCS / "ref" / "scene.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {(key, bool(star)) for key, star in rows} == keys_of_the_code()
    assert len(rows) == len(keys_of_the_code())


def test_the_defaults_in_the_reference_are_those_of_the_code() -> None:
    text = (DOCS / "ref" / "scene.md").read_text(encoding="utf-8")
    kinds: dict[str, type[msgspec.Struct]] = {"": SceneFile, "lines.": CountLine, "lanes.": Lane}
    for prefix, kind in kinds.items():
        for field in msgspec.structs.fields(kind):
            if isinstance(field.default, str | tuple) and field.default:
                shown = msgspec.json.encode(field.default).decode().replace(",", ", ")
                assert re.search(rf"^\| `{prefix}{field.name}` \|.*\| `{re.escape(shown)}` \|$", text, re.MULTILINE), field.name


@pytest.mark.parametrize("name", ["ref/scene.md", "guide/drawing-a-scene.md"])
def test_every_example_is_a_sound_scene(name: str) -> None:
    blocks = re.findall(r"^( *)```toml\n(.*?)^ *```", (DOCS / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    for indent, block in blocks:
        scene, findings = parse_scene(block.replace(f"\n{indent}", "\n").removeprefix(indent), name=name)
        assert findings == []
        assert scene is not None
