"""Memory of a process, and of each stream more, measured in a process of its own."""

import mmap
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from catseye.bench.clips import SIZES, Clip, make_clip
from catseye.bench.known import KnownStreet
from catseye.bench.report import Figure
from catseye.bench.street import SCENE
from catseye.bench.tools import Tools
from catseye.core.ids import RunId, StreamId
from catseye.pipeline.camera import CameraPipeline, PipelineParams
from catseye.runtime.reader import Reader

FEW, MANY = 1, 3
_FRAMES = 30  # analysed: buffers are full, and 20 road users are followed
_STATM = Path("/proc/self/statm")
_MB = 1e6


def measure(tools: Tools, _repeats: int) -> list[Figure]:
    """Resident memory of a process with its detector, then of streams that are read and analysed in it."""
    figures: list[Figure] = []
    for name in SIZES:
        clip = make_clip(tools, name)
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
            process, few, many = child.submit(_resident, tools, clip).result()
        if not figures:
            figures.append(Figure(part="memory", what="a process with its detector", value=process / _MB, unit="MB"))
        value = (many - few) / (MANY - FEW) / _MB
        figures.append(Figure(part="memory", what=f"{name}: each stream more", value=value, unit="MB"))
    return figures


def _resident(tools: Tools, clip: Clip) -> tuple[int, int, int]:
    """Bytes held: with the detector alone, with ``FEW`` streams, with ``MANY``."""
    detector = tools.open_detector(1)
    held = [resident_bytes()]
    streams = []
    for count in range(1, MANY + 1):
        streams.append(_stream(tools, clip))
        if count in {FEW, MANY}:
            held.append(resident_bytes())
    for reader, _ in streams:
        reader.close()
    detector.close()
    return held[0], held[1], held[2]


def _stream(tools: Tools, clip: Clip) -> tuple[Reader, CameraPipeline]:
    reader = Reader(tools.open_source(clip.path), analysed_fps=10.0, may_drop=False)
    known = KnownStreet(clip.street)
    params = PipelineParams(input_size=known.info.input_size)
    pipeline = CameraPipeline(stream=StreamId("bench"), run=RunId("bench"), size=clip.street.size, scene=SCENE, params=params)
    frames = (frame for frame in reader.frames() if frame is not None)
    for _, frame in zip(range(_FRAMES), frames, strict=False):
        request = pipeline.plan(frame)
        if request is not None:
            frame.picture.bgr()  # as the detector would
        pipeline.advance(frame, None if request is None else known.detect([request])[0])
    return reader, pipeline


def resident_bytes() -> int:
    """What this process holds in memory now."""
    return int(_STATM.read_text("ascii").split()[1]) * mmap.PAGESIZE
