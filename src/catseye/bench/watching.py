"""The whole product over a busy and an idle street: CPU by stream second, streams by core."""

import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from catseye.bench.clips import SECONDS, SIZES, Clip, make_clip
from catseye.bench.known import KnownStreet
from catseye.bench.report import Figure, ratio
from catseye.bench.stopwatch import cpu_s, interleaved
from catseye.bench.street import SCENE
from catseye.bench.tools import Tools
from catseye.core.ids import StreamId
from catseye.pipeline.camera import PipelineParams
from catseye.ports import Detector
from catseye.runtime.analysed import Sink
from catseye.runtime.worker import StreamWorker, Watching

RATES = (5.0, 10.0)
USUAL_RATE = 10.0
IDLE_SHARE = 0.2  # at the usual rate: at lower ones decoding, which both pay, weighs more


@dataclass(slots=True, eq=False)
class WatchRun:
    """One watch of a clip, as ``catseye watch --fast`` does it: CPU seconds, frames analysed, regions looked at."""

    cpu_s: float
    analysed: int
    looks: int


def watch(
    tools: Tools, clip: Clip, analysed_fps: float, behind: Detector | None, add: Callable[[StreamWorker], Sink] | None = None
) -> WatchRun:
    """Watch a clip to its end; ``add`` may give a sink. Opening the store is not in the CPU seconds."""
    known = KnownStreet(clip.street, behind)
    params = PipelineParams(input_size=known.info.input_size)
    watching = Watching(params=params, scene=SCENE, analysed_fps=analysed_fps, realtime=False)
    with tempfile.TemporaryDirectory(dir=tools.folder) as folder:
        store = tools.open_store(Path(folder) / "store.sqlite")
        worker = StreamWorker(
            StreamId(f"bench-{secrets.token_hex(4)}"),
            open_source=lambda _run: tools.open_source(clip.path),
            detector=known,
            store=store,
            clock=tools.clock,
            watching=watching,
        )
        worker.sinks.extend([add(worker)] if add else [])
        seconds = cpu_s(worker.run)
        store.close()
    return WatchRun(seconds, worker.vitals.analysed, known.looks)


def measure(tools: Tools, repeats: int) -> list[Figure]:
    """All sizes, busy and idle, with the real detector behind on one thread."""
    detector = tools.open_detector(1)
    figures = []
    for name in SIZES:
        figures += _one_size(tools, name, detector, max(1, repeats // 2))
    detector.close()
    return figures


def _one_size(tools: Tools, name: str, detector: Detector, repeats: int) -> list[Figure]:
    clips = make_clip(tools, name), make_clip(tools, name, busy=False)
    ways = [(clip, fps) for fps in RATES for clip in clips]
    looks: dict[tuple[int, float], WatchRun] = {}

    def job(nth: int) -> float:
        clip, fps = ways[nth]
        done = looks[nth, fps] = watch(tools, clip, fps, detector)
        return done.cpu_s / SECONDS

    seconds = interleaved([lambda n=n: job(n) for n in range(len(ways))], repeats)  # type: ignore[misc]  # n is bound at once
    figures = []
    for nth, fps in enumerate(RATES):
        busy, idle = seconds[2 * nth], seconds[2 * nth + 1]
        done = looks[2 * nth, fps]
        at = f"{name}25, {fps:g} analysed fps"
        figures += [
            Figure(
                part="watch",
                what=f"{at}: busy, all together",
                value=1000 * busy * SECONDS / done.analysed,
                unit="ms CPU an analysed frame",
                note=f"{done.looks / done.analysed:.1f} looks a frame",
            ),
            ratio(
                "watch",
                f"{at}: idle against busy",
                product=1000 * idle,
                limit=1000 * busy,
                target=IDLE_SHARE if fps == USUAL_RATE else None,
                measured_in="ms CPU a stream second",
            ),
            Figure(part="watch", what=f"{at}: busy streams a core", value=1 / busy, unit="streams", note=f"idle: {1 / idle:.1f}"),
        ]
    return figures
