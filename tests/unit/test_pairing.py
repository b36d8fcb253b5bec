"""Which counted crossing belongs to which true one."""

from hypothesis import given
from hypothesis import strategies as st

from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser, family
from catseye.rules.pairing import WITHIN_S, pair

KINDS = [RoadUser.CAR, RoadUser.VAN, RoadUser.BICYCLE, RoadUser.PEDESTRIAN]


def at(at_s: float, way: str = "in", kind: RoadUser = RoadUser.CAR, *, optional: bool = False) -> KnownCrossing:
    return KnownCrossing(rule="line", direction=way, road_user=kind, at_s=at_s, optional=optional)


crossings = st.lists(
    st.builds(
        at,
        st.integers(0, 200).map(lambda tenths: tenths / 10),
        st.sampled_from(["in", "out"]),
        st.sampled_from(KINDS),
        optional=st.booleans(),
    ),
    max_size=14,
)


@given(crossings, crossings)
def test_each_is_paired_once_at_most_and_only_with_its_like(true: list[KnownCrossing], counted: list[KnownCrossing]) -> None:
    pairs = pair(true, counted)
    assert pairs == sorted(pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    for i, j in pairs:
        assert true[i].direction == counted[j].direction
        assert family(true[i].road_user) == family(counted[j].road_user)
        assert abs(true[i].at_s - counted[j].at_s) <= WITHIN_S


@given(crossings, crossings)
def test_nobody_is_left_who_could_still_be_paired(true: list[KnownCrossing], counted: list[KnownCrossing]) -> None:
    pairs = pair(true, counted)
    taken, used = {i for i, _ in pairs}, {j for _, j in pairs}
    left = [c for i, c in enumerate(true) if i not in taken], [c for j, c in enumerate(counted) if j not in used]
    assert pair(*left) == []


@given(crossings)
def test_what_was_counted_as_it_was_is_paired_with_itself(true: list[KnownCrossing]) -> None:
    pairs = pair(true, true)
    assert len(pairs) == len(true)
    assert all(true[i].at_s == true[j].at_s for i, j in pairs)


@given(crossings, crossings, st.integers(1, 50))
def test_what_happens_long_after_changes_nothing_before(
    true: list[KnownCrossing], counted: list[KnownCrossing], after: int
) -> None:
    """Long clips are solved in pieces, and the pieces are as good as the whole."""
    late = [at(100.0 + n) for n in range(after)]
    pairs = pair([*true, *late], [*counted, *late])
    before = [(i, j) for i, j in pairs if i < len(true)]
    assert len(before) == len(pair(true, counted))
    assert len(pairs) == len(before) + after


def test_certain_ones_come_first_then_the_nearest() -> None:
    assert pair([at(10.0, optional=True), at(11.0)], [at(10.1)]) == [(1, 0)]
    assert pair([at(10.0), at(11.0)], [at(10.9)]) == [(1, 0)]
    assert pair([at(10.0)], [at(10.0, kind=RoadUser.VEHICLE)]) == [(0, 0)]
    assert pair([at(10.0)], [at(10.0, kind=RoadUser.PEDESTRIAN)]) == []
