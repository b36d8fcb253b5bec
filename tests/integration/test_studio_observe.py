"""The command line of ``catseye studio observe``, ``fit`` and ``agree``, and ``evaluate traffic``, over a small run made here."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from catseye.cli import main
from catseye.config import load_scene
from catseye.core.road_users import RoadUser
from catseye.evaluate.files import truth_for
from catseye.studio import files
from catseye.studio.bodies import MODELS
from catseye.studio.plain import STEP_S, plain_truth, ways
from catseye.studio.street import GroundLine, GroundMovement, GroundZone, Lane, Street
from catseye.studio.truth import Crossed, MovementDone, StudioRoadUser, StudioTruth

SPEED_MPS, SECONDS = 8.0, 60
MODEL_CYCLE = ("hatchback", "van", "bus", "motorcycle", "saloon")
CAMERA = "position_m = [17.0, -18.0, 13.0]\nlook_at_m = [-2.0, 2.0]\nfov_deg = 58.0\n"
SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "truth"


def street() -> Street:
    lane = Lane(name="lane", approach="", centre=((-60.0, 0.0), (60.0, 0.0)), width_m=3.5, limit_mps=13.9)
    ends = (((-14.0, -4.0), (-6.0, -4.0), (-6.0, 4.0), (-14.0, 4.0)), ((-2.0, -4.0), (6.0, -4.0), (6.0, 4.0), (-2.0, 4.0)))
    return Street(
        name="a lane",
        style="town",
        lanes=(lane,),
        surfaces=(),
        markings=(),
        signals=(),
        fixtures=(),
        lines=(GroundLine(name="the line", points=((-4.0, 5.0), (-4.0, -5.0)), directions=("west", "east")),),
        zones=tuple(GroundZone(name=name, polygon=polygon) for name, polygon in zip(("west", "east"), ends, strict=True)),
        movements=(GroundMovement(name="through", origin="west", destination="east", turn="through"),),
    )


def truth() -> StudioTruth:
    """One vehicle every five seconds, all eastward along one lane at 8 m/s."""
    rows, users, crossed, done = [], [], [], []
    for number in range(1, 11):
        start = 5 * number - 4
        model = MODEL_CYCLE[number % len(MODEL_CYCLE)]
        last = min(SECONDS, start + 13)
        steps = np.arange(start * 10, last * 10)
        went = (steps * STEP_S - start) * SPEED_MPS
        rows += [(k, number, -50.0 + w, w) for k, w in zip(steps.tolist(), went.tolist(), strict=True)]
        users.append(
            StudioRoadUser(
                number=number, model=model, origin="west", destination="east", movement="through", start_s=start, end_s=last
            )
        )
        kind = MODELS[model].road_user
        assert kind is not None
        at = {"line": start + 46.0 / SPEED_MPS, "east": start + 48.0 / SPEED_MPS}
        crossed.append(
            Crossed(line="the line", direction="east", number=number, road_user=kind.label, at_s=at["line"], speed_mps=SPEED_MPS)
        )
        done.append(MovementDone(movement="through", number=number, road_user=kind.label, at_s=at["east"]))
    table = np.array(sorted(rows))
    when, who = table[:, 0].astype(np.int32), table[:, 1].astype(np.int32)
    path = ways(when, who, np.column_stack([table[:, 2], 0 * table[:, 2]]), speed_mps=SPEED_MPS, walked_m=table[:, 3])
    plain = plain_truth(path, {}, SECONDS, scenario="a lane")
    return replace(plain, road_users=tuple(users), crossed=tuple(crossed), movements=tuple(done))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("studio")
    files.write(folder / "truth", truth(), street())
    (folder / "cam.toml").write_text(CAMERA)
    return folder


def observe(made: Path, out: Path, *more: str) -> int:
    return main(["studio", "observe", str(made / "truth"), "--camera", str(made / "cam.toml"), "--out", str(out), *more])


def test_a_perfect_detector_is_counted_without_a_fault(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert observe(made, tmp_path, "--detector", "perfect", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    rows = {(row["rule"], row["direction"]): row for row in report["counted"]["rows"]}
    assert rows["the line", "east"] == {
        "rule": "the line",
        "direction": "east",
        "true": 10,
        "counted": 10,
        "missed": 0,
        "extra": 0,
    }
    assert rows["through", "through"]["true"] == rows["through", "through"]["counted"] == 10
    assert sum(row["missed"] + row["extra"] for row in rows.values()) == 0
    assert pl.read_csv(tmp_path / "counts.csv")["counted"].sum() == 20


def test_measures_of_a_perfect_view_hold_against_the_truth(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--truth", str(made / "truth"), "--camera", str(made / "cam.toml"), "--interval", "1", "--html", str(tmp_path)]
    assert main(["evaluate", "traffic", *asked, "--json"]) == 0
    score = json.loads(capsys.readouterr().out)["score"]
    targets = {row["name"]: row for row in score["targets"]}
    assert targets["line volumes"]["value"] == targets["turning movements"]["value"] == 0.0
    assert targets["space-mean speed over lines"]["cells"] == 1
    assert targets["space-mean speed over lines"]["passed"]
    assert targets["queue, minute by minute"]["passed"] is None
    page = (tmp_path / "traffic.html").read_text()
    assert "flows, north up: found" in page
    assert "lane: found" in page


def test_what_is_left_can_be_read_by_the_rest_of_the_product(made: Path, tmp_path: Path) -> None:
    assert observe(made, tmp_path, "--detector", "person-vehicle-bike-detection-2003", "--no-count") == 0
    read = truth_for(tmp_path)
    assert read.size == (640, 360)
    assert read.frames == SECONDS * 10
    assert read.visible is not None
    assert (read.ignored == (read.visible < 0.3)).mean() > 0.99
    assert {RoadUser.CAR, RoadUser.VAN, RoadUser.BUS, RoadUser.MOTORCYCLE} <= read.kinds
    assert [line.name for line in load_scene(tmp_path / "scene.toml").lines] == ["the line"]
    found = pl.read_parquet(tmp_path / "detections.parquet")
    of = found.filter(pl.col("truth").is_not_null())
    assert 0 < len(of) < len(found)
    assert (of["frame"].to_numpy() == read.boxes.frame[of["truth"].to_numpy()]).all()
    assert not (tmp_path / "counts.csv").exists()


def test_the_same_seed_leaves_the_same_bytes(made: Path, tmp_path: Path) -> None:
    detector = ("--detector", "person-vehicle-bike-detection-2003+picodet_s_416_coco", "--minutes", "0.5")
    for name, seed in (("a", "3"), ("b", "3"), ("c", "4")):
        assert observe(made, tmp_path / name, *detector, "--seed", seed) == 0
    a, b, c = (
        {path.name: path.read_bytes() for path in sorted((tmp_path / name).rglob("*")) if path.is_file()}
        for name in ("a", "b", "c")
    )
    assert a == b
    assert a["detections.parquet"] != c["detections.parquet"]
    assert a["gt.txt"] == c["gt.txt"]


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--detector", "perfct"), 2, "Did you mean 'perfect'?"),
        (("--light", "dusky"), 2, "Did you mean 'dusk'?"),
        (("--light", "fog"), 2, "knows no light 'fog'"),
        (("--minutes", "9"), 2, "the run has 1 minutes"),
        (("--seed", "-1"), 2, "below 0"),
    ],
)
def test_bad_options_are_told_in_one_line(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], code: int, said: str
) -> None:
    assert observe(made, tmp_path, *more) == code
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_bad_files_are_told_in_one_line(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(truth_folder: Path, camera: Path, out: Path) -> tuple[int, str]:
        code = main(["studio", "observe", str(truth_folder), "--camera", str(camera), "--out", str(out), "--detector", "perfect"])
        return code, capsys.readouterr().err

    under = tmp_path / "under.toml"
    under.write_text(CAMERA.replace("13.0", "-2.0"))
    away = tmp_path / "away.toml"
    away.write_text(CAMERA.replace("look_at_m = [-2.0, 2.0]", "look_at_m = [60.0, -60.0]"))
    code, err = run(made / "truth", under, tmp_path / "out")
    assert (code, "under the road" in err) == (2, True)
    code, err = run(made / "truth", away, tmp_path / "out")
    assert (code, "sees no road user" in err) == (2, True)
    code, err = run(tmp_path, made / "cam.toml", tmp_path / "out")
    assert (code, "is no studio truth" in err) == (2, True)
    code, err = run(made / "truth", made / "nothing.toml", tmp_path / "out")
    assert code == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_in_one_line(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "detections.parquet").symlink_to("/dev/full")
    assert observe(made, tmp_path, "--detector", "perfect", "--no-count") == 6
    assert "Cannot write" in capsys.readouterr().err


def test_truths_and_sources_come_in_pairs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["studio", "fit", "--truth", "a", "--truth", "b", "--source", "c", "--name", "x", "--out", str(tmp_path / "m.json")]
    assert main(command) == 2
    assert "one --source for each --truth" in capsys.readouterr().err
