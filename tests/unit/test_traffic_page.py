"""The scorecard of traffic measures as a page."""

import re
from html.parser import HTMLParser

import pytest

from catseye.core.compared import MeasuredCell
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.traffic import TrafficMinute
from catseye.evaluate.traffic import score
from catseye.evaluate.traffic_page import DrawnRun, page
from catseye.testing.ground import Row, moment, road, times, watch
from catseye.traffic.fields import Fields
from catseye.traffic.lanes import GroundLanes
from catseye.traffic.measures.engine import Measures

UNTIL_S = 480.0


class Drawn(HTMLParser):
    """Every tag with its class, every address, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, str]] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told.get("class") or ""))
        self.addresses += [value for name, value in told.items() if name in {"src", "href"} and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def seen(every_s: float) -> tuple[tuple[TrafficMinute, ...], Fields]:
    """Eight minutes of cars on the lane to the west, one every ``every_s`` at 10 m/s."""
    drawn = road(approach="side")
    of = watch(drawn)
    engine = Measures(of.fitted, of.view, stream=StreamId("s"), run=RunId("r"))
    fields, records = Fields(GroundLanes(drawn.lanes, of.fitted, of.view), UNTIL_S), []
    for t in times(UNTIL_S, 2.0):
        places = [(n + 1, 30.0 - 10.0 * (t - every_s * n)) for n in range(int(t / every_s) + 1)]
        rows: list[Row] = [(n, RoadUser.CAR, x, 4.0, -10.0, 0.0) for n, x in places if -30.0 < x <= 30.0]
        now = moment(t, rows)
        records += engine.update(now)
        fields.add(now.seen)
    records += engine.close(0)
    return tuple(record for record in records if isinstance(record, TrafficMinute)), fields


def cell(measure: str, kind: str, place: str, start_s: float, true: float, found: float | None) -> MeasuredCell:
    return MeasuredCell(measure=measure, place_kind=kind, place=place, start_s=start_s, true=true, found=found)


CELLS = (
    cell("volume", "line", "<bridge>", 0.0, 100.0, 101.0),
    cell("control_delay", "approach", "side", 0.0, 20.0, 14.0),
    *(cell("queue_length", "approach", "side", 60.0 * n, 2.0 * n, 2.0 * n + 1 if n != 3 else None) for n in range(15)),
)


Side = tuple[tuple[TrafficMinute, ...], Fields]


@pytest.fixture(scope="module")
def sides() -> tuple[Side, Side]:
    return seen(6.0), seen(9.0)


@pytest.fixture(scope="module")
def text(sides: tuple[Side, Side]) -> str:
    (true, true_fields), (found, found_fields) = sides
    run = DrawnRun(name="street <1>", cells=CELLS, found=found, true=true, fields=(found_fields, true_fields))
    return page(score(CELLS), [run], detector="perfect")


def test_says_which_targets_are_met(text: str) -> None:
    rows = re.findall(r"<tr><td>([^<]*)</td><td>[^<]*</td><td>([^<]*)</td>.*?<td class=\"(\w+)\">(\w+)", text)
    told = {name: (bound, style, verdict) for name, bound, style, verdict in rows}
    assert told["line volumes"] == ("2 %", "pass", "passed")
    assert told["control delay"] == ("10 %", "fail", "missed")
    assert told["level of service right"] == ("at least 90 %", "soft", "nothing")


def test_draws_true_and_found_of_every_diagram(text: str) -> None:
    drawn = Drawn(text)
    captions = " ".join(drawn.words)
    for caption in (
        "flows, north up: true",
        "flows, north up: found",
        "west: true",
        "west: found",
        "side: what is seen of the queue",
    ):
        assert caption in captions
    clouds = [style for tag, style in drawn.tags if tag == "circle"]
    assert clouds.count("truly") == 4  # of two minutes each
    assert clouds.count("cell") == 4 + 2  # and of the two cells that were found


def test_needs_nothing_from_outside_and_names_stay_text(text: str) -> None:
    drawn = Drawn(text)
    assert drawn.addresses == []
    assert "script" not in {tag for tag, _ in drawn.tags}
    assert "bridge" not in {tag for tag, _ in drawn.tags}
    assert any("street <1>" in words for words in drawn.words)


def test_the_busier_side_has_as_much_more_flow(sides: tuple[Side, Side]) -> None:
    (_, busy), (_, quiet) = sides
    assert busy.flows().flow.sum() == pytest.approx(1.5 * quiet.flows().flow.sum(), rel=0.03)
