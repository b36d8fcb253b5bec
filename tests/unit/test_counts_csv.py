import csv
import io

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.counts import Count
from catseye.core.ids import StreamId
from catseye.core.receipt import Receipt
from catseye.core.time import CELL_S, NS_PER_S, parse_instant, zone
from catseye.wire import counts_csv

LONDON = zone("Europe/London")
START = parse_instant("2026-10-25T01:45:00+01:00", LONDON)


def count(volume: int | None, observed_s: float, *, rule: str = "north", start_ns: int = START) -> Count:
    return Count(
        stream=StreamId("street"),
        rule=rule,
        direction="in",
        road_user="car",
        start_ns=start_ns,
        end_ns=start_ns + CELL_S * NS_PER_S,
        volume=volume,
        observed_s=observed_s,
        final=True,
    )


def read(counts: list[Count]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(counts_csv.encode(counts, LONDON), newline="")))


def test_a_row_says_when_in_local_time_and_how_much() -> None:
    (row,) = read([count(12, 450.0)])
    assert row == {
        "stream": "street",
        "line": "north",
        "direction": "in",
        "road_user": "car",
        "start": "2026-10-25T01:45:00+01:00",
        "end": "2026-10-25T01:00:00+00:00",  # clocks go back an hour at the end of this cell
        "volume": "12",
        "observed_s": "450.000",
        "flow_rate_vph": "96.0",
        "final": "true",
        "status": "unverified",
        **dict.fromkeys(("low", "high", "way_low", "way_high"), ""),
        "light": "unknown",
        **dict.fromkeys(("detector", "detector_sha256", "scene", "calibration", "truth_sample", "why"), ""),
    }


def test_a_row_carries_its_receipt() -> None:
    told = Receipt(
        status="verified",
        interval=(11, 14),
        way_interval=(19, 26),
        light="rain",
        detector="=d",
        scene_revision="s",
        truth_sample="t",
    )
    (row,) = read([msgspec.structs.replace(count(12, 900.0), receipt=told)])
    assert [row[name] for name in ("status", "low", "high", "way_low", "way_high")] == ["verified", "11", "14", "19", "26"]
    assert [row[name] for name in ("light", "detector", "scene", "truth_sample")] == ["rain", "'=d", "s", "t"]


@pytest.mark.parametrize(
    ("volume", "observed_s", "fields"),
    [(None, 0.0, ("", "0.000", "")), (0, 900.0, ("0", "900.000", "0.0")), (3, 0.0, ("3", "0.000", ""))],
)
def test_unobserved_is_empty_and_zero_is_zero(volume: int | None, observed_s: float, fields: tuple[str, str, str]) -> None:
    (row,) = read([count(volume, observed_s)])
    assert (row["volume"], row["observed_s"], row["flow_rate_vph"]) == fields


@pytest.mark.parametrize("name", ["=cmd()", "+1", "-1", "@sum", "\t=1", "\r=1", "\n=1"])
def test_a_name_cannot_be_a_formula(name: str) -> None:
    (row,) = read([count(1, 1.0, rule=name)])
    assert row["line"] == f"'{name}"


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_name_comes_back_and_starts_no_formula(name: str) -> None:
    (row,) = read([count(1, 1.0, rule=name)])
    assert row["line"].removeprefix("'") == name.removeprefix("'")
    assert row["line"][0] not in "=+-@\t\r\n"
