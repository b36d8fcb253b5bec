"""Serviceability, repairs and void counts: what they add up to, and on days whose clocks change."""

from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.cameras import Camera, Maintenance
from catseye.core.errors import ConfigError
from catseye.core.health import UNUSABLE, CameraMinute, CameraState, HealthEpisode
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S
from catseye.network.ledger import NO_DISTRICT, Review, Reviewing, camera_reviews, month_span, review
from catseye.network.repairs import repairs
from catseye.network.tally import MINUTE_NS, tally
from catseye.network.void import claimed_s, void_cells, void_stretches
from catseye.testing.network import MemoryLedger

LONDON = ZoneInfo("Europe/London")
T0 = int(datetime(2026, 11, 2, tzinfo=UTC).timestamp()) * NS_PER_S
A = StreamId("a")
CELL_NS = 900 * NS_PER_S


def minute(at: int, stream: StreamId = A, *, paused_s: float = 0.0, **seconds: float) -> CameraMinute:
    told = {CameraState(name): time_s for name, time_s in seconds.items()}
    return CameraMinute(stream=stream, start_ns=T0 + at * MINUTE_NS, seconds=told, paused_s=paused_s)


def episode(began_s: float, told_s: float, ended_s: float | None, state: CameraState = CameraState.OFFLINE) -> HealthEpisode:
    return HealthEpisode(
        id=f"{began_s}",
        stream=A,
        state=state,
        revision=1,
        began_ns=T0 + round(began_s * NS_PER_S),
        told_ns=T0 + round(told_s * NS_PER_S),
        ended_ns=None if ended_s is None else T0 + round(ended_s * NS_PER_S),
        reason="",
    )


def camera(name: str, district: str = "") -> Camera:
    return Camera(name=StreamId(name), address="rtsp://c", kind_of_place="street", purpose="p", legal_basis="l", district=district)


minutes_of = st.lists(
    st.tuples(
        st.integers(0, 59),
        st.dictionaries(st.sampled_from(list(CameraState)), st.floats(0.0, 40.0), max_size=3),
        st.floats(0.0, 60.0),
    ),
    unique_by=lambda one: one[0],
    max_size=40,
)
Raw = list[tuple[int, dict[CameraState, float], float]]


def records(raw: Raw, stream: StreamId = A) -> list[CameraMinute]:
    return [
        CameraMinute(stream=stream, start_ns=T0 + at * MINUTE_NS, seconds=told, paused_s=paused_s) for at, told, paused_s in raw
    ]


@given(raw=minutes_of, seed=st.randoms())
def test_the_order_of_minutes_does_not_matter_and_due_time_is_usable_unusable_or_unobserved(raw: Raw, seed: Random) -> None:
    mixed = raw.copy()
    seed.shuffle(mixed)
    span = (T0, T0 + 60 * MINUTE_NS)
    one, other = (tally(records(of), span, [], LONDON).whole for of in (raw, mixed))
    assert one.due_s == pytest.approx(other.due_s)
    assert one.in_state == pytest.approx(dict(other.in_state))
    assert one.usable_s + one.unusable_s + one.unobserved_s == pytest.approx(one.due_s)
    low, high = one.bounds or (0.0, 1.0)
    assert -1e-9 <= low <= (one.share if one.share is not None else low) + 1e-9
    assert (one.share if one.share is not None else high) <= high + 1e-9 <= 1 + 2e-9


@given(raw=minutes_of, start=st.integers(-5, 65), length=st.integers(0, 70))
def test_maintenance_takes_away_just_its_minutes(raw: Raw, start: int, length: int) -> None:
    excluded = [(T0 + start * MINUTE_NS, T0 + (start + length) * MINUTE_NS)]
    inside = range(start, start + length)
    with_it = tally(records(raw), (T0, T0 + 60 * MINUTE_NS), excluded, LONDON).whole
    kept = [tally(records(raw), (T0 + at * MINUTE_NS, T0 + (at + 1) * MINUTE_NS), [], LONDON).whole for at in range(60)]
    left = [one for at, one in enumerate(kept) if at not in inside]
    assert with_it.due_s == pytest.approx(sum(one.due_s for one in left))
    assert with_it.usable_s == pytest.approx(sum(one.usable_s for one in left))
    assert with_it.unusable_s == pytest.approx(sum(one.unusable_s for one in left))


@given(raw=minutes_of, chosen=st.sets(st.integers(0, 59)))
def test_maintenance_in_which_nothing_served_never_makes_it_worse(raw: Raw, chosen: set[int]) -> None:
    bad = {at for at, told, _ in raw if not any(time_s > 0 and state not in UNUSABLE for state, time_s in told.items())}
    excluded = [(T0 + at * MINUTE_NS, T0 + (at + 1) * MINUTE_NS) for at in chosen & bad]
    span = (T0, T0 + 60 * MINUTE_NS)
    before, after = tally(records(raw), span, [], LONDON).whole, tally(records(raw), span, excluded, LONDON).whole
    assert after.usable_s == pytest.approx(before.usable_s)
    if after.share is not None and before.share is not None:
        assert after.share >= before.share - 1e-9
    if after.bounds and before.bounds:
        assert after.bounds[0] >= before.bounds[0] - 1e-9


def test_a_minute_that_maintenance_touches_is_not_due() -> None:
    excluded = [(T0 + 30 * NS_PER_S, T0 + 61 * NS_PER_S)]
    whole = tally(
        [minute(0, offline=60), minute(1, offline=60), minute(2, ok=60)], (T0, T0 + 3 * MINUTE_NS), excluded, LONDON
    ).whole
    assert (whole.due_s, whole.share) == (60.0, 1.0)


def test_time_in_which_catseye_was_away_is_shown_apart_with_a_bound_on_both_sides() -> None:
    minutes = [minute(0, ok=60), minute(1, ok=45, black=15), minute(2, paused_s=60.0)]
    whole = tally(minutes, (T0, T0 + 5 * MINUTE_NS), [], LONDON).whole
    assert (whole.due_s, whole.usable_s, whole.unusable_s, whole.unobserved_s) == (240.0, 105.0, 15.0, 120.0)
    assert whole.share == pytest.approx(105 / 120)
    assert whole.bounds == pytest.approx((105 / 240, 225 / 240))


def test_nothing_due_is_not_known_rather_than_nothing() -> None:
    whole = tally([], (T0, T0), [], LONDON).whole
    assert (whole.share, whole.bounds) == (None, None)
    assert tally([], (T0, T0 + MINUTE_NS), [], LONDON).whole.share is None


@pytest.mark.parametrize(
    ("month", "hours", "day", "day_hours"),
    [
        ("2026-03", 31 * 24 - 1, date(2026, 3, 29), 23),
        ("2026-10", 31 * 24 + 1, date(2026, 10, 25), 25),
        ("2024-02", 29 * 24, date(2024, 2, 29), 24),
    ],
)
def test_days_whose_clocks_change_are_as_long_as_they_are(month: str, hours: int, day: date, day_hours: int) -> None:
    span = month_span(month, LONDON)
    told = tally([], span, [], LONDON)
    assert told.whole.due_s == hours * 3600
    assert told.days[day].due_s == day_hours * 3600
    assert sum(one.due_s for one in told.hours.values()) == hours * 3600


def test_the_month_after_december_is_january() -> None:
    assert month_span("2026-12", LONDON)[1] == month_span("2027-01", LONDON)[0]
    with pytest.raises(ConfigError, match="Not a month"):
        month_span("2026-13", LONDON)


def network(ledger: MemoryLedger, cameras: list[Camera], maintenance: list[Maintenance], now: int = 60) -> Review:
    of = Reviewing(
        cameras=cameras,
        maintenance=maintenance,
        tz=LONDON,
        start_ns=T0,
        end_ns=T0 + 60 * MINUTE_NS,
        now_ns=T0 + now * MINUTE_NS,
    )
    return review(list(camera_reviews(ledger, of)), of)


@given(raws=st.dictionaries(st.sampled_from("abcde"), minutes_of, max_size=4), east=st.sets(st.sampled_from("abcde")))
def test_cameras_add_up_to_districts_and_days_and_hours_and_these_to_the_network(raws: dict[str, Raw], east: set[str]) -> None:
    ledger = MemoryLedger()
    for name, raw in raws.items():
        ledger.keep(records(raw, StreamId(name)))
    told = network(ledger, [camera(name, "east" if name in east else "") for name in "abcde"], [])
    for parts in (told.districts.values(), told.days.values(), told.hours.values(), [one.tally.whole for one in told.cameras]):
        assert sum(part.due_s for part in parts) == pytest.approx(told.whole.due_s)
        assert sum(part.usable_s for part in parts) == pytest.approx(told.whole.usable_s)
        assert sum(part.unobserved_s for part in parts) == pytest.approx(told.whole.unobserved_s, abs=1e-6)


def test_a_camera_is_due_from_its_first_minute_and_a_removed_one_to_its_last() -> None:
    ledger = MemoryLedger()
    ledger.keep([minute(10, ok=60), minute(20, StreamId("gone"), ok=60), minute(29, StreamId("gone"), ok=60)])
    told = network(ledger, [camera("a", "east")], [], now=40)
    assert {one.name: (one.district, one.registered, one.tally.whole.due_s) for one in told.cameras} == {
        "a": ("east", True, 30 * 60.0),
        "gone": (NO_DISTRICT, False, 10 * 60.0),
    }


def test_maintenance_of_a_district_or_by_name_is_civil_time() -> None:
    ledger = MemoryLedger()
    ledger.keep([minute(at, StreamId(name), offline=60) for at in range(60) for name in "ab"])
    planned = Maintenance(start="2026-11-02T00:00", end="2026-11-02T00:30", why="new lenses", district="east", cameras=(A,))
    told = network(ledger, [camera("a"), camera("b", "east")], [planned])
    assert [one.tally.whole.due_s for one in told.cameras] == [1800.0, 1800.0]


def test_repairs_that_go_on_lengthen_the_mean_time_to_repair() -> None:
    told = repairs([episode(0, 10, 110), episode(200, 230, 430), episode(500, 520, None)], T0 + 1020 * NS_PER_S)
    assert (told.faults, told.going_on) == (3, 1)
    assert told.detect_s == pytest.approx((10 + 30 + 20) / 3)
    assert told.repair_s == pytest.approx((100 + 200 + 500) / 2)
    assert told.repair_median_s == pytest.approx(150)


def test_episodes_of_states_that_can_be_used_are_no_faults() -> None:
    told = repairs([episode(0, 10, 110, CameraState.LOW_BIT_RATE)], T0 + 1000 * NS_PER_S)
    assert (told.faults, told.detect_s, told.repair_s, told.by_state) == (0, None, None, {CameraState.LOW_BIT_RATE: 1})


def test_counts_are_void_where_the_picture_could_not_be_used_and_late_before_that_was_known() -> None:
    gone = [episode(600, 700, 1500), episode(1200, 1210, 1300, CameraState.BLACK), episode(100, 100, 200, CameraState.GLARE)]
    first, second = void_cells(A, gone, [], T0, T0 + 4 * CELL_NS)
    assert (first.start_ns, first.void_s, first.late_s, first.states) == (T0, 300.0, 100.0, (CameraState.OFFLINE,))
    assert (second.void_s, second.states) == (600.0, (CameraState.BLACK, CameraState.OFFLINE))
    assert second.share == pytest.approx(2 / 3)


def test_minutes_void_what_was_too_short_for_an_episode() -> None:
    (cell,) = void_cells(A, [episode(0, 10, 30)], [minute(0, offline=20, ok=40), minute(1, frozen=12, ok=48)], T0, T0 + CELL_NS)
    assert cell.void_s == pytest.approx(30 + 12)
    assert cell.states == (CameraState.FROZEN, CameraState.OFFLINE)


@given(stretches=st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 900), st.booleans()), max_size=6), cut=st.integers(1, 3))
def test_void_time_is_that_of_the_union_and_cuts_add_up(stretches: list[tuple[int, int, bool]], cut: int) -> None:
    gone = [replace_state(episode(start, start, start + length), dark=dark) for start, length, dark in stretches]
    seconds = {at for start, length, _ in stretches for at in range(start, start + length)}
    end = T0 + 5 * CELL_NS
    whole = void_cells(A, gone, [], T0, end)
    assert sum(cell.void_s for cell in whole) == pytest.approx(len({at for at in seconds if at < 4500}))
    parts = void_cells(A, gone, [], T0, T0 + cut * CELL_NS) + void_cells(A, gone, [], T0 + cut * CELL_NS, end)
    assert {one.start_ns: one.void_s for one in parts} == pytest.approx({one.start_ns: one.void_s for one in whole})
    assert all(one.void_s <= 900 + 1e-6 for one in whole)


def test_what_a_store_claims_of_void_time_is_what_it_watched_of_it() -> None:
    gone = void_stretches([episode(600, 660, 1500), episode(1400, 1410, 1600, CameraState.BLACK)], T0, T0 + 4 * CELL_NS)
    at = [T0 + s * NS_PER_S for s in (0, 660, 1000, 1550, 3600)]
    assert claimed_s(gone, [(at[3], at[4]), (at[0], at[1])]) == {T0: 60.0, T0 + CELL_NS: 50.0}
    assert claimed_s(gone, [(at[3], at[4]), (at[3] + 1, at[4])]) == {T0 + CELL_NS: 50.0}
    assert claimed_s(gone, []) == {}


def replace_state(one: HealthEpisode, *, dark: bool) -> HealthEpisode:
    return episode(
        (one.began_ns - T0) / NS_PER_S,
        (one.told_ns - T0) / NS_PER_S,
        ((one.ended_ns or 0) - T0) / NS_PER_S,
        CameraState.BLACK if dark else CameraState.MOVED,
    )
