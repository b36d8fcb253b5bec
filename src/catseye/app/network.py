"""Puts a running network together: its register, ledger, processes, work orders, page."""

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.app.machine import system_clock
from catseye.app.stores import NetworkLedger, open_ledger
from catseye.core.cameras import Camera, Network
from catseye.core.errors import OutputError
from catseye.core.ids import RunId
from catseye.ports import Clock, Detector, FrameSource
from catseye.runtime.network.supervisor import Spawn, Supervisor

if TYPE_CHECKING:
    from catseye.api.server import ApiServer
    from catseye.runtime.network.holder import OpenWorker
    from catseye.runtime.network.overseeing import Overseer
    from catseye.runtime.network.pictures import PictureSink
    from catseye.runtime.worker import StreamWorker

_MEMORY_SHARE = 0.75  # of the machine's, that one process may address before it fails by itself


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
    _make(Path(network.network.data))
    _check_detector(network)
    ledger = open_ledger(Path(network.network.data) / "network.sqlite")
    supervisor = Supervisor(register, _spawner(network), ledger, clock, cores=len(os.sched_getaffinity(0)))
    supervisor.start()
    desk = open_order_desk(network, path.resolve().parent, ledger, clock=clock, districts=supervisor.districts)
    if desk is not None:
        desk.start()
    running = Running(supervisor, ledger, None, desk.close if desk is not None else lambda: None)
    if listen is not None:
        try:
            running.server = _serve(supervisor, ledger, clock, listen)
        except BaseException:
            running.close()
            raise
    return running


def _serve(supervisor: Supervisor, ledger: NetworkLedger, clock: Clock, listen: tuple[str, int]) -> "ApiServer":
    from catseye.api.network import create_network_app
    from catseye.api.server import ApiServer

    static = Path(__file__).parents[1] / "api" / "static"
    server = ApiServer(create_network_app(supervisor, ledger, clock=clock, static=static, host=listen[0]), *listen)
    server.start()
    return server


def _check_detector(network: Network) -> None:
    """Open the detector once, so that what is wrong with it is told here and not in every process. Raises ModelError."""
    from catseye.app.detectors import open_detector

    open_detector(network.network.detector or None, threads=1).close()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"Cannot write to {folder}: {error.strerror}.", "Give 'data' under [network] a folder you may write to."
        ) from error


def _spawner(network: Network) -> Spawn:
    context = multiprocessing.get_context("spawn")  # forked, the threads of an engine would be gone

    def spawn(number: int, cores: int) -> tuple[BaseProcess, Connection]:
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, network, cores), name=f"catseye-worker-{number}", daemon=True)
        process.start()
        theirs.close()
        return process, ours

    return spawn


def _work(connection: Connection, network: Network, cores: int) -> None:
    """A worker process."""
    from catseye.app.detectors import open_detector
    from catseye.runtime.network.process import serve
    from catseye.runtime.network.shared_detector import SharedDetector

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all processes of a terminal; the supervisor says when to end
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    _bound_memory()
    clock = system_clock()
    detector = open_detector(network.network.detector or None, threads=cores)
    overseer = _overseer(network, clock)
    try:
        serve(connection, SharedDetector(detector, clock), _worker_opener(network, clock, overseer), clock)
    finally:
        overseer.close()


def _overseer(network: Network, clock: Clock) -> "Overseer":
    """What asks the cameras of this process how they are, over ONVIF and within the network's reach."""
    from catseye.app.cameras import open_service
    from catseye.core.reach import Reach
    from catseye.runtime.network.overseeing import Overseer

    reach = Reach(network.reach.allow)
    return Overseer(lambda camera: open_service(camera, reach, clock), clock, every_s=network.network.onvif_every_s)


def _bound_memory() -> None:
    """A stream made to eat memory ends its own process, and not the machine."""
    import resource

    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    bound = int(_MEMORY_SHARE * whole)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))


def _worker_opener(network: Network, clock: Clock, overseer: "Overseer") -> "OpenWorker":
    """How a camera's worker is made in its process."""
    from catseye.adapters.jpeg import encode_jpeg
    from catseye.app.detectors import open_face_finder
    from catseye.app.stores import open_store
    from catseye.config.scene_file import dump_scene, load_scene
    from catseye.config.whole import write_whole
    from catseye.core.scene import Scene
    from catseye.pipeline.camera import PipelineParams, tracker_for
    from catseye.runtime.network.pictures import PictureSink
    from catseye.runtime.worker import StreamWorker, Watching

    def open_worker(
        camera: Camera, detector: Detector, give: Callable[[bytes], None]
    ) -> "tuple[StreamWorker, PictureSink, Callable[[], None]]":
        folder = Path(network.network.data) / "cameras" / camera.name
        _make(folder)
        kept = folder / "scene.toml"
        scene = load_scene(Path(camera.scene)) if camera.scene else load_scene(kept) if kept.exists() else None
        watching = Watching(
            params=PipelineParams(
                input_size=detector.info.input_size,
                timezone=scene.timezone if scene else network.network.timezone,
                tracker=tracker_for(detector.info),
            ),
            scene=scene,
            face_finder=open_face_finder(),
            analysed_fps=camera.analysed_fps,
            loop=True,
            patient=True,
        )
        store = open_store(folder / "store.sqlite", clock=clock)
        worker = StreamWorker(
            camera.name, open_source=_opener(camera, network, clock), detector=detector, store=store, clock=clock, watching=watching
        )

        def keep(proposed: Scene) -> None:
            comment = "Count lines proposed from the flows seen. Edit them, and name the file as the camera's 'scene'."
            write_whole(kept, dump_scene(proposed, comment=comment).encode())

        worker.on_scene = keep
        worker.remember_health(folder / "health.json")
        pictures = PictureSink(encode_jpeg, give)
        worker.sinks.append(pictures)
        if not camera.onvif or not network.network.onvif_every_s:
            return worker, pictures, store.close
        watched = overseer.watch(camera, folder / "looks.json")
        worker.listen(watched.says)

        def close() -> None:
            overseer.forget(watched)
            store.close()

        return worker, pictures, close

    return open_worker


def _opener(camera: Camera, network: Network, clock: Clock) -> Callable[[RunId], FrameSource]:
    """Opens a camera within the network's reach; a clip plays at its own pace, from now on."""
    from catseye.app.cameras import open_camera
    from catseye.app.sources import open_source
    from catseye.core.address import NETWORK_SCHEMES, scheme
    from catseye.core.reach import Reach
    from catseye.runtime.pacing import Paced

    reach = Reach(network.reach.allow)

    def opener(run: RunId) -> FrameSource:
        if scheme(camera.address) in NETWORK_SCHEMES:
            return open_camera(camera, run, clock, reach)
        source = open_source(camera.address, stream=camera.name, run=run, clock=clock, start_ns=clock.now_ns())
        return Paced(source, clock)

    return opener
