"""``roundabout``: a small roundabout of four arms, one lane, give way, with zebra crossings; centre at (0, 0)."""

from catseye.studio.street import Street, Surface

ARM_M = 160.0
RING_M = 11.0  # radius of the middle of the ring's lane
RING_LANE_M = 6.0
OUTER_M = 14.5
ISLAND_M = 7.5
LANE_M = 3.25
CROSSING_AT_M = 24.0


def street() -> Street:
    """All of the roundabout that does not move."""
    ways = tuple(((-LANE_M, -ARM_M), (LANE_M, -ARM_M), (LANE_M, ARM_M), (-LANE_M, ARM_M)) for _ in range(1))
    surfaces = tuple(Surface(kind="carriageway", polygon=way) for way in ways)
    return Street(
        name="roundabout",
        style="suburb",
        lanes=(),
        surfaces=surfaces,
        markings=(),
        signals=(),
        fixtures=(),
        lines=(),
        zones=(),
        movements=(),
    )
