"""The composition root: the one file that names adapters. Each function builds one thing the commands need.

Imports stand inside the functions, so that a command loads only what it uses.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.core.ids import RunId, StreamId
from catseye.ports import (
    Clock,
    Detector,
    DetectorInfo,
    FaceFinder,
    FrameSource,
    LiveFeed,
    SourceOptions,
    Store,
    StoreReader,
    VehicleTyper,
)
from catseye.runtime.session import Watch, WatchOptions

if TYPE_CHECKING:
    from catseye.adapters.model_store import InstalledModel, ModelStore
    from catseye.adapters.tables import TracksFile
    from catseye.api.server import ApiServer
    from catseye.bench.doctor import Surroundings
    from catseye.bench.tools import Tools


def home() -> Path:
    """Where models and stores live: ``$CATSEYE_HOME``, else ``$XDG_DATA_HOME/catseye``, else ``~/.local/share/catseye``."""
    if given := os.environ.get("CATSEYE_HOME"):
        return Path(given)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "catseye"


def system_clock() -> Clock:
    """The clock of this machine."""
    from catseye.adapters.system_clock import SystemClock

    return SystemClock()


def open_source(
    spec: str,
    *,
    stream: StreamId,
    run: RunId,
    clock: Clock,
    start_ns: int | None = None,
    options: SourceOptions | None = None,
) -> FrameSource:
    """Open a file, a folder of pictures, ``/dev/video0``, ``rtsp(s)://`` or ``http(s)://`` (MJPEG, HLS) for one run.

    ``start_ns`` is the capture instant of a file's first frame; without it the file's own creation time is taken, else now. What
    ``options`` leave out of the credentials comes from CATSEYE_SOURCE_USER and CATSEYE_SOURCE_PASSWORD. Raises SourceError.
    """
    from catseye.adapters.image_folder import ImageFolder
    from catseye.adapters.pyav_source import open_pyav
    from catseye.core.address import NETWORK_SCHEMES, redacted, scheme
    from catseye.core.errors import SourceNotFoundError

    options = options or SourceOptions()
    if not options.user:
        user, password = os.environ.get("CATSEYE_SOURCE_USER", ""), os.environ.get("CATSEYE_SOURCE_PASSWORD", "")
        options = replace(options, user=user, password=password)
    if spec == "-" or (scheme(spec) and scheme(spec) not in NETWORK_SCHEMES):
        raise SourceNotFoundError(
            f"No source of the kind {redacted(spec)!r}.",
            "Give a file, a folder of pictures, /dev/video0, rtsp://, rtsps://, http:// or https://.",
        )
    if not scheme(spec) and Path(spec).is_dir():
        return ImageFolder(Path(spec), ids=(stream, run), clock=clock, start_ns=start_ns, options=options)
    return open_pyav(spec, ids=(stream, run), clock=clock, start_ns=start_ns, options=options)


def open_store(path: Path, *, clock: Clock) -> Store:
    """The store at ``path``, made where there is none, to write and read. Raises StoreError, also while another writes it."""
    from catseye.adapters.sqlite import SqliteStore

    return SqliteStore(path, clock=clock)


def read_store(path: Path, *, clock: Clock | None = None) -> StoreReader:
    """The store at ``path`` to read, whoever writes it meanwhile. Raises StoreError."""
    from catseye.adapters.sqlite import SqliteReader

    return SqliteReader(path, clock=clock or system_clock())


def check_store(path: Path) -> list[str]:
    """What is wrong with the store at ``path``, a sentence each; empty for a sound one. Raises StoreError where there is none."""
    from catseye.adapters import sqlite

    return sqlite.check_store(path)


def write_tables(store: StoreReader, stream: StreamId, folder: Path, *, timezone: str) -> None:
    """Write ``counts.csv`` and ``events.parquet`` of all the store has of a stream to a folder. Raises OutputError."""
    from catseye.adapters import tables
    from catseye.core.time import zone

    span = store.span(stream)
    tables.write_counts(folder / "counts.csv", store.counts(stream, *span) if span else (), zone(timezone))
    tables.write_events(folder / "events.parquet", store.events(stream, *span) if span else ())


def open_tracks_file(path: Path) -> "TracksFile":
    """A MOTChallenge file that grows with ``add(run, seq, tracks)``. Raises OutputError."""
    from catseye.adapters.tables import TracksFile

    return TracksFile(path)


def model_store() -> "ModelStore":
    """The installed models."""
    from catseye.adapters.model_store import ModelStore
    from catseye.adapters.openvino_detector import read_signature
    from catseye.adapters.tfjs import convert

    return ModelStore(home() / "models", read_signature=read_signature, convert=convert)


def models_in_use() -> tuple[str, ...]:
    """The names of the models that a run would use now; none where no detector is installed."""
    from catseye.vision.families import Kind

    store = model_store()
    models = store.installed()
    detectors = store.detectors() if any(model.kind is Kind.DETECTOR for model in models) else ()
    others = (store.one_of(kind) for kind in Kind if kind is not Kind.DETECTOR)
    return tuple(model.name for model in (*detectors, *others) if model)


def open_detector(name: str | None = None, *, engine: str = "openvino", threads: int | None = None) -> Detector:
    """The detector ``name``, a pair ``FINDER+NAMER``, or (None) the chosen default, else the best installed.

    ``engine`` is ``openvino`` or ``onnx``; ``threads`` is how many cores it may use (None: all). Raises ModelError when there is
    none, or when it is not what its hash says.
    """
    from catseye.vision.naming import PairedDetector, TypingDetector

    store = model_store()
    finder, *namers = (_one_detector(store, model, engine, threads) for model in store.detectors(name))
    detector = PairedDetector(finder, namers[0]) if namers else finder
    typer = open_vehicle_typer()
    return TypingDetector(detector, typer) if typer else detector


def _one_detector(store: "ModelStore", model: "InstalledModel", engine: str, threads: int | None) -> Detector:
    from catseye.core.errors import ModelError
    from catseye.vision.families import DETECTORS
    from catseye.vision.regional import Engine, RegionalDetector

    family, path = DETECTORS[model.family], store.network(model)
    running: Engine
    if engine == "openvino":
        from catseye.adapters.openvino_detector import OpenVinoEngine

        running = OpenVinoEngine(path, family.prepared, threads=threads)
    elif engine == "onnx":
        from catseye.adapters.onnx_detector import OnnxEngine

        running = OnnxEngine(path, family.prepared, threads=threads)
    else:
        raise ModelError(f"There is no engine {engine!r}.", "The engines are openvino and onnx.")
    return RegionalDetector(running, family, name=model.name, sha256=model.sha256)


def open_face_finder() -> FaceFinder | None:
    """What finds faces to blur, where one is installed."""
    from catseye.vision.families import Kind

    store = model_store()
    model = store.one_of(Kind.FACES)
    if model is None:
        return None
    from catseye.adapters.yunet import YuNet

    return YuNet(store.network(model))


def open_vehicle_typer() -> VehicleTyper | None:
    """What tells body types of vehicles, where one is installed."""
    from catseye.vision.families import Kind

    store = model_store()
    model = store.one_of(Kind.VEHICLE_TYPES)
    if model is None:
        return None
    from catseye.adapters.vehicle_attributes import VehicleAttributes

    return VehicleAttributes(store.network(model))


def serve_live(feed: LiveFeed, store: Store, detector: DetectorInfo, clock: Clock, address: tuple[str, int]) -> "ApiServer":
    """The live page and API of a stream, begun to be served on (host, port). Raises ConfigError where the port is taken."""
    from catseye.api.application import create_app
    from catseye.api.server import ApiServer

    host, port = address
    static = Path(__file__).parent / "api" / "static"
    server = ApiServer(create_app(feed, store, detector=detector, clock=clock, static=static, host=host), host, port)
    server.start()
    return server


def open_watch(options: WatchOptions, clock: Clock | None = None) -> Watch:
    """Everything a watch needs, opened: detector, store, sinks, page. The source is opened when it runs. Raises CatseyeError."""
    from catseye.adapters.jpeg import encode_jpeg
    from catseye.runtime.feed import Feed
    from catseye.runtime.live import LiveSink
    from catseye.runtime.session import choose_scene, prepare_folder, stream_name, watching
    from catseye.runtime.worker import StreamWorker

    clock = clock or system_clock()
    stream = StreamId(stream_name(options))
    folder = prepare_folder(options, home() / "streams" / stream)
    scene = choose_scene(options, folder)
    detector = open_detector(options.detector, engine=options.engine, threads=options.threads)
    how = watching(options, scene, detector.info, open_face_finder())
    opener = _opener(options, stream, clock, how.params.timezone)
    store = open_store(folder / "store.sqlite", clock=clock)
    worker = StreamWorker(stream, open_source=opener, detector=detector, store=store, clock=clock, watching=how)
    watch = Watch(worker, store, detector.info, folder / "scene.toml", options.out, write_tables)
    watch.resumed = options.scene is None and scene is not None
    _add_files(watch, options)
    if options.web:
        feed = Feed(stream, worker.vitals.health, worker.scene_now)
        watch.add(LiveSink(feed, worker, encode_jpeg))
        try:
            watch.server = serve_live(feed, store, detector.info, clock, options.web)
        except BaseException:
            store.close()
            raise
        watch.address = watch.server.url
    return watch


def _opener(options: WatchOptions, stream: StreamId, clock: Clock, timezone: str) -> Callable[[RunId], FrameSource]:
    """Opens the source of a watch for each run; a file in real time is paced, and begins now where it is not the first run."""
    from catseye.core.time import parse_instant, zone
    from catseye.runtime.pacing import Paced

    start_ns = parse_instant(options.start, zone(timezone)) if options.start else None
    runs = 0

    def opener(run: RunId) -> FrameSource:
        nonlocal runs
        runs += 1
        begins_ns = clock.now_ns() if runs > 1 and options.realtime else start_ns
        source = open_source(
            options.source, stream=stream, run=run, clock=clock, start_ns=begins_ns, options=SourceOptions(udp=options.udp)
        )
        return Paced(source, clock) if options.realtime and not source.info.live else source

    return opener


def _add_files(watch: Watch, options: WatchOptions) -> None:
    """The files that are written frame by frame."""
    if options.out is None:
        return
    from catseye.adapters.video_writer import Mp4Writer
    from catseye.runtime.annotate import AnnotateSink
    from catseye.runtime.tracks_sink import TracksSink

    out = options.out
    watch.add(TracksSink(lambda: open_tracks_file(out / "tracks.txt")))
    if options.annotate:
        watch.add(AnnotateSink(lambda size: Mp4Writer(out / "annotated.mp4", size, options.analysed_fps)))


def _bench_source(path: Path) -> FrameSource:
    return open_source(str(path), stream=StreamId("bench"), run=RunId("bench"), clock=system_clock())


def _bench_store(path: Path) -> Store:
    return open_store(path, clock=system_clock())


def _bench_detector(threads: int | None) -> Detector:
    return open_detector(threads=threads)


def bench_tools() -> "Tools":
    """What the bench and the doctor measure with. Their clips are kept below ``home()``."""
    from catseye.adapters.clip_writer import write_clip
    from catseye.adapters.jpeg import encode_jpeg
    from catseye.adapters.pyav_source.bare import decode_bare
    from catseye.bench.tools import Tools

    return Tools(
        clock=system_clock(),
        folder=home() / "bench",
        open_source=_bench_source,
        decode_bare=decode_bare,
        write_clip=write_clip,
        open_store=_bench_store,
        open_detector=_bench_detector,
        encode_jpeg=encode_jpeg,
    )


def surroundings() -> "Surroundings":
    """What the doctor examines."""
    from catseye.adapters.devices import devices
    from catseye.adapters.pyav_source.bare import decoders
    from catseye.bench.doctor import ModelState, Surroundings

    def models() -> tuple[ModelState, ...]:
        store, used = model_store(), models_in_use()
        return tuple(
            ModelState(name=model.name, kind=model.kind, in_use=model.name in used, problem=store.problem(model) or "")
            for model in store.installed()
        )

    return Surroundings(
        tools=bench_tools(),
        home=home(),
        page=Path(__file__).parent / "api" / "static" / "index.html",
        devices=devices,
        decoders=decoders,
        models=models,
        open_source=lambda spec: open_source(spec, stream=StreamId("doctor"), run=RunId("doctor"), clock=system_clock()),
    )
