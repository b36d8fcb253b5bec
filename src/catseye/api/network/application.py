"""The application of a network: its routes and page behind the guard that every server has."""

from pathlib import Path

from catseye.api.desk import desk_app
from catseye.api.guard import Guard
from catseye.api.network.routes import NetworkDesk, network_routes
from catseye.ports import Clock, FaultPictures, LedgerReader, NetworkControl


def create_network_app(
    control: NetworkControl,
    ledger: LedgerReader,
    *,
    clock: Clock,
    static: Path,
    host: str,
    pictures: FaultPictures | None = None,
) -> Guard:
    """The guarded ASGI application of a running network. ``static`` is the folder of the built pages.

    ``pictures`` are of faults; None where none are kept.
    ``host`` is what the server will listen on, and the one name besides those of loopback it answers to.
    """
    desk = NetworkDesk(control, ledger, clock, pictures)
    return desk_app(desk, network_routes(), static / "network.html", title="Catseye, a network of cameras", host=host)
