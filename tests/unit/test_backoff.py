from hypothesis import given
from hypothesis import strategies as st

from catseye.runtime.backoff import Backoff


def highest(_: float, high: float) -> float:
    return high


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=40))
def test_waits_stay_within_their_bounds(runs: list[tuple[float, bool]]) -> None:
    backoff = Backoff()
    for good_s, denied in runs:
        wait_s = backoff.wait_s(good_s, denied=denied)
        assert 300 <= wait_s <= 330 if denied else 1 <= wait_s <= 60


def test_waits_double_to_a_minute_and_begin_anew_after_good_pictures() -> None:
    backoff = Backoff(highest)
    assert [backoff.wait_s(g) for g in (0, 0, 29, 0, 0, 0, 0)] == [2, 4, 8, 16, 32, 60, 60]
    assert [backoff.wait_s(g) for g in (30, 0)] == [2, 4]


def test_a_refusal_neither_hurries_nor_adds() -> None:
    backoff = Backoff(highest)
    assert [backoff.wait_s(0, denied=denied) for denied in (False, True, False)] == [2, 330, 4]


def test_cameras_lost_together_come_back_apart() -> None:
    waits = {round(Backoff().wait_s(0), 3) for _ in range(200)}
    assert len(waits) > 100
