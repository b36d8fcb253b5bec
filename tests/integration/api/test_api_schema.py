"""The schema: complete, current in web/, described in docs/ref/api.md, and without a field that the principle forbids."""

import json
import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "web" / "schema.json"
REFERENCE = ROOT / "docs" / "ref" / "api.md"
LIVE_ONLY = {"LiveHeader", "LineView", "ZoneView", "Tag"}
FORBIDDEN = re.compile(r"embedding|plate|face|gait|gender|sex$|\bage\b|ethnic|emotion|clothing|identity|jpeg|image", re.IGNORECASE)
PER_VEHICLE = {"track", "id", "path_unit", "point_unit", "times_ns", "speed_mps", "seen_at_ns"}


@pytest.fixture
def schema(client: httpx.Client) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/schema").json()
    return answer


def fields(schema: dict[str, Any], *, but: set[str] = frozenset()) -> set[str]:  # type: ignore[assignment]
    types = schema["components"]["schemas"]
    return {field for name, one in types.items() if name not in but for field in one.get("properties", {})}


def test_it_is_openapi_3_1_and_names_every_route(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) == {
        "/healthz",
        "/api/v1/streams",
        "/api/v1/streams/{stream}/health",
        "/api/v1/streams/{stream}/scene",
        "/api/v1/streams/{stream}/scene.toml",
        "/api/v1/streams/{stream}/counts",
        "/api/v1/streams/{stream}/counts.csv",
        "/api/v1/streams/{stream}/table",
        "/api/v1/streams/{stream}/speeds",
        "/api/v1/streams/{stream}/minutes",
        "/api/v1/streams/{stream}/conflicts",
        "/api/v1/streams/{stream}/incidents",
        "/api/v1/streams/{stream}/incidents/{incident}/marks",
        "/api/v1/streams/{stream}/violations",
    }


def test_the_copy_that_the_page_is_built_from_is_current(schema: dict[str, Any]) -> None:
    """Mend it with CATSEYE_UPDATE_SCHEMA=1 in the environment, then ``npm run types`` in web/."""
    if os.environ.get("CATSEYE_UPDATE_SCHEMA"):
        COMMITTED.write_text(json.dumps(schema, indent=1, sort_keys=True) + "\n", "utf-8")
    assert json.loads(COMMITTED.read_text("utf-8")) == schema


def test_every_route_and_every_field_is_described(schema: dict[str, Any]) -> None:
    text = REFERENCE.read_text("utf-8")
    headings = set(re.findall(r"^### `(GET|POST) ([^`]+)`", text, re.MULTILINE))
    assert headings == {(method.upper(), path) for path, methods in schema["paths"].items() for method in methods}
    words = set(re.findall(r"`([\w.]+)`", text))
    assert {name for name in fields(schema) if name not in words} == set()


def test_every_parameter_is_described(schema: dict[str, Any]) -> None:
    text = REFERENCE.read_text("utf-8")
    for path, methods in schema["paths"].items():
        for method, route in methods.items():
            section = text.split(f"### `{method.upper()} {path}`")[1].split("\n### ")[0].split("\n## ")[0]
            names = {parameter["name"] for parameter in route.get("parameters", [])} - {"stream"}
            assert {name for name in names if f"`{name}`" not in section} == set(), path


def test_nothing_in_it_could_hold_a_person_or_a_vehicle(schema: dict[str, Any]) -> None:
    assert {field for field in fields(schema) if FORBIDDEN.search(field)} == set()
    assert fields(schema) & PER_VEHICLE == set()


def test_only_the_live_feed_speaks_of_single_road_users(schema: dict[str, Any]) -> None:
    answers = json.dumps(schema["paths"])
    for name in LIVE_ONLY:
        assert f"schemas/{name}" not in answers
    assert fields(schema, but=LIVE_ONLY) & {"tag", "box", "confidence"} == set()
