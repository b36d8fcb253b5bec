from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.ground import GroundSightings, nobody
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import FittedScene, Lane, Movement, Scene, Signal, Zone
from catseye.core.traffic import MINUTE_NS, TrafficMinute
from catseye.rules.ground import GroundView
from catseye.traffic.engine import Moment
from catseye.traffic.lanes import GroundLanes
from catseye.traffic.measures.definitions import values_of
from catseye.traffic.measures.engine import Measures
from catseye.traffic.measures.following import Following
from catseye.traffic.measures.merging import Merged, by_interval, merged
from catseye.traffic.measures.minutes import MinuteBook
from catseye.traffic.measures.stretches import LaneStretches

FLAT = GroundView(camera=np.eye(3, 4), ground=np.eye(3))
STREAM, RUN = StreamId("s"), RunId("r")
LANE_M = 80.0
UNTIL_S = 130.0
WAY = Lane(name="in", points=((0.0, 0.0), (LANE_M, 0.0)), width_m=3.0, approach="west", limit_kmh=50.4, signal="head")
BEYOND = Zone(name="east", polygon=((100.0, -5.0), (120.0, -5.0), (120.0, 5.0), (100.0, 5.0)))
BEFORE = Zone(name="west", polygon=((0.0, -5.0), (70.0, -5.0), (70.0, 5.0), (0.0, 5.0)))
SCENE = Scene(
    lanes=(WAY,),
    signals=(Signal(name="head"),),
    zones=(BEYOND, BEFORE),
    movements=(Movement(name="through", origin="west", destination="east"),),
)

Car = tuple[int, float, float]  # number, where its middle is along the road, speed


def seen(at_s: float, cars: Sequence[Car], kind: RoadUser = RoadUser.CAR) -> GroundSightings:
    cars = sorted(cars)
    n = len(cars)
    return GroundSightings(
        at_ns=round(at_s * 1e9),
        number=np.array([car[0] for car in cars], np.int64),
        road_user=np.full(n, kind, np.int16),
        xy_m=np.array([[car[1], 0.0] for car in cars], np.float64).reshape(-1, 2),
        velocity_mps=np.array([[car[2], 0.0] for car in cars], np.float64).reshape(-1, 2),
        place_error_m=np.zeros(n),
        speed_error_mps=np.zeros(n),
        heading_rad=np.zeros(n),
        length_m=np.full(n, 4.0),
        width_m=np.full(n, 1.8),
        seen=np.ones(n, np.bool_),
    )


def measured(moments: Sequence[GroundSightings], scene: Scene = SCENE) -> list[TrafficMinute]:
    engine = Measures(FittedScene(scene=scene, size=(1, 1)), FLAT, stream=STREAM, run=RUN)
    records = [record for now in moments for record in engine.update(Moment(seen=now))]
    records += engine.close(moments[-1].at_ns if moments else 0)
    assert all(isinstance(record, TrafficMinute) for record in records)
    return [record for record in records if isinstance(record, TrafficMinute)]


def whole(records: Sequence[TrafficMinute], kind: str, place: str) -> Merged:
    return merged([row for row in records if (row.place_kind, row.place) == (kind, place)], 0, 3600 * 10**9)


def platoon(starts_s: Sequence[float], speed: float, *, until_s: float, fps: float = 5.0) -> list[GroundSightings]:
    """Cars that come in at 10 m before the lane and drive evenly to 130 m."""
    moments = []
    for k in range(round(until_s * fps) + 1):
        at_s = k / fps
        cars = [(n + 1, -10.0 + speed * (at_s - start), speed) for n, start in enumerate(starts_s) if at_s >= start]
        moments.append(seen(at_s, [car for car in cars if car[1] <= 130.0]))
    return moments


def test_evenly_driven_cars_have_the_speed_headway_gap_and_density_that_they_have() -> None:
    records = measured(platoon([2.0 + 4.0 * k for k in range(20)], 10.0, until_s=120.0))
    lane = values_of("lane", whole(records, "lane", "in"))
    assert lane["volume"] == 20
    assert lane["space_mean_speed"] == pytest.approx(36.0)
    assert lane["time_mean_speed"] == pytest.approx(36.0)
    assert lane["p85_speed"] == pytest.approx(36.85)  # within its bin of 1 km/h
    assert lane["headway"] == pytest.approx(4.0, abs=1e-6)
    assert lane["gap"] == pytest.approx(3.6, abs=1e-6)
    assert lane["occupancy"] == pytest.approx(100 * 20 * 0.4 / 120)
    assert lane["density"] == pytest.approx(20 * 8.0 / (0.08 * 120) / 1000 * 1000, rel=1e-6)
    assert lane["area_flow"] == pytest.approx(600.0)


def test_who_stands_at_the_line_is_queued_delayed_and_has_stopped() -> None:
    moments = []
    for k in range(600):
        at_s = k / 5
        if at_s < 7:
            place, speed = 10.0 * at_s, 10.0
        elif at_s < 47:
            place, speed = 70.0, 0.0
        else:
            place, speed = 70.0 + 10.0 * (at_s - 47.0), 10.0
        moments.append(seen(at_s, [(1, place, speed)] if place < 130 else []))
    records = measured(moments)
    approach = values_of("approach", whole(records, "approach", "west"))
    assert approach["volume"] == 1
    assert approach["stops"] == 1
    assert approach["queue_vehicles_most"] == 1
    assert approach["queue_length_most"] == pytest.approx(12.0)
    assert approach["queue_vehicles"] == pytest.approx(40 / 120, abs=0.02)
    assert approach["queue_cut"] == 0
    # 100 m from the lane's beginning to the zone, at 14 m/s freely; half a second of speeding up and down lies between two looks
    assert approach["control_delay"] == pytest.approx(50.0 - 100 / 14, abs=0.5)
    assert approach["level_of_service"] == "D"


def test_who_is_hidden_in_the_queue_for_a_while_keeps_the_wait_before_it() -> None:
    """The same car with one track, and with two of which none is seen in between: the delay is the same."""
    way, moments, broken = [], [], []
    for k in range(60 * 5):
        at_s = k / 5
        x = min(10.0 * at_s, 70.0) if at_s < 40 else 70.0 + 10.0 * (at_s - 40)
        way.append((at_s, x, 0.0 if 7.0 <= at_s < 40 else 10.0))
    for at_s, x, speed in way:
        there = [(1, x, speed)] if x <= 130.0 else []
        moments.append(seen(at_s, there))
        number = 1 if at_s < 15 else 2
        broken.append(
            seen(at_s, [(number, x + (2.0 if number == 2 and speed == 0 else 0.0), speed)] if there and not 15 <= at_s < 30 else [])
        )
    one, two = (whole(measured(rows), "approach", "west") for rows in (moments, broken))
    assert one.total("delay_n") == two.total("delay_n") == 1
    assert two.total("delay_time_s") == pytest.approx(one.total("delay_time_s"), abs=0.3)
    assert two.total("delay_free_s") == pytest.approx(one.total("delay_free_s"), abs=0.3)


def test_who_comes_out_elsewhere_is_somebody_else() -> None:
    moments = []
    for k in range(60 * 5):
        at_s = k / 5
        first = [(1, 10.0, 0.0)] if at_s < 15 else []
        later = [(2, 60.0 + 10.0 * (at_s - 30), 10.0)] if 30 <= at_s < 37 else []
        moments.append(seen(at_s, first + later))
    found = whole(measured(moments), "approach", "west")
    assert found.total("delay_n") == 1
    assert found.total("delay_time_s") < 7.0


def test_a_queue_ends_where_the_next_is_far_behind_and_tells_where_it_may_go_on_unseen() -> None:
    near = [seen(k / 2, [(1, 77.0, 0.0), (2, 70.0, 0.0), (3, 40.0, 0.0)]) for k in range(40)]
    approach = values_of("approach", whole(measured(near), "approach", "west"))
    assert (approach["queue_vehicles"], approach["queue_length"], approach["queue_cut"]) == (2, 12.0, 0)
    full = [seen(k / 2, [(n, 77.0 - 7.5 * n, 0.0) for n in range(11)]) for k in range(40)]
    assert values_of("approach", whole(measured(full), "approach", "west"))["queue_cut"] == 100.0


def test_the_fifth_and_later_of_a_queue_tell_the_saturation_flow() -> None:
    moments = []
    for k in range(700):
        at_s, cars = k / 5, []
        for n in range(16):
            stands = 77.0 - 7.5 * n
            goes_s = 30.0 + 2.0 * n
            place = stands + 8.0 * max(0.0, at_s - goes_s)
            if 0.0 <= place <= 130.0:
                cars.append((n, place, 8.0 if at_s > goes_s else 0.0))
        moments.append(seen(at_s, cars))
    lane = values_of("lane", whole(measured(moments), "lane", "in"))
    assert lane["saturation_flow"] is None  # ten of them stood in the view: too few headways
    assert whole(measured(moments), "lane", "in").total("saturation_n") == 7
    # each starts 2 s later, 7.5 m further back: 2.9375 s from one front to the next
    assert whole(measured(moments), "lane", "in").total("saturation_s") == pytest.approx(7 * 2.9375, abs=0.01)


def test_where_traffic_flows_who_was_never_seen_to_move_takes_no_time() -> None:
    flowing = Scene(lanes=(Lane(name="out", points=((0.0, 0.0), (LANE_M, 0.0)), width_m=3.0),))
    moments = []
    for k in range(60 * 5):
        at_s = k / 5
        passing = [(1, 20.0 * at_s, 20.0)] if at_s < 5 else []
        stopping = [(3, min(10.0 * at_s, 60.0), 10.0 if at_s < 6 else 0.0)] if at_s < 20 else []
        moments.append(seen(at_s, [*passing, (2, 40.0, 0.0), *stopping]))
    lane = whole(measured(moments, flowing), "lane", "out")
    # the one that passed: 4 s; the one that came and stopped: to its last look; the one that always stood: nothing
    assert lane.total("time_s") == pytest.approx(4.0 + 19.8, abs=0.01)
    assert (lane.total("entered"), lane.total("left")) == (2, 2)
    before_a_line = whole(measured(moments), "lane", "in")
    assert before_a_line.total("time_s") == pytest.approx(4.0 + 19.8 + 59.8, abs=0.01)


def test_those_on_foot_are_no_traffic_of_a_lane() -> None:
    records = measured([seen(k / 5, [(1, k * 0.3, 1.5)], RoadUser.PEDESTRIAN) for k in range(300)])
    lane = values_of("lane", whole(records, "lane", "in"))
    assert (lane["volume"], lane["density"]) == (0, 0)


def test_what_nobody_watched_is_null_and_ends_what_was_under_way() -> None:
    early = [seen(k / 5, [(1, 2.0 * k, 10.0)]) for k in range(10)]
    late = [seen(300.0 + k / 5, [(1, 20.0 + 2.0 * k, 10.0)]) for k in range(60)]
    rows = by_interval(measured([*early, *late]), 1)[("lane", "in")]
    assert [round(row.observed_s, 1) for row in rows] == [1.8, 0, 0, 0, 0, 11.8]
    assert all(value is None for row in rows[1:5] for value in values_of("lane", row).values())
    assert whole(measured([*early, *late]), "approach", "west").total("delay_n") == 1  # of the later stretch alone
    assert measured([]) == []
    assert measured([nobody(5)]) == []


ways = st.lists(
    st.tuples(st.floats(0, 100), st.floats(2, 25), st.floats(-30, 40), st.floats(40, 140)),
    min_size=0,
    max_size=6,
)


def driven(rows: list[tuple[float, float, float, float]], fps: float, until_s: float = UNTIL_S) -> list[GroundSightings]:
    """Even ways that begin and end anywhere, also inside: start, speed, from, to."""
    moments = []
    for k in range(round(until_s * fps) + 1):
        at_s, cars = k / fps, []
        for n, (start, speed, begin, end) in enumerate(rows):
            place = begin + speed * (at_s - start)
            if at_s >= start and place <= end:
                cars.append((n, place, speed))
        moments.append(seen(at_s, cars))
    return moments


@settings(max_examples=15, deadline=None)
@given(ways, st.sampled_from([1.0, 2.0, 4.0]))
def test_flow_is_density_times_speed_and_minutes_make_the_whole(rows: list[tuple[float, float, float, float]], fps: float) -> None:
    moments = driven(rows, fps)
    records = measured(moments)
    minutes = [row for row in records if row.place == "in"]
    assert [row.start_ns for row in minutes] == [0, MINUTE_NS, 2 * MINUTE_NS]
    lane = whole(records, "lane", "in")
    found = values_of("lane", lane)
    flow, density, speed = found["area_flow"], found["density"], found["space_mean_speed"]
    assert isinstance(flow, float)
    assert isinstance(density, float)
    if isinstance(speed, float):
        assert flow == pytest.approx(density * speed, rel=1e-9)
    else:
        assert density == 0
    # The union, straight from the ways: of each the part on the lane between the first and the last look at it.
    time_s = way_m = 0.0
    for n, row in enumerate(rows):
        places = [float(now.xy_m[now.number == n][0, 0]) for now in moments if n in now.number]
        if places:
            first, last = np.clip([places[0], places[-1]], 0.0, LANE_M).tolist()
            way_m += last - first
            time_s += (last - first) / row[1]
    assert lane.total("distance_m") == pytest.approx(way_m, abs=1e-5)
    assert lane.total("time_s") == pytest.approx(time_s, abs=1e-5)
    assert lane.observed_s == pytest.approx(UNTIL_S)


@settings(max_examples=15, deadline=None)
@given(ways)
def test_who_comes_in_goes_out_or_is_inside_and_little_s_law_holds(rows: list[tuple[float, float, float, float]]) -> None:
    lanes = GroundLanes((WAY,), FittedScene(scene=Scene(), size=(1, 1)), FLAT)
    book = MinuteBook([(("lane", "in"), LANE_M)], stream=STREAM, run=RUN, scene_revision="")
    following, stretches = Following(lanes), LaneStretches(lanes, book)
    moments = driven(rows, 2.0)
    here: set[int] = set()
    entered = left = 0
    for now in moments:
        steps = following.step(now)
        for step in steps:
            spot = step.now or step.was
            assert spot is not None
            for part in following.stretches(step):
                entered, left = entered + (spot.number not in here), left + part.leaves
                here = here - {spot.number} if part.leaves else here | {spot.number}
        stretches.update(steps, following)
        on = int(((now.xy_m[:, 0] >= 0) & (now.xy_m[:, 0] <= LANE_M)).sum())
        assert entered - left == on == stretches.inside[0]
    stretches.update(following.forget(), following)
    book.observe(0, moments[-1].at_ns)
    lane = whole(book.close(), "lane", "in")
    assert lane.total("entered") == lane.total("left") == entered
    if entered:  # from empty to empty: the mean number inside is the arrival rate times the mean stay
        stay_s, rate = lane.total("left_time_s") / lane.total("left"), lane.total("entered") / UNTIL_S
        assert lane.total("time_s") / UNTIL_S == pytest.approx(rate * stay_s, abs=1e-6)


def test_the_same_moments_give_the_same_minutes() -> None:
    moments = driven([(3.0, 9.0, -10.0, 120.0), (7.0, 11.0, -10.0, 120.0)], 5.0)
    assert measured(moments) == measured(moments)


def test_people_wait_until_they_step_onto_the_crossing() -> None:
    scene = Scene(
        zones=(
            Zone(name="kerb", polygon=((0.0, -2.0), (4.0, -2.0), (4.0, 2.0), (0.0, 2.0)), use="waiting"),
            Zone(name="bars", polygon=((5.0, -2.0), (12.0, -2.0), (12.0, 2.0), (5.0, 2.0)), use="crossing"),
            Zone(name="far kerb", polygon=((12.5, -2.0), (16.0, -2.0), (16.0, 2.0), (12.5, 2.0)), use="waiting"),
        )
    )
    moments = []
    for k in range(300):
        at_s = k / 5
        walked = -2.0 + at_s if at_s < 4 else 2.0 if at_s < 24 else 2.0 + (at_s - 24)
        moments.append(seen(at_s, [(1, walked, 1.0), (2, 3.0, 0.0)] if walked < 30 else [], RoadUser.PEDESTRIAN))
    records = measured(moments, scene)
    kerb = values_of("zone", whole(records, "zone", "kerb"))
    assert kerb["wait"] == kerb["wait_most"] == pytest.approx(25.0, abs=0.2)  # from 2 s to 27 s; the other did not cross
    assert kerb["volume"] == 1  # the other was there from the beginning
    assert values_of("zone", whole(records, "zone", "bars"))["volume"] == 1
    assert values_of("zone", whole(records, "zone", "bars"))["occupancy"] == pytest.approx(100 * 7 / 59.8, abs=0.5)
    assert values_of("zone", whole(records, "zone", "far kerb"))["wait"] is None


def test_a_way_that_breaks_off_is_expected_where_such_ways_led_and_is_not_counted() -> None:
    """Cars come in from the west; most go on to the east, some turn to the north after 40 m."""
    scene = Scene(
        zones=(
            Zone(name="west", polygon=((-20.0, -5.0), (0.0, -5.0), (0.0, 5.0), (-20.0, 5.0))),
            Zone(name="east", polygon=((80.0, -5.0), (100.0, -5.0), (100.0, 5.0), (80.0, 5.0))),
            Zone(name="north", polygon=((35.0, 40.0), (45.0, 40.0), (45.0, 60.0), (35.0, 60.0))),
        ),
        movements=(
            Movement(name="through", origin="west", destination="east"),
            Movement(name="left", origin="west", destination="north"),
        ),
    )

    def place(way: str, m: float) -> tuple[float, float]:
        return (m, 0.0) if way == "through" or m < 40 else (40.0, m - 40)

    cars = [("through" if n % 3 else "left", 20.0 * n, 99.0) for n in range(12)]
    cars += [("through", 240.0, 20.0), ("through", 260.0, 60.0), ("left", 280.0, 70.0)]  # these break off
    moments = []
    for k in range(330 * 2):
        at_s = k / 2
        rows = [
            (n, *place(way, -15.0 + 10 * (at_s - start)))
            for n, (way, start, end) in enumerate(cars)
            if start <= at_s and -15.0 + 10 * (at_s - start) <= end
        ]
        now = seen(at_s, [(n, x, 10.0) for n, x, _ in rows])
        now.xy_m[:, 1] = [y for _, _, y in rows]
        moments.append(now)
    records = measured(moments, scene)
    through, left = (whole(records, "movement", name).total("estimated") for name in ("through", "left"))
    # one broke off before the ways part: 8 of 12 go through; the others can have been one alone
    assert through == pytest.approx(1 + 8 / 12, abs=0.02)
    assert left == pytest.approx(1 + 4 / 12, abs=0.02)
    assert whole(records, "movement", "through").total("volume") == 0  # the rules were not asked, and nothing is mixed in
