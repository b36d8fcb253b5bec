"""``catseye conflicts export-trj`` of a run that is written for it."""

from pathlib import Path

import numpy as np
import pytest

from catseye.cli import main
from catseye.studio.files import write
from catseye.studio.street import Street
from catseye.studio.truth import StudioRoadUser, StudioTruth, Trajectories, TruthInfo
from catseye.wire.ssam_trj import decode

STREET = Street(
    name="s", style="town", lanes=(), surfaces=(), markings=(), signals=(), fixtures=(), lines=(), zones=(), movements=()
)
STEPS = 121
NORTH = np.pi / 2
CAMERA = """position_m = [0.0, -25.0, 10.0]
look_at_m = [0.0, 0.0]
"""


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """A car to the north at 6 m/s from y = -36, somebody who stands at (5, 2), and a thing that lies at (-5, 2): 12 s."""
    xy = np.tile([[0.0, 0.0], [5.0, 2.0], [-5.0, 2.0]], (STEPS, 1))
    xy[0::3, 1] = -36.0 + 0.6 * np.arange(STEPS)
    none = np.zeros(3 * STEPS)
    found = StudioTruth(
        info=TruthInfo(version=1, scenario="s", seed=5, minutes=0.2, step_s=0.1, sumo="", catseye=""),
        road_users=tuple(
            StudioRoadUser(number=n, model=model, origin="", destination="", movement="", start_s=0.0, end_s=12.0)
            for n, model in ((1, "saloon"), (2, "walker"), (3, "debris"))
        ),
        trajectories=Trajectories(
            step=np.repeat(np.arange(STEPS, dtype=np.int32), 3),
            number=np.tile(np.array([1, 2, 3], np.int32), STEPS),
            xy_m=xy,
            yaw_rad=np.tile([NORTH, 0.0, 0.0], STEPS),
            trailer_yaw_rad=none,
            speed_mps=np.tile([6.0, 0.0, 0.0], STEPS),
            walked_m=none,
            braking=none > 0,
            turning=np.zeros(3 * STEPS, np.int8),
        ),
        crossed=(),
        movements=(),
        signals=(),
        queues=(),
        conflicts=(),
        happenings=(),
    )
    write(tmp_path / "truth", found, STREET)
    return tmp_path / "truth"


def exported(truth: Path, *more: str) -> Path:
    out = truth.parent / "x.trj"
    assert main(["conflicts", "export-trj", "--truth", str(truth), "--out", str(out), *more]) == 0
    return out


def test_everyone_of_the_street_is_written_without_things(truth: Path) -> None:
    steps = decode(exported(truth).read_bytes())
    assert [step.at_s for step in steps] == pytest.approx(np.arange(120) / 10, abs=1e-5)
    assert all(len(step.number) == 2 for step in steps)
    car = steps[50]
    assert (car.front_m[0] + car.rear_m[0]) / 2 == pytest.approx((0.0, -6.0), abs=1e-4)
    assert car.front_m[0] - car.rear_m[0] == pytest.approx((0.0, 4.7), abs=1e-4)
    assert car.speed_mps == pytest.approx([6.0, 0.0])


def test_a_part_begins_at_zero_and_leaves_out_those_on_foot(truth: Path) -> None:
    steps = decode(exported(truth, "--from", "2", "--minutes", "0.05", "--fps", "5", "--vehicles").read_bytes())
    assert [step.at_s for step in steps] == pytest.approx(np.arange(15) / 5, abs=1e-5)
    assert all(step.number.tolist() == [1] for step in steps)
    assert steps[0].rear_m[0, 1] == pytest.approx(-24.0 - 4.7 / 2, abs=1e-4)


def test_a_camera_has_only_what_is_in_its_view(truth: Path) -> None:
    camera = truth.parent / "cam.toml"
    camera.write_text(CAMERA)
    whole, part = (decode(exported(truth, *more).read_bytes()) for more in ((), ("--camera", str(camera))))
    assert sum(len(step.number) for step in part) < sum(len(step.number) for step in whole)
    assert all(2 in step.number or 1 in step.number for step in part)


def test_a_detector_s_tracks_are_written_without_the_studio_s_numbers(truth: Path) -> None:
    camera = truth.parent / "cam.toml"
    camera.write_text(CAMERA)
    steps = decode(exported(truth, "--camera", str(camera), "--detector", "perfect", "--vehicles").read_bytes())
    cars = [step for step in steps if len(step.number)]
    assert len(cars) > 20
    assert {number for step in cars for number in step.number.tolist()} == {1}
    assert np.median([step.speed_mps[0] for step in cars]) == pytest.approx(6.0, abs=0.5)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--out", "x.bin"), "end in .trj"),
        (("--detector", "perfect"), "--camera"),
        (("--fps", "0"), "--fps"),
        (("--from", "60"), "Nobody is there"),
    ],
)
def test_what_cannot_be_written_is_said(truth: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, str], said: str) -> None:
    out = str(truth.parent / "y.trj")
    assert main(["conflicts", "export-trj", "--truth", str(truth), "--out", out, *more]) != 0
    assert said in capsys.readouterr().err
    assert not Path(out).exists()
