import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catseye.adapters.sqlite import SqliteLedger, SqliteLedgerReader, SqliteReader, check_ledger
from catseye.core.errors import StoreError
from catseye.core.health import CameraMinute, CameraState, HealthEpisode
from catseye.core.ids import StreamId
from catseye.core.orders import WorkOrder
from catseye.testing import FakeClock

MINUTE_NS = 60_000_000_000
CHILD = Path(__file__).with_name("ledger_child.py")
A, B = StreamId("a"), StreamId("b")


def minute(stream: StreamId, number: int, **seconds: float) -> CameraMinute:
    return CameraMinute(stream=stream, start_ns=number * MINUTE_NS, seconds={CameraState(k): v for k, v in seconds.items()})


def episode(name: str, stream: StreamId, began: int, ended: int | None, revision: int = 1) -> HealthEpisode:
    return HealthEpisode(
        id=name,
        stream=stream,
        state=CameraState.BLACK,
        revision=revision,
        began_ns=began,
        told_ns=began + 5,
        ended_ns=ended,
        reason="no light",
    )


def order(name: str, revision: int, closed_ns: int | None = None) -> WorkOrder:
    return WorkOrder(
        id=name,
        revision=revision,
        state=CameraState.OFFLINE,
        cameras=(A,),
        failing=(A,),
        district="",
        reason="",
        since_ns=1,
        opened_ns=10,
        changed_ns=10 + revision,
        closed_ns=closed_ns,
    )


@dataclass(frozen=True)
class Kept:
    path: Path
    ledger: SqliteLedger


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    path = tmp_path / "network.sqlite"
    ledger = SqliteLedger(path)
    yield Kept(path, ledger)
    ledger.close()


def test_records_of_a_minute_add_up_and_the_worst_lag_and_clock_are_kept(kept: Kept) -> None:
    one = msgspec.structs.replace(minute(A, 1, ok=20), frames_decoded=10, bytes_in=7, lag_p99_s=0.1, clock_error_ms=-30.0)
    two = msgspec.structs.replace(minute(A, 1, ok=15, black=25), frames_decoded=5, bytes_in=1, lag_p99_s=0.3, clock_error_ms=20.0)
    kept.ledger.keep([one])
    kept.ledger.keep([two])
    whole = msgspec.structs.replace(
        minute(A, 1, ok=35, black=25), frames_decoded=15, bytes_in=8, lag_p99_s=0.3, clock_error_ms=-30.0
    )
    assert kept.ledger.minutes(0, 10 * MINUTE_NS) == [whole]


def test_minutes_come_by_camera_then_time_of_the_half_open_interval(kept: Kept) -> None:
    kept.ledger.keep([minute(B, 1, ok=60), minute(A, 2, ok=60), minute(A, 1, ok=60), minute(A, 3, ok=60)])
    told = [(m.stream, m.start_ns // MINUTE_NS) for m in kept.ledger.minutes(MINUTE_NS, 3 * MINUTE_NS)]
    assert told == [(A, 1), (A, 2), (B, 1)]
    assert [m.start_ns // MINUTE_NS for m in kept.ledger.minutes(0, 9 * MINUTE_NS, A)] == [1, 2, 3]
    assert kept.ledger.streams() == [A, B]


def test_the_last_revision_of_an_episode_stands_in_whatever_order_and_however_often_they_come(kept: Kept) -> None:
    told, ended = episode("e", A, 100, None), episode("e", A, 100, 400, revision=2)
    kept.ledger.keep([ended, told])
    kept.ledger.keep([told, ended, told])
    assert kept.ledger.episodes(0, 1000) == [ended]


def test_an_episode_is_told_where_it_touches_the_interval(kept: Kept) -> None:
    kept.ledger.keep(
        [episode("past", A, 10, 100), episode("over", A, 50, 150), episode("on", A, 120, None), episode("later", A, 200, None)]
    )
    assert [e.id for e in kept.ledger.episodes(100, 200)] == ["over", "on"]


def test_what_a_dead_process_left_open_ends_with_the_last_minute_it_observed(kept: Kept) -> None:
    kept.ledger.keep([minute(A, 5, black=60), minute(A, 6, black=60), episode("left", A, 5 * MINUTE_NS, None)])
    kept.ledger.keep([episode("other", B, 50 * MINUTE_NS, None)])
    assert [e.ended_ns for e in kept.ledger.episodes(0, 10**18, A)] == [None]
    kept.ledger.keep([episode("next", A, 60 * MINUTE_NS, None)])
    assert [(e.id, e.ended_ns) for e in kept.ledger.episodes(0, 10**18, A)] == [("left", 7 * MINUTE_NS), ("next", None)]
    assert [e.ended_ns for e in kept.ledger.episodes(0, 10**18, B)] == [None]
    kept.ledger.keep([episode("left", A, 5 * MINUTE_NS, 9 * MINUTE_NS, revision=2)])
    assert kept.ledger.episodes(0, 10**18, A)[0].ended_ns == 9 * MINUTE_NS


def test_records_are_kept_all_or_none(kept: Kept) -> None:
    off = CameraMinute(stream=A, start_ns=MINUTE_NS + 1, seconds={CameraState.OK: 60.0})
    with pytest.raises(StoreError):
        kept.ledger.keep([minute(A, 1, ok=60), off])
    assert kept.ledger.minutes(0, 10 * MINUTE_NS) == []


def test_another_process_reads_while_one_writes_and_may_not_write(kept: Kept) -> None:
    kept.ledger.keep([minute(A, 1, ok=60)])
    ask = (
        "import sys; from pathlib import Path; from catseye.adapters.sqlite import SqliteLedgerReader as R; "
        "print(len(R(Path(sys.argv[1])).minutes(0, 10**18)))"
    )
    told = subprocess.run([sys.executable, "-c", ask, str(kept.path)], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "1"
    with pytest.raises(StoreError, match="being written by another"):
        SqliteLedger(kept.path)


def test_a_ledger_is_no_store_and_a_store_no_ledger(kept: Kept) -> None:
    with pytest.raises(StoreError):
        SqliteReader(kept.path, clock=FakeClock(0))
    with pytest.raises(StoreError):
        SqliteLedgerReader(kept.path.with_name("none"))


def test_what_keep_returned_from_survives_kill_9(tmp_path: Path) -> None:
    path, acknowledged = tmp_path / "network.sqlite", 0
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, str(CHILD), str(path), str(acknowledged)], stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert child.stdout is not None
        said = [int(child.stdout.readline()) for _ in range(20)]
        child.kill()
        said += [int(line) for line in child.stdout.read().split()]
        child.wait()
        acknowledged = said[-1] + 1
        reader = SqliteLedgerReader(path)
        minutes, episodes = reader.minutes(0, 10**18), reader.episodes(0, 10**18)
        reader.close()
        assert {m.start_ns // MINUTE_NS for m in minutes} >= set(range(acknowledged))
        assert len(minutes) == len(episodes)  # all or none
        acknowledged = len(minutes)
    assert check_ledger(path) == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    pieces=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.sampled_from(list(CameraState)), st.floats(0.0, 60.0)))
)
def test_the_order_in_which_pieces_of_minutes_come_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[str, int, CameraState, float]]
) -> None:
    records = [minute(StreamId(name), number, **{state.value: s}) for name, number, state, s in pieces]
    sums = []
    for order_ in (records, records[::-1]):
        ledger = SqliteLedger(tmp_path_factory.mktemp("l") / "network.sqlite")
        ledger.keep(order_)
        sums.append({(m.stream, m.start_ns, k): pytest.approx(v) for m in ledger.minutes(0, 10**18) for k, v in m.seconds.items()})
        ledger.close()
    assert sums[0] == sums[1]
    assert sum(v.expected for v in sums[0].values()) == pytest.approx(sum(s for *_, s in pieces))


def test_the_check_finds_an_impossible_minute(kept: Kept) -> None:
    kept.ledger.keep([minute(A, 1, ok=60), minute(B, 2, ok=60)])
    kept.ledger.keep([minute(B, 2, black=30)])
    assert check_ledger(kept.path) == ["The minute of b at 1970-01-01T00:02:00+00:00 has 90.0 seconds."]


def test_a_later_revision_takes_the_place_of_one_not_yet_told(kept: Kept) -> None:
    kept.ledger.keep_orders([order("o", 1)], ["hook", "mail"])
    kept.ledger.keep_orders([order("o", 2, closed_ns=20)], ["hook", "mail"])
    kept.ledger.keep_orders([order("o", 1)], ["hook", "mail"])
    due = kept.ledger.due(0)
    assert [(d.destination, d.order.revision) for d in due] == [("hook", 2), ("mail", 2)]
    kept.ledger.delivered(due[0])
    kept.ledger.failed(due[1], "no answer", 500)
    assert kept.ledger.due(499) == []
    assert [(d.destination, d.attempts, d.fault) for d in kept.ledger.due()] == [("mail", 1, "no answer")]
    assert kept.ledger.open_orders() == []
    assert [o.revision for o in kept.ledger.orders(15, 100)] == [2]


def test_a_revision_that_comes_while_one_is_being_told_stays_due(kept: Kept) -> None:
    kept.ledger.keep_orders([order("o", 1)], ["hook"])
    (telling,) = kept.ledger.due(0)
    kept.ledger.keep_orders([order("o", 2)], ["hook"])
    kept.ledger.delivered(telling)
    assert [d.order.revision for d in kept.ledger.due(0)] == [2]


def test_what_waits_is_bounded_and_the_oldest_orders_give_way(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catseye.adapters.sqlite.ledger_orders.MOST_WAITING", 3)
    many = [msgspec.structs.replace(order(f"o{n}", 1), opened_ns=n) for n in range(5)]
    assert kept.ledger.keep_orders(many, ["hook"]) == 2
    assert [d.order.id for d in kept.ledger.due(0)] == ["o2", "o3", "o4"]
    assert len(kept.ledger.open_orders()) == 5
