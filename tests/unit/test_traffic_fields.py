import numpy as np
import pytest

from catseye.core.road_users import RoadUser
from catseye.testing.ground import Row, moment, road, times, watch
from catseye.traffic.fields import DURING_S, GROUND_M, Fields
from catseye.traffic.lanes import GroundLanes

UNTIL_S = 60.0


def fields(*, every_s: float = 5.0, kind: RoadUser = RoadUser.CAR) -> Fields:
    """Cars that drive the lane to the west at 10 m/s, one every ``every_s``."""
    drawn = road()
    of = watch(drawn)
    found = Fields(GroundLanes(drawn.lanes, of.fitted, of.view), UNTIL_S)
    for t in times(UNTIL_S, 20.0):
        places = [(n + 1, 30.0 - 10.0 * (t - every_s * n)) for n in range(int(UNTIL_S / every_s))]
        rows: list[Row] = [(n, kind, x, 4.0, -10.0, 0.0) for n, x in places if -30.0 < x <= 30.0]
        found.add(moment(t, rows).seen)
    return found


def test_the_speed_of_a_lane_is_told_where_somebody_drove_and_nowhere_else() -> None:
    lanes = {lane.name: lane for lane in fields().lanes()}
    assert lanes["west"].speed_kmh.shape[0] == UNTIL_S / DURING_S
    assert np.nanmin(lanes["west"].speed_kmh) == pytest.approx(36.0)
    assert np.nanmax(lanes["west"].speed_kmh) == pytest.approx(36.0)
    assert not np.isnan(lanes["west"].speed_kmh[1]).any()
    assert np.isnan(lanes["east"].speed_kmh).all()


def test_as_many_pass_an_hour_as_pass_and_they_go_where_they_go() -> None:
    flows = fields(every_s=5.0).flows()
    across = flows.flow.sum(axis=0)
    assert across[5:-5].mean() == pytest.approx(3600 / 5.0, rel=0.1)
    assert np.abs(flows.toward_rad[flows.flow > 0]) == pytest.approx(np.pi)
    row = int((4.0 - flows.corner_m[1]) // GROUND_M)
    assert flows.flow[row].sum() == pytest.approx(flows.flow.sum())


def test_walkers_are_no_flow_of_vehicles() -> None:
    flows = fields(kind=RoadUser.PEDESTRIAN).flows()
    assert flows.flow.size == 0
