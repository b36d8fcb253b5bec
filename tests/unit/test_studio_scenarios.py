"""Each street of the studio holds together: its lanes, surfaces, lines, network and camera tell of the same place."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from catseye.core.geometry import F64, XY, segments_cross
from catseye.studio.camera_file import load_camera
from catseye.studio.scenarios import SCENARIOS
from catseye.studio.scenarios.recipe import WALK, Spot
from catseye.studio.street import Lane, Street, SurfaceKind
from catseye.studio.traffic.run import middle

EXAMPLES = Path(__file__).parents[2] / "examples" / "studio"
CELL_M, REACH_M = 0.25, 110.0
each = pytest.mark.parametrize("name", sorted(SCENARIOS))


def sheet(street: Street, kinds: Sequence[SurfaceKind]) -> npt.NDArray[np.bool_]:
    """Cells of the ground round the middle that surfaces of these kinds cover."""
    cells = round(2 * REACH_M / CELL_M)
    found = np.zeros((cells, cells), np.uint8)
    for surface in street.surfaces:
        if surface.kind in kinds:
            points = (np.asarray(surface.polygon, np.float64) - middle(street) + REACH_M) / CELL_M - 0.5
            one = np.zeros_like(found)
            cv2.fillPoly(one, [np.rint(points * 16).astype(np.int32)], 1, shift=4)
            found |= one
    return found.astype(np.bool_)


def covered(street: Street, ground: npt.NDArray[np.bool_], points: F64) -> npt.NDArray[np.bool_]:
    """Which of the points that lie on the sheet are covered."""
    cells = np.floor((points - middle(street) + REACH_M) / CELL_M).astype(int)
    cells = cells[((cells >= 0) & (cells < len(ground))).all(axis=1)]
    found: npt.NDArray[np.bool_] = ground[cells[:, 1], cells[:, 0]]
    return found


def along(lane: Lane, off_m: float) -> F64:
    """Points (N, 2) every half metre along a lane, so far to the right of its middle."""
    centre = np.asarray(lane.centre, np.float64)
    pieces = []
    for a, b in pairwise(centre):
        length = float(np.hypot(*(b - a)))
        way = (b - a) / length
        at = np.arange(0.0, length, 0.5)[:, None]
        pieces.append(a + at * way + off_m * np.array([way[1], -way[0]]))
    return np.concatenate(pieces)


@each
def test_vehicles_have_asphalt_under_both_sides_and_no_kerb(name: str) -> None:
    street = SCENARIOS[name].street()
    asphalt, raised = sheet(street, ("carriageway", "shoulder")), sheet(street, ("sidewalk", "island"))
    for lane in street.lanes:
        for side in (-0.95, 0.0, 0.95):  # as wide as a car
            points = along(lane, side)
            assert covered(street, asphalt, points).all(), lane.name
            assert not covered(street, raised, points).any(), lane.name


@each
def test_sidewalks_keep_off_the_carriageway(name: str) -> None:
    street = SCENARIOS[name].street()
    shared = sheet(street, ("sidewalk",)) & sheet(street, ("carriageway", "parking"))
    assert not cv2.erode(shared.astype(np.uint8), np.ones((3, 3), np.uint8)).any()  # a kerb is thinner than a cell


@each
def test_count_lines_cross_lanes_or_lie_along_crossings(name: str) -> None:
    street = SCENARIOS[name].street()
    for line in street.lines:
        crossed = [lane.name for lane in street.lanes if _crosses(lane, line.points)]
        if line.name.endswith("crossing"):
            assert not crossed
        else:
            assert crossed, line.name
    for origin in {movement.origin for movement in street.movements}:
        assert origin in {zone.name for zone in street.zones}


@each
def test_the_street_and_sumos_network_name_the_same_lanes(name: str) -> None:
    scenario = SCENARIOS[name]
    lanes: set[str] = set()
    edges = {edge.get("id", ""): edge for edge in ET.fromstring(scenario.network().edges).iter("edge")}
    for edge_name, edge in edges.items():
        first = 1 if edge.get("sidewalkWidth") else 0
        lanes |= {f"{edge_name}_{first + k}" for k in range(int(edge.get("numLanes", "1")))}
    street = scenario.street()
    assert {lane.name for lane in street.lanes} <= lanes
    movements = {movement.name for movement in street.movements}
    for flow in scenario.flows:
        assert set(flow.edges) <= edges.keys()
        assert flow.movement in {*movements, ""}
        assert flow.per_h > 0
    lengths = {lane.name: _length(lane.centre) for lane in street.lanes}
    for spot in _spots(name):
        assert 0 < spot.at_m < lengths[f"{spot.edge}_{spot.lane}"]
        assert spot.edge in spot.edges


@each
def test_what_happens_happens_where_the_run_is_kept(name: str) -> None:
    street = SCENARIOS[name].street()
    lanes = {lane.name: lane for lane in street.lanes}
    for spot in _spots(name):
        points = along(lanes[f"{spot.edge}_{spot.lane}"], 0.0)
        x, y = points[min(int(spot.at_m / 0.5), len(points) - 1)] - middle(street)
        assert np.hypot(x, y) < REACH_M


@each
def test_its_camera_sees_vehicles_tall_enough_at_the_count_lines(name: str) -> None:
    camera, street = load_camera(EXAMPLES / f"{name}-camera.toml"), SCENARIOS[name].street()
    seen = 0
    for line in street.lines:
        ends = np.array([(*line.points[0], 0.0), (*line.points[1], 0.0), (*np.mean(line.points, axis=0), 1.5)])
        px, depth = camera.project(ends)
        whole = bool((depth > 0).all() and (px > 0).all() and (px < camera.size).all())
        if line.name.endswith("crossing"):
            continue
        assert whole, line.name
        corners = np.array([(u, v, z) for u in (-2.2, 2.2) for v in (-0.9, 0.9) for z in (0.0, 1.5)])
        car, _ = camera.project(corners + np.array([*np.mean(line.points, axis=0), 0.0]))
        assert np.ptp(car[:, 1]) >= 19.0, line.name  # pixels
        seen += 1
    assert seen >= 2


@pytest.mark.parametrize("name", ["junction", "roundabout", "zebra"])
def test_walkers_begin_and_end_beyond_what_is_kept(name: str) -> None:
    scenario = SCENARIOS[name]
    lanes = {lane.name.rsplit("_", 1)[0]: np.asarray(lane.centre, np.float64) for lane in scenario.street().lanes}
    for flow in scenario.flows:
        if WALK not in flow.mix:
            continue
        for edge, at_m in ((flow.edges[0], flow.depart_m), (flow.edges[-1], flow.arrive_m)):
            begin, end = lanes[edge][0], lanes[edge][-1]
            at = begin + at_m * (end - begin) / np.hypot(*(end - begin))
            assert np.hypot(*(at - middle(scenario.street()))) > 120.0


def _spots(name: str) -> list[Spot]:
    spots = SCENARIOS[name].spots
    return [*spots.stopped_vehicle, *spots.illegal_parking, *spots.debris, *(spot for many in spots.spill_back for spot in many)]


def _crosses(lane: Lane, line: tuple[XY, XY]) -> bool:
    """Whether a lane, or the way straight on from either of its ends, crosses a line."""
    centre = np.asarray(lane.centre, np.float64)
    ways = [8.0 * way / np.hypot(*way) for way in (centre[0] - centre[1], centre[-1] - centre[-2])]
    longer = np.concatenate([[centre[0] + ways[0]], centre, [centre[-1] + ways[1]]]).tolist()
    return any(segments_cross((a[0], a[1]), (b[0], b[1]), *line) for a, b in pairwise(longer))


def _length(centre: Sequence[XY]) -> float:
    return float(np.hypot(*np.diff(np.asarray(centre, np.float64), axis=0).T).sum())
