"""``motorway``: three lanes each way, and a ramp that joins the eastbound ones; x along the road, y = 0 in the median."""

from catseye.studio.street import Street, Surface

HALF_M = 400.0
LANE_M = 3.75
MEDIAN_M = 2.0  # half of it
SHOULDER_M = 2.5
LIMIT_MPS = 33.33


def street() -> Street:
    """All of the motorway that does not move."""
    edge = MEDIAN_M + 3 * LANE_M
    east = ((-HALF_M, -edge), (HALF_M, -edge), (HALF_M, -MEDIAN_M), (-HALF_M, -MEDIAN_M))
    return Street(
        name="motorway",
        style="country",
        lanes=(),
        surfaces=(Surface(kind="carriageway", polygon=east),),
        markings=(),
        signals=(),
        fixtures=(),
        lines=(),
        zones=(),
        movements=(),
    )
