"""Puts one worker process of a network together: its detector, and each camera with its source, store and pictures."""

import logging
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.app.machine import system_clock
from catseye.core.cameras import Camera, Network
from catseye.core.errors import OutputError
from catseye.core.ids import RunId
from catseye.ports import Clock, Detector, FrameSource

if TYPE_CHECKING:
    from catseye.runtime.network.holder import OpenWorker
    from catseye.runtime.network.overseeing import Overseer
    from catseye.runtime.network.pictures import PictureSink
    from catseye.runtime.worker import StreamWorker

_MEMORY_SHARE = 0.75  # of the machine's, that one process may address before it fails by itself


def work(connection: Connection, network: Network, cores: int) -> None:
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


def make_folder(folder: Path) -> None:
    """Make the folder of a network's data, or one in it. Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"Cannot write to {folder}: {error.strerror}.", "Give 'data' under [network] a folder you may write to."
        ) from error


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
    from catseye.runtime.network.shelf import FaultShelf
    from catseye.runtime.worker import StreamWorker, Watching

    def open_worker(
        camera: Camera, detector: Detector, give: Callable[[bytes], None]
    ) -> "tuple[StreamWorker, PictureSink, Callable[[], None]]":
        folder = Path(network.network.data) / "cameras" / camera.name
        make_folder(folder)
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
        shelf = FaultShelf(folder.parent, clock, lambda _: camera.retention_h)
        pictures = PictureSink(encode_jpeg, give, shelf.keep)
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
