"""What drives, rides and walks in the studio: models and their outer sizes.

A model is a build of road user with one size; looks (paint, clothes) vary. Sizes are those of common European vehicles.
"""

import msgspec

from catseye.core.road_users import RoadUser


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A build of road user. Sizes in metres, of the whole outline (mirrors left out, rider included).

    ``trailer_m`` is the length of the trailer of an articulated vehicle, which is part of ``length_m``; 0 for the others.
    ``road_user`` is None for a thing that is none, such as debris.
    """

    name: str
    road_user: RoadUser | None
    length_m: float
    width_m: float
    height_m: float
    trailer_m: float = 0.0


_ALL = (
    Model(name="hatchback", road_user=RoadUser.CAR, length_m=4.05, width_m=1.77, height_m=1.49),
    Model(name="saloon", road_user=RoadUser.CAR, length_m=4.70, width_m=1.83, height_m=1.45),
    Model(name="estate", road_user=RoadUser.CAR, length_m=4.75, width_m=1.84, height_m=1.50),
    Model(name="suv", road_user=RoadUser.CAR, length_m=4.60, width_m=1.88, height_m=1.69),
    Model(name="van", road_user=RoadUser.VAN, length_m=5.60, width_m=2.02, height_m=2.45),
    Model(name="box_truck", road_user=RoadUser.TRUCK, length_m=8.50, width_m=2.50, height_m=3.45),
    Model(name="tipper", road_user=RoadUser.TRUCK, length_m=8.00, width_m=2.50, height_m=3.05),
    Model(name="articulated", road_user=RoadUser.TRUCK, length_m=16.50, width_m=2.55, height_m=4.00, trailer_m=13.60),
    Model(name="bus", road_user=RoadUser.BUS, length_m=12.00, width_m=2.55, height_m=3.10),
    Model(name="motorcycle", road_user=RoadUser.MOTORCYCLE, length_m=2.15, width_m=0.85, height_m=1.72),
    Model(name="bicycle", road_user=RoadUser.BICYCLE, length_m=1.80, width_m=0.65, height_m=1.80),
    Model(name="walker", road_user=RoadUser.PEDESTRIAN, length_m=0.50, width_m=0.55, height_m=1.75),
    Model(name="debris", road_user=None, length_m=0.90, width_m=0.70, height_m=0.55),
)
MODELS: dict[str, Model] = {model.name: model for model in _ALL}
