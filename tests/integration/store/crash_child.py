"""Appends until killed, and acknowledges each append. Run by test_sqlite_crash.py: ``crash_child.py random|steps PATH [ROUND]``."""

import os
import signal
import sys
from pathlib import Path

from catseye.adapters.sqlite import SqliteStore
from catseye.core.ids import RunId
from catseye.testing import FakeClock
from catseye.testing.store_records import SCENE, T0, crossed, started, watched

HOUR_S = 3600.0


def append_for_ever(path: Path, number: int) -> None:
    store = SqliteStore(path, clock=FakeClock(T0))
    run, begin_s = RunId(f"run-{number}"), number * 10 * HOUR_S
    for gap in store.begin(started(run, begin_s), SCENE):
        print("gap", gap.start_ns, gap.end_ns, flush=True)
    track = 0
    while True:
        at_s = begin_s + track / 2
        store.append([crossed(track, at_s, run=run), watched(at_s, at_s + 0.5, run=run)])
        print("kept", crossed(track, at_s, run=run).id, flush=True)
        track += 1


def die_at_each_statement(folder: Path) -> None:
    step, died = 0, True
    while died:
        step += 1
        child = os.fork()
        if child == 0:
            _append_and_die(folder / f"{step:02}.db", step)
        _, status = os.waitpid(child, 0)
        died = os.WIFSIGNALED(status)


def _append_and_die(path: Path, step: int) -> None:
    store = SqliteStore(path, clock=FakeClock(T0))
    store.begin(started(), SCENE)
    store.append([crossed(1, 5), watched(0, 10)])
    left = step

    def count_down(_statement: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    assert store._writer is not None
    store._writer.set_trace_callback(count_down)
    store.append([crossed(2, 6), crossed(3, 1000, direction="out"), watched(10, 20)])
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "random":
        append_for_ever(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        die_at_each_statement(Path(sys.argv[2]))
