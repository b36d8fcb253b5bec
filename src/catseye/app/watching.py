"""Puts a watch together."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.app.detectors import open_detector, open_face_finder
from catseye.app.machine import home, system_clock
from catseye.app.sources import open_source
from catseye.app.stores import open_store, open_tracks_file, write_tables
from catseye.app.truths import open_truth
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import Scene
from catseye.ports import Clock, DetectorInfo, FrameSource, LiveFeed, SignalFeed, SourceOptions, Store
from catseye.runtime.session import Watch, WatchOptions

if TYPE_CHECKING:
    from catseye.api.server import ApiServer
    from catseye.runtime.clips import ClipSink
    from catseye.runtime.comparing import Comparing
    from catseye.runtime.worker import Watching


def serve_live(feed: LiveFeed, store: Store, detector: DetectorInfo, clock: Clock, address: tuple[str, int]) -> "ApiServer":
    """The live page and API of a stream, begun to be served on (host, port). Raises ConfigError where the port is taken."""
    from catseye.api.application import create_app
    from catseye.api.server import ApiServer

    host, port = address
    static = Path(__file__).parents[1] / "api" / "static"
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
    comparing, notes = _open_comparing(options, scene, clock)
    detector = open_detector(options.detector, engine=options.engine, threads=options.threads)
    how = watching(options, scene, detector.info, open_face_finder())
    if options.signals is not None:
        how = replace(how, signals=_signals(options.signals, how))
    opener = _opener(options, stream, clock, how.params.timezone)
    store = open_store(folder / "store.sqlite", clock=clock)
    worker = StreamWorker(stream, open_source=opener, detector=detector, store=store, clock=clock, watching=how)
    watch = Watch(worker, store, detector.info, folder / "scene.toml", options.out, write_tables)
    watch.resumed = options.scene is None and scene is not None
    if comparing is not None and options.truth is not None:
        watch.compare(comparing, options.truth, notes)
    _add_files(watch, options)
    if options.clips is not None:
        watch.add(_clips(options.clips, clock))
    if options.web:
        feed = Feed(stream, worker.stream_health, worker.scene_now)
        watch.add(LiveSink(feed, worker, encode_jpeg, comparing=comparing, always=options.stay))
        try:
            watch.server = serve_live(feed, store, detector.info, clock, options.web)
        except BaseException:
            store.close()
            raise
        watch.address = watch.server.url
    return watch


def _open_comparing(options: WatchOptions, scene: Scene | None, clock: Clock) -> tuple["Comparing | None", tuple[str, ...]]:
    """What holds the counts against ``--truth``, and what of it is not compared. Raises ConfigError."""
    if options.truth is None:
        return None, ()
    from catseye.core.errors import ConfigError
    from catseye.runtime.comparing import Comparing, unlike

    if scene is None:
        raise ConfigError(
            "--truth needs the scene whose lines it speaks of.",
            f"Add --scene FILE. 'catseye evaluate lines --truth {options.truth}' draws lines over a truth that people marked.",
        )
    known = open_truth(options.truth, scene, options.source, clock)
    return Comparing(known, scene), unlike(known, scene)


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


def _signals(path: Path, how: "Watching") -> SignalFeed:
    """What a controller tells of the signals of the scene. Raises ConfigError."""
    from catseye.adapters.signal_file import SignalFile
    from catseye.core.errors import ConfigError
    from catseye.core.time import zone

    names = [signal.name for signal in how.scene.signals] if how.scene else []
    if not names:
        raise ConfigError(
            "--signals tells of signals, and the scene has none.", "Add [[signals]] to the scene, and name them in lanes."
        )
    return SignalFile(path, names, zone(how.params.timezone))


def _clips(folder: Path, clock: Clock) -> "ClipSink":
    """Writes clips of what happens to a folder. Raises OutputError where it cannot be made."""
    from catseye.adapters.video_writer import Mp4Writer
    from catseye.core.errors import OutputError
    from catseye.runtime.clips import CLIP_FPS, ClipFolder, ClipSink

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot write to {folder}: {error.strerror}.", "Give a folder that you may write to.") from error
    return ClipSink(ClipFolder(folder, clock), lambda path, size: Mp4Writer(path, size, CLIP_FPS))
