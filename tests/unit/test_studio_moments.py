import numpy as np
import pytest

from catseye.core.events import LineCrossed, MovementCompleted
from catseye.studio.camera import PoleCamera
from catseye.studio.moments import observed_moments, truth_moments
from catseye.studio.observe.observing import PERFECT_THRESHOLD, Eye, observe
from catseye.studio.street import GroundLine, GroundMovement, GroundZone, Street
from catseye.studio.truth import Crossed, MovementDone, StudioRoadUser, StudioTruth, Trajectories, TruthInfo

CAMERA = PoleCamera(position_m=(0.0, -25.0, 10.0), look_at_m=(0.0, 0.0), fps=5.0)
STEPS, SPEED = 120, 6.0
STREET = Street(
    name="s",
    style="town",
    lanes=(),
    surfaces=(),
    markings=(),
    signals=(),
    fixtures=(),
    lines=(GroundLine(name="line", points=((0.0, 4.0), (0.0, -4.0)), directions=("east", "west")),),
    zones=(
        GroundZone(name="a", polygon=((-12.0, -3.0), (-8.0, -3.0), (-8.0, 3.0), (-12.0, 3.0))),
        GroundZone(name="b", polygon=((8.0, -3.0), (12.0, -3.0), (12.0, 3.0), (8.0, 3.0))),
    ),
    movements=(GroundMovement(name="through", origin="a", destination="b", turn="through"),),
)


def truth() -> StudioTruth:
    """A car that drives from x = -36 to 36 m at 6 m/s; a thing that lies at (5, 2)."""
    step = np.repeat(np.arange(STEPS, dtype=np.int32), 2)
    xy = np.zeros((2 * STEPS, 2))
    xy[0::2, 0] = -36.0 + 0.1 * SPEED * np.arange(STEPS)
    xy[1::2] = 5.0, 2.0
    none = np.zeros(2 * STEPS)
    return StudioTruth(
        info=TruthInfo(version=1, scenario="s", seed=5, minutes=0.2, step_s=0.1, sumo="", catseye=""),
        road_users=tuple(
            StudioRoadUser(number=n, model=model, origin="", destination="", movement="", start_s=0.0, end_s=11.9)
            for n, model in ((1, "saloon"), (2, "debris"))
        ),
        trajectories=Trajectories(
            step=step,
            number=np.tile(np.array([1, 2], np.int32), STEPS),
            xy_m=xy,
            yaw_rad=none,
            trailer_yaw_rad=none,
            speed_mps=np.tile([SPEED, 0.0], STEPS),
            walked_m=none,
            braking=none > 0,
            turning=np.zeros(2 * STEPS, np.int8),
        ),
        crossed=(Crossed(line="line", direction="east", number=1, road_user="car", at_s=6.0, speed_mps=SPEED),),
        movements=(MovementDone(movement="through", number=1, road_user="car", at_s=7.4),),
        signals=(),
        queues=(),
        conflicts=(),
        happenings=(),
    )


def test_everyone_is_where_they_truly_were() -> None:
    moments = list(truth_moments(truth(), STREET, None, 5.0))
    assert [moment.seen.at_ns for moment in moments] == [200_000_000 * k for k in range(60)]
    assert all(moment.seen.number.tolist() == [1] for moment in moments)  # a thing is no road user
    assert [float(moment.seen.xy_m[0, 0]) for moment in moments] == pytest.approx([-36.0 + 1.2 * k for k in range(60)])
    assert moments[0].seen.velocity_mps[0] == pytest.approx((SPEED, 0.0))
    assert moments[0].seen.length_m[0] == pytest.approx(4.7)


def test_crossings_and_movements_come_with_the_first_moment_after_them() -> None:
    moments = list(truth_moments(truth(), STREET, None, 4.0))
    told = {moment.seen.at_ns: [type(event) for event in moment.events] for moment in moments if moment.events}
    assert told == {6_000_000_000: [LineCrossed], 7_500_000_000: [MovementCompleted]}
    (passage,) = (passage for moment in moments for passage in moment.passages)
    assert (passage.speed_mps, passage.direction) == (SPEED, "east")


def test_with_a_camera_only_what_it_sees() -> None:
    moments = list(truth_moments(truth(), STREET, CAMERA, 5.0))
    there = [float(moment.seen.xy_m[0, 0]) for moment in moments if len(moment.seen)]
    assert 10 < len(there) < 60
    assert max(map(abs, there)) < 25.0
    (crossing,) = (event for moment in moments for event in moment.events if isinstance(event, LineCrossed))
    assert crossing.point_unit == pytest.approx((0.5, 0.5), abs=0.01)  # the middle of the picture, which it looks at


def test_what_a_perfect_detector_sees_becomes_moments_near_the_truth() -> None:
    seen = observe(truth(), STREET, CAMERA, Eye(model=None), seconds=12.0)
    moments = list(observed_moments(seen, CAMERA.size, threshold=PERFECT_THRESHOLD))
    assert [moment.seen.at_ns for moment in moments] == [round(at_s * 1e9) for at_s in seen.frames_s.tolist()]
    off = [
        abs(float(moment.seen.xy_m[0, 0]) - (-36.0 + SPEED * moment.seen.at_ns / 1e9))
        for moment in moments
        if len(moment.seen) == 1
    ]
    assert len(off) > 20
    assert np.median(off) < 0.5
    (passage,) = (passage for moment in moments for passage in moment.passages)
    assert passage.speed_mps == pytest.approx(SPEED, abs=0.4)
    assert passage.length_m == pytest.approx(4.7, abs=0.5)
