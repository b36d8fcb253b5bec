import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser
from catseye.core.time import NS_PER_S
from catseye.evaluate.cells import ALL
from catseye.evaluate.counted import CountedClip, Crossings, Terms, Volumes
from catseye.evaluate.counting import report
from catseye.evaluate.counts_page import page
from catseye.evaluate.svg import ticks

CAR, BUS, VAN, WALKER = RoadUser.CAR, RoadUser.BUS, RoadUser.VAN, RoadUser.PEDESTRIAN
ALL_KINDS = frozenset(RoadUser)
BEGINS = 900 * NS_PER_S * 1_000_000
FLOWS = (("a", "in"), ("a", "out"), ("turn", "turn"))
Row = tuple[float, str, str, RoadUser]  # at_s, line, direction, kind


def crossing(at_s: float, rule: str = "a", way: str = "in", kind: RoadUser = CAR, *, optional: bool = False) -> KnownCrossing:
    return KnownCrossing(rule=rule, direction=way, road_user=kind, at_s=at_s, optional=optional)


def side(*crossings: KnownCrossing, who: list[int] | None = None, gaps: tuple[tuple[int, int], ...] = ()) -> Crossings:
    return Crossings(crossings=crossings, who=tuple(who or range(len(crossings))), gaps_ns=gaps)


def clip(true: Crossings | Volumes, counted: Crossings | Volumes, *, name: str = "clip", until_s: float = 1800, light: str = "",
         marked: frozenset[RoadUser] = ALL_KINDS) -> CountedClip:  # fmt: skip
    return CountedClip(
        name=name, begins_ns=BEGINS, until_s=until_s, flows=FLOWS, marked=marked, true=true, counted=counted, light=light
    )


TERMS = Terms(resamples=200)


def test_a_hand_counted_case() -> None:
    true = side(crossing(10), crossing(20), crossing(950), crossing(60, "turn", "turn", VAN), crossing(70, kind=WALKER))
    counted = side(crossing(10.5), crossing(23), crossing(60.2, "turn", "turn", CAR), crossing(71, kind=WALKER), crossing(1000))
    told = report([clip(true, counted)], TERMS)
    assert told.paired is not None
    all_ = told.paired.counts.all
    assert (all_.matched, all_.missed, all_.extra, all_.net) == (3, 2, 2, 0)
    assert told.paired.by_flow["turn"].matched == 1
    assert told.paired.by_flow["a, in"].missed == 2
    assert (told.paired.by_kind["van"].true, told.paired.by_kind["van"].right, told.paired.by_kind["car"].counted) == (1, 0, 4)
    assert [(m.extra, m.at_s) for m in told.paired.clips["clip"].mistakes] == [(False, 20), (True, 23), (False, 950), (True, 1000)]
    assert (told.true, told.counted) == (5, 5)
    cells = {(c.line, c.direction, c.start_s): c for c in told.cell_rows if c.road_user == ALL}
    assert (cells["a", "in", 0.0].true, cells["a", "in", 0.0].counted, cells["a", "in", 0.0].missed) == (3, 3, 1)
    assert (cells["a", "in", 900.0].true, cells["a", "in", 900.0].extra) == (1, 1)
    assert cells["a", "out", 0.0].true == 0
    assert all(cell.whole for cell in told.cell_rows)
    assert told.cells.absolute == 0.0  # every mistake cancels in its cell, and missed plus extra tells


def test_optional_crossings_kinds_nobody_marked_and_times_beside_the_truth_are_not_judged() -> None:
    true = side(crossing(10), crossing(20, optional=True), crossing(30, optional=True))
    counted = side(crossing(10), crossing(20), crossing(50, kind=WALKER), crossing(1801), crossing(-3))
    told = report([clip(true, counted, marked=frozenset({CAR}))], TERMS)
    assert told.paired is not None
    assert (told.paired.counts.all.matched, told.paired.counts.all.missed, told.paired.counts.all.extra) == (1, 0, 0)
    assert (told.true, told.counted) == (1, 1)


def test_who_crossed_while_nothing_was_observed_is_missed_and_said_so() -> None:
    gap = (BEGINS + 900 * NS_PER_S, BEGINS + 1800 * NS_PER_S)
    told = report([clip(side(crossing(10), crossing(1000)), side(crossing(10), gaps=(gap,)))], TERMS)
    assert told.paired is not None
    assert (told.paired.counts.all.missed, told.paired.unobserved) == (1, 1)
    assert [c.counted for c in told.cell_rows if c.road_user == ALL and c.start_s == 900] == [None, None, None]
    assert (told.cells.cells, told.cells.observed) == (6, 3)


def volumes(rows: dict[tuple[str, str, str, float], int | None], cell_s: int = 900) -> Volumes:
    return Volumes(cell_s=cell_s, of={(*key[:3], BEGINS + round(key[3] * NS_PER_S)): n for key, n in rows.items()})


def test_volumes_are_judged_without_single_crossings() -> None:
    true = side(crossing(10), crossing(20, kind=BUS), crossing(1000), crossing(1100, optional=True))
    counted = volumes(
        {("a", "in", "car", 0): 3, ("a", "in", "", 900): None, ("other", "in", "car", 0): 7, ("a", "in", "car", 1800): 9}
    )
    told = report([clip(true, counted)], TERMS)
    assert told.paired is None
    cells = {(c.line, c.direction, c.road_user, c.start_s): (c.true, c.counted) for c in told.cell_rows}
    assert cells["a", "in", ALL, 0.0] == (2, 3)
    assert cells["a", "in", "bus", 0.0] == (1, 0)
    assert cells["a", "in", ALL, 900.0] == (1, None)
    assert not any(line == "other" for line, *_ in cells)
    assert (told.true, told.counted) == (2, 3)


def test_a_cell_that_nobody_counted_by_hand_is_not_judged() -> None:
    true = volumes({("a", "in", "car", 0): 2})
    told = report([clip(true, side(crossing(10), crossing(20), crossing(1000)))], TERMS)
    assert {cell.start_s for cell in told.cell_rows} == {0.0}
    short = volumes({("a", "in", "car", 0): 2, ("a", "in", "car", 300): 1, ("a", "in", "bus", 600): 1}, cell_s=300)
    (all_kinds,) = (
        c
        for c in report([clip(short, side(crossing(10)))], TERMS).cell_rows
        if c.line == "a" and c.road_user == ALL and c.direction == "in"
    )
    assert (all_kinds.true, all_kinds.counted) == (4, 1)


def test_a_better_counter_differs_and_the_same_does_not() -> None:
    true = side(*(crossing(10.0 * n) for n in range(100)))
    worse = side(*(crossing(10.0 * n) for n in range(100) if n % 4))
    told = report([clip(true, true)], TERMS, against=[worse])
    assert told.paired is not None
    assert told.paired.against is not None
    gained = told.paired.against.differences["wrong"]
    assert gained.value == pytest.approx(-0.25)
    assert gained.excludes_zero
    assert told.paired.against.all.missed == 25
    same = report([clip(true, worse)], TERMS, against=[worse])
    assert same.paired is not None
    assert same.paired.against is not None
    assert not any(interval.excludes_zero for interval in same.paired.against.differences.values())


def test_what_one_track_does_is_drawn_together() -> None:
    # Ten road users over two lines each, or twenty over one: the same counts, and twice the independent evidence.
    def width(who: list[int]) -> float:
        crossings = [crossing(50.0 * n + 5 * way, way=name) for n in range(10) for way, name in enumerate(("in", "out"))]
        kept = [c for n, c in enumerate(crossings) if (n // 2) % 3]
        told = report([clip(side(*crossings, who=who), side(*kept))], Terms(resamples=2000))
        assert told.paired is not None
        wrong = told.paired.intervals["wrong"]
        assert wrong.low is not None
        assert wrong.high is not None
        return wrong.high - wrong.low

    assert width([n // 2 for n in range(20)]) > 1.2 * width(list(range(20)))


def test_both_inventing_the_same_is_no_difference() -> None:
    true = side(*(crossing(100.0 * n) for n in range(15)))
    ghosts = [crossing(100.0 * n + 50) for n in range(10)]
    ours = side(*true.crossings, *ghosts)
    theirs = side(*true.crossings, *(crossing(c.at_s + 0.3) for c in ghosts))
    told = report([clip(true, ours)], TERMS, against=[theirs])
    assert told.paired is not None
    assert told.paired.against is not None
    extra = told.paired.against.differences["extra"]
    assert (extra.value, extra.low, extra.high) == (0.0, 0.0, 0.0)


rows = st.lists(
    st.tuples(st.integers(0, 1799).map(float), st.sampled_from(FLOWS), st.sampled_from([CAR, VAN, WALKER])), max_size=25
)


def made(told: list[tuple[float, tuple[str, str], RoadUser]]) -> Crossings:
    return side(*(crossing(at_s, *flow, kind) for at_s, flow, kind in told))


@settings(max_examples=60, deadline=None)
@given(rows, rows)
def test_cells_add_up_to_what_was_paired(true: list[tuple[float, tuple[str, str], RoadUser]],
                                         counted: list[tuple[float, tuple[str, str], RoadUser]]) -> None:  # fmt: skip
    told = report([clip(made(true), made(counted))], Terms(resamples=5))
    assert told.paired is not None
    all_ = told.paired.counts.all
    assert (all_.true, told.true, told.counted) == (len(true), len(true), len(counted))
    of_all = [cell for cell in told.cell_rows if cell.road_user == ALL]
    of_kinds = [cell for cell in told.cell_rows if cell.road_user != ALL]
    assert sum(cell.true for cell in of_all) == sum(cell.true for cell in of_kinds)
    assert sum(cell.missed or 0 for cell in of_all) == all_.missed
    assert sum(cell.extra or 0 for cell in of_all) == all_.extra
    # A pair whose two times lie in two cells is off by one in each.
    assert sum(abs(cell.error or 0) for cell in of_all) <= all_.missed + all_.extra + 2 * all_.matched
    assert sum(line.extra for line in told.paired.by_flow.values()) == all_.extra


@settings(max_examples=40, deadline=None)
@given(rows)
def test_the_truth_itself_is_perfect(true: list[tuple[float, tuple[str, str], RoadUser]]) -> None:
    told = report([clip(made(true), made(true))], Terms(resamples=5))
    assert told.paired is not None
    assert (told.paired.counts.all.missed, told.paired.counts.all.extra) == (0, 0)
    assert told.paired.effectiveness in (None, 1.0)
    assert told.cells.exact == 1.0


def test_lights_and_clips_are_told_apart() -> None:
    day = clip(side(crossing(10)), side(crossing(10)), name="a", light="day")
    night = clip(side(crossing(10), crossing(20)), side(), name="b", light="night")
    told = report([day, night], TERMS)
    assert told.paired is not None
    assert (told.paired.by_light["day"].missed, told.paired.by_light["night"].missed) == (0, 2)
    assert {name: score.all.missed for name, score in told.paired.clips.items()} == {"a": 0, "b": 2}
    assert told.paired.counts.all.missed == 2
    assert Counter(cell.clip for cell in told.cell_rows if cell.road_user == ALL) == {"a": 6, "b": 6}


def test_the_page_is_one_file_that_asks_for_nothing_and_runs_nothing() -> None:
    evil = "<script>alert(1)</script>"
    true = side(crossing(10), crossing(20), crossing(400, kind=VAN))
    told_clip = clip(true, side(crossing(10), crossing(90), crossing(400)), name=evil)
    told = report([told_clip], TERMS, against=[side(crossing(20))])
    text = page(told, [told_clip], truth=evil, result="r", against="o")
    assert "<script" not in text
    assert not re.search(r"(src|href|url)\s*[=(]", text)
    assert "http" not in text.replace("http-equiv", "")
    assert text.count("<svg") == text.count("</svg>") == 4  # bars, curve, differences, cells
    assert "extra: car over a, in, at 90.0 s" in text
    assert all(name in text for name in ("VDOT 5 %", "GEH &lt; 5 in 85 %", "SVZ rates by class"))


def test_a_page_of_volumes_alone_says_what_it_cannot_tell() -> None:
    told_clip = clip(side(crossing(10)), volumes({("a", "in", "car", 0): 3}))
    text = page(report([told_clip], TERMS), [told_clip], truth="t", result="r", against="")
    assert "cannot be told" in text
    assert "Missed and extra" not in text


@given(st.floats(-1000, 1000), st.floats(0.01, 1e5))
def test_ticks_are_few_and_inside(low: float, span: float) -> None:
    told = ticks(low, low + span)
    assert 2 <= len(told) <= 9
    assert all(low - 1e-6 * span <= value <= low + span * (1 + 1e-6) for value in told)
    assert np.ptp(np.diff(told)) <= 1e-6 * span if len(told) > 2 else True
