"""What every Store must do with what is measured on the ground."""

from msgspec.structs import replace

from catseye.core.errors import StoreError
from catseye.core.ids import RunId, StreamId
from catseye.core.speeds import speeds_of
from catseye.core.time import CELL_S, NS_PER_S, nanoseconds
from catseye.core.traffic import MINUTE_NS, Conflict, Incident, Passage, TrafficMinute, TrafficRecord, Violation
from catseye.ports import Store
from catseye.testing.clock import FakeClock
from catseye.testing.store_records import RUN, SCENE, STREAM, T0, started

CELL_NS = CELL_S * NS_PER_S


def passage(number: int, at_s: float, speed_mps: float | None, *, road_user: str = "car") -> Passage:
    """The ``number``-th passage over the line ``north``."""
    return Passage(
        event=f"crossing {number}",
        stream=STREAM,
        run=RUN,
        rule="north",
        direction="in",
        road_user=road_user,
        at_ns=T0 + nanoseconds(at_s),
        speed_mps=speed_mps,
        error_mps=None if speed_mps is None else 0.5,
        length_m=4.5,
    )


def minute(at_s: float, *, vehicles: float = 3.0, run: RunId = RUN) -> TrafficMinute:
    """What the line ``north`` saw in the minute from ``at_s`` on."""
    return TrafficMinute(
        stream=STREAM,
        run=run,
        scene_revision=SCENE.revision,
        place_kind="line",
        place="north",
        start_ns=T0 + nanoseconds(at_s),
        observed_s=60.0,
        sums={"vehicles": vehicles},
        tally={"headway_s": {"2": 1}},
    )


def conflict(number: int, at_s: float) -> Conflict:
    """A conflict of a car and a pedestrian."""
    at_ns = T0 + nanoseconds(at_s)
    return Conflict(
        id=f"conflict {number}",
        stream=STREAM,
        run=RUN,
        scene_revision=SCENE.revision,
        kind="crossing",
        at_ns=at_ns,
        seen_at_ns=at_ns + NS_PER_S,
        point_m=(1.0, 2.0),
        point_unit=(0.5, 0.5),
        road_users=("pedestrian", "car"),
        movements=("", "eastbound"),
        ttc_s=None,
        pet_s=1.25,
        drac_mps2=None,
        delta_v_mps=None,
        angle_rad=1.5,
        speeds_mps=(1.2, 8.0),
    )


def incident(revision: int, at_s: float, state: str = "opened") -> Incident:
    """A revision of one incident, told ``at_s`` after T0; it was opened 10 s after T0."""
    closed_ns = T0 + nanoseconds(at_s) if state == "closed" else None
    return Incident(
        id="incident",
        stream=STREAM,
        run=RUN,
        scene_revision=SCENE.revision,
        kind="stopped_vehicle",
        at_ns=T0,
        seen_at_ns=T0 + nanoseconds(at_s),
        point_m=(1.0, 2.0),
        point_unit=(0.5, 0.5),
        revision=revision,
        state=state,  # type: ignore[arg-type]  # one of the states, as text
        place="lane 1",
        road_user="car",
        opened_ns=T0 + nanoseconds(10),
        closed_ns=closed_ns,
        severity="low",
        reason="stands",
    )


def violation(number: int, at_s: float) -> Violation:
    """A red light run on the approach ``north``."""
    at_ns = T0 + nanoseconds(at_s)
    return Violation(
        id=f"violation {number}",
        stream=STREAM,
        run=RUN,
        scene_revision=SCENE.revision,
        kind="red_light",
        at_ns=at_ns,
        seen_at_ns=at_ns,
        point_m=(1.0, 2.0),
        point_unit=(0.5, 0.5),
        place="north",
        road_user="car",
        reason="1.2 s after red",
    )


def traffic_kept_once(store: Store, _clock: FakeClock) -> None:
    """Each record comes back as it was, once, in its interval; two records of a minute stand beside each other."""
    store.begin(started(), SCENE)
    store.begin(started(RunId("run-2")), SCENE)
    both = [minute(60), minute(60, run=RunId("run-2"))]
    records: list[TrafficRecord] = [passage(1, 5, 10.0), *both, minute(0), conflict(1, 7), incident(1, 10), violation(1, 8)]
    store.append(records)
    store.append(records)
    whole = T0, T0 + CELL_NS
    assert store.passages(STREAM, *whole) == [passage(1, 5, 10.0)], "a passage was lost, doubled or changed"
    assert store.minutes(STREAM, *whole) == [minute(0), *both], "a minute was lost, doubled, changed or is out of order"
    assert store.minutes(STREAM, T0, T0 + MINUTE_NS) == [minute(0)], "a minute at the end of [start, end) was given"
    assert store.conflicts(STREAM, *whole) == [conflict(1, 7)], "a conflict was lost, doubled or changed"
    assert store.incidents(STREAM, *whole) == [incident(1, 10)], "an incident was lost, doubled or changed"
    assert store.violations(STREAM, *whole) == [violation(1, 8)], "a violation was lost, doubled or changed"
    assert [cell.number for cell in store.violation_cells(STREAM, *whole)] == [1], "violations are counted wrongly"
    assert store.conflicts(StreamId("another"), *whole) == [], "a stream has another's conflicts"
    stranger = replace(conflict(2, 9), run=RunId("never begun"))
    try:
        store.append([passage(2, 6, 12.0), stranger])
    except StoreError:
        assert len(store.passages(STREAM, *whole)) == 1, "part of a refused append was kept"
        assert store.speeds(STREAM, *whole)[0].measured == 1, "part of a refused append was counted"
    else:
        raise AssertionError("a conflict that names an unknown run was accepted")


def speeds_in_cells(store: Store, _clock: FakeClock) -> None:
    """Speeds add up by cell, rule, direction and kind; a passage without one adds none."""
    store.begin(started(), SCENE)
    store.append(
        [passage(1, 5, 10.0), passage(2, 6, 20.0), passage(3, 7, None), passage(4, 905, 5.0), passage(5, 8, 2.0, road_user="bus")]
    )
    cells = store.speeds(STREAM, T0 + 1, T0 + 2 * CELL_NS)
    told = [((cell.start_ns - T0) / NS_PER_S, cell.road_user, cell.measured, cell.by_kmh) for cell in cells]
    assert told == [(0, "bus", 1, {7: 1}), (0, "car", 2, {36: 1, 72: 1}), (900, "car", 1, {18: 1})], f"speeds in cells: {told}"
    both = speeds_of(cells[1:2])
    assert (both.mean_mps, both.error_mps) == (15.0, 0.5), f"the mean of 10 and 20 m/s: {both}"
    assert both.space_mean_mps is not None, "speeds without a space-mean"
    assert abs(both.space_mean_mps - 40 / 3) < 1e-9, f"the harmonic mean of 10 and 20 m/s: {both}"


def incidents_marked(store: Store, _clock: FakeClock) -> None:
    """What an operator says is a revision; those that come after it follow on, and are kept once."""
    store.begin(started(), SCENE)
    store.append([incident(1, 10)])
    marked = store.mark(STREAM, "incident", "acknowledged", T0 + 20 * NS_PER_S)
    assert marked is not None, "an incident that is there was not marked"
    assert (marked.revision, marked.state) == (2, "acknowledged"), f"the mark is {marked}"
    for _ in range(2):
        store.append([incident(1, 10), incident(2, 30, "closed")])
    told = [(one.revision, one.state) for one in store.incidents(STREAM, T0, T0 + CELL_NS)]
    assert told == [(1, "opened"), (2, "acknowledged"), (3, "closed")], f"revisions: {told}"
    for stream, name in ((STREAM, "no such"), (StreamId("another"), "incident")):
        assert store.mark(stream, name, "false", T0) is None, "an incident that is not there was marked"


def traffic_retention(store: Store, clock: FakeClock) -> None:
    """Passages and violations go after a day; cells, minutes, conflicts and incidents stay."""
    store.begin(started(), SCENE)
    store.append([passage(1, 5, 10.0), minute(0), conflict(1, 7), incident(1, 10), violation(1, 8)])
    whole = T0, T0 + CELL_NS
    before = store.speeds(STREAM, *whole), store.violation_cells(STREAM, *whole)
    clock.advance(25 * 3600)
    assert store.purge(clock.now_ns()) == 2, "a passage and a violation were to be forgotten"
    assert (store.passages(STREAM, *whole), store.violations(STREAM, *whole)) == ([], []), "per-vehicle records outlast a day"
    assert (store.speeds(STREAM, *whole), store.violation_cells(STREAM, *whole)) == before, "cells went with their records"
    assert len(store.minutes(STREAM, *whole)) == len(store.conflicts(STREAM, *whole)) == 1, "minutes or conflicts went"
    assert len(store.incidents(STREAM, *whole)) == 1, "an incident went"


TRAFFIC_CHECKS = (traffic_kept_once, speeds_in_cells, incidents_marked, traffic_retention)
