"""Counts beside a studio's truth: what is set aside, and what is not."""

from catseye.core.events import MovementCompleted
from catseye.core.ids import RunId, StreamId
from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser
from catseye.core.scene import Movement, Scene, Zone
from catseye.studio.observe.counting import compare_counts

SQUARE = ((0.0, 0.0), (0.1, 0.0), (0.1, 0.1))
SCENE = Scene(
    zones=(Zone(name="a", polygon=SQUARE), Zone(name="b", polygon=SQUARE)),
    movements=(Movement(name="a to b", origin="a", destination="b"),),
)


def through(at_s: float, road_user: str) -> MovementCompleted:
    return MovementCompleted(
        id=f"{at_s}",
        stream=StreamId("s"),
        run=RunId("r"),
        track=1,
        rule="a to b",
        at_ns=round(at_s * 1e9),
        seen_at_ns=round(at_s * 1e9),
        road_user=road_user,
        point_unit=(0.0, 0.0),
        scene_revision="",
        origin="a",
        destination="b",
    )


def test_a_walker_through_a_movement_is_set_aside_and_a_car_is_not() -> None:
    counted = compare_counts([], [through(5, "pedestrian"), through(9, "car")], SCENE)
    assert (counted.aside, [m.road_user for m in counted.mistakes]) == (1, ["car"])


def test_a_rider_counted_as_a_walker_is_missed_all_the_same() -> None:
    true = KnownCrossing(rule="a to b", direction="a to b", road_user=RoadUser.BICYCLE, at_s=5.0)
    counted = compare_counts([true], [through(5, "pedestrian")], SCENE)
    assert (counted.aside, [m.extra for m in counted.mistakes]) == (1, [False])
