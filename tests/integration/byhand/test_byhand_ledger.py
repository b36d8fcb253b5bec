"""The file of a count: what was acknowledged is in it, whatever happens."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.byhand.ledger import Ledger, read
from catseye.byhand.steps import Add, Drop
from catseye.core.errors import ConfigError, OutputError
from catseye.wire.hand_counts import HandCount, HandCrossing, HandLine

FRESH = HandCount(
    catseye_truth=1,
    until_s=60,
    kinds=("car",),
    lines=(HandLine(name="a", directions=("in", "out")),),
    crossings=(),
    watched=(),
    complete=(),
    clip="a.mp4",
    clip_sha256="5a",
    scene_revision="5ce",
)
KILLED = """
import os, signal, sys
from pathlib import Path
from tests_fresh import FRESH, add
from catseye.byhand.ledger import Ledger

ledger, at, done, sync = Ledger(Path(sys.argv[1]), FRESH), int(sys.argv[2]), [0], os.fsync

def dying(descriptor):
    done[0] += 1
    if done[0] == at:
        os.kill(os.getpid(), signal.SIGKILL)
    sync(descriptor)

os.fsync = dying
for n in range(20):
    ledger.take(add(str(n)), "tab")
    print(n, flush=True)
"""


def add(key: str, at_s: float = 1.0) -> Add:
    return Add(crossing=HandCrossing(line="a", direction="in", road_user="car", at_s=at_s, key=key))


def keys(path: Path) -> set[str]:
    count = read(path)
    assert count is not None
    return {crossing.key for crossing in count.crossings}


@pytest.mark.parametrize("at", [1, 2, 11, 12, 20, 27])
def test_what_was_acknowledged_survives_a_kill_at_the_write(tmp_path: Path, at: int) -> None:
    path = tmp_path / "hand.json"
    (tmp_path / "tests_fresh.py").write_text(
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\nfrom {Path(__file__).stem} import FRESH, add\n"
    )
    program = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{KILLED}", str(path), str(at)]
    died = subprocess.run(program, capture_output=True, text=True, check=False)
    assert died.returncode == -9, died.stderr
    told = set(died.stdout.split())
    assert len(told) == (at - 1) // 2
    assert told <= keys(path)
    assert len(keys(path) - told) <= 1  # what was under way may be there, whole
    again = Ledger(path, FRESH)
    again.take(add("later"), "tab")
    again.close()
    assert keys(path) >= told | {"later"}
    assert [file.name for file in tmp_path.glob(".*")] == []  # nothing is left lying about


@given(st.lists(st.tuples(st.sampled_from(["add", "drop", "undo"]), st.sampled_from("abc"), st.sampled_from("xy")), max_size=12))
def test_what_is_in_the_file_is_what_was_done(some: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hand.json"
        ledger = Ledger(path, FRESH)
        for what, key, tab in some:
            before = ledger.count
            if what == "undo":
                assert ledger.undo(tab) == (ledger.count != before)
            else:
                ledger.take(add(key) if what == "add" else Drop(key=key), tab)
            assert read(path) == ledger.count
        while ledger.undo("x"):
            pass
        ledger.close()
        assert Ledger(path, FRESH).count == ledger.count


def test_undo_takes_back_what_the_same_page_did(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "hand.json", FRESH)
    for key, tab in (("1", "x"), ("2", "y"), ("3", "x")):
        ledger.take(add(key), tab)
    ledger.take(Drop(key="3"), "y")
    assert ledger.undo("x")  # its last one is gone already, so the one before
    assert keys(ledger.path) == {"2"}
    assert not ledger.undo("x")
    assert ledger.undo("y")
    assert keys(ledger.path) == {"2", "3"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"clip_sha256": "other", "clip": "b.mp4"}, "counts another clip, b.mp4"),
        ({"clip_sha256": ""}, "counts a clip that it does not name"),
        ({"scene_revision": "other"}, "over another scene"),
        ({"until_s": 30}, "from 0 s to 30 s"),
        ({"who": "CD"}, "counted by CD"),
    ],
)
def test_a_count_of_something_else_is_not_gone_on_with(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    path = tmp_path / "hand.json"
    Ledger(path, msgspec.structs.replace(FRESH, **change)).close()
    kept = path.read_bytes()
    with pytest.raises(ConfigError, match=says) as caught:
        Ledger(path, FRESH)
    assert "--out" in caught.value.remedy
    assert path.read_bytes() == kept
    Ledger(path, msgspec.structs.replace(FRESH, **change)).close()  # and the file is free


def test_a_file_has_one_writer(tmp_path: Path) -> None:
    one = Ledger(tmp_path / "hand.json", FRESH)
    with pytest.raises(ConfigError, match="Another 'catseye truth'"):
        Ledger(tmp_path / "hand.json", FRESH)
    one.close()
    Ledger(tmp_path / "hand.json", FRESH).close()


def test_a_step_that_cannot_be_saved_was_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path / "hand.json", FRESH)
    ledger.take(add("1"), "x")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("catseye.byhand.ledger.os.fsync", full)
        with pytest.raises(OutputError, match="No space left"):
            ledger.take(add("2"), "x")
    assert [c.key for c in ledger.count.crossings] == ["1"]
    assert keys(ledger.path) == {"1"}
    ledger.take(add("2"), "x")
    assert keys(ledger.path) == {"1", "2"}
