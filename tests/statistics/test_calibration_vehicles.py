import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.calibration import hanging
from catseye.calibration.errors import ground_errors
from catseye.calibration.likelihood import Evidence, unbiased
from catseye.calibration.passages import LOOKS, Passages, passages
from catseye.calibration.report import report_hung
from catseye.calibration.vehicles import hang
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.core.truth import TrackBoxes
from catseye.testing.vehicles import SIZE, hung, street

FPS = 10.0
Columns = tuple[npt.NDArray[np.generic], ...]


def ways(seen: Passages) -> tuple[F64, F64]:
    return seen.before[seen.seen], seen.after[seen.seen]


@pytest.mark.parametrize(
    "truly", [hung(), hung(focal=480.0, down_deg=14.0, height_m=7.0), hung(focal=800.0, down_deg=32.0, height_m=14.0)]
)
def test_the_camera_and_its_speeds_are_told_by_vehicles_alone(truly: F64) -> None:
    seen = passages(street(truly), SIZE, FPS)
    found = hang(seen)
    told = report_hung(found)
    before, after = ways(seen)
    ratio = [
        np.hypot(*(hanging.ground(view, after, np.array(SIZE) / 2) - hanging.ground(view, before, np.array(SIZE) / 2)).T)
        for view in (found.view, truly)
    ]
    off = np.log(ratio[0] / ratio[1])
    assert abs(np.median(off)) < 0.06
    assert (np.abs(off) < 3 * found.errors()[1]).mean() > 0.99
    assert 0.02 < told.speed_error < 0.12
    assert told.camera is not None
    assert told.camera.height_m == pytest.approx(np.exp(truly[hanging.HEIGHT]), rel=0.15)
    assert told.camera.down_deg == pytest.approx(np.degrees(truly[hanging.TILT]), abs=4)
    # what the scene keeps says the same of speeds
    errors = ground_errors(Scene(homography=told.homography, calibration=told.calibration))
    assert errors is not None
    np.testing.assert_allclose(
        errors.speed_error((before + after) / 2 / SIZE, (after - before) / SIZE), found.errors()[1], rtol=0.1
    )


def test_a_place_of_larger_vehicles_is_wrong_by_as_much_and_within_what_is_stated() -> None:
    seen = passages(street(hung(), larger=0.04), SIZE, FPS)
    found = hang(seen)
    before, after = ways(seen)
    lengths = [
        np.hypot(*(hanging.ground(v, after, np.array(SIZE) / 2) - hanging.ground(v, before, np.array(SIZE) / 2)).T)
        for v in (found.view, hung())
    ]
    off = float(np.median(np.log(lengths[0] / lengths[1])))
    assert -0.10 < off < 0.0  # the vehicles are taken for smaller ones, so the street for a smaller one
    assert abs(off) < 2 * report_hung(found).speed_error


def test_a_detectors_bias_that_is_known_is_undone() -> None:
    bias = (0.02, 0.01, -0.07, -0.06)
    tracked = street(hung())
    off = TrackBoxes(
        frame=tracked.frame,
        number=tracked.number,
        xyxy=tracked.xyxy + np.array(bias) * np.tile(tracked.xyxy[:, 2:] - tracked.xyxy[:, :2], 2),
        road_user=tracked.road_user,
        confidence=tracked.confidence,
    )
    np.testing.assert_allclose(unbiased(off.xyxy, bias), tracked.xyxy, atol=1e-9)
    heights = [np.exp(hang(passages(off, SIZE, FPS), by).view[hanging.HEIGHT]) for by in (bias, (0.0, 0.0, 0.0, 0.0))]
    assert abs(heights[0] - 9.0) < abs(heights[1] - 9.0)


@settings(max_examples=2, deadline=None)
@given(st.floats(400, 900), st.floats(12, 40), st.lists(st.floats(-0.05, 0.05), min_size=6, max_size=6), st.integers(0, 2))
def test_the_slopes_of_the_likelihood_are_its_slopes(focal: float, down: float, off: list[float], seed: int) -> None:
    evidence = Evidence(passages(street(hung(), 10, seed=seed), SIZE, FPS))
    begun = evidence.scaled(hung(focal=focal, down_deg=down))
    if begun is None:
        return
    view, beside = begun
    view[2], view[4:] = off[0], off[1:]

    def at(view: F64) -> tuple[float, F64]:
        spot = beside
        for _ in range(5):
            found = evidence.evaluate(view, spot)
            spot = found.beside
        return found.cost, found.gradient

    _, gradient = at(view)
    for k in range(hanging.NUMBERS):
        step = 1e-4 * np.eye(hanging.NUMBERS)[k]
        numeric = (at(view + step)[0] - at(view - step)[0]) / 2e-4
        # the spread of a vehicle's own size hangs a little on the view, which the slopes leave out
        assert gradient[k] == pytest.approx(numeric, rel=0.12, abs=0.12 * np.abs(gradient).max())


def test_only_vehicles_that_are_whole_free_and_under_way_are_looked_at() -> None:
    frames = np.arange(60)
    half = np.array([30.0, 20.0])
    way = np.stack([40 + 9.0 * frames, 150 + 0 * frames], axis=1)

    def track(xy: F64, kind: RoadUser, number: int) -> Columns:
        box = np.column_stack([xy - half, xy + half])
        return np.arange(len(xy)), np.full(len(xy), number), box, np.full(len(xy), int(kind))

    moving, still = track(way, RoadUser.CAR, 0), track(np.repeat([[320.0, 300.0]], 60, axis=0), RoadUser.CAR, 1)
    walker, beside = track(way + np.array([0, 100]), RoadUser.PEDESTRIAN, 2), track(way + np.array([0, 10]), RoadUser.CAR, 3)

    def found(*tracks: Columns) -> Passages:
        frame, number, xyxy, kind = (np.concatenate(columns) for columns in zip(*tracks, strict=True))
        boxes = TrackBoxes(
            frame=frame, number=number, xyxy=xyxy.astype(float), road_user=kind.astype(np.int16), confidence=np.ones(len(frame))
        )
        return passages(boxes, SIZE, FPS)

    alone = found(moving, still, walker)
    assert len(alone) == 1
    assert alone.seen.all()
    assert alone.xyxy.shape == (1, LOOKS, 4)
    assert (alone.before[..., 0] < alone.after[..., 0]).all()
    assert (alone.xyxy[..., 2] < SIZE[0] - 2).all()
    assert len(found(moving, beside)) == 0
    assert len(found(still)) == 0


def test_too_few_vehicles_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"Only \d+ vehicles") as raised:
        hang(passages(street(hung(), 6), SIZE, FPS))
    assert "--points" in raised.value.remedy
