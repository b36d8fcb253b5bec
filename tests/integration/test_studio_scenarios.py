"""The scenarios as SUMO builds and drives them."""

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from catseye.adapters import sumo
from catseye.app.studio_traffic import TrafficOrder, drive_and_check
from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.studio.bodies import MODELS
from catseye.studio.scenarios import SCENARIOS

pytest.importorskip("sumo", reason="SUMO is not installed: pip install 'catseye[studio]'")


def apart_m(points: F64, way: F64) -> F64:
    """How far points (N, 2) are from a polyline (M, 2)."""
    begin, along = way[:-1], np.diff(way, axis=0)
    share = np.clip(((points[:, None] - begin) * along).sum(-1) / (along**2).sum(-1), 0.0, 1.0)
    return np.asarray(np.hypot(*np.moveaxis(begin + share[..., None] * along - points[:, None], -1, 0)).min(axis=1), np.float64)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_the_lanes_of_the_street_are_those_that_sumo_drives_on(name: str, tmp_path: Path) -> None:
    scenario = SCENARIOS[name]
    plain = scenario.network()
    net = ET.fromstring(sumo.build_network(tmp_path, plain.nodes, plain.edges, plain.connections))
    drawn = {lane.name: np.asarray(lane.centre, np.float64) for lane in scenario.street().lanes}
    for lane in net.iter("lane"):
        if lane.get("id", "").startswith(":") or lane.get("allow") == "pedestrian" or lane.get("id") not in drawn:
            continue
        driven = np.array([point.split(",") for point in lane.get("shape", "").split()], np.float64)
        assert apart_m(driven, drawn.pop(lane.get("id", ""))).max() < 0.35, lane.get("id")
    assert not drawn


@pytest.mark.parametrize(("name", "kmh"), [("roundabout", (10, 35)), ("zebra", (15, 52)), ("motorway", (75, 130))])
def test_each_drives_without_fault_at_speeds_that_suit_it(name: str, kmh: tuple[float, float]) -> None:
    driven = drive_and_check(TrafficOrder(scenario=name, seed=3, minutes=1.5), done=lambda *_: None, say=lambda _: None)
    assert [one.name for one in driven.checks if not one.passed] == []
    held = next(one.found for one in driven.checks if one.name == "crossings are those of SUMO's loops")
    assert int(held.split(",")[0]) > 20  # or nothing would have been held against them
    cars = [c.speed_mps * 3.6 for c in driven.truth.crossed if c.road_user == RoadUser.CAR.label]
    assert len(cars) > 10
    assert kmh[0] < float(np.mean(cars)) < kmh[1]
    walkers = sum(MODELS[user.model].road_user is RoadUser.PEDESTRIAN for user in driven.truth.road_users)
    assert (walkers == 0) == (name == "motorway")
