"""``junction``: a signalised junction of four arms with crossings, two lanes each way, centre at (0, 0)."""

from functools import partial

from catseye.studio.scenarios import four_arms
from catseye.studio.scenarios.four_arms import ARM_M, Layout
from catseye.studio.scenarios.four_arms_traffic import flows, network, signals
from catseye.studio.scenarios.recipe import Scenario, Spot, Spots

LAYOUT = Layout(name="junction", lanes=2, lane_m=3.0, median_m=1.0, stop_m=14.5, crossing_m=3.5)
street = partial(four_arms.street, LAYOUT)


def _spots() -> Spots:
    stop, left_lane = LAYOUT.stop_m, LAYOUT.lanes_m[-1]

    def spot(edge: str, lane: int, from_centre_m: float, edges: tuple[str, ...]) -> Spot:
        at = ARM_M - from_centre_m if edge.endswith("_in") else from_centre_m - stop
        return Spot(edge=edge, lane=lane, at_m=at, edges=edges)

    west, north = ("east_in", "west_out"), ("south_in", "north_out")
    return Spots(
        stopped_vehicle=(spot("west_out", 1, 40.0, west), spot("north_out", 1, 45.0, north)),
        illegal_parking=(spot("north_out", 1, 30.0, north), spot("west_out", 1, 32.0, west)),
        spill_back=((spot("west_out", 1, 38.0, west), spot("west_out", 2, 38.0, ("south_in", "west_out"))),),
        debris=(spot("west_out", 1, 46.0, west), spot("north_out", 1, 50.0, north)),
        red_light=(
            ("north_in", 1, "north ahead"),
            ("west_in", 1, "west ahead"),
            ("south_in", 1, "south ahead"),
            ("east_in", 1, "east ahead"),
        ),
        wrong_way=(
            ((left_lane, 105.0), (left_lane, -95.0)),
            ((-105.0, left_lane), (95.0, left_lane)),
        ),
        near_miss=(
            ((-12.0, stop - 2.5), (12.0, stop - 2.5)),
            ((-stop + 2.5, -12.0), (-stop + 2.5, 12.0)),
            ((12.0, stop - 1.5), (-12.0, stop - 1.5)),
        ),
    )


SCENARIO = Scenario(
    name=LAYOUT.name,
    title="signalised junction of four arms, two lanes each way, with crossings",
    street=street,
    network=partial(network, LAYOUT),
    flows=tuple(flows(LAYOUT, {"through": 235.0, "left": 80.0, "right": 75.0})),
    spots=_spots(),
    signals=signals(LAYOUT, green_s=25.0),
)
