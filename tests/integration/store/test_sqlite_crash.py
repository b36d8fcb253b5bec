import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from catseye.adapters.sqlite import SqliteReader, check_store
from catseye.testing import FakeClock
from catseye.testing.store_checks import volumes
from catseye.testing.store_records import CELL_NS, STREAM, T0

ROUNDS = int(os.environ.get("CATSEYE_KILL_ROUNDS", "6"))
CHILD = Path(__file__).with_name("crash_child.py")
FAR = T0 + 2000 * 3600 * 10**9


def run_until_killed(path: Path, number: int, after: int) -> list[list[str]]:
    """What a child said before it was killed, some time after its ``after``-th acknowledgement."""
    with subprocess.Popen([sys.executable, CHILD, "random", path, str(number)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(after)]
        os.kill(child.pid, signal.SIGKILL)
        said += child.stdout.readlines()
    return [line.split() for line in said if line.endswith("\n")]


def test_a_kill_loses_nothing_acknowledged_and_the_next_start_says_what_it_did_not_see(tmp_path: Path) -> None:
    path, acknowledged, gaps = tmp_path / "s.db", set[str](), 0
    for number in range(ROUNDS):
        before = SqliteReader(path, clock=FakeClock()).span(STREAM) if number else None
        said = run_until_killed(path, number, random.randint(2, 150))
        acknowledged |= {words[1] for words in said if words[0] == "kept"}
        assert check_store(path) == []
        reader = SqliteReader(path, clock=FakeClock())
        kept = {event.id for event in reader.events(STREAM, T0, FAR)}
        assert acknowledged <= kept
        assert len(kept - acknowledged) <= number + 1, "more than the append in hand was kept unsaid"
        assert sum(volume or 0 for volume in volumes(reader.counts(STREAM, T0, FAR)).values()) == len(kept)
        if before:
            assert ["gap", str(max(g.start_ns for g in reader.gaps(STREAM, T0, FAR))), str(T0 + number * 36000 * 10**9)] in said
            gaps += 1
        reader.close()
    assert gaps == ROUNDS - 1


def test_a_kill_before_any_statement_of_an_append_leaves_all_or_nothing(tmp_path: Path) -> None:
    subprocess.run([sys.executable, CHILD, "steps", tmp_path], check=True)
    stores = sorted(tmp_path.glob("*.db"))
    outcomes = []
    for path in stores:
        assert check_store(path) == []
        reader = SqliteReader(path, clock=FakeClock())
        counts = reader.counts(STREAM, T0, T0 + 2 * CELL_NS)
        observed = {count.observed_s for count in counts if count.start_ns == T0}
        outcomes.append((len(reader.events(STREAM, T0, FAR)), sum(count.volume or 0 for count in counts), observed))
        reader.close()
    assert len(outcomes) > 8
    assert outcomes[:-1] == [(1, 1, {10.0})] * (len(outcomes) - 1)
    assert outcomes[-1] == (3, 3, {20.0})
