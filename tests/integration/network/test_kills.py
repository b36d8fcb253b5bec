"""Processes killed without warning, at any instant, again and again: what was counted stays, exactly once."""

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from catseye.app import read_store
from catseye.app.network import open_network
from catseye.core.health import CameraState
from catseye.core.ids import StreamId
from catseye.testing.red import write_street

ROUNDS = int(os.environ.get("CATSEYE_KILLS", "2"))  # a hundred take a quarter of an hour
EAST = StreamId("east")
NETWORK = """\
[network]
workers = 1
[[cameras]]
name = "east"
address = "red.mp4"
scene = "red.toml"
kind_of_place = "street"
purpose = "counts"
legal_basis = "law"
analysed_fps = 10
"""
SCENE = """\
timezone = "UTC"
drawn_for = [320, 240]
[[lines]]
name = "street"
points = [[0.5, 0.0], [0.5, 1.0]]
directions = ["west", "east"]
"""


@pytest.fixture
def folder(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CATSEYE_HOME", str(models))
    (tmp_path / "red.toml").write_text(SCENE)
    (tmp_path / "network.toml").write_text(NETWORK)
    write_street(tmp_path / "red.mp4", seconds=30.0)
    return tmp_path


def until(wanted: Callable[[], bool]) -> None:
    """Wait for something that takes a moment, on a busy machine many."""
    pause = threading.Event()
    for _ in range(1200):
        if wanted():
            return
        pause.wait(0.1)
    raise AssertionError("it never came true")


def kept(folder: Path) -> Counter[str]:
    """What the store holds of a stream: each event by its identity, and how often."""
    with closing(read_store(folder / "data" / "cameras" / EAST / "store.sqlite")) as store:
        span = store.span(EAST)
        return Counter(event.id for event in store.events(EAST, *span)) if span else Counter()


def test_nothing_that_was_kept_is_lost_or_counted_twice(folder: Path) -> None:
    lots = random.Random(5)
    running = open_network(folder / "network.toml", listen=None)
    try:
        until(lambda: running.supervisor.statuses()[0].state is CameraState.OK)
        for nth in range(ROUNDS):
            known = kept(folder)
            until(lambda known=known: len(kept(folder)) > len(known))  # type: ignore[misc]  # bound at once
            threading.Event().wait(lots.uniform(0.0, 1.0))
            before = kept(folder)
            pid = running.supervisor.pids()[0]
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            until(lambda nth=nth: running.supervisor.load().restarts > nth)  # type: ignore[misc]  # same
            until(lambda: running.supervisor.statuses()[0].state is CameraState.OK)
            assert before - kept(folder) == Counter()
    finally:
        running.close()
    found = kept(folder)
    assert set(found.values()) == {1}
    with closing(read_store(folder / "data" / "cameras" / EAST / "store.sqlite")) as store:
        span = store.span(EAST)
        assert span is not None
        assert len(store.gaps(EAST, *span)) >= ROUNDS
        assert sum(count.volume or 0 for count in store.counts(EAST, *span)) == len(found)
