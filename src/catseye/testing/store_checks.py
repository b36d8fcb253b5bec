"""What every Store must do; run ``check_store`` on an adapter of your own."""

from collections.abc import Callable, Sequence

from catseye.core.counts import Count, Gap
from catseye.core.errors import StoreError
from catseye.core.events import Coverage, Event
from catseye.core.ids import RunId, StreamId
from catseye.core.time import NS_PER_S
from catseye.core.tracks import Trajectory
from catseye.ports import Clock, Store
from catseye.testing.clock import FakeClock
from catseye.testing.store_records import BARE_SCENE, CELL_NS, RUN, SCENE, STREAM, T0, crossed, passed, started, watched
from catseye.testing.traffic_checks import TRAFFIC_CHECKS


def volumes(counts: Sequence[Count]) -> dict[tuple[float, str, str, str], int | None]:
    """Volume by (cell start in seconds after T0, rule, direction, road user)."""
    return {((c.start_ns - T0) / NS_PER_S, c.rule, c.direction, c.road_user): c.volume for c in counts}


def check_store(make: Callable[[Clock], Store]) -> None:
    """Check a Store. ``make`` gives a new, empty one at each call. Raises AssertionError with what is wrong."""
    for check in (
        _kept_once,
        _all_or_none,
        _null_and_zero,
        _coverage_by_rule,
        _no_doubled_time,
        _gaps,
        _final,
        _retention,
        _closing,
        *TRAFFIC_CHECKS,
    ):
        clock = FakeClock(T0)
        store = make(clock)
        try:
            check(store, clock)
        finally:
            store.close()


def _kept_once(store: Store, _clock: FakeClock) -> None:
    assert store.span(STREAM) is None, "an empty store has a span"
    assert (store.streams(), store.scene(STREAM)) == ([], None), "an empty store has a stream or a scene"
    store.begin(started(), SCENE)
    assert (store.streams(), store.scene(STREAM)) == ([STREAM], SCENE), "a stream that began is not there with its scene"
    bus = crossed(2, 5, road_user="bus", direction="out")
    records: list[Event | Coverage] = [crossed(1, 5), bus, *passed(3, 890), watched(0, 900)]
    path = Trajectory(
        stream=STREAM,
        run=RUN,
        track=1,
        road_user="car",
        confidence=0.9,
        times_ns=(T0,),
        path_unit=((0.5, 0.5),),
        end_reason="left",
    )
    store.append([*records, path])
    store.append(records)
    want = {
        (0, "eastbound", "eastbound", "bicycle"): 0,
        (0, "north", "in", "car"): 1,
        (0, "north", "out", "bus"): 1,
        (0, "west", "entered", "bicycle"): 1,
        (0, "west", "left", "bicycle"): 1,
        (900, "eastbound", "eastbound", "bicycle"): 1,
    }
    have = volumes(store.counts(STREAM, T0, T0 + 2 * CELL_NS))
    assert want.items() <= have.items(), f"an event was lost, doubled or misplaced: {have}"
    assert list(have) == sorted(have), "counts are not in order of start, rule, direction, kind"
    kept = store.events(STREAM, T0, T0 + 2 * CELL_NS)
    assert {event.id: event for event in kept} == {r.id: r for r in records if not isinstance(r, Coverage)}, "events changed"
    assert [event.at_ns for event in kept] == sorted(event.at_ns for event in kept), "events are not in order of at_ns"
    assert len(store.events(STREAM, T0, T0 + 5 * NS_PER_S)) == 0, "an event at the end of [start, end) was given"
    assert store.span(STREAM) == (T0, T0 + 2 * CELL_NS), "span is not what was covered or counted in"
    assert store.counts(StreamId("another"), T0, T0 + CELL_NS) == [], "a stream has another's counts"


def _all_or_none(store: Store, _clock: FakeClock) -> None:
    store.begin(started(), SCENE)
    for stranger in (crossed(2, 6, run=RunId("never begun")), crossed(2, 6, scene=BARE_SCENE), watched(9, 5)):
        try:
            store.append([crossed(1, 5), watched(0, 10), stranger])
        except StoreError:
            assert not store.events(STREAM, T0, T0 + CELL_NS), "part of a refused append was kept"
            assert store.span(STREAM) is None, "part of a refused append was counted"
        else:
            raise AssertionError("a record that names an unknown run or scene, or ends before it begins, was accepted")
    store.append([crossed(1, 5), watched(5, 5)])
    assert volumes(store.counts(STREAM, T0, T0 + 1))[0, "north", "in", "car"] == 1, "an append after a refused one is not counted"


def _null_and_zero(store: Store, _clock: FakeClock) -> None:
    store.begin(started(), BARE_SCENE)
    store.append([watched(0, 450, scene=BARE_SCENE), crossed(1, 5, scene=BARE_SCENE), crossed(2, 1900, scene=BARE_SCENE)])
    have = volumes(store.counts(STREAM, T0 + 1, T0 + 2 * CELL_NS + 1))
    want = {
        (0, "north", "in", "car"): 1,
        (0, "north", "out", ""): 0,
        (900, "north", "in", "car"): None,
        (900, "north", "out", ""): None,
        (1800, "north", "in", "car"): 1,  # an event outweighs missing coverage
        (1800, "north", "out", ""): None,
    }
    assert have == want, f"unobserved is null, observed and empty is zero: {have}"
    assert store.counts(STREAM, T0, T0) == [], "an empty interval has cells"


def _coverage_by_rule(store: Store, _clock: FakeClock) -> None:
    store.begin(started(), BARE_SCENE)
    store.append([watched(0, 300, scene=BARE_SCENE)])
    store.revise(STREAM, SCENE)
    store.append([watched(300, 400)])
    seconds = {count.rule: count.observed_s for count in store.counts(STREAM, T0, T0 + CELL_NS)}
    assert seconds == {"east": 100, "eastbound": 100, "north": 400, "west": 100}, f"observed_s is not each rule's own: {seconds}"


def _no_doubled_time(store: Store, _clock: FakeClock) -> None:
    store.begin(started(), BARE_SCENE)
    store.begin(started(RunId("run-2")), BARE_SCENE)
    second = watched(5, 25, run=RunId("run-2"), scene=BARE_SCENE)
    for piece in (watched(0, 10, scene=BARE_SCENE), watched(20, 30, scene=BARE_SCENE), watched(8, 21, scene=BARE_SCENE), second):
        store.append([piece])
        store.append([piece])
    assert store.counts(STREAM, T0, T0 + 1)[0].observed_s == 30, "time watched twice is counted twice"
    assert store.gaps(STREAM, T0, T0 + CELL_NS) == [], "pieces that touch leave a gap"


def _gaps(store: Store, _clock: FakeClock) -> None:
    assert store.begin(started(), SCENE) == (), "a stream never observed has a gap"
    store.append([watched(0, 100), watched(150, 200)])
    later = store.begin(started(RunId("run-2"), 1000), SCENE)
    assert later == (Gap(stream=STREAM, start_ns=T0 + 200 * NS_PER_S, end_ns=T0 + 1000 * NS_PER_S),), f"the restart's gap: {later}"
    store.append([watched(1000, 1100, run=RunId("run-2"))])
    spans = [((gap.start_ns - T0) / NS_PER_S, (gap.end_ns - T0) / NS_PER_S) for gap in store.gaps(STREAM, T0, T0 + CELL_NS)]
    assert spans == [(100, 150), (200, 900)], f"gaps within the interval: {spans}"
    seen = [
        ((start - T0) / NS_PER_S, (end - T0) / NS_PER_S) for start, end in store.watched(STREAM, T0 + 50 * NS_PER_S, T0 + CELL_NS)
    ]
    assert seen == [(50, 100), (150, 200)], f"watched within the interval: {seen}"
    assert store.begin(started(RunId("run-3"), 500), SCENE) == (), "a run that begins in what was observed has a gap"


def _final(store: Store, clock: FakeClock) -> None:
    store.begin(started(), BARE_SCENE)
    clock.advance(900)
    store.append([watched(0, 900, scene=BARE_SCENE)])
    clock.advance(1)
    assert not store.counts(STREAM, T0, T0 + 1)[0].final, "a cell is final while late events may come"
    store.append([watched(900, 960, scene=BARE_SCENE)])
    flags = [count.final for count in store.counts(STREAM, T0, T0 + 2 * CELL_NS) if count.direction == "in"]
    assert flags == [True, False], "a cell is final once coverage is well past its end"
    clock.advance(3600)
    assert store.counts(STREAM, T0, T0 + 2 * CELL_NS)[-1].final, "the cells of a stream long silent are final"


def _retention(store: Store, clock: FakeClock) -> None:
    store.begin(started(), SCENE)
    store.append([crossed(1, 5), watched(0, 10)])
    clock.advance(23 * 3600)
    store.append([crossed(2, 6)])
    assert store.purge(clock.now_ns()) == 0, "an event went before its time"
    clock.advance(2 * 3600)
    before = store.counts(STREAM, T0, T0 + CELL_NS)
    assert store.purge(clock.now_ns()) == 1, "age is not counted from when the event was recorded"
    assert [event.track for event in store.events(STREAM, T0, T0 + CELL_NS)] == [2], "the wrong events were forgotten"
    assert [c.volume for c in store.counts(STREAM, T0, T0 + CELL_NS)] == [c.volume for c in before], "a volume went with its events"


def _closing(store: Store, _clock: FakeClock) -> None:
    store.append([])
    store.close()
    store.close()
    for call in (lambda: store.append([crossed(1, 5)]), lambda: store.counts(STREAM, T0, T0 + 1), lambda: store.purge(T0)):
        try:
            call()
        except StoreError:
            continue
        raise AssertionError("a closed store works on")
