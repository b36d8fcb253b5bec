"""A watch from start to finish: one worker, its sinks, and the results it leaves."""

import re
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

from catseye import __version__
from catseye.config.sample_file import load_sample
from catseye.config.scene_file import dump_scene, load_scene
from catseye.core.address import redacted
from catseye.core.counts import Count, Gap
from catseye.core.errors import CatseyeError, ConfigError, OutputError
from catseye.core.ids import StreamId
from catseye.core.scene import Scene
from catseye.core.time import iso_local, zone
from catseye.pipeline.camera import PipelineParams, tracker_for
from catseye.ports import DetectorInfo, FaceFinder, Store
from catseye.runtime.analysed import Sink
from catseye.runtime.comparing import Comparing
from catseye.runtime.summary import AgainstTruth, GapText, Summary, frames, gap_texts, speeds, volumes
from catseye.runtime.worker import StreamWorker, Watching

RESULTS = (
    *("store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "counts.csv", "events.parquet"),
    *("tracks.txt", "summary.json", "scene.toml", "annotated.mp4"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOptions:
    """What a user asks of a watch. ``web`` is (host, port) of the live page; None for no page."""

    source: str
    scene: Path | None = None
    out: Path | None = None
    annotate: bool = False
    clips: Path | None = None
    signals: Path | None = None
    replace: bool = False
    realtime: bool = True
    loop: bool = False
    web: tuple[str, int] | None = None
    start: str | None = None
    timezone: str | None = None
    stream: str | None = None
    detector: str | None = None
    engine: str = "openvino"
    threads: int | None = None
    analysed_fps: float = 10.0
    learn_s: float = 30.0
    udp: bool = False
    truth: Path | None = None
    stay: bool = False
    truth_sample: Path | None = None


def stream_name(options: WatchOptions) -> str:
    """The stream's name: as given, else the end of the source's name in plain letters; never anything of its credentials."""
    plain = options.stream or PurePosixPath(redacted(options.source).rstrip("/").partition("?")[0]).stem
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.") or "stream"


def prepare_folder(options: WatchOptions, usual: Path) -> Path:
    """The folder of a watch's store: ``--out``, else ``usual``; made, and emptied of old results where asked.

    Raises OutputError where it cannot be made or written, ConfigError for options that do not go together.
    """
    _check_together(options)
    folder = options.out or usual
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if options.replace:
            for name in RESULTS:
                if options.scene is None or (folder / name).resolve() != options.scene.resolve():
                    (folder / name).unlink(missing_ok=True)
        probe = folder / ".catseye-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OutputError(f"Cannot write to {folder}: {error.strerror}.", "Give a folder that you may write to.") from error
    return folder


def _check_together(options: WatchOptions) -> None:
    if options.annotate and options.out is None:
        raise ConfigError("--annotate needs a folder for the film.", "Add --out DIR.")
    if options.loop and not options.realtime:
        raise ConfigError("--loop with --fast would count the same minutes again and again.", "Leave one of them out.")
    if options.loop and (options.truth or options.stay):
        raise ConfigError("--truth and --stay are for a clip that ends; with --loop none does.", "Leave --loop out.")
    if options.stay and options.web is None:
        raise ConfigError("--stay keeps the live page up, and there is none.", "Leave out --stay, or --fast and --no-web.")
    if options.truth and options.source.startswith(("rtsp://", "rtsps://", "/dev/")):
        raise ConfigError("--truth is known of a clip, and this source is live.", "Give the clip that the truth belongs to.")


def choose_scene(options: WatchOptions, folder: Path) -> Scene | None:
    """The scene to watch with: as given, else the one that the folder's counts so far were made with, else None: learn one.

    Raises ConfigError for a file that cannot be used.
    """
    kept = folder / "scene.toml"
    if options.scene is not None:
        scene = load_scene(options.scene)
        if not kept.exists():
            _write(kept, options.scene.read_bytes())  # so that the results tell by themselves what was counted over
        return scene
    return load_scene(kept) if kept.exists() and (folder / "store.sqlite").exists() else None


def watching(options: WatchOptions, scene: Scene | None, detector: DetectorInfo, face_finder: FaceFinder | None) -> Watching:
    """How the worker is to watch. Raises ConfigError for numbers out of range and unknown time zones."""
    if not 0.1 <= options.analysed_fps <= 120:
        raise ConfigError(f"--analysed-fps {options.analysed_fps:g} is out of range.", "Give 0.1 to 120; 10 suits most streets.")
    if options.learn_s < 1:
        raise ConfigError(f"--learn {options.learn_s:g} is too short.", "Give at least 1 second; 30 suits most streets.")
    timezone = zone(options.timezone).key if options.timezone else scene.timezone if scene else "UTC"
    if scene is not None and timezone != scene.timezone:
        scene = msgspec.structs.replace(scene, timezone=timezone)
    return Watching(
        params=PipelineParams(
            input_size=detector.input_size,
            learn_s=options.learn_s,
            timezone=timezone,
            tracker=tracker_for(detector),
        ),
        scene=scene,
        face_finder=face_finder,
        analysed_fps=options.analysed_fps,
        realtime=options.realtime,
        loop=options.loop,
        truth_sample=load_sample(options.truth_sample) if options.truth_sample else None,
    )


class WriteTables(Protocol):
    """Writes ``counts.csv`` and ``events.parquet`` of a stream to a folder."""

    def __call__(self, store: Store, stream: StreamId, folder: Path, *, timezone: str) -> None:
        """Raises OutputError."""
        ...


class Server(Protocol):
    """The live page."""

    def stop(self) -> None:
        """Close it; harmless when called twice."""
        ...


@dataclass(slots=True, eq=False)
class Watch:
    """A watch that is ready to run. ``finish`` must be called whatever ``run`` raised: it keeps what was counted."""

    worker: StreamWorker
    store: Store
    detector: DetectorInfo
    scene_path: Path
    out: Path | None
    write_tables: WriteTables
    address: str | None = None
    server: Server | None = None
    stopping: bool = False
    proposed: bool = False
    resumed: bool = False
    truth: str = ""
    comparing: Comparing | None = None
    notes: tuple[str, ...] = ()
    _progress: Callable[[int, int | None, int], None] | None = None
    _ended: threading.Event = field(default_factory=threading.Event)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.worker.on_scene = self._keep_proposal

    def compare(self, comparing: Comparing, truth: Path, notes: Sequence[str]) -> None:
        """Hold the counts against ``truth``. ``notes`` say for people what of it cannot be compared."""
        self.comparing, self.truth, self.notes = comparing, str(truth), tuple(notes)
        self.worker.on_kept = comparing.add

    def add(self, sink: Sink) -> None:
        """Give every analysed frame to ``sink`` too."""
        self.worker.sinks.append(sink)

    def on_gap(self, say: Callable[[GapText], None]) -> None:
        """Call ``say`` for each stretch that turns out not to have been observed."""

        def tell(gap: Gap) -> None:
            for text in gap_texts([gap], self._timezone()):
                say(text)

        self.worker.on_gap = tell

    def on_progress(self, show: Callable[[int, int | None, int], None]) -> None:
        """Call ``show`` with frames decoded, frames in all (None: not known) and crossings, twice a second."""
        self._progress = show

    def stop(self) -> None:
        """End the watch after the frame in hand."""
        self.stopping = True
        self.worker.stop()
        self._stopped.set()

    def wait(self) -> None:
        """Return once the watch is to stop."""
        self._stopped.wait()

    def run(self) -> None:
        """Watch to the end of the source or until ``stop``. Raises SourceError."""
        teller = threading.Thread(target=self._tell, name="catseye-progress", daemon=True)
        teller.start()
        try:
            self.worker.run()
        finally:
            self._ended.set()
            teller.join()

    def finish(self, error: CatseyeError | None = None, *, report: Callable[[Summary], None] = lambda _: None) -> Summary:
        """Leave the results, ``report`` them while the page and the store are still open, and close everything.

        Raises OutputError, after all that could be written was, and StoreError; then nothing is reported.
        """
        failures: list[OutputError] = []
        with ExitStack() as closing:
            closing.callback(self.store.close)
            if self.server is not None:
                closing.callback(self.server.stop)
            summary = self._summary(error)
            steps = [sink.close for sink in self.worker.sinks]
            if (out := self.out) is not None:
                steps += [lambda: self._write_tables(out), lambda: _write(out / "summary.json", _pretty(summary))]
            for step in steps:
                try:
                    step()
                except OutputError as failure:
                    failures.append(failure)
            if failures:
                raise failures[0]
            report(summary)
        return summary

    def _tell(self) -> None:
        while not self._ended.wait(0.5):
            if self._progress is not None:
                info = self.worker.info
                self._progress(self.worker.vitals.decoded, info.frames if info else None, self.worker.volumes.total())

    def _keep_proposal(self, scene: Scene) -> None:
        self.proposed = True
        comment = "Count lines proposed from the flows seen. Edit them and give the file back with --scene."
        _write(self.scene_path, dump_scene(scene, comment=comment).encode())

    def _write_tables(self, out: Path) -> None:
        self.write_tables(self.store, self.worker.stream, out, timezone=self._timezone())

    def _timezone(self) -> str:
        return self.worker.scene.timezone if self.worker.scene else "UTC"

    def _summary(self, error: CatseyeError | None) -> Summary:
        worker, tz = self.worker, zone(self._timezone())
        scene = worker.scene or Scene()
        span = self.store.span(worker.stream)
        counts = self.store.counts(worker.stream, *span) if span else []
        gaps = self.store.gaps(worker.stream, *span) if span else []
        return Summary(
            catseye=__version__,
            stream=worker.stream,
            source=worker.info.name if worker.info else "",
            complete=error is None and not self.stopping,
            error=error.message if error else "",
            timezone=tz.key,
            start=_instant(worker.first_ns, tz),
            end=_instant(worker.last_ns, tz),
            observed_s=round(_observed_s(counts), 3),
            not_observed=gap_texts(gaps, tz.key),
            volumes=volumes(scene, counts),
            frames=frames(worker.vitals),
            runs=worker.runs,
            detector=self.detector,
            scene_revision=scene.revision,
            scene_proposed=self.proposed,
            scene_file=str(self.scene_path) if self.proposed else None,
            against_truth=self._against_truth(),
            cells=tuple(count for count in counts if count.volume is not None),
            speeds=speeds(self.store.speeds(worker.stream, *span)) if span else {},
        )

    def _against_truth(self) -> AgainstTruth | None:
        if self.comparing is None:
            return None
        span = self.worker.first_ns, self.worker.last_ns
        compared = self.comparing.at(*span, ended=True)
        return AgainstTruth(truth=self.truth, compared=compared, mistakes=self.comparing.mistakes(*span))


def _instant(at_ns: int | None, tz: ZoneInfo) -> str | None:
    return None if at_ns is None else iso_local(at_ns, tz, timespec="milliseconds")


def _observed_s(counts: list[Count]) -> float:
    """Seconds in which at least the best watched rule of each cell was watched."""
    best: dict[int, float] = {}
    for count in counts:
        best[count.start_ns] = max(best.get(count.start_ns, 0.0), count.observed_s)
    return sum(best.values())


def _pretty(summary: Summary) -> bytes:
    return msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n"


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise OutputError(f"Cannot write {path}: {error.strerror}.", "Check free space and permissions of the folder.") from error
