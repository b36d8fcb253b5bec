"""No record, message, table or answer has a place for an embedding, a plate, a face or what a person is like."""

import dataclasses
import importlib
import json
import pkgutil
import re
import sqlite3
import types
import typing
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

import catseye
from catseye.adapters.sqlite import migrations
from catseye.core.events import LineCrossed
from catseye.ports.store import Record

REFUSED = re.compile(
    r"embed|descriptor|(^|_)feature|face|plate|licen[cs]e|registration|gait|biometr|(^|_)(age|sex|gender|race|skin|hair|emotion|mood|intent)(_|$)"
    r"|ethnic|cloth|(^|_)(name_of|person|identity|reid|re_id|vin|imei|mac)(_|$)|appearance|pixels|thumbnail|snapshot|image",
    re.IGNORECASE,
)
LONGEST = 9  # a homography; a box has four
PACKAGES = ("core", "ports", "wire", "api")
STRINGS_OF_TIME = {"times_ns", "path_unit"}  # where a track went, as long as it lived: bounded by retention, no picture in it
HOW_IT_WORKS = {"face_finder"}  # a part that finds pixels to blur, not a field of anything kept


def modules() -> Iterator[types.ModuleType]:
    for package in PACKAGES:
        top = importlib.import_module(f"catseye.{package}")
        yield top
        for found in pkgutil.walk_packages(top.__path__, f"{top.__name__}."):
            yield importlib.import_module(found.name)


def records() -> list[type]:
    kinds = {
        kind
        for module in modules()
        for kind in vars(module).values()
        if isinstance(kind, type)
        and kind.__module__.startswith(catseye.__name__)
        and (dataclasses.is_dataclass(kind) or issubclass(kind, msgspec.Struct))
    }
    return sorted(kinds, key=lambda kind: (kind.__module__, kind.__qualname__))


def fields(kind: type) -> dict[str, object]:
    return typing.get_type_hints(kind)


def suspicious(kind: type) -> set[str]:
    return {name for name in fields(kind) if REFUSED.search(name)} - HOW_IT_WORKS


def vectors(kind: type) -> set[str]:
    """Fields of a stored record that could hold a vector of numbers longer than a homography."""
    return {name for name, hint in fields(kind).items() if _is_vector(hint)} - STRINGS_OF_TIME


def _is_vector(hint: object) -> bool:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in (bytes, bytearray, memoryview, np.ndarray) or origin is np.ndarray:
        return True
    if origin in (list, set, frozenset) or (origin is tuple and Ellipsis in arguments):
        return any(
            argument in (int, float) or _is_vector(argument) or typing.get_origin(argument) is tuple for argument in arguments
        )
    if origin is tuple:
        return len(arguments) > LONGEST
    return any(_is_vector(argument) for argument in arguments)


def stored() -> list[type]:
    return [
        *typing.get_args(Record),
        *(k for k in records() if issubclass(k, msgspec.Struct) and k.__module__ in ("catseye.core.counts", "catseye.ports.store")),
    ]


def test_there_is_something_to_look_at() -> None:
    assert len(records()) > 20
    assert LineCrossed in stored()


@pytest.mark.parametrize("kind", records(), ids=lambda kind: kind.__qualname__)
def test_no_field_is_about_who_someone_is(kind: type) -> None:
    assert suspicious(kind) == set()


@pytest.mark.parametrize("kind", stored(), ids=lambda kind: kind.__qualname__)
def test_no_stored_record_has_room_for_an_embedding(kind: type) -> None:
    assert vectors(kind) == set()


def test_the_database_has_no_such_column() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript("\n".join(migrations.MIGRATIONS))
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = [(table, row[1], row[2]) for table in tables for row in connection.execute(f"PRAGMA table_info({table})")]
    connection.close()
    assert len(columns) > 20
    assert [c for c in columns if REFUSED.search(c[1]) or REFUSED.search(c[0]) or c[2].upper() in ("BLOB", "")] == []


def api_names(schema: object) -> Iterator[str]:
    """Names of all properties and parameters of an OpenAPI document."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        yield from (p["name"] for p in schema.get("parameters", ()) if "name" in p)
        for part in schema.values():
            yield from api_names(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from api_names(part)


def test_the_api_has_no_such_field_or_parameter() -> None:
    names = set(api_names(json.loads((Path(__file__).parents[2] / "web" / "schema.json").read_text())))
    assert {"volume", "road_user"} <= names
    assert {name for name in names if REFUSED.search(name)} == set()


def test_such_api_fields_are_caught() -> None:
    bad = {"paths": {"/find": {"get": {"parameters": [{"name": "plate"}]}}}, "schemas": {"X": {"properties": {"face_id": {}}}}}
    assert {name for name in api_names(bad) if REFUSED.search(name)} == {"plate", "face_id"}


class _Bad(msgspec.Struct):
    face_vector: str
    plate: str
    looks: list[float]
    code: bytes
    more: tuple[float, ...] | None
    box: tuple[float, float, float, float]


def test_such_fields_are_caught() -> None:
    assert suspicious(_Bad) == {"face_vector", "plate"}
    assert vectors(_Bad) == {"looks", "code", "more"}


@pytest.mark.parametrize(
    "name", ["age", "gender", "embedding", "licence_plate", "reid", "clothing", "face_id", "person", "ethnicity"]
)
def test_such_names_are_caught(name: str) -> None:
    assert REFUSED.search(name)


@pytest.mark.parametrize("name", ["stage", "average", "passage", "manage", "message", "coverage"])
def test_plain_names_are_not(name: str) -> None:
    assert not REFUSED.search(name)
