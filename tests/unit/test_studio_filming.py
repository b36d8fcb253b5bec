from dataclasses import replace

import msgspec
import numpy as np
import pytest

from catseye.core.errors import ConfigError
from catseye.studio.camera import PoleCamera
from catseye.studio.filming import shot_of
from catseye.studio.plain import plain_truth, ways
from catseye.studio.shot import Shot
from catseye.studio.street import Street, Surface
from catseye.studio.truth import SignalChange, StudioTruth

CAMERA = PoleCamera(position_m=(17.0, -18.0, 13.0), look_at_m=(-2.0, 2.0), fps=4.0, seed=3)
WALK = Surface(kind="sidewalk", height_m=0.12, polygon=((5.0, -50.0), (9.0, -50.0), (9.0, 50.0), (5.0, 50.0)))


def street() -> Street:
    return Street(
        name="s", style="town", lanes=(), surfaces=(WALK,), markings=(), signals=(), fixtures=(), lines=(), zones=(), movements=()
    )


def truth(seconds: int = 6) -> StudioTruth:
    """A car that drives west at 10 m/s and a walker that stands on the sidewalk, for ``seconds``."""
    steps = seconds * 10
    step = np.repeat(np.arange(steps, dtype=np.int32), 2)
    xy = np.zeros((2 * steps, 2))
    xy[0::2] = np.stack([20.0 - np.arange(steps), np.full(steps, 60.0)], axis=1)
    xy[1::2] = 7.0, 3.0
    table = ways(
        step,
        np.tile(np.array([1, 2], np.int32), steps),
        xy,
        yaw_rad=np.tile([np.pi, 0.5], steps),
        speed_mps=np.tile([10.0, 0.0], steps),
        walked_m=np.where(np.arange(2 * steps) % 2 == 0, np.arange(2 * steps) / 2, 0.0),
    )
    plain = plain_truth(table, {1: "saloon", 2: "walker", 3: "bus"}, seconds)
    lights = (
        SignalChange(head="n", at_s=0.5, state="green"),
        SignalChange(head="n", at_s=1.0, state="amber"),
        SignalChange(head="e", at_s=0.0, state="red"),
    )
    return replace(plain, info=msgspec.structs.replace(plain.info, seed=5), signals=lights)


def test_frames_come_at_the_cameras_times_with_poses_between_the_steps() -> None:
    shot = shot_of(truth(), street(), CAMERA, start_s=1.0, seconds=2.0)
    assert [frame.index for frame in shot.frames] == list(range(8))
    assert np.allclose([frame.at_s for frame in shot.frames], 1.0 + CAMERA.times(2.0))
    for frame in shot.frames:
        car, walker = frame.poses
        assert car.x_m == pytest.approx(20.0 - 10 * frame.at_s, abs=1e-3)
        assert car.z_m == 0.0
        assert (walker.x_m, walker.z_m) == (7.0, 0.12)


def test_only_bodies_that_are_there_are_made_and_their_looks_are_their_own() -> None:
    shot = shot_of(truth(), street(), CAMERA, start_s=0.0, seconds=1.0)
    assert [(body.number, body.model) for body in shot.bodies] == [(1, "saloon"), (2, "walker")]
    assert len({body.seed for body in shot.bodies}) == 2
    assert shot == shot_of(truth(), street(), CAMERA, start_s=0.0, seconds=1.0)


def test_frames_that_never_arrive_are_not_rendered() -> None:
    camera = msgspec.structs.replace(CAMERA, dropped=0.5, fps=10.0)
    shot = shot_of(truth(), street(), camera, start_s=0.0, seconds=5.0)
    assert 5 < len(shot.frames) < 45
    assert np.array_equal([frame.at_s for frame in shot.frames], camera.times(5.0))


def test_signals_hold_their_last_state() -> None:
    shot = shot_of(truth(), street(), CAMERA, start_s=0.0, seconds=1.5)
    assert [frame.signals["n"] for frame in shot.frames] == ["off", "off", "green", "green", "amber", "amber"]
    assert {frame.signals["e"] for frame in shot.frames} == {"red"}


def test_masks_are_asked_for_every_few_frames() -> None:
    assert shot_of(truth(), street(), CAMERA, start_s=0.0, seconds=2.0, masks_every=3).masks == (0, 3, 6)
    assert shot_of(truth(), street(), CAMERA, start_s=0.0, seconds=2.0).masks == ()


@pytest.mark.parametrize(("start_s", "seconds"), [(-1.0, 2.0), (5.0, 2.0), (0.0, 0.0), (0.0, float("nan"))])
def test_a_span_outside_the_truth_is_refused(start_s: float, seconds: float) -> None:
    with pytest.raises(ConfigError, match="0 to 6 s"):
        shot_of(truth(), street(), CAMERA, start_s=start_s, seconds=seconds)


def test_a_span_without_a_frame_is_refused() -> None:
    with pytest.raises(ConfigError, match="No frame arrives"):
        shot_of(truth(), street(), msgspec.structs.replace(CAMERA, fps=0.5), start_s=0.0, seconds=1.0)


def test_a_shot_survives_its_file() -> None:
    shot = shot_of(truth(), street(), CAMERA, start_s=0.0, seconds=1.0, masks_every=2)
    assert msgspec.json.decode(msgspec.json.encode(shot), type=Shot) == shot
