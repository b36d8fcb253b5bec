"""A network that runs, with real processes: what fails takes nobody with it, and what changes disturbs nobody else."""

import os
import signal
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from tests import zoo
from tests.lives.running import Begin, beginning, status, until

from catseye.api.network.views import NetworkView
from catseye.app import read_store
from catseye.app.network import Running
from catseye.config.network_edit import with_paused
from catseye.core.errors import ConfigError
from catseye.core.health import CameraState
from catseye.core.ids import RunId, StreamId
from catseye.testing.red import write_street

EAST, WEST = StreamId("east"), StreamId("west")


def entry(name: str, address: str, more: str = "") -> str:
    told = f'name = "{name}"\naddress = "{address}"\nkind_of_place = "street"\npurpose = "counts"\nlegal_basis = "law"\n'
    return f'[[cameras]]\n{told}scene = "red.toml"\n{more}\n'


def text(*entries: str, workers: int = 1, allow: str = "") -> str:
    return f'[network]\nname = "Red town"\nworkers = {workers}\n[reach]\nallow = [{allow}]\n\n{"".join(entries)}'


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
    write_street(tmp_path / "red.mp4", seconds=60.0)
    return tmp_path


@pytest.fixture
def begin(folder: Path) -> Iterator[Begin]:
    with beginning(folder, ("127.0.0.1", 0)) as start:
        yield start


def is_ok(running: Running, *names: StreamId) -> bool:
    return all(status(running, name).state is CameraState.OK for name in names)


def run_of(running: Running, name: StreamId) -> RunId | None:
    stream = status(running, name).stream
    return stream.run if stream else None


def test_cameras_are_watched_counted_and_shown(begin: Begin, folder: Path) -> None:
    running = begin(text(entry("east", "red.mp4"), entry("west", "red.mp4"), workers=2))
    until(lambda: is_ok(running, EAST, WEST))
    assert {one.worker for one in running.supervisor.statuses()} == {0, 1}
    assert running.server is not None
    told = msgspec.json.decode(urllib.request.urlopen(f"{running.server.url}/api/v1/network").read(), type=NetworkView)
    assert [camera.usable for camera in told.cameras] == [True, True]
    until(lambda: running.supervisor.picture(EAST) is not None)
    assert (running.supervisor.picture(EAST) or b"")[:2] == b"\xff\xd8"

    until(lambda: crossings(folder, EAST) > 0)


def crossings(folder: Path, name: StreamId) -> int:
    with closing(read_store(folder / "data" / "cameras" / name / "store.sqlite")) as store:
        span = store.span(name)
        return sum(count.volume or 0 for count in store.counts(name, *span)) if span else 0


def test_a_killed_process_is_begun_again_and_what_was_missed_is_told(begin: Begin, folder: Path) -> None:
    running = begin(text(entry("east", "red.mp4"), entry("west", "red.mp4"), workers=2))
    until(lambda: is_ok(running, EAST, WEST) and crossings(folder, EAST) > 0)
    worker, other = status(running, EAST).worker, run_of(running, WEST)
    assert worker is not None
    before = crossings(folder, EAST)
    pid = running.supervisor.pids()[worker]
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: running.supervisor.load().restarts == 1)
    until(lambda: is_ok(running, EAST) and crossings(folder, EAST) > before)
    assert run_of(running, WEST) == other
    with closing(read_store(folder / "data" / "cameras" / "east" / "store.sqlite")) as store:
        span = store.span(EAST)
        assert span is not None
        assert len(store.gaps(EAST, *span)) >= 1


def test_a_change_of_the_file_disturbs_only_the_camera_it_is_of(begin: Begin, folder: Path) -> None:
    running = begin(text(entry("east", "red.mp4"), entry("west", "red.mp4")))
    path = folder / "network.toml"
    until(lambda: is_ok(running, EAST, WEST))
    kept = run_of(running, WEST)
    path.write_text(with_paused(path.read_text(), "east", paused=True))
    until(lambda: status(running, EAST).state is None and status(running, EAST).camera.paused)
    path.write_text("[[cameras]]\nname = ")
    until(lambda: running.supervisor.wrong != "")
    assert "not TOML" in running.supervisor.wrong
    assert status(running, EAST).camera.paused
    path.write_text(text(entry("east", "red.mp4"), entry("west", "red.mp4")))
    until(lambda: is_ok(running, EAST))
    assert running.supervisor.wrong == ""
    assert run_of(running, WEST) == kept


def test_cameras_are_added_paused_and_removed_by_control_and_the_file_says_so(begin: Begin, folder: Path) -> None:
    running = begin(text(entry("east", "red.mp4")))
    until(lambda: is_ok(running, EAST))
    kept = run_of(running, EAST)
    control = running.supervisor
    control.put(replace(status(running, EAST).camera, name=WEST))
    until(lambda: is_ok(running, WEST))
    control.pause(WEST)
    assert status(running, WEST).reason == "paused"
    control.remove(WEST)
    assert [one.camera.name for one in control.statuses()] == [EAST]
    assert "west" not in (folder / "network.toml").read_text()
    with pytest.raises(ConfigError, match="private interior"):
        control.put(replace(status(running, EAST).camera, name=WEST, kind_of_place="home"))
    with pytest.raises(ConfigError):
        control.remove(WEST)
    assert run_of(running, EAST) == kept


def test_cameras_that_fail_leave_the_others_alone(begin: Begin) -> None:
    with (
        zoo.camera("stall", after_s=4.0) as stalled,
        zoo.camera("auth_failure") as refusing,
        zoo.camera("reconnect_storm") as storm,
    ):
        bad = [
            entry(name, url) for name, url in (("stalled", _bare(stalled)), ("refusing", _bare(refusing)), ("storm", _bare(storm)))
        ]
        running = begin(text(entry("east", "red.mp4"), *bad, entry("nowhere", "rtsp://192.0.2.1/x"), allow='"127.0.0.1"'))
        until(lambda: is_ok(running, EAST))
        kept = run_of(running, EAST)
        names = [StreamId(name) for name in ("stalled", "refusing", "nowhere")]
        until(lambda: all(status(running, name).state is CameraState.OFFLINE for name in names))
        episodes = running.ledger.episodes(0, 2**62)
        assert {StreamId("refusing"), StreamId("nowhere")} <= {one.stream for one in episodes if one.state is CameraState.OFFLINE}
        assert "not among what Catseye may connect to" in status(running, StreamId("nowhere")).reason
        assert "refuses these credentials" in status(running, StreamId("refusing")).reason
        assert is_ok(running, EAST)
        assert run_of(running, EAST) == kept
        assert running.supervisor.load().restarts == 0


def _bare(url: str) -> str:
    """The address without the credentials that the zoo gives with it."""
    kind, _, rest = url.partition("://")
    return f"{kind}://{rest.rpartition('@')[2]}"
