"""Whom a run is without, and whether its speeds are SUMO's."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.studio.bodies import MODELS
from catseye.studio.scenarios import SCENARIOS
from catseye.studio.scenarios.recipe import Flow
from catseye.studio.traffic.checks import check, most_left_out
from catseye.studio.traffic.demand import Trip
from catseye.studio.traffic.deriving import derive
from catseye.studio.traffic.driven import STEP_S, Driven, Fcd
from catseye.studio.traffic.pairs import without_overlaps
from catseye.studio.traffic.run import Run, ways_of
from catseye.studio.traffic.speeds import sumo_speeds
from catseye.studio.truth import LeftOut, TruthInfo

STREET = SCENARIOS["junction"].street()
STEPS = 100


def driven(name: str, *, x: float, y: float, mps: float, told_mps: float | None = None) -> Driven:
    """Straight to the east at ``mps``; SUMO tells ``told_mps`` where that is given."""
    step = np.arange(STEPS, dtype=np.int32)
    front = np.stack([x + mps * STEP_S * step, np.full(STEPS, y)], axis=1)
    told = np.full(STEPS, mps if told_mps is None else told_mps)
    return Driven(name, step, front, np.zeros(STEPS), told, np.zeros(STEPS, np.int32))


def trip(name: str, model: str) -> Trip:
    return Trip(name=name, model=model, depart_s=100.0, flow=Flow(edges=("a", "b"), per_h=1.0), factor=1.0)


def run_of(models: dict[str, str], *drives: Driven) -> tuple[Run, dict[str, LeftOut], Fcd]:
    fcd = Fcd({one.name: one for one in drives}, ("lane",))
    ways = ways_of(fcd, [trip(name, model) for name, model in models.items()], STREET, STEPS)
    return *without_overlaps(ways, STREET, STEPS, 5), fcd


def test_of_two_whose_bodies_would_overlap_one_is_left_out_and_told() -> None:
    models = {"v0": "saloon", "w1": "walker", "v2": "van"}
    drives = (
        driven("v0", x=-20.0, y=0.0, mps=8.0),
        driven("w1", x=10.0, y=0.4, mps=0.0),
        driven("v2", x=-20.0, y=12.0, mps=5.0),
    )
    run, left, _ = run_of(models, *drives)
    assert [way.trip.name for way in run.ways] == ["v0", "v2"]
    ((name, row),) = left.items()
    assert (name, row.model, row.other) == ("w1", "walker", "saloon")
    assert 30.0 / 8.0 - 1.0 < row.at_s < (30.0 + MODELS["saloon"].length_m) / 8.0 + 0.5
    assert row.point_m == pytest.approx((10.0, 0.2), abs=3.0)


def test_too_many_left_out_fail_the_check() -> None:
    run, _, _ = run_of({"v0": "saloon"}, driven("v0", x=-20.0, y=0.0, mps=8.0))
    row = LeftOut(model="walker", other="saloon", at_s=1.0, point_m=(0.0, 0.0))
    info = TruthInfo(
        version=1, scenario="junction", seed=1, minutes=STEPS * STEP_S / 60, step_s=STEP_S, sumo="", catseye="", left_out=(row,)
    )
    truth = derive(run, STREET, info, [], [])
    for many, passes in ((0, True), (most_left_out(1), True), (most_left_out(1) + 1, False)):
        told = replace(truth, info=msgspec.structs.replace(info, left_out=(row,) * many))
        (found,) = [one for one in check(told, STREET) if one.name.startswith("few are left out")]
        assert found.passed is passes
        assert found.found == (f"{many} walker" if many else "nobody")


@given(st.floats(1.0, 20.0), st.floats(-1.0, 1.0), st.sampled_from(["saloon", "articulated", "bicycle", "walker"]))
def test_speeds_that_are_not_sumos_fail(mps: float, off: float, model: str) -> None:
    told = mps + off
    run, _, fcd = run_of({"v0": model}, driven("v0", x=-60.0, y=0.0, mps=mps, told_mps=told))
    judged, only_told = sumo_speeds(run, fcd)
    assert (judged.judged, only_told.judged, only_told.passed) == (True, False, True)
    if abs(abs(off) - 0.1) > 1e-6 and told > 0.6:
        assert judged.passed is (abs(off) < 0.1)
        assert f"p95 {abs(off):.3f} m/s" in only_told.found


def test_who_stands_has_no_speed_to_judge() -> None:
    run, _, fcd = run_of({"v0": "saloon"}, driven("v0", x=0.0, y=0.0, mps=0.0))
    assert sumo_speeds(run, fcd)[0].passed
