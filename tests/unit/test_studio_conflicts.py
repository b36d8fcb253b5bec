"""A studio's run through the conflict engine: what is due, what is told, and the command that judges both."""

import json
from pathlib import Path

import numpy as np
import pytest

from catseye.cli import main
from catseye.core.errors import ConfigError
from catseye.studio.conflicts import ConflictRun, tell_run
from catseye.studio.files import write
from catseye.studio.street import Street
from catseye.studio.truth import Conflict, StudioRoadUser, StudioTruth, Trajectories, TruthInfo

STEPS, SPEED, LATE_S = 150, 6.0, 1.9
STREET = Street(
    name="s", style="town", lanes=(), surfaces=(), markings=(), signals=(), fixtures=(), lines=(), zones=(), movements=()
)


def truth() -> StudioTruth:
    """One car drives east over (0, 0), one north over it a little later; a third stands 200 m away, where no camera looks."""
    step = np.repeat(np.arange(STEPS, dtype=np.int32), 3)
    at_s = 0.1 * np.arange(STEPS)
    xy = np.zeros((3 * STEPS, 2))
    xy[0::3, 0] = -36.0 + SPEED * at_s
    xy[1::3, 1] = -36.0 + SPEED * (at_s - LATE_S)
    xy[2::3] = 200.0, 0.0
    none = np.zeros(3 * STEPS)
    meeting = Conflict(
        first=1,
        second=2,
        kind="crossing",
        at_s=7.2,
        point_m=(2.0, -1.5),
        ttc_s=None,
        pet_s=0.9,
        drac_mps2=None,
        angle_rad=round(float(np.pi / 2), 4),
        speeds_mps=(SPEED, SPEED),
    )
    away = Conflict(
        first=3, second=1, kind="crossing", at_s=9.0, point_m=(200.0, 0.0), ttc_s=1.0, pet_s=None, drac_mps2=3.0, angle_rad=1.5,
        speeds_mps=(0.0, SPEED),
    )  # fmt: skip
    return StudioTruth(
        info=TruthInfo(version=1, scenario="s", seed=5, minutes=0.25, step_s=0.1, sumo="", catseye=""),
        road_users=tuple(
            StudioRoadUser(number=n, model="saloon", origin="", destination="", movement="", start_s=0.0, end_s=14.9)
            for n in (1, 2, 3)
        ),
        trajectories=Trajectories(
            step=step,
            number=np.tile(np.array([1, 2, 3], np.int32), STEPS),
            xy_m=xy,
            yaw_rad=np.tile([0.0, np.pi / 2, 0.0], STEPS),
            trailer_yaw_rad=none,
            speed_mps=np.tile([SPEED, SPEED, 0.0], STEPS),
            walked_m=none,
            braking=none > 0,
            turning=np.zeros(3 * STEPS, np.int8),
        ),
        crossed=(),
        movements=(),
        signals=(),
        queues=(),
        conflicts=(meeting, away),
        happenings=(),
    )


@pytest.fixture
def run(tmp_path: Path) -> ConflictRun:
    write(tmp_path / "truth", truth(), STREET)
    camera = tmp_path / "camera.toml"
    camera.write_text("position_m = [22.0, -22.0, 12.0]\nlook_at_m = [0.0, 0.0]\nfov_deg = 60.0\n")
    return ConflictRun(truth=tmp_path / "truth", camera=camera)


def test_what_is_whole_in_view_is_due_and_told_with_its_measures(run: ConflictRun) -> None:
    said = tell_run(run)
    assert [known.due for known in said.true] == [True, False]
    (one,) = said.told
    assert one.kind == "crossing"
    assert one.pet_s == pytest.approx(0.9, abs=0.2)
    assert one.at_ns / 1e9 == pytest.approx(7.2, abs=0.5)


def test_minutes_cut_both_the_truth_and_what_is_told(run: ConflictRun) -> None:
    said = tell_run(ConflictRun(truth=run.truth, camera=run.camera, minutes=0.1))
    assert (said.true, said.told, said.seconds) == ((), (), 6.0)


def test_the_command_prints_a_card(run: ConflictRun, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["evaluate", "conflicts", "--truth", str(run.truth), "--camera", str(run.camera)]
    assert main([*asked, "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    everything = card["levels"][0]["rows"][0]
    assert (everything["name"], everything["true"], everything["due"], everything["found"]) == ("all", 2, 1, 1)
    assert everything["precision"]["value"] == 1.0
    assert main(asked) == 0
    assert "crossing" in capsys.readouterr().out


def test_one_camera_for_each_truth(run: ConflictRun) -> None:
    assert main(["evaluate", "conflicts", "--truth", "a", "b", "--camera", "c"]) == ConfigError("", "").exit_code
