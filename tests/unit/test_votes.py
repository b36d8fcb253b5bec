"""One frame's opinion flickers; the vote over a track does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.road_users import GENERIC, RoadUser, same_family
from catseye.vision.attributes import Votes

ballots = st.lists(st.tuples(st.sampled_from(RoadUser), st.floats(0.1, 1.0)), min_size=1, max_size=12)


def vote(cast: list[tuple[RoadUser, float]]) -> Votes:
    votes = Votes()
    votes.begin(np.array([cast[0][0]], np.int16), np.array([cast[0][1]]))
    for kind, confidence in cast[1:]:
        votes.add(np.array([0]), np.array([kind], np.int16), np.array([confidence]))
    return votes


def winner(*cast: tuple[RoadUser, float]) -> RoadUser:
    return vote(list(cast)).winner(0)[0]


def test_a_rider_seen_now_as_a_person_now_as_a_bicycle_is_a_cyclist() -> None:
    assert winner(*[(RoadUser.PEDESTRIAN, 0.7), (RoadUser.BICYCLE, 0.6)] * 5) is RoadUser.BICYCLE


def test_a_pedestrian_once_taken_for_a_bicycle_stays_a_pedestrian() -> None:
    assert winner(*[(RoadUser.PEDESTRIAN, 0.7)] * 5, (RoadUser.BICYCLE, 0.6)) is RoadUser.PEDESTRIAN


def test_a_generic_vote_yields_to_any_name_of_its_family() -> None:
    assert winner(*[(RoadUser.VEHICLE, 0.9)] * 20, (RoadUser.VAN, 0.2)) is RoadUser.VAN
    assert winner(*[(RoadUser.TWO_WHEELER, 0.9)] * 20, (RoadUser.MOTORCYCLE, 0.2)) is RoadUser.MOTORCYCLE


def test_a_generic_vote_settles_the_family() -> None:
    assert winner((RoadUser.CAR, 0.5), *[(RoadUser.TWO_WHEELER, 0.9)] * 3) is RoadUser.TWO_WHEELER
    assert winner(*[(RoadUser.VEHICLE, 0.4)] * 3) is RoadUser.VEHICLE


@pytest.mark.parametrize("kind", list(RoadUser))
def test_what_all_agree_on_wins_with_the_whole_share(kind: RoadUser) -> None:
    assert vote([(kind, 0.5)] * 3).winner(0) == (kind, 1.0)


@settings(max_examples=50, deadline=None)
@given(ballots)
def test_the_order_of_votes_does_not_matter(cast: list[tuple[RoadUser, float]]) -> None:
    rounded = [(kind, round(confidence * 64) / 64) for kind, confidence in cast]  # exact sums
    assert winner(*rounded) == winner(*reversed(rounded))


@settings(max_examples=50, deadline=None)
@given(ballots)
def test_the_winner_was_voted_for_and_is_never_generic_beside_a_name(cast: list[tuple[RoadUser, float]]) -> None:
    kind, share = vote(cast).winner(0)
    assert kind in {k for k, _ in cast}
    assert 0 < share <= 1
    if kind in GENERIC:
        assert not any(same_family(kind, k) and k not in GENERIC for k, _ in cast)


def test_shares_name_a_vehicle_and_count_as_names() -> None:
    votes = vote([(RoadUser.VEHICLE, 0.9)] * 4)
    assert votes.named() == pytest.approx([0.0])
    votes.add_shares(np.array([0]), (RoadUser.CAR, RoadUser.BUS), np.array([[0.2, 0.7]]))
    kind, share = votes.winner(0)
    assert kind is RoadUser.BUS
    assert share == pytest.approx(0.7 / 0.9)
    assert votes.named() == pytest.approx([0.9])


def test_rows_end_with_their_tracks() -> None:
    votes = Votes()
    assert votes.kinds().shape == (0,)
    votes.begin(np.array([RoadUser.CAR, RoadUser.BUS], np.int16), np.array([0.5, 0.5]))
    votes.keep(np.array([False, True]))
    assert votes.kinds().tolist() == [RoadUser.BUS]
