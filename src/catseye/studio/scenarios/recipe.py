"""What a scenario is: a street, the same street as SUMO's plain XML, and the traffic that belongs on it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from catseye.core.geometry import XY
from catseye.studio.street import Street

WALK = "walker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """SUMO's plain XML, as netconvert reads it: nodes, edges, and connections with crossings. Lanes carry the street's names."""

    nodes: str
    edges: str
    connections: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A stop that belongs to a way, such as a bus stop: a lane (edge and index), metres along it, least and most seconds."""

    edge: str
    lane: int
    at_m: float
    seconds: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Road users an hour that take one way. ``edges`` are SUMO's; the other names are the street's, "" where none applies.

    ``never`` lists models that do not take this way, such as a bus that does not turn there. ``mix`` is the share of each model.
    ``depart_m`` and ``arrive_m`` are where those on foot begin and end, along the first and last edge.
    """

    edges: tuple[str, ...]
    per_h: float
    origin: str = ""
    destination: str = ""
    movement: str = ""
    mix: dict[str, float] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    depart_m: float = 0.0
    arrive_m: float = 0.0
    lane: str = "best"
    call: Call | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What signal heads show for a while; heads that are not named are red. ``shown``: head to state."""

    seconds: float
    shown: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """A fixed-time program, from t = 0 again and again. ``obeys``: the head of each of SUMO's ways "from>to" or crossing.

    ``yields`` are ways that are green only after others.
    """

    node: str
    stages: tuple[Stage, ...]
    obeys: dict[str, str]
    yields: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where something can stand or stop: a lane (edge and index), metres along it, and the way that leads there and on."""

    edge: str
    lane: int
    at_m: float
    edges: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """Where happenings make sense on this street. ``wrong_way`` and ``near_miss`` are paths in metres that SUMO does not know.

    ``red_light`` lists edge, lane index, and the head that is disregarded.
    """

    stopped_vehicle: tuple[Spot, ...] = ()
    illegal_parking: tuple[Spot, ...] = ()
    spill_back: tuple[tuple[Spot, ...], ...] = ()
    debris: tuple[Spot, ...] = ()
    red_light: tuple[tuple[str, int, str], ...] = ()
    wrong_way: tuple[tuple[XY, ...], ...] = ()
    near_miss: tuple[tuple[XY, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A vehicle that stands off the lanes all the time; ``at_m`` is the middle of its footprint."""

    model: str
    at_m: XY
    yaw_rad: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A street with its traffic. ``street`` is made when asked for."""

    name: str
    title: str
    street: Callable[[], Street]
    network: Callable[[], Network]
    flows: tuple[Flow, ...]
    spots: Spots
    signals: Signals | None = None
    parked: tuple[Parked, ...] = ()
