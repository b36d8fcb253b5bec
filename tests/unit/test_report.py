"""The turning movement report: legs and turns, totals, peaks, what was not observed, days of a clock change."""

import csv
import io
import math
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.config import load_scene
from catseye.config.settings_file import load_settings
from catseye.core.counts import Count
from catseye.core.errors import ConfigError
from catseye.core.ids import StreamId
from catseye.core.receipt import Receipt
from catseye.core.scene import CountLine, Movement, Scene, Zone
from catseye.core.time import CELL_S, parse_instant, zone
from catseye.report.build import JUNCTION, Report, report_of
from catseye.report.junction import junction_of
from catseye.report.layout import Layout, LegName, TurnName, judge_layout
from catseye.report.peak import peak_hour_factor, peak_of
from catseye.report.table import CELL_NS, Sheet
from catseye.report.tidy import COLUMNS, tidy
from catseye.report.volumes import Volume, total
from catseye.report.words import headline, notes, sureties

STREAM = StreamId("crossroads")
SCENE = load_scene(Path(__file__).parents[2] / "examples" / "studio" / "crossroads" / "scene.toml")
T0 = parse_instant("2026-06-16T07:00:00", zone("UTC"))
LEFT_OF = {"north": "east", "east": "south", "south": "west", "west": "north"}


def count(rule: str, direction: str, cell: int, volume: int | None, **more: object) -> Count:
    """A cell of cars, final and watched whole unless ``more`` says otherwise; not watched where its volume is None."""
    fields = {"road_user": "car", "final": True, "observed_s": 0.0 if volume is None else float(CELL_S)} | more
    told = Count(stream=STREAM, rule=rule, direction=direction, road_user="", start_ns=0, end_ns=0, volume=volume, observed_s=0.0)
    start_ns = T0 + cell * CELL_NS
    return msgspec.structs.replace(told, start_ns=start_ns, end_ns=start_ns + CELL_NS, **fields)


def movements(scene: Scene, volumes: list[dict[str, int | None]], **more: object) -> list[Count]:
    """A cell each: volumes of cars by movement; a movement that is not named has 0."""
    return [count(m.name, m.name, i, cell.get(m.name, 0), **more) for i, cell in enumerate(volumes) for m in scene.movements]


def made(counts: list[Count], scene: Scene = SCENE, layout: Layout | None = None, interval_min: int = 15) -> Report:
    return report_of(counts, (), scene, layout or Layout(), stream=STREAM, interval_min=interval_min)


def column(sheet: Sheet, group: str, name: str) -> list[Volume]:
    """The volumes of a column in rows of intervals."""
    places = [(g.name, c.name) for g in sheet.groups for c in g.columns]
    return [row.volumes[places.index((group, name))] for row in sheet.rows if row.kind == "interval"]


def test_turns_of_the_studios_crossroads_are_what_they_are_called() -> None:
    junction = junction_of(SCENE, Layout())
    assert junction.on_ground
    for passage in junction.passages:
        assert passage.rule == f"{passage.origin.name} {passage.turn}"
    assert {leg.name: leg.crosswalks for leg in junction.legs} == {arm: (f"{arm} crossing",) for arm in LEFT_OF}
    assert junction.north_rad == math.pi / 2
    north = next(leg for leg in junction.legs if leg.name == "north")
    assert math.degrees(north.bearing_rad) == pytest.approx(90, abs=3)


def test_turns_are_the_same_in_the_picture_without_a_homography() -> None:
    junction = junction_of(msgspec.structs.replace(SCENE, homography=None, error_m=None), Layout())
    assert not junction.on_ground
    assert junction.north_rad is None
    assert all(passage.rule == f"{passage.origin.name} {passage.turn}" for passage in junction.passages)


def test_a_mirrored_plane_does_not_turn_left_into_right() -> None:
    assert SCENE.homography is not None
    mirrored = (*SCENE.homography[:3], *(-value for value in SCENE.homography[3:6]), *SCENE.homography[6:])
    junction = junction_of(msgspec.structs.replace(SCENE, homography=mirrored), Layout())
    assert all(passage.rule == f"{passage.origin.name} {passage.turn}" for passage in junction.passages)


def test_a_horizon_in_the_drawing_makes_it_judge_by_the_picture() -> None:
    tilted = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, -0.5)  # points above the middle of the picture are behind the camera
    assert not junction_of(msgspec.structs.replace(SCENE, homography=tilted), Layout()).on_ground


@given(st.floats(0, math.tau), st.integers(3, 6), st.floats(0.02, 0.06))
def test_a_star_of_legs_turns_left_to_the_next_ones_clockwise(spin: float, legs: int, size: float) -> None:
    """Whatever way the picture is turned: the next leg clockwise is to the left of who comes in, the last one to the right."""
    zones, ways = [], []
    for i in range(legs):
        angle = spin + i * math.tau / legs  # clockwise, for y runs down
        x, y = 0.5 + 0.3 * math.cos(angle), 0.5 + 0.3 * math.sin(angle)
        zones.append(
            Zone(name=f"z{i}", polygon=((x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)))
        )
        ways += [Movement(name=f"{i} to {j}", origin=f"z{i}", destination=f"z{j % legs}") for j in (i + 1, i + legs - 1)]
    junction = junction_of(Scene(drawn_for=(600, 600), zones=tuple(zones), movements=tuple(ways)), Layout())
    bearings = [leg.bearing_rad % math.tau for leg in junction.legs]
    assert sum((a - b) % math.tau for a, b in pairwise([*bearings, bearings[0]])) == pytest.approx(math.tau), "not clockwise"
    for passage in junction.passages:
        i, j = map(int, passage.rule.split(" to "))
        assert passage.turn == ("left" if j == i + 1 else "right")


def test_arrivals_and_departures_of_one_leg_are_one_and_its_u_turn_is_one() -> None:
    def box(name: str, x: float, y: float) -> Zone:
        return Zone(name=name, polygon=((x, y), (x + 0.08, y), (x + 0.08, y + 0.08), (x, y + 0.08)))

    zones = (box("in", 0.42, 0.05), box("out", 0.54, 0.05), box("south", 0.46, 0.9))
    ways = (Movement(name="a", origin="in", destination="south"), Movement(name="b", origin="south", destination="out"),
            Movement(name="c", origin="in", destination="out"))  # fmt: skip
    junction = junction_of(Scene(drawn_for=(600, 600), zones=zones, movements=ways), Layout())
    assert [leg.zones for leg in junction.legs if "in" in leg.zones] == [("in", "out")]
    assert {passage.rule: passage.turn for passage in junction.passages} == {"a": "through", "b": "through", "c": "u"}


def test_a_layout_names_legs_and_turns_and_crosswalks() -> None:
    layout = Layout(
        title="High Street",
        up_deg=30,
        legs=(LegName(zone="north", name="Station Road", crosswalks=()),),
        movements=(TurnName(name="north left", turn="through"),),
    )
    report = made(movements(SCENE, [{}]), layout=layout)
    assert report.title == "High Street"
    assert [group.name for group in report.sheets[0].groups].count("Station Road") == 1
    assert "Station Road crosswalk" not in [group.name for group in report.sheets[0].groups]
    names = [c.name for g in report.sheets[0].groups if g.name == "Station Road" for c in g.columns]
    assert sorted(names) == ["right", "through to east", "through to south", "total"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[legs]]\nzone = "nroth"\n', "nroth"),
        ('[[movements]]\nname = "north lift"\nturn = "left"\n', "north lift"),
        ('[[movements]]\nname = "north left"\nturn = "sideways"\n', "sideways"),
        ('[[legs]]\nzone = "north"\ncrosswalks = ["none such"]\n', "none such"),
        ("norht = 1\n", "norht"),
    ],
)
def test_a_layout_that_names_what_is_not_there_is_refused_on_its_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "layout.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=says) as refused:
        load_settings(path, Layout, lambda told, findings: judge_layout(told, SCENE, findings), what="layout file")
    assert f"{path}:" in refused.value.message


cell_volumes = st.dictionaries(st.sampled_from([m.name for m in SCENE.movements]), st.one_of(st.none(), st.integers(0, 60)))


@given(st.lists(cell_volumes, min_size=1, max_size=6), st.sampled_from([15, 30, 60]))
@settings(max_examples=40)
def test_totals_are_sums_and_what_lacks_a_part_says_so(volumes: list[dict[str, int | None]], interval_min: int) -> None:
    report = made(movements(SCENE, volumes), interval_min=interval_min)
    for sheet in report.sheets:
        known = sheet.name in {"All vehicles", "Lights"}  # all are cars
        for row in sheet.rows:
            cells = [volumes[i].get(m.name, 0) for i in range(len(volumes)) for m in SCENE.movements
                     if row.start_ns <= T0 + i * CELL_NS < row.end_ns]  # fmt: skip
            place = [(g.name, c.name) for g in sheet.groups for c in g.columns].index((JUNCTION, "total"))
            told = row.volumes[place]
            if all(volume is None for volume in cells):
                assert told.volume is None
            else:
                assert told.volume == (sum(volume or 0 for volume in cells) if known else 0)
            assert told.whole == all(volume is not None for volume in cells)
        for kind in ("interval", "hour"):
            parts = [row for row in sheet.rows if row.kind == kind]
            if parts:
                assert sheet.rows[-1].volumes == tuple(total(p) for p in zip(*(row.volumes for row in parts), strict=True))


@given(st.lists(st.builds(Volume, st.one_of(st.none(), st.integers(0, 1000)), whole=st.booleans()), max_size=12))
def test_a_sum_is_unobserved_only_where_all_of_it_is(parts: list[Volume]) -> None:
    told = total(parts)
    assert (told.volume is None) == all(part.volume is None for part in parts)
    assert told.whole == (bool(parts) and all(part.whole for part in parts))
    if told.volume is not None:
        assert told.volume == sum(part.volume or 0 for part in parts)


@given(st.lists(st.integers(0, 500), min_size=4, max_size=4))
def test_a_peak_hour_factor_lies_between_a_quarter_and_one(volumes: list[int]) -> None:
    factor = peak_hour_factor([Volume(volume, whole=True) for volume in volumes])
    if sum(volumes) == 0:
        assert factor is None
    else:
        assert factor is not None
        assert 0.25 <= factor <= 1
        assert factor * 4 * max(volumes) == pytest.approx(sum(volumes))


@given(st.lists(st.one_of(st.none(), st.integers(0, 300)), max_size=30))
def test_the_peak_hour_is_the_largest_observed_one(volumes: list[int | None]) -> None:
    starts = [T0 + i * CELL_NS for i in range(len(volumes))]
    best = peak_of(starts, [Volume(volume, whole=volume is not None) for volume in volumes])
    hours = {i: volumes[i : i + 4] for i in range(len(volumes) - 3)}
    sums = {i: sum(v for v in hour if v is not None) for i, hour in hours.items() if None not in hour}
    if not any(sums.values()):
        assert best is None
    else:
        assert best is not None
        assert best[1].volume == max(sums.values())
        assert best[0] == min(i for i, volume in sums.items() if volume == best[1].volume)


def test_four_quarters_with_a_hole_between_are_no_hour() -> None:
    starts = [T0 + i * CELL_NS for i in (0, 1, 3, 4)]
    assert peak_of(starts, [Volume(9, whole=True)] * 4) is None


def test_a_partly_watched_cell_is_marked_and_not_scaled() -> None:
    counts = [count("north left", "north left", 0, 7, observed_s=300.0), count("north left", "north left", 1, 5)]
    sheet = made(counts).sheets[0]
    first, second = column(sheet, "north", "left")
    assert (first.volume, first.partial) == (7, True)
    assert (second.volume, second.partial) == (5, False)
    assert next(v for v in sheet.rows[-1].volumes if v.volume is not None) == Volume(12, whole=False)


def test_a_cell_that_still_grows_is_not_whole() -> None:
    (cell,) = column(made([count("north left", "north left", 0, 7, final=False)]).sheets[0], "north", "left")
    assert cell.partial


def test_classes_hold_their_kinds_and_walkers_make_no_movement() -> None:
    kinds = {
        "car": 10,
        "van": 2,
        "vehicle": 1,
        "truck": 4,
        "bus": 1,
        "bicycle": 3,
        "motorcycle": 2,
        "two_wheeler": 1,
        "pedestrian": 50,
    }
    report = made([count("north left", "north left", 0, volume, road_user=kind) for kind, volume in kinds.items()])
    got = {sheet.name: column(sheet, "north", "left")[0].volume for sheet in report.sheets}
    assert got == {"All vehicles": 24, "Lights": 13, "Heavies": 5, "Two-wheelers": 6}
    (left,) = [s for s in report.shares if (s.group, s.column) == ("north", "left")]
    assert left.heavy == 5 / 18


def test_crosswalks_tell_walkers_and_cyclists_of_both_ways() -> None:
    ways = [
        ("to the east", "pedestrian", 4),
        ("to the west", "pedestrian", 3),
        ("to the west", "bicycle", 2),
        ("to the east", "car", 1),
    ]
    report = made([count("north crossing", way, 0, volume, road_user=kind) for way, kind, volume in ways])
    assert column(report.sheets[0], "north crosswalk", "pedestrians")[0].volume == 7
    assert column(report.sheets[0], "north crosswalk", "cyclists")[0].volume == 2
    assert report.lines is not None
    assert column(report.lines, "north crossing", "to the east: lights")[0].volume == 1
    assert column(report.lines, "north crossing", "total")[0].volume == 10


def test_an_observed_way_without_anybody_is_zero_and_an_unobserved_one_empty() -> None:
    counts = [count("north left", "north left", 0, 0, road_user=""), count("north left", "north left", 1, None, road_user="")]
    assert [v.volume for v in column(made(counts).sheets[0], "north", "left")] == [0, None]


@pytest.mark.parametrize(("day", "quarters", "hours"), [("2026-03-29", 92, 23), ("2026-10-25", 100, 25), ("2026-06-16", 96, 24)])
def test_a_day_of_a_clock_change_has_its_own_number_of_rows(day: str, quarters: int, hours: int) -> None:
    tz = ZoneInfo("Europe/London")
    scene = msgspec.structs.replace(SCENE, timezone=tz.key)
    start_ns = parse_instant(f"{day}T00:00:00", tz)
    counts = [count("north left", "north left", (start_ns - T0) // CELL_NS + i, 1) for i in range(quarters)]
    rows = made(counts, scene).sheets[0].rows
    assert sum(row.kind == "interval" for row in rows) == quarters
    assert sum(row.kind == "hour" for row in rows) == hours
    assert len({row.label for row in rows if row.kind == "interval"}) == quarters, "two rows have the same name"
    assert rows[-2].label.startswith("23:00-24:00")


def test_an_hour_a_row_has_no_hour_rows_and_the_same_peak() -> None:
    volumes: list[dict[str, int | None]] = [{"north left": n} for n in (1, 2, 9, 9, 9, 9, 3, 2)]
    fine, coarse = made(movements(SCENE, volumes)), made(movements(SCENE, volumes), interval_min=60)
    assert [row.kind for row in coarse.sheets[0].rows] == ["interval", "interval", "total"]
    assert fine.peak == coarse.peak
    assert fine.peak is not None
    assert (fine.peak.start_ns, fine.peak.volume.volume, fine.peak.phf) == (T0 + 2 * CELL_NS, 36, 1.0)


def test_a_scene_of_lines_alone_has_a_sheet_of_lines_and_their_peaks() -> None:
    scene = Scene(lines=(CountLine(name="Mill Road", points=((0.1, 0.5), (0.9, 0.5)), directions=("in", "out")),))
    report = made([count("Mill Road", way, i, 5 + i) for i in range(5) for way in ("in", "out")], scene)
    assert report.sheets == ()
    assert report.lines is not None
    assert report.peak is not None
    assert (report.peak.subject, report.peak.volume.volume) == ("Mill Road", 2 * (6 + 7 + 8 + 9))


@pytest.mark.parametrize(
    ("scene", "interval_min", "says"),
    [(Scene(), 15, "no movements and no count lines"), (SCENE, 20, "intervals of 20"), (SCENE, 15, "No cell")],
)
def test_what_cannot_be_reported_is_said_with_a_remedy(scene: Scene, interval_min: int, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as refused:
        made([], scene, interval_min=interval_min)
    assert refused.value.remedy


def test_rules_of_an_earlier_scene_are_named() -> None:
    report = made([count("north left", "north left", 0, 1), count("old line", "in", 0, 3), count("north", "entered", 0, 3)])
    assert report.left_out == ("old line, in",)
    assert any("old line, in" in note for note in notes(report))


def test_surety_tells_what_was_watched_and_what_has_an_interval() -> None:
    sure = Receipt(status="verified", way_interval=(6, 11), light="day", detector="d")
    counts = [
        count("north left", "north left", 0, 8, receipt=sure),
        count(
            "north left", "north left", 1, 4, observed_s=450.0, receipt=Receipt(why="no truth sample", light="day", detector="d")
        ),
        count("north left", "north left", 2, None),
    ]
    one = next(s for s in sureties(made(counts)) if s.way == ("north left", "north left"))
    assert (one.whole, one.partial, one.unobserved, one.verified) == (1, 1, 1, 1)
    assert one.watched == pytest.approx(0.5)
    assert one.why == "no truth sample"
    assert ("1 of 2", "cells with an interval") in headline(made(counts))


def test_csv_says_every_volume_once_and_leaves_the_unobserved_empty() -> None:
    sure = Receipt(status="verified", way_interval=(6, 11), light="day", detector="=d")
    told = list(
        csv.DictReader(
            io.StringIO(tidy(made([count("north left", "north left", 0, 8, receipt=sure), *movements(SCENE, [{}, {}])[12:]])))
        )
    )
    assert tuple(told[0]) == COLUMNS
    left = [row for row in told if (row["approach"], row["turn"], row["class"]) == ("north", "left", "everybody")]
    assert [(row["volume"], row["low"], row["high"], row["status"]) for row in left] == [
        ("8", "6", "11", "verified"),
        ("0", "", "", "unverified"),
    ]
    through = next(row for row in told if (row["approach"], row["turn"]) == ("north", "through"))
    assert (through["volume"], through["whole"]) == ("", "false")
    assert left[0]["detector"] == "'=d"
