import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.adapters.sqlite import SqliteStore, check_store
from catseye.core.counts import Count
from catseye.core.events import Coverage, LineCrossed
from catseye.core.time import CELL_S, NS_PER_S, iso_local, zone
from catseye.ports import Record
from catseye.testing import FakeClock
from catseye.testing.store_records import BARE_SCENE, CELL_NS, RUN, STREAM, T0, crossed, started, watched

END = T0 + 4 * CELL_NS
EVENTS = st.builds(
    lambda track, at_s, kind, way: crossed(track, at_s, road_user=kind, direction=way, scene=BARE_SCENE),
    st.integers(0, 10**6),
    st.integers(0, 4 * CELL_S - 1),
    st.sampled_from(["car", "bus", "bicycle"]),
    st.sampled_from(["in", "out"]),
)
SPANS = st.tuples(st.integers(0, 4 * CELL_S), st.integers(1, 1000)).map(lambda s: (s[0], min(s[0] + s[1], 4 * CELL_S)))


def stored(appends: list[list[Record]]) -> list[Count]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.db"
        store = SqliteStore(path, clock=FakeClock(T0))
        store.begin(started(), BARE_SCENE)
        for records in appends:
            store.append(records)
        counts = store.counts(STREAM, T0, END)
        store.close()
        assert check_store(path) == []
    return counts


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Record], list[list[Record]]]:
    """Distinct records, and the same in any order, cut in any way, with any of them said again."""
    events = draw(st.lists(EVENTS, max_size=25, unique_by=lambda event: event.track))
    spans = draw(st.lists(SPANS, max_size=6))
    records: list[Record] = [*events, *(watched(start, end, scene=BARE_SCENE) for start, end in spans if start < end)]
    if not records:
        return records, []
    told = draw(st.permutations(records + draw(st.lists(st.sampled_from(records), max_size=10))))
    cuts = sorted(draw(st.lists(st.integers(0, len(told)), max_size=5)))
    return records, [told[a:b] for a, b in zip([0, *cuts], [*cuts, len(told)], strict=True)]


@settings(max_examples=40, deadline=None)
@given(histories())
def test_order_cuts_and_repeats_do_not_change_the_counts(history: tuple[list[Record], list[list[Record]]]) -> None:
    records, appends = history
    counts = stored(appends)
    events = [record for record in records if isinstance(record, LineCrossed)]
    spans = [record for record in records if isinstance(record, Coverage)]
    seconds = {s for span in spans for s in range((span.start_ns - T0) // NS_PER_S, (span.end_ns - T0) // NS_PER_S)}
    want = Counter((T0 + (event.at_ns - T0) // CELL_NS * CELL_NS, event.direction, event.road_user) for event in events)
    have = {(count.start_ns, count.direction, count.road_user): count for count in counts}
    assert sum(count.volume or 0 for count in counts) == len(events)
    assert {key: count.volume for key, count in have.items() if count.volume} == dict(want)
    for count in counts:
        cell = (count.start_ns - T0) // NS_PER_S
        observed = len(seconds.intersection(range(cell, cell + CELL_S)))
        assert count.observed_s == observed
        assert (count.volume is None) == (observed == 0 and (count.start_ns, count.direction, count.road_user) not in want)


@pytest.mark.parametrize(("day", "quarters"), [((2026, 3, 29), 92), ((2026, 10, 25), 100), ((2026, 6, 1), 96)])
def test_a_day_of_a_clock_change_has_its_own_number_of_quarter_hours(
    tmp_path: Path, day: tuple[int, int, int], quarters: int
) -> None:
    london = zone("Europe/London")
    midnights = [datetime(*day[:2], day[2] + more, tzinfo=london).astimezone(UTC) for more in (0, 1)]
    start, end = (int(midnight.timestamp()) * NS_PER_S for midnight in midnights)
    store = SqliteStore(tmp_path / "s.db", clock=FakeClock(end))
    store.begin(started(RUN, (start - T0) / NS_PER_S), BARE_SCENE)
    whole = watched((start - T0) / NS_PER_S, (end - T0) / NS_PER_S, scene=BARE_SCENE)
    each = [crossed(n, (start - T0) / NS_PER_S + n * CELL_S + 450, scene=BARE_SCENE) for n in range(quarters)]
    store.append([*each, whole])
    counts = [count for count in store.counts(STREAM, start, end) if count.direction == "in"]
    store.close()
    labels = [iso_local(count.start_ns, london) for count in counts]
    assert [(count.volume, count.observed_s) for count in counts] == [(1, 900.0)] * quarters
    assert len(set(labels)) == quarters
    assert {label[14:19] for label in labels} == {"00:00", "15:00", "30:00", "45:00"}
    assert sum(label[11:13] == "01" for label in labels) == {92: 0, 96: 4, 100: 8}[quarters]
