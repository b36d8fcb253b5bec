"""Work orders: opened once, shared by a district, closed when it has served, the same after a restart."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from catseye.core.health import CameraState, HealthEpisode
from catseye.core.ids import StreamId
from catseye.core.orders import Orders, WorkOrder
from catseye.core.time import nanoseconds
from catseye.network.orders import faults, next_orders

MIN = 60.0
RULES = Orders(after_min_of={CameraState.MOVED: 60.0})


def episode(name: str, began_s: float, ended_s: float | None, state: CameraState = CameraState.OFFLINE) -> HealthEpisode:
    began_ns = nanoseconds(began_s)
    return HealthEpisode(
        id=f"{name}-{began_s}",
        stream=StreamId(name),
        state=state,
        revision=1,
        began_ns=began_ns,
        told_ns=began_ns,
        ended_ns=None if ended_s is None else nanoseconds(ended_s),
        reason=f"{name} is away",
    )


@dataclass
class Desk:
    """Asks for orders at given times, of what had become of cameras by then."""

    episodes: list[HealthEpisode]
    districts: dict[StreamId, str]
    kept: dict[str, WorkOrder] = field(default_factory=dict)

    def at(self, now_s: float) -> list[WorkOrder]:
        now_ns = nanoseconds(now_s)
        known = [
            one if one.ended_ns is None or one.ended_ns <= now_ns else episode(one.stream, one.began_ns / 1e9, None, one.state)
            for one in self.episodes
            if one.began_ns <= now_ns
        ]
        still = [order for order in self.kept.values() if order.closed_ns is None]
        said = next_orders(still, faults(known, now_ns, RULES), self.districts, RULES, now_ns)
        self.kept |= {order.id: order for order in said}
        return said


def desk(*episodes: HealthEpisode, district: str = "") -> Desk:
    return Desk(list(episodes), dict.fromkeys((one.stream for one in episodes), district))


def test_a_camera_that_cannot_be_used_gets_one_order_which_closes_when_it_has_served() -> None:
    it = desk(episode("a", 0, 40 * MIN))
    assert it.at(14 * MIN) == []
    (opened,) = it.at(15 * MIN)
    assert (opened.cameras, opened.state, opened.reason, opened.since_ns, opened.revision) == (("a",), "offline", "a is away", 0, 1)
    assert it.at(16 * MIN) == it.at(39 * MIN) == it.at(49 * MIN) == []
    (closed,) = it.at(50 * MIN)
    assert (closed.id, closed.revision, closed.failing, closed.closed_ns) == (opened.id, 2, (), nanoseconds(50 * MIN))
    assert it.at(60 * MIN) == []


def test_a_short_fault_gets_none_and_short_ones_with_no_lasting_recovery_add_up() -> None:
    assert desk(episode("a", 0, 14 * MIN)).at(30 * MIN) == []
    flapping = desk(*(episode("a", n * 6 * MIN, n * 6 * MIN + 3 * MIN) for n in range(6)))
    told = {now: len(flapping.at(now * MIN)) for now in range(36)}
    assert {now: number for now, number in told.items() if number} == {31: 1}  # 15 minutes are full at 27, where it serves again


def test_the_limit_is_by_state() -> None:
    it = desk(episode("a", 0, None, CameraState.MOVED))
    assert it.at(59 * MIN) == []
    assert len(it.at(60 * MIN)) == 1


def test_states_that_can_be_used_get_no_order() -> None:
    assert desk(episode("a", 0, None, CameraState.LOW_BIT_RATE)).at(600 * MIN) == []


def test_an_outage_of_a_district_is_one_order_that_late_ones_join_and_the_last_closes() -> None:
    it = desk(*(episode(name, 30.0 * n, (30 + 20 * n) * MIN) for n, name in enumerate("abc")), district="east")
    (opened,) = it.at(15 * MIN)
    assert (opened.district, opened.cameras) == ("east", ("a", "b", "c"))
    late = StreamId("d")
    it.episodes.append(episode("d", 100, 90 * MIN))
    it.districts[late] = "east"
    (joined,) = it.at(16 * MIN)
    assert (joined.id, joined.revision, joined.failing) == (opened.id, 2, ("a", "b", "c", "d"))
    shrinks = [order for now in range(17, 120) for order in it.at(now * MIN)]
    assert [order.failing for order in shrinks] == [("b", "c", "d"), ("c", "d"), ("d",), ()]
    assert shrinks[-1].closed_ns is not None
    assert shrinks[-1].cameras == ("a", "b", "c", "d")


def test_two_of_a_district_or_three_of_none_get_orders_of_their_own() -> None:
    two = desk(*(episode(name, n, None) for n, name in enumerate("ab")), district="east")
    assert [order.cameras for order in two.at(20 * MIN)] == [("a",), ("b",)]
    assert len(desk(*(episode(name, n, None) for n, name in enumerate("abc"))).at(20 * MIN)) == 3
    slow = desk(*(episode(name, n * 121.0, None) for n, name in enumerate("abc")), district="east")
    assert [order.district for order in slow.at(40 * MIN)] == ["", "", ""]


def test_what_is_not_due_gets_no_order_and_leaves_the_one_it_has() -> None:
    it = desk(episode("a", 0, None))
    assert len(it.at(15 * MIN)) == 1
    it.districts.clear()
    (closed,) = it.at(16 * MIN)
    assert closed.closed_ns is not None
    assert it.at(30 * MIN) == []


def test_an_order_tells_another_state_once_that_has_lasted() -> None:
    it = desk(episode("a", 0, 30 * MIN), episode("a", 30 * MIN, None, CameraState.MOVED))
    it.at(15 * MIN)
    assert it.at(60 * MIN) == []
    (changed,) = it.at(90 * MIN)
    assert (changed.revision, changed.state) == (2, CameraState.MOVED)


faulty = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 200), st.integers(1, 60), st.sampled_from(list(CameraState))), max_size=8
)


@given(raw=faulty, order=st.permutations(range(8)), often=st.sampled_from([1, 2]))
def test_asked_again_with_the_same_it_says_nothing_and_no_camera_has_two_open_orders(
    raw: list[tuple[str, int, int, CameraState]], order: list[int], often: int
) -> None:
    told = [episode(name, at * MIN, (at + length) * MIN, state) for name, at, length, state in raw]
    it = Desk(told, {StreamId("a"): "east", StreamId("b"): "east", StreamId("c"): "east", StreamId("d"): ""})
    mixed = Desk([told[i] for i in order if i < len(told)], it.districts)
    for now in range(0, 300, often):
        assert it.at(now * MIN) == mixed.at(now * MIN)
        assert it.at(now * MIN) == []
        failing = [name for one in it.kept.values() if one.closed_ns is None for name in one.failing]
        assert len(failing) == len(set(failing))
    assert all(one.closed_ns is not None for one in it.kept.values())
