import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from catseye.cli.evaluate_counts_files import Hints
from catseye.cli.evaluate_counts_read import read_clip
from catseye.core.counts import Count
from catseye.core.errors import ConfigError
from catseye.core.ids import StreamId
from catseye.core.road_users import RoadUser
from catseye.core.time import NS_PER_S
from catseye.evaluate.counted import Terms
from catseye.evaluate.counting import report
from catseye.evaluate.counts import LineScore
from catseye.wire import counts_csv
from catseye.wire.hand_counts import CellRow, CrossingRow, HandCount, decode_csv, decode_json, encode_json

LONDON = ZoneInfo("Europe/London")
HAND: dict[str, Any] = {
    "catseye_truth": 1,
    "until_s": 60,
    "kinds": ["car", "bus"],
    "lines": [{"name": "a", "directions": ["in", "out"]}],
    "crossings": [{"line": "a", "direction": "in", "road_user": "car", "at_s": 12.5}],
}


def test_a_hand_count_is_read_and_written() -> None:
    count = decode_json(json.dumps(HAND | {"start": "2026-05-04T07:00:00+01:00", "light": "day"}).encode())
    assert count.crossings[0].at_s == 12.5
    assert not count.crossings[0].optional
    assert decode_json(msgspec.json.encode(count)) == count
    assert decode_json(encode_json(count)) == count
    assert isinstance(count, HandCount)


def test_what_nobody_wrote_down_is_all_of_it() -> None:
    count = decode_json(json.dumps(HAND).encode())
    assert (count.seen(), count.unwatched()) == (((0, 60),), ())
    assert count.declared() == {("a", "in"): {"car", "bus"}, ("a", "out"): {"car", "bus"}}


def test_what_was_not_watched_is_told_by_stretches() -> None:
    count = decode_json(json.dumps(HAND | {"from_s": 5, "watched": [[5, 20], [20, 30], [40, 50]]}).encode())
    assert count.unwatched() == ((30, 40), (50, 60))
    assert decode_json(json.dumps(HAND | {"watched": []}).encode()).unwatched() == ((0, 60),)
    assert decode_json(encode_json(msgspec.structs.replace(count, watched=(), complete=()))).declared() == {}


def test_nothing_is_judged_where_nobody_watched_or_declared(tmp_path: Path) -> None:
    """A result that counts a car every second, in both directions; somebody watched 5 to 20 s of it from 5 s on, cars inward."""
    rows = "".join(f"a,{way},{kind},{at}.25\n" for at in range(30) for way in ("in", "out") for kind in ("car", "pedestrian"))
    (tmp_path / "result.csv").write_text("line,direction,road_user,at_s\n" + rows)
    crossings = [{"line": "a", "direction": "in", "road_user": "car", "at_s": at + 0.5} for at in range(5, 20)]
    crossings.append({"line": "a", "direction": "out", "road_user": "bus", "at_s": 6})
    hand = HAND | {
        "from_s": 5,
        "until_s": 30,
        "kinds": ["car", "bus", "pedestrian"],
        "crossings": crossings,
        "watched": [[5, 20]],
        "complete": [{"line": "a", "direction": "in", "kinds": ["car", "bus"]}],
    }
    (tmp_path / "hand.json").write_text(json.dumps(hand))
    clip, _ = read_clip("hand", tmp_path / "hand.json", [tmp_path / "result.csv"], Hints())
    found = report([clip], Terms(cell_s=5))
    assert found.paired is not None
    assert found.paired.counts.all == LineScore(matched=15, missed=0, extra=0)
    assert (clip.until_s, clip.flows) == (15, (("a", "in"),))  # from the first to the last moment that was watched
    cells = [cell for cell in found.cell_rows if not cell.road_user]
    assert [(cell.start_s, cell.true, cell.counted) for cell in cells] == [(0, 5, 5), (5, 5, 5), (10, 5, 5)]


@pytest.mark.parametrize(("change", "says"), [({"complete": []}, "complete"), ({"watched": []}, "watched")])
def test_a_count_of_nothing_judges_nothing(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    (tmp_path / "hand.json").write_text(json.dumps(HAND | change))
    with pytest.raises(ConfigError, match=says):
        read_clip("hand", tmp_path / "hand.json", [tmp_path / "hand.json"], Hints())


def test_the_example_of_the_reference_is_one() -> None:
    text = (Path(__file__).parents[2] / "docs" / "ref" / "hand-counts.md").read_text()
    example = text.split("```json")[1].split("```")[0]
    told = set(msgspec.structs.asdict(decode_json(example.encode())))
    assert all(f"| `{field}` |" in text for field in told)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"catseye_truth": 2}, "version 2"),
        ({"kinds": ["dragon"]}, "'dragon' is no kind"),
        ({"crossings": [{"line": "b", "direction": "in", "road_user": "car", "at_s": 1}]}, "No line 'b'"),
        ({"crossings": [{"line": "a", "direction": "up", "road_user": "car", "at_s": 1}]}, "direction 'up'"),
        ({"crossings": [{"line": "a", "direction": "in", "road_user": "car", "at_s": 61}]}, "outside the count"),
        ({"more": 1}, "unknown field"),
        ({"from_s": 70}, "from 70 s to 60 s"),
        ({"from_s": 20}, "outside the count of 20 s"),
        ({"watched": [[5, 20], [10, 30]]}, "not in order"),
        ({"watched": [[0, 61]]}, "not in order within"),
        ({"complete": [{"line": "a", "direction": "up", "kinds": []}]}, "direction 'up'"),
        ({"complete": [{"line": "a", "direction": "in", "kinds": ["dragon"]}]}, "'dragon' is no kind"),
        ({"complete": [{"line": "a", "direction": "in", "kinds": ["car"]}] * 2}, "complete twice"),
        ({"crossings": [{"line": "a", "direction": "in", "road_user": "car", "at_s": at, "key": "k"} for at in (1, 2)]}, "one key"),
    ],
)
def test_a_wrong_hand_count_is_refused_in_one_line(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        decode_json(json.dumps(HAND | change).encode())
    assert "\n" not in caught.value.message


def test_tables_of_crossings_have_seconds_or_times() -> None:
    by_seconds = decode_csv("line,direction,road_user,at_s\na,in,car,12.5\n'=a,out,bus,0\n", LONDON)
    assert [row.line for row in by_seconds] == ["a", "=a"]
    assert [row.at_s for row in by_seconds if isinstance(row, CrossingRow)] == [12.5, 0]
    (by_time,) = decode_csv("road_user,line,direction,at\ncar,a,in,2026-07-01T08:00:01\n", LONDON)
    assert isinstance(by_time, CrossingRow)
    assert by_time.at_ns == 1_782_889_201 * NS_PER_S


def test_the_cells_of_a_watch_are_read_back() -> None:
    start = 1_782_889_200 * NS_PER_S
    counts = [
        Count(stream=StreamId("s"), rule="-a", direction="in", road_user=kind, start_ns=start, end_ns=start + 900 * NS_PER_S,
              volume=volume, observed_s=900)
        for kind, volume in (("car", 7), ("", None))
    ]  # fmt: skip
    rows = decode_csv(counts_csv.encode(counts, LONDON), LONDON)
    assert [(row.line, row.road_user, row.volume, row.start_ns) for row in rows if isinstance(row, CellRow)] == [
        ("-a", RoadUser.CAR, 7, start),
        ("-a", None, None, start),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "columns are none"),
        ("line,direction\na,in\n", "columns are direction, line"),
        ("line,direction,road_user,at_s\na,in,car,\n", "Line 2 of the counts has no time"),
        ("line,direction,road_user,at_s\na,in,car,soon\n", "'soon' is no number"),
        ("line,direction,road_user,at_s\na,in,car,-1\n", "'-1' is no number"),
        ("line,direction,road_user,at_s\na,in,lorry,3\n", "'lorry' is no kind"),
        ("line,direction,road_user,at\na,in,car,noon\n", "Not a date and time"),
        ("line,direction,road_user,start,end,volume\na,in,car,2026-01-01,2026-01-02,many\n", "'many' is no number"),
    ],
)
def test_a_table_that_is_none_is_refused(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        decode_csv(text, LONDON)
