"""The routes of a network under ``/api/v1/network``."""

from typing import Annotated

from litestar import Controller, Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec.structs import replace

from catseye.api.network.views import CameraView, HealthView, NetworkView, camera_view, health_view
from catseye.core.address import NETWORK_SCHEMES, host, scheme
from catseye.core.cameras import Camera
from catseye.core.errors import ConfigError
from catseye.core.health import CameraState
from catseye.core.ids import StreamId
from catseye.core.network import CameraStatus
from catseye.core.time import nanoseconds
from catseye.ports import Clock, FaultPictures, LedgerReader, NetworkControl

DAY_S = 24 * 3600
MOST_S = 31 * DAY_S
Hours = Annotated[float, QueryParameter(description="How many hours back from now: up to 744.")]


class NetworkDesk:
    """What the routes draw on: the running network, the ledger of its health, and pictures of faults."""

    def __init__(self, control: NetworkControl, ledger: LedgerReader, clock: Clock, pictures: FaultPictures | None) -> None:
        self.control, self.ledger, self.clock, self.pictures = control, ledger, clock, pictures

    def registered(self, name: str) -> Camera | None:
        """A camera as it is registered."""
        return next((status.camera for status in self.control.statuses() if status.camera.name == name), None)

    def status(self, name: str) -> CameraStatus:
        """How a camera is now. NotFoundException for a name that is not registered."""
        for status in self.control.statuses():
            if status.camera.name == name:
                return status
        raise NotFoundException(f"No camera {name!r} is registered.")


TheDesk = NamedDependency[NetworkDesk]


class NetworkRoutes(Controller):
    """A network and its cameras. Whatever changes one camera leaves the others alone."""

    path = "/network"

    @get("/", sync_to_thread=True)
    def network(self, desk: TheDesk) -> NetworkView:
        """The network now."""
        control = desk.control
        cameras = tuple(camera_view(status) for status in control.statuses())
        at_ns = desk.clock.now_ns()
        return NetworkView(name=control.name, timezone=control.timezone, at_ns=at_ns, load=control.load(), cameras=cameras)

    @get("/cameras/{name:str}", sync_to_thread=True)
    def camera(self, desk: TheDesk, name: FromPath[str]) -> CameraView:
        """One camera now."""
        return camera_view(desk.status(name))

    @get("/cameras/{name:str}/health", sync_to_thread=True)
    def health(self, desk: TheDesk, name: FromPath[str], hours: Hours = 24.0) -> HealthView:
        """How a camera was. Default: the last day."""
        stream = desk.status(name).camera.name
        if not 0 < hours * 3600 <= MOST_S:
            raise ConfigError("The stretch asked for is not between 0 and 744 hours long.", "Give fewer hours.")
        end_ns = desk.clock.now_ns()
        start_ns = end_ns - nanoseconds(hours * 3600)
        pictured = frozenset() if desk.pictures is None else desk.pictures.of(stream)
        return health_view(desk.ledger.minutes(start_ns, end_ns, stream), desk.ledger.episodes(start_ns, end_ns, stream), pictured)

    @get("/cameras/{name:str}/health/{fault:str}/{began_ns:int}/picture.jpg", sync_to_thread=True, media_type="image/jpeg")
    def seen(self, desk: TheDesk, name: FromPath[str], fault: FromPath[str], began_ns: FromPath[int]) -> Response[bytes]:
        """What a camera saw when a fault (a state) was told, redacted; 404 where there is no picture any more."""
        stream = desk.status(name).camera.name
        jpeg = None
        if desk.pictures is not None and fault in set(CameraState):
            jpeg = desk.pictures.find(stream, CameraState(fault), began_ns)
        if jpeg is None:
            raise NotFoundException(f"There is no picture of that fault of {name!r}.")
        return Response(jpeg, media_type="image/jpeg")

    @get("/cameras/{name:str}/picture.jpg", sync_to_thread=True, media_type="image/jpeg")
    def picture(self, desk: TheDesk, name: FromPath[str]) -> Response[bytes]:
        """What a camera sees now, redacted; 404 where there is no picture to be had."""
        jpeg = desk.control.picture(desk.status(name).camera.name)
        if jpeg is None:
            raise NotFoundException(f"There is no picture of {name!r} now.")
        return Response(jpeg, media_type="image/jpeg")

    @put("/cameras/{name:str}", sync_to_thread=True)
    def register(self, desk: TheDesk, name: FromPath[str], data: JSONBody[Camera]) -> CameraView:
        """Add a camera, or change it; all its fields are told. It is kept in the network's file.

        What names files of this machine (credentials, scene, a clip as address) is only taken from that file itself.
        """
        if data.name != name:
            raise ConfigError(f"The camera's name is {data.name!r} and its path says {name!r}.", "Give the same name in both.")
        desk.control.put(_harmless(data, desk.registered(data.name)))
        return camera_view(desk.status(name))

    @post("/cameras/{name:str}/pause", sync_to_thread=True, status_code=200)
    def pause(self, desk: TheDesk, name: FromPath[str]) -> CameraView:
        """Stop watching a camera; it is not due until it is resumed."""
        desk.control.pause(desk.status(name).camera.name)
        return camera_view(desk.status(name))

    @post("/cameras/{name:str}/resume", sync_to_thread=True, status_code=200)
    def resume(self, desk: TheDesk, name: FromPath[str]) -> CameraView:
        """Watch a paused camera again."""
        desk.control.resume(desk.status(name).camera.name)
        return camera_view(desk.status(name))

    @delete("/cameras/{name:str}", sync_to_thread=True)
    def remove(self, desk: TheDesk, name: FromPath[str]) -> None:
        """Take a camera out of the register; what it counted stays."""
        desk.control.remove(StreamId(desk.status(name).camera.name))


def _harmless(told: Camera, known: Camera | None) -> Camera:
    """The camera, with what names files of this machine as it is registered. Raises ConfigError for other files.

    Else whoever may use the API could have any file sent to an address of theirs, or shown.
    """
    for key in ("credentials", "scene"):
        value, before = getattr(told, key), "" if known is None else getattr(known, key)
        if value not in {"", before}:
            raise ConfigError(f"'{key}' names a file of the server's.", f"Write '{key}' into the network's file there.")
        told = replace(told, **{key: before})
    if known is not None and known.credentials:
        its_own = {host(known.address), host(known.onvif)}
        for key in ("address", "onvif"):
            if getattr(told, key) and host(getattr(told, key)) not in its_own:
                raise ConfigError(
                    f"'{key}' leads to another host, which would be offered the credentials of {told.name!r}.",
                    f"Write '{key}' into the network's file there, or register the other host as another camera.",
                )
    if scheme(told.address) not in NETWORK_SCHEMES and (known is None or told.address != known.address):
        raise ConfigError("'address' names a file of the server's.", "Write it into the network's file there, or give rtsp://...")
    return told


def network_routes() -> Router:
    """All routes, under ``/api/v1``."""
    return Router("/api/v1", route_handlers=[NetworkRoutes])
