"""Puts a running network together: its register, ledger, processes, work orders, page."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.app.machine import system_clock
from catseye.app.network_worker import make_folder, work
from catseye.app.stores import NetworkLedger, open_ledger
from catseye.core.cameras import USUAL_RETENTION_H, Network
from catseye.core.ids import StreamId
from catseye.ports import Clock
from catseye.runtime.network.supervisor import Spawn, Supervisor

if TYPE_CHECKING:
    from catseye.api.server import ApiServer
    from catseye.runtime.network.shelf import FaultShelf

_TIDY_EVERY_S = 600.0


@dataclass(slots=True)
class Running:
    """A network that runs. ``server`` is None where no page was asked for."""

    supervisor: Supervisor
    ledger: NetworkLedger
    server: "ApiServer | None"
    end_orders: Callable[[], None]

    def close(self) -> None:
        """End the page, the cameras, the orders and the ledger, in this order."""
        if self.server is not None:
            self.server.stop()
        self.supervisor.close()
        self.end_orders()
        self.ledger.close()


def open_network(path: Path, *, listen: tuple[str, int] | None, clock: Clock | None = None) -> Running:
    """Begin to run the network of a file. Raises CatseyeError."""
    from catseye.app.ordering import open_order_desk
    from catseye.runtime.network.register import Register

    clock = clock or system_clock()
    register = Register(path)
    network = register.network
    make_folder(Path(network.network.data))
    _check_detector(network)
    ledger = open_ledger(Path(network.network.data) / "network.sqlite")
    supervisor = Supervisor(register, _spawner(network), ledger, clock, cores=len(os.sched_getaffinity(0)))
    supervisor.start()
    desk = open_order_desk(network, path.resolve().parent, ledger, clock=clock, districts=supervisor.districts)
    if desk is not None:
        desk.start()
    shelf, end_tidying = _tidied_shelf(supervisor, clock)

    def end_others() -> None:
        end_tidying()
        if desk is not None:
            desk.close()

    running = Running(supervisor, ledger, None, end_others)
    if listen is not None:
        try:
            running.server = _serve(supervisor, ledger, clock, listen, shelf)
        except BaseException:
            running.close()
            raise
    return running


def _tidied_shelf(supervisor: Supervisor, clock: Clock) -> "tuple[FaultShelf, Callable[[], None]]":
    """The pictures of faults of all cameras, and what ends the thread that deletes old ones, of cameras taken out too."""
    from catseye.runtime.network.shelf import FaultShelf

    def retention_h(name: StreamId) -> float:
        kept = {camera.name: camera.retention_h for camera in supervisor.network.cameras}
        return kept.get(name, USUAL_RETENTION_H)

    shelf, ended = FaultShelf(Path(supervisor.network.network.data) / "cameras", clock, retention_h), threading.Event()

    def tidy() -> None:
        while True:
            shelf.tidy_all()
            if ended.wait(_TIDY_EVERY_S):
                return

    thread = threading.Thread(target=tidy, name="catseye-shelf", daemon=True)
    thread.start()

    def end() -> None:
        ended.set()
        thread.join()

    return shelf, end


def _serve(
    supervisor: Supervisor, ledger: NetworkLedger, clock: Clock, listen: tuple[str, int], shelf: "FaultShelf"
) -> "ApiServer":
    from catseye.api.network import create_network_app
    from catseye.api.server import ApiServer

    static = Path(__file__).parents[1] / "api" / "static"
    app = create_network_app(supervisor, ledger, clock=clock, static=static, host=listen[0], pictures=shelf)
    server = ApiServer(app, *listen)
    server.start()
    return server


def _check_detector(network: Network) -> None:
    """Open the detector once, so that what is wrong with it is told here and not in every process. Raises ModelError."""
    from catseye.app.detectors import open_detector

    open_detector(network.network.detector or None, threads=1).close()


def _spawner(network: Network) -> Spawn:
    context = multiprocessing.get_context("spawn")  # forked, the threads of an engine would be gone

    def spawn(number: int, cores: int) -> tuple[BaseProcess, Connection]:
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs, network, cores), name=f"catseye-worker-{number}", daemon=True)
        process.start()
        theirs.close()
        return process, ours

    return spawn
