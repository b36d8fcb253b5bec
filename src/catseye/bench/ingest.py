"""Reading and gating against bare decode."""

from collections.abc import Callable

from catseye.bench.clips import FRAMES, Clip, make_clip
from catseye.bench.report import Figure, ratio
from catseye.bench.stopwatch import cpu_s, interleaved
from catseye.bench.tools import Tools
from catseye.runtime.reader import Reader
from catseye.vision.motion import MotionGate

TARGETS = {"1080p": 1.25, "360p": 1.5}
_MS = "ms CPU a frame"


def measure(tools: Tools, repeats: int) -> list[Figure]:
    """For each size: bare decode, decode with every frame gated, and decode with 10 frames a second gated."""
    figures = []
    for name, target in TARGETS.items():
        clip = make_clip(tools, name)
        bare, hard, usual = (1000 * seconds / FRAMES for seconds in interleaved(_jobs(tools, clip), repeats))
        note = f"{clip.bytes_a_frame / 1000:.1f} kB a frame"
        for what, product in (("every frame gated", hard), ("10 of 25 gated", usual)):
            figures.append(
                ratio("ingest", f"{name}25 {what}", product=product, limit=bare, target=target, measured_in=_MS, note=note)
            )
    return figures


def _jobs(tools: Tools, clip: Clip) -> list[Callable[[], float]]:
    return [
        lambda: cpu_s(lambda: tools.decode_bare(clip.path)),
        lambda: cpu_s(_gate_all(tools, clip)),
        lambda: cpu_s(_gate_due(tools, clip)),
    ]


def _gate_all(tools: Tools, clip: Clip) -> Callable[[], None]:
    """Every decoded frame is gated, in the thread that decodes."""

    def run() -> None:
        source, gate = tools.open_source(clip.path), MotionGate()
        for frame in source.frames():
            gate.look(frame.picture.luma(), frame.at_ns)
        source.close()

    return run


def _gate_due(tools: Tools, clip: Clip) -> Callable[[], None]:
    """As a watch does by default: a thread decodes, and hands over 10 frames a second."""

    def run() -> None:
        reader, gate = Reader(tools.open_source(clip.path), analysed_fps=10.0, may_drop=False), MotionGate()
        for frame in reader.frames():
            if frame is not None:
                gate.look(frame.picture.luma(), frame.at_ns)
        reader.close()

    return run
