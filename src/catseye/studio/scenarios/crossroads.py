"""``crossroads``: a small signalised junction of four arms with crossings, one lane each way, centre at (0, 0)."""

from functools import partial

from catseye.studio.scenarios import four_arms
from catseye.studio.scenarios.four_arms import Layout
from catseye.studio.scenarios.four_arms_traffic import flows, network, signals
from catseye.studio.scenarios.recipe import Scenario, Spot, Spots

LAYOUT = Layout(name="crossroads", lanes=1, lane_m=3.5, median_m=0.0, stop_m=10.5, crossing_m=3.2)
street = partial(four_arms.street, LAYOUT)
# More on two wheels and on foot than on the big roads.
_MIX = {
    "hatchback": 0.20,
    "saloon": 0.13,
    "estate": 0.12,
    "suv": 0.11,
    "van": 0.09,
    "box_truck": 0.03,
    "tipper": 0.02,
    "bus": 0.03,
    "motorcycle": 0.12,
    "bicycle": 0.15,
}


def _spots() -> Spots:
    """One lane each way: who stands beyond the junction holds up all behind, so that is far enough out to leave it free."""

    def spot(arm: str, from_centre_m: float, edges: tuple[str, ...]) -> Spot:
        return Spot(edge=f"{arm}_out", lane=1, at_m=from_centre_m - LAYOUT.stop_m, edges=edges)

    west, north = ("east_in", "west_out"), ("south_in", "north_out")
    walk = LAYOUT.stop_m - LAYOUT.crossing_m / 2
    return Spots(
        stopped_vehicle=(spot("west", 55.0, west), spot("north", 60.0, north)),
        illegal_parking=(spot("north", 52.0, north), spot("west", 58.0, west)),
        spill_back=((spot("west", 38.0, west),),),
        debris=(spot("west", 50.0, west), spot("north", 54.0, north)),
        red_light=tuple((f"{arm}_in", 1, f"{arm} ahead") for arm in ("north", "west", "south", "east")),
        wrong_way=(((1.75, 105.0), (1.75, -95.0)), ((-105.0, 1.75), (95.0, 1.75))),
        near_miss=(((-8.0, walk), (8.0, walk)), ((-walk, -8.0), (-walk, 8.0)), ((8.0, walk + 0.8), (-8.0, walk + 0.8))),
    )


SCENARIO = Scenario(
    name=LAYOUT.name,
    title="small signalised junction of four arms, one lane each way, with crossings",
    street=street,
    network=partial(network, LAYOUT),
    flows=tuple(flows(LAYOUT, {"through": 150.0, "left": 40.0, "right": 55.0}, _MIX, walks=1.5)),
    spots=_spots(),
    signals=signals(LAYOUT, green_s=18.0),
)
