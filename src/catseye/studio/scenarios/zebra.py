"""``zebra``: a road of two lanes with a zebra crossing at (0, 0), a bus stop and a parking bay; x along the road."""

from catseye.studio.street import Street, Surface

HALF_M = 150.0
LANE_M = 3.25
WALK_M = 2.5
CROSSING_M = 4.0
LIMIT_MPS = 13.89


def street() -> Street:
    """All of the road that does not move."""
    road = ((-HALF_M, -LANE_M), (HALF_M, -LANE_M), (HALF_M, LANE_M), (-HALF_M, LANE_M))
    return Street(
        name="zebra",
        style="suburb",
        lanes=(),
        surfaces=(Surface(kind="carriageway", polygon=road),),
        markings=(),
        signals=(),
        fixtures=(),
        lines=(),
        zones=(),
        movements=(),
    )
