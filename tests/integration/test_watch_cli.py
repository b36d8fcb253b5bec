"""``catseye watch`` as a user meets it: real clips, the real engine with a small network that finds red vehicles, real files."""

import csv
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import polars as pl
import pytest

from catseye import app
from catseye.adapters.sqlite import check_store
from catseye.cli import main
from catseye.config.scene_file import load_scene
from catseye.core.errors import StoreError
from catseye.core.ids import StreamId
from catseye.testing.clips import write_clip, write_sound
from catseye.testing.red import SIZE, street, write_street

STREAM = StreamId("street")
START = "2026-05-04T07:00:00+00:00"
SCENE = """\
timezone = "UTC"
drawn_for = [320, 240]
[[lines]]
name = "street"
points = [[0.5, 0.0], [0.5, 1.0]]
directions = ["west", "east"]
"""


@dataclass
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_text())
        return found

    @property
    def volumes(self) -> dict[str, dict[str, int]]:
        """Of the one line: {direction: {road user: volume}}."""
        (ways,) = self.summary["volumes"].values()
        return dict(ways)

    def failed(self, code: int) -> str:
        """That it failed as a user should see it; the line that says why."""
        assert self.code == code, self.err
        assert "Traceback" not in self.err
        (line,) = [line for line in self.err.splitlines() if line.startswith("catseye: ")]
        return line


Watch = Callable[..., Ran]


@pytest.fixture
def watch(models: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Run ``catseye watch`` in this process, as fast as it goes, into a folder of the test's."""
    monkeypatch.setenv("CATSEYE_HOME", str(models))
    monkeypatch.setenv("COLUMNS", "200")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def run(source: Path | str, *more: str, fast: bool = True, start: str = START) -> Ran:
        capfd.readouterr()
        out = tmp_path / "out"
        pace = ["--fast"] if fast else []
        code = main(
            ["watch", str(source), *pace, "--out", str(out), "--start", start, "--stream", "street", "--threads", "1", *more]
        )
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err, out)

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    path = tmp_path / "drawn.toml"
    path.write_text(SCENE)
    return path


def test_a_clip_leaves_counts_events_tracks_and_a_summary(watch: Watch, scene: Path, tmp_path: Path) -> None:
    ran = watch(write_street(tmp_path / "street.mp4"), "--scene", str(scene))
    assert ran.code == 0
    assert ran.volumes == {"west": {}, "east": {"vehicle": 3}}
    assert ran.summary["complete"]
    assert ran.summary["observed_s"] == pytest.approx(11.9, abs=0.05)
    assert ran.summary["frames"] == {"decoded": 120, "analysed": 120, "dropped": 0, "corrupt": 0, "withheld": 0}
    assert ran.summary["not_observed"] == []
    rows = list(csv.DictReader((ran.folder / "counts.csv").read_text().splitlines()))
    assert sum(int(row["volume"] or 0) for row in rows) == 3
    events = pl.read_parquet(ran.folder / "events.parquet").to_dicts()
    assert [e["direction"] for e in events if e["type"] == "line_crossed"] == ["east"] * 3
    tracks = [line.split(",") for line in (ran.folder / "tracks.txt").read_text().splitlines()]
    assert {row[1] for row in tracks} == {"1", "2", "3"}
    assert check_store(ran.folder / "store.sqlite") == []
    assert "east" in ran.err
    assert ran.out == ""


def test_json_is_one_document_and_nothing_else(watch: Watch, scene: Path, tmp_path: Path) -> None:
    ran = watch(write_street(tmp_path / "street.mp4", seconds=5), "--scene", str(scene), "--json")
    assert json.loads(ran.out) == ran.summary
    assert ran.err == ""
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(b"")
    ran = watch(torn, "--scene", str(scene), "--json", "--replace")
    assert json.loads(ran.out)["complete"] is False
    ran.failed(3)


def test_without_a_scene_lines_are_proposed_counted_over_and_can_be_given_back(watch: Watch, tmp_path: Path) -> None:
    clip = write_street(tmp_path / "street.mp4")
    ran = watch(clip)
    assert ran.code == 0
    assert ran.volumes == {"right": {"vehicle": 3}, "left": {}}
    assert ran.summary["scene_proposed"]
    assert ran.summary["observed_s"] == pytest.approx(11.9, abs=0.05)
    proposal = ran.folder / "scene.toml"
    assert load_scene(proposal).lines
    kept = tmp_path / "mine.toml"
    shutil.copy(proposal, kept)
    again = watch(clip, "--replace", "--scene", str(kept))
    assert again.volumes == ran.volumes
    assert not again.summary["scene_proposed"]


def test_the_annotated_film_is_as_long_as_the_clip(watch: Watch, scene: Path, tmp_path: Path) -> None:
    ran = watch(write_street(tmp_path / "street.mp4", seconds=5), "--scene", str(scene), "--annotate")
    with av.open(str(ran.folder / "annotated.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) == pytest.approx(50 - ran.summary["frames"]["withheld"], abs=1)


@pytest.mark.parametrize("fps", [1.0, 5.0, 25.0])
def test_every_frame_rate_gives_the_same_volume(watch: Watch, scene: Path, tmp_path: Path, fps: float) -> None:
    slow = 4.0 if fps == 1.0 else 1.0  # at one frame a second only what moves less than a length between frames is followed
    clip = write_clip(
        tmp_path / "street.mp4",
        frames=round(16 * fps),
        size=SIZE,
        fps=fps,
        picture=lambda k, size: street(k, size, fps=fps * slow),
    )
    ran = watch(clip, "--scene", str(scene))
    assert ran.volumes == {"west": {}, "east": {"vehicle": 4 if slow == 1.0 else 1}}
    assert ran.summary["observed_s"] == pytest.approx(16, abs=1.1 / fps + 0.1)


def test_a_variable_frame_rate_gives_the_same_volume(watch: Watch, scene: Path, tmp_path: Path) -> None:
    times_ms = np.cumsum(np.random.default_rng(3).integers(20, 240, 90)).tolist()
    clip = write_clip(
        tmp_path / "street.mkv",
        frames=90,
        size=SIZE,
        times_ms=times_ms,
        picture=lambda k, size: street(times_ms[k], size, fps=1000.0),
    )
    ran = watch(clip, "--scene", str(scene))
    assert ran.volumes["east"]["vehicle"] == round((times_ms[-1] / 1000 + 1.6) // 4)
    assert ran.summary["observed_s"] == pytest.approx((times_ms[-1] - times_ms[0]) / 1000, abs=0.3)


def test_an_odd_size_is_as_good_as_any(watch: Watch, tmp_path: Path) -> None:
    ran = watch(write_street(tmp_path / "street.avi", size=(321, 241), codec="mjpeg"))
    assert ran.code == 0
    assert ran.volumes == {"right": {"vehicle": 3}, "left": {}}


def cut_short(path: Path) -> Path:
    whole = write_street(path.with_name("whole" + path.suffix))
    path.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * 0.6)])
    return path


def scratched(path: Path) -> Path:
    content = bytearray(write_street(path).read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = np.random.default_rng(1).bytes(3000)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("damage", [cut_short, scratched])
def test_a_damaged_file_keeps_what_was_counted_and_says_what_it_could_not_read(
    watch: Watch, scene: Path, tmp_path: Path, damage: Callable[[Path], Path]
) -> None:
    ran = watch(damage(tmp_path / "street.ts"), "--scene", str(scene))
    assert "Traceback" not in ran.err
    assert 1 <= ran.volumes["east"]["vehicle"] <= 3
    assert check_store(ran.folder / "store.sqlite") == []
    assert ran.summary["complete"] == (ran.code == 0)
    assert ran.summary["frames"]["decoded"] < 120 or ran.summary["frames"]["corrupt"] > 0


def test_a_change_of_resolution_begins_another_run(watch: Watch, scene: Path, tmp_path: Path) -> None:
    small, large = write_street(tmp_path / "a.ts", seconds=8), write_street(tmp_path / "b.ts", seconds=8, size=(640, 480))
    both = tmp_path / "both.ts"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    ran = watch(both, "--scene", str(scene))
    assert "Traceback" not in ran.err
    assert ran.volumes["east"]["vehicle"] == (4 if ran.code == 0 else 2)
    assert ran.summary["complete"] == (ran.code == 0)
    assert ran.code != 0 or ran.summary["runs"] == 2


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def text(path: Path) -> Path:
    path.write_text("not a film\n" * 100)
    return path


def sound(path: Path) -> Path:
    return write_sound(path)


def missing(path: Path) -> Path:
    return path


def headless(path: Path) -> Path:
    """An MP4 without its end, where its table of contents is."""
    return cut_short(path)


@pytest.mark.parametrize("make", [missing, empty, text, sound, headless])
def test_what_is_no_film_is_one_clear_line(watch: Watch, scene: Path, tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path / "clip.mp4")
    ran = watch(path, "--scene", str(scene))
    assert "clip.mp4" in ran.failed(3)
    assert ran.summary["complete"] is False
    assert ran.summary["error"]
    assert ran.summary["start"] is None


@pytest.mark.parametrize("address", ["rtsp://user:secret@127.0.0.1:9/main", "http://127.0.0.1:9/video.mjpg"])
def test_an_address_that_does_not_answer_is_one_clear_line(watch: Watch, address: str) -> None:
    ran = watch(address)
    assert "127.0.0.1" in ran.failed(3)
    assert "secret" not in ran.err + (ran.folder / "summary.json").read_text()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (SCENE.replace("320, 240", "1920, 480"), "1920x480"),
        (SCENE.replace("points =", "pionts ="), "points"),
        (SCENE.replace("0.5, 1.0", "0.5, 1.4"), "1.4"),
    ],
)
def test_a_scene_that_cannot_be_used_is_refused(watch: Watch, scene: Path, tmp_path: Path, wrong: str, says: str) -> None:
    scene.write_text(wrong)
    ran = watch(write_street(tmp_path / "street.mp4", seconds=2), "--scene", str(scene))
    ran.failed(2)
    assert says in ran.err


def test_a_taken_port_is_one_clear_line(watch: Watch, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = watch(write_street(tmp_path / "street.mp4", seconds=2), "--port", str(port), fast=False)
    assert str(port) in ran.failed(1)


def test_a_folder_that_cannot_be_written_is_one_clear_line(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file stands where the folder should be")
    assert "out" in watch(write_street(tmp_path / "street.mp4", seconds=2)).failed(6)


def test_the_same_minutes_are_refused_and_the_first_results_stay(watch: Watch, scene: Path, tmp_path: Path) -> None:
    clip = write_street(tmp_path / "street.mp4", seconds=5)
    first = watch(clip, "--scene", str(scene))
    before = {name: (first.folder / name).read_bytes() for name in ("counts.csv", "events.parquet", "tracks.txt", "scene.toml")}
    again = watch(clip, "--scene", str(scene))
    assert "already holds" in again.failed(2)
    assert {name: (first.folder / name).read_bytes() for name in before} == before
    assert again.summary["complete"] is False
    assert watch(clip, "--scene", str(scene), "--replace").volumes == first.volumes


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with room for a store and not much more."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=420k", "tmpfs", str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def child(models: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "catseye", "watch", *more],
        env=os.environ | {"CATSEYE_HOME": str(models), "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_full_disk_is_one_clear_line_and_what_was_kept_is_sound(
    models: Path, scene: Path, tmp_path: Path, small_disk: Path
) -> None:
    clip, folder = write_street(tmp_path / "street.mp4", seconds=60), small_disk / "out"
    run = child(models, str(clip), "--fast", "--scene", str(scene), "--out", str(folder), "--start", START, "--stream", "street")
    out, err = run.communicate(timeout=120)
    assert run.returncode in {5, 6}, err
    assert "Traceback" not in err
    assert len([line for line in err.splitlines() if line.startswith("catseye: ")]) == 1
    assert out == ""
    assert check_store(folder / "store.sqlite") == []
    assert 1 <= volume(folder) < 15


def volume(folder: Path) -> int:
    """All that the store holds, read beside whoever writes it."""
    store = app.read_store(folder / "store.sqlite")
    try:
        span = store.span(STREAM)
        return sum(count.volume or 0 for count in store.counts(STREAM, *span)) if span else 0
    finally:
        store.close()


def wait_for_volume(folder: Path, least: int) -> int:
    for _ in range(600):
        with suppress(StoreError):  # it may just be being made
            if (now := volume(folder)) >= least:
                return now
        threading.Event().wait(0.1)
    raise AssertionError("nothing was counted")


def test_a_killed_watch_keeps_what_it_acknowledged_and_the_next_says_what_nobody_saw(
    models: Path, watch: Watch, scene: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    clip = write_street(tmp_path / "long.mp4", seconds=200)
    how = ["--scene", str(scene), "--out", str(folder), "--stream", "street", "--start", START, "--fast", "--threads", "1"]
    run = child(models, str(clip), *how)
    acknowledged = wait_for_volume(folder, 5)
    run.kill()
    run.communicate(timeout=60)
    assert run.returncode == -signal.SIGKILL
    assert check_store(folder / "store.sqlite") == []
    before = volume(folder)
    assert acknowledged <= before < 50
    again = watch(write_street(tmp_path / "after.mp4", seconds=8), "--scene", str(scene), start="2026-05-04T07:30:00+00:00")
    assert again.code == 0
    assert again.volumes == {"west": {}, "east": {"vehicle": before + 2}}
    (gap,) = again.summary["not_observed"]
    assert gap["end"] == "2026-05-04T07:30:00+00:00"
    assert f"not observed: {gap['start']} to {gap['end']}" in again.err
    assert check_store(folder / "store.sqlite") == []


def test_an_interrupted_watch_ends_well_and_says_that_it_is_not_all(models: Path, scene: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    clip = write_street(tmp_path / "long.mp4", seconds=200)
    run = child(
        models, str(clip), "--fast", "--scene", str(scene), "--out", str(folder), "--stream", "street", "--start", START, "--json"
    )
    wait_for_volume(folder, 2)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0, err
    summary = json.loads(out)
    assert summary["complete"] is False
    assert summary["error"] == ""
    assert sum(summary["volumes"]["street"]["east"].values()) == volume(folder) >= 2
    assert (folder / "tracks.txt").exists()
