"""The documents of network files say what the code does: every key, its usual value, and examples that are sound."""

import re
from pathlib import Path

import msgspec.structs
import pytest

from catseye.config.network_rules import PLACES, judge
from catseye.config.settings_file import find_settings
from catseye.core.cameras import PRIVATE_INTERIORS, Allowed, Camera, Maintenance, Network, NetworkSettings, Place
from catseye.core.orders import Mail, Orders, Webhook

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "ref" / "network.md").read_text(encoding="utf-8")
TABLES: dict[str, type[msgspec.Struct]] = {
    "": Network,
    "network.": NetworkSettings,
    "reach.": Allowed,
    "cameras.": Camera,
    "cameras.place.": Place,
    "maintenance.": Maintenance,
    "orders.": Orders,
    "orders.webhooks.": Webhook,
    "orders.mail.": Mail,
}
FIELDS = [(prefix, field) for prefix, kind in TABLES.items() for field in msgspec.structs.fields(kind)]


def test_every_key_is_in_the_reference_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)`( \*)? \|", REFERENCE, re.MULTILINE)
    assert {(key, bool(star)) for key, star in rows} == {
        (f"{prefix}{field.encode_name}", field.required) for prefix, field in FIELDS
    }
    assert len(rows) == len(FIELDS)


@pytest.mark.parametrize(
    ("key", "usual"),
    [(f"{prefix}{field.name}", field.default) for prefix, field in FIELDS if isinstance(field.default, str | int | float)],
)
def test_the_usual_values_in_the_reference_are_those_of_the_code(key: str, usual: float | str) -> None:
    shown = msgspec.json.encode(usual).decode()
    told = re.search(rf"^\| `{re.escape(key)}` \|.*\| (.*) \|$", REFERENCE, re.MULTILINE)
    assert told is not None
    assert told[1] == f"`{shown}`" or (usual == "" and "`" not in told[1])


def test_kinds_of_places_are_those_of_the_code() -> None:
    for kind in (*PLACES, *PRIVATE_INTERIORS):
        assert f"`{kind}`" in REFERENCE


@pytest.mark.parametrize("name", ["ref/network.md", "guide/network.md"])
def test_every_example_is_a_sound_network(name: str) -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```", (DOCS / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        network, findings = find_settings(block, Network, judge)
        assert findings == []
        assert network is not None
