import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.scene import CountLine, Movement, Scene, Zone
from catseye.studio.camera import PoleCamera
from catseye.studio.excerpt import excerpt
from catseye.studio.poses import poses_at
from catseye.studio.street import GroundLine, GroundMovement, GroundZone, Street
from catseye.studio.truth import (
    Crossed,
    Happening,
    LeftOut,
    MovementDone,
    QueueSample,
    SignalChange,
    StudioRoadUser,
    StudioTruth,
    Trajectories,
    TruthInfo,
)

STEPS = 600
CAMERA = PoleCamera(position_m=(0.0, -20.0, 10.0), look_at_m=(0.0, 0.0))
SCENE = Scene(
    lines=(CountLine(name="near", points=((0.5, 0.2), (0.5, 0.9))),),
    zones=tuple(Zone(name=name, polygon=((0.1, 0.1), (0.2, 0.1), (0.2, 0.2))) for name in ("west", "east")),
    movements=(Movement(name="west through", origin="west", destination="east"),),
)
STREET = Street(
    name="s",
    style="town",
    lanes=(),
    surfaces=(),
    markings=(),
    signals=(),
    fixtures=(),
    lines=(GroundLine(name="near", points=((0.0, 4.0), (0.0, -4.0)), directions=("forward", "backward")),),
    zones=(
        GroundZone(name="west", polygon=((-15.0, -3.0), (-10.0, -3.0), (-10.0, 3.0), (-15.0, 3.0))),
        GroundZone(name="east", polygon=((10.0, -3.0), (15.0, -3.0), (15.0, 3.0), (10.0, 3.0))),
    ),
    movements=(GroundMovement(name="west through", origin="west", destination="east", turn="through"),),
)


def truth() -> StudioTruth:
    """A car that drives from x = -30 to 30 m along y = 0 within a minute, at 1 m/s; another that stands at x = 5 m."""
    step = np.repeat(np.arange(STEPS, dtype=np.int32), 2)
    xy = np.zeros((2 * STEPS, 2))
    xy[0::2, 0] = -30.0 + 0.1 * np.arange(STEPS)
    xy[1::2] = 5.0, 2.0
    none = np.zeros(2 * STEPS)
    return StudioTruth(
        info=TruthInfo(
            version=1,
            scenario="s",
            seed=5,
            minutes=1.0,
            step_s=0.1,
            sumo="",
            catseye="",
            left_out=tuple(LeftOut(model="walker", other="walker", at_s=at_s, point_m=(0.0, 0.0)) for at_s in (5.0, 12.0)),
        ),
        road_users=tuple(
            StudioRoadUser(number=n, model="saloon", origin="", destination="", movement="", start_s=0.0, end_s=59.9)
            for n in (1, 2)
        ),
        trajectories=Trajectories(
            step=step,
            number=np.tile(np.array([1, 2], np.int32), STEPS),
            xy_m=xy,
            yaw_rad=none,
            trailer_yaw_rad=none,
            speed_mps=none,
            walked_m=none,
            braking=none > 0,
            turning=np.zeros(2 * STEPS, np.int8),
        ),
        crossed=tuple(
            Crossed(line=line, direction="forward", number=1, road_user="car", at_s=30.0, speed_mps=1.0) for line in ("near", "far")
        ),
        movements=(MovementDone(movement="west through", number=1, road_user="car", at_s=40.0),),
        signals=(
            SignalChange(head="n", at_s=0.0, state="red"),
            SignalChange(head="n", at_s=12.0, state="green"),
            SignalChange(head="n", at_s=33.0, state="amber"),
        ),
        queues=tuple(QueueSample(approach="west", at_s=float(k), vehicles=k, length_m=0.0) for k in range(60)),
        conflicts=(),
        happenings=(Happening(kind="debris", start_s=5.0, end_s=20.0, numbers=(2,), point_m=(5.0, 2.0), note=""),),
    )


def cut(start_s: float, seconds: float, camera: PoleCamera = CAMERA) -> StudioTruth:
    return excerpt(truth(), STREET, camera, SCENE, start_s=start_s, seconds=seconds)


def test_times_begin_at_zero_and_lines_that_the_scene_lacks_are_left_out() -> None:
    part = cut(10.0, 35.0)
    assert part.info.minutes == pytest.approx(35 / 60)
    assert [(row.line, row.at_s) for row in part.crossed] == [("near", 20.0)]
    assert [row.at_s for row in part.movements] == [30.0]
    assert [(row.at_s, row.state) for row in part.signals] == [(0.0, "red"), (2.0, "green"), (23.0, "amber")]
    assert [row.vehicles for row in part.queues] == list(range(10, 45))
    assert [(row.start_s, row.end_s) for row in part.happenings] == [(-5.0, 10.0)]
    assert [row.at_s for row in part.info.left_out] == [2.0]


def test_a_movement_that_the_film_shows_only_the_end_of_is_no_true_one() -> None:
    assert len(cut(19.0, 30.0).movements) == 1  # x = -11: still in the west
    assert cut(21.0, 30.0).movements == ()  # x = -9: it has left


def test_what_happens_out_of_view_is_left_out() -> None:
    away = PoleCamera(position_m=(0.0, -20.0, 10.0), look_at_m=(0.0, -60.0))
    part = cut(10.0, 35.0, away)
    assert (part.crossed, part.movements) == ((), ())


@given(st.integers(0, 400), st.integers(1, 150))
@settings(max_examples=30)
def test_poses_of_the_excerpt_are_those_of_the_whole(first: int, steps: int) -> None:
    part = cut(first / 10, steps / 10)
    at_s = np.linspace(0.0, steps / 10, 7)
    whole, own = poses_at(truth(), at_s + first / 10), poses_at(part, at_s)
    assert own.number.tolist() == whole.number.tolist()
    assert np.allclose(own.xy_m, whole.xy_m, atol=1e-6)
    assert all(0 <= row.at_s < steps / 10 for row in part.crossed)
