"""What is known of a camera of a network, and what is asked of it."""

from typing import Final, Literal

import msgspec

from catseye.core.ids import StreamId
from catseye.core.orders import Orders

PublicPlace = Literal[
    "street",
    "junction",
    "crossing",
    "motorway",
    "bridge",
    "tunnel",
    "square",
    "park",
    "stop",
    "station",
    "car_park",
    "port",
    "site",
]
LonLat = tuple[float, float]
PRIVATE_INTERIORS: Final = frozenset({"home", "hotel_room", "dormitory", "toilet", "changing_room", "private_interior"})
USUAL_RETENTION_H: Final = 24.0
MOST_PX_PER_M: Final = 125.0  # more of the ground than a public view needs


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a camera stands and looks: (longitude, latitude) in degrees of WGS 84, heading in degrees clockwise from north.

    ``reach_m`` is how far along the ground it is of use. None is not known.
    """

    point: LonLat
    heading_deg: float | None = None
    field_of_view_deg: float | None = None
    reach_m: float | None = None
    height_m: float | None = None


class Camera(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One camera as it is registered.

    ``address`` holds no credentials: ``credentials`` names where they are (``file:PATH`` or ``env:NAME``). ``priority`` 1 is the
    last to be shed. ``scene`` is the path of its scene file; without one, lines are proposed. ``onvif`` is its device service.
    """

    name: StreamId
    address: str
    kind_of_place: str
    purpose: str
    legal_basis: str
    signage: str = ""
    title: str = ""
    owner: str = ""
    contact: str = ""
    district: str = ""
    place: Place | None = None
    onvif: str = ""
    credentials: str = ""
    udp: bool = False
    scene: str = ""
    analysed_fps: float = 5.0
    priority: int = 2
    retention_h: float = USUAL_RETENTION_H
    paused: bool = False


class Maintenance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A planned stretch [start, end) in which cameras are not due: by name, or all of a district."""

    start: str
    end: str
    why: str
    cameras: tuple[str, ...] = ()
    district: str = ""


class NetworkSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[network]`` of a network file. ``data`` is the folder of stores and ledger; ``workers`` 0: as many as the machine carries.

    ``detector`` "" is the best one installed. ``listen`` is host:port of the page and API. ``onvif_every_s`` is how often each
    camera that names an ONVIF service is asked how it is; 0: never.
    """

    name: str = "Cameras"
    timezone: str = "UTC"
    data: str = "data"
    listen: str = "127.0.0.1:8420"
    workers: int = 0
    detector: str = ""
    onvif_every_s: float = 30.0


class Allowed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[reach]`` of a network file: what Catseye may connect to (``core.reach``)."""

    allow: tuple[str, ...] = ()


class Network(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A network file: its cameras, when they are not due, and how it is run. Without ``orders`` nobody is told of faults."""

    network: NetworkSettings = NetworkSettings()
    reach: Allowed = Allowed()
    cameras: tuple[Camera, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    orders: Orders | None = None
