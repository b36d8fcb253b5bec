"""What a store's minutes say by interval, and the plots of them."""

import csv
import io
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.ids import RunId, StreamId
from catseye.core.traffic import MINUTE_NS, TrafficMinute
from catseye.report.drawing import svg
from catseye.report.reading_plots import plots
from catseye.report.readings import Reading, as_csv, as_json, readings

TZ = ZoneInfo("Europe/London")
BEGIN_NS = 1_780_300_800 * 10**9  # 2026-06-01T08:00 UTC


def minute(at: int, kind: str, place: str, sums: dict[str, float], **more: object) -> TrafficMinute:
    return TrafficMinute(
        stream=StreamId("s"),
        run=RunId("r"),
        scene_revision="1",
        place_kind=kind,  # type: ignore[arg-type]
        place=place,
        start_ns=BEGIN_NS + at * MINUTE_NS,
        observed_s=60.0,
        sums=sums,
        **more,  # type: ignore[arg-type]
    )


def line(at: int, to_north: int, to_south: int) -> TrafficMinute:
    return minute(
        at,
        "line",
        "bridge",
        {
            "volume/car/north": float(to_north),
            "volume/bus/south": float(to_south),
            "speed_n/car/north": float(to_north),
            "pace_spm/car/north": to_north / 10.0,
        },
        tally={f"speed_kmh//{way}": {low: n} for way, low, n in (("north", "36", to_north), ("south", "20", to_south)) if n},
    )


def lane(at: int, flow: int, mps: float) -> TrafficMinute:
    sums = {"distance_m": 100.0 * flow, "time_s": 100.0 * flow / mps, "area_ms": 100.0 * 60.0, "volume/car": float(flow)}
    return minute(at, "lane", "in 1", sums)


def approach(at: int, metres: float, cut: int) -> TrafficMinute:
    sums = {"queue_samples": 60.0, "queue_m": 60.0 * metres, "queue_vehicles": 60.0 * metres / 7.5, "queue_cut": float(cut)}
    return minute(at, "approach", "west", sums, most={"queue_m": 2 * metres, "queue_vehicles": metres / 4})


def of(rows: list[Reading], place: str, direction: str = "") -> list[Reading]:
    return [row for row in rows if (row.place, row.direction) == (place, direction)]


def test_a_line_is_told_as_a_whole_and_by_direction() -> None:
    rows = readings([line(0, 4, 1), line(16, 6, 0)], 15)
    assert [row.values["volume"] for row in of(rows, "bridge")] == [5.0, 6.0]
    assert [row.values["volume"] for row in of(rows, "bridge", "north")] == [4.0, 6.0]
    assert [row.values["volume"] for row in of(rows, "bridge", "south")] == [1.0, 0.0]
    assert of(rows, "bridge")[0].kinds == {"bus": 1.0, "car": 4.0}


@given(st.integers(1, 40), st.integers(0, 40))
def test_the_percentile_of_a_whole_line_is_of_all_who_passed_it(fast: int, slow: int) -> None:
    value = of(readings([line(0, fast, slow)], 1), "bridge")[0].values["p85_speed"]
    assert isinstance(value, float)
    needed = 0.85 * (fast + slow)  # by hand: the slow fill the bin from 20, the fast that from 36
    assert value == pytest.approx(20 + needed / slow if needed <= slow else 36 + (needed - slow) / fast)


def test_what_nobody_watched_is_null_in_json_and_empty_in_csv() -> None:
    rows = readings([line(0, 4, 1), line(31, 6, 0)], 15)
    whole = next(one for one in as_json(rows, TZ) if one["direction"] == "")
    assert [one["start"][11:] for one in whole["intervals"]] == ["09:00:00+01:00", "09:15:00+01:00", "09:30:00+01:00"]
    assert [one["values"]["volume"] for one in whole["intervals"]] == [5.0, None, 6.0]
    assert whole["intervals"][1]["volume_by_road_user"] is None
    told = [
        row
        for row in csv.DictReader(io.StringIO(as_csv(rows, TZ)))
        if (row["measure"], row["direction"], row["road_user"]) == ("volume", "", "")
    ]
    assert [(row["observed_s"], row["value"]) for row in told] == [("60", "5"), ("0", ""), ("60", "6")]


def test_every_drawing_stands_alone_and_no_place_is_lost_to_a_like_name() -> None:
    records = [line(n, 4, 1) for n in range(5)] + [lane(n, 5 + n, 10.0) for n in range(5)]
    records += [approach(n, 15.0 * n, n) for n in range(5)]
    twin = [minute(n, "lane", "in-1", row.sums) for n, row in enumerate(lane(n, 3, 5.0) for n in range(5))]
    drawn = plots([*records, *twin], 1, TZ)
    assert set(drawn) == {"queue-west", "fundamental-in-1", "fundamental-in-1~1", "speed-in-1", "speed-in-1~1"} | {
        f"speed-bridge-{way}" for way in ("north", "south")
    }
    for drawing in drawn.values():
        root = ET.fromstring(svg(drawing, font="sans-serif"))
        assert root.get("font-family") == "sans-serif"


def test_a_fundamental_diagram_says_the_speed_of_each_point() -> None:
    drawn = plots([lane(n, 4 + n, 36 / 3.6) for n in range(4)], 1, TZ)
    says = [title.text or "" for title in ET.fromstring(svg(drawn["fundamental-in-1"])).iter("{http://www.w3.org/2000/svg}title")]
    assert len(says) == 4
    assert all(text.endswith(": 36 km/h") for text in says)


def test_nothing_measured_draws_nothing() -> None:
    assert plots([], 15, TZ) == {}
    assert plots([minute(0, "zone", "square", {})], 15, TZ) == {}
