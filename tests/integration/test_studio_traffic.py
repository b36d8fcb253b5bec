import json
import subprocess
import sys
from pathlib import Path

import pytest

from catseye.app.studio_traffic import TrafficOrder, drive_and_check
from catseye.cli import main
from catseye.core.errors import ConfigError
from catseye.studio.files import read, read_street
from catseye.studio.traffic.checks import check

pytest.importorskip("sumo", reason="SUMO is not installed: pip install 'catseye[studio]'")


def test_a_driven_junction_passes_every_check_and_twice_gives_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("once", "again"):
        assert main(["studio", "traffic", "junction", "--minutes", "2", "--out", str(tmp_path / name), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.split("\n}\n")[0] + "\n}")
    assert all(one["passed"] for one in told["checks"])
    assert {one["name"] for one in told["checks"]} >= {"crossings are those of SUMO's loops", "no bodies overlap"}
    for file in sorted((tmp_path / "once").iterdir()):
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name
    truth = read(tmp_path / "once")
    assert len(truth.crossed) > 50
    assert {happening.kind for happening in truth.happenings}
    assert all(one.passed for one in check(truth, read_street(tmp_path / "once")))


def test_a_red_light_is_run_where_it_is_claimed() -> None:
    for seed in range(1, 9):  # nobody comes just in time in every run
        order = TrafficOrder(scenario="junction", seed=seed, minutes=4.0, demand=1.2, happenings=frozenset({"red_light"}))
        truth = drive_and_check(order, done=lambda *_: None, say=lambda _: None).truth
        if truth.happenings:
            break
    (event,) = truth.happenings
    approach = truth.road_users[event.numbers[0] - 1].origin
    shown = [c.state for c in truth.signals if c.head == f"{approach} ahead" and c.at_s <= event.start_s]
    assert shown[-1] == "red"


@pytest.mark.parametrize(
    ("key", "value"), [("minutes", 0.0), ("minutes", float("nan")), ("demand", 0.0), ("demand", -1.0), ("seed", -1)]
)
def test_what_cannot_be_driven_is_told_in_one_line(key: str, value: float) -> None:
    order = TrafficOrder(**{"scenario": "junction", key: value})  # type: ignore[arg-type]
    with pytest.raises(ConfigError) as told:
        drive_and_check(order, done=lambda *_: None, say=lambda _: None)
    assert told.value.remedy


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    command = [
        sys.executable,
        "-m",
        "catseye",
        "studio",
        "traffic",
        "zebra",
        "--minutes",
        "0.2",
        "--out",
        str(tmp_path / "file" / "x"),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 6
    assert "Cannot write" in ended.stderr
    assert "Traceback" not in ended.stderr
