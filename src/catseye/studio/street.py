"""A street in metres: where one drives and walks, what is painted on it, and what stands beside it.

Coordinates are metres on a local plane, x to the east, y to the north, z up, the carriageway at z = 0. Yaw angles are radians,
counter-clockwise from east. Traffic keeps to the right.
"""

from typing import Literal

import msgspec

from catseye.core.geometry import XY
from catseye.core.scene import LaneUse

SurfaceKind = Literal["carriageway", "sidewalk", "island", "verge", "shoulder", "cycle_lane", "parking"]
MarkingKind = Literal["lane", "centre", "edge", "stop", "give_way", "zebra", "arrow", "hatching", "no_stopping"]
FixtureKind = Literal["building", "tree", "lamp_post", "sign", "barrier", "gantry", "hedge", "bollard", "bench", "cabinet"]


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """One lane: its centre line in driving direction. ``approach`` names the arm that it leads in from, "" where it leads out.

    ``stops`` is true where it ends at a stop line or a give-way line: queues stand there. ``use`` says whom it is for.
    """

    name: str
    approach: str
    centre: tuple[XY, ...]
    width_m: float
    limit_mps: float
    stops: bool = False
    use: LaneUse = "all"


class Surface(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of ground; ``height_m`` above the carriageway (a kerb stands where it is raised)."""

    kind: SurfaceKind
    polygon: tuple[XY, ...]
    height_m: float = 0.0


class Marking(msgspec.Struct, frozen=True, kw_only=True):
    """Paint: one closed polygon, dashes already cut, so that whoever draws it fills it."""

    kind: MarkingKind
    polygon: tuple[XY, ...]
    colour: Literal["white", "yellow"] = "white"


class SignalHead(msgspec.Struct, frozen=True, kw_only=True):
    """One signal head on a pole at ``position_m``; lamps face along ``facing_rad``. ``arm_m`` > 0 hangs it over the road on an arm.

    ``approach`` names the arm or crossing that obeys it.
    """

    name: str
    kind: Literal["vehicle", "pedestrian"]
    approach: str
    position_m: XY
    facing_rad: float
    height_m: float = 3.4
    arm_m: float = 0.0


class Fixture(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that stands: an outline of its foot (a building, a barrier, a hedge) or a circle round ``position_m``.

    ``seed`` decides its looks; ``facing_rad`` where its front or arm points.
    """

    kind: FixtureKind
    position_m: XY
    height_m: float
    outline: tuple[XY, ...] = ()
    facing_rad: float = 0.0
    seed: int = 0


class GroundLine(msgspec.Struct, frozen=True, kw_only=True):
    """A count line in metres. ``directions[0]`` is the way from the left hand to the right hand of a walker from a to b.

    The same hands as in a picture: seen from above, someone who walks north and is passed from west to east is passed in
    ``directions[0]``.
    """

    name: str
    points: tuple[XY, XY]
    directions: tuple[str, str]


class GroundZone(msgspec.Struct, frozen=True, kw_only=True):
    """A zone in metres."""

    name: str
    polygon: tuple[XY, ...]


class GroundMovement(msgspec.Struct, frozen=True, kw_only=True):
    """A way through: out of the zone ``origin`` and into ``destination``. ``turn`` is left, through, right or u."""

    name: str
    origin: str
    destination: str
    turn: Literal["left", "through", "right", "u"]


class Street(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of a street that does not move; written as ``street.json`` beside the truth.

    ``style`` sets the surroundings that nobody listed: a town with façades, a suburb, open country.
    """

    name: str
    style: Literal["town", "suburb", "country"]
    lanes: tuple[Lane, ...]
    surfaces: tuple[Surface, ...]
    markings: tuple[Marking, ...]
    signals: tuple[SignalHead, ...]
    fixtures: tuple[Fixture, ...]
    lines: tuple[GroundLine, ...]
    zones: tuple[GroundZone, ...]
    movements: tuple[GroundMovement, ...]
