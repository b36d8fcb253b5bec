"""Examines a machine: what it has, what is installed, how fast it is, how many cameras it will carry."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from catseye import __version__
from catseye.bench.capacity import Capacity, Costs, capacities
from catseye.bench.clips import FPS, FRAMES, SECONDS, make_clip
from catseye.bench.detecting import first_frame, look_s
from catseye.bench.machine import Memory, Processor, memory, processor
from catseye.bench.memory import resident_bytes
from catseye.bench.tools import Tools
from catseye.bench.watching import watch
from catseye.core.errors import CatseyeError, SourceError
from catseye.ports import FrameSource

_SOURCE_FRAMES = 75
_SOURCE_S = 8.0
_LOOKS = 5
_RATE = 10.0


class ModelState(msgspec.Struct, frozen=True, kw_only=True):
    """An installed model: whether it is in use, and what is wrong with its files (empty: nothing)."""

    name: str
    kind: str
    in_use: bool
    problem: str


class DetectorSpeed(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds a look at a 360p frame takes, by the wall clock."""

    name: str
    one_thread_ms: float
    all_threads_ms: float


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """A source that was tried. ``decode_ms`` is CPU milliseconds a frame; with ``error`` it could not be read."""

    name: str
    codec: str = ""
    size: tuple[int, int] = (0, 0)
    fps: float = 0.0
    decode_ms: float = 0.0
    error: str = ""


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found. ``advice`` is what to do about what is missing, a sentence each."""

    catseye: str
    processor: Processor
    memory: Memory
    load: float
    devices: dict[str, tuple[str, ...]]
    decoders: dict[str, tuple[str, ...]]
    models: tuple[ModelState, ...]
    detector: DetectorSpeed | None
    home: str
    home_writable: bool
    disk_free_bytes: int
    page_built: bool
    process_bytes: int
    costs: Costs | None
    capacities: tuple[Capacity, ...]
    source: SourceState | None
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What only adapters can see. ``open_source`` opens what the user named."""

    tools: Tools
    home: Path
    page: Path
    devices: Callable[[], dict[str, tuple[str, ...]]]
    decoders: Callable[[], dict[str, tuple[str, ...]]]
    models: Callable[[], tuple[ModelState, ...]]
    open_source: Callable[[str], FrameSource]


def examine(around: Surroundings, source: str | None, say: Callable[[str], None]) -> Examination:
    """Look at everything and measure a little, in well under half a minute. Nothing that is missing is an error."""
    advice: list[str] = []
    here, room, load = processor(), memory(), os.getloadavg()[0]
    folder, writable = _home(around.home, advice)
    models = around.models()
    advice += [f"{model.problem} Remove it and install it again." for model in models if model.problem]
    if not around.page.exists():
        advice.append("The live page is not built. Run make web.")
    speed = costs = None
    if writable:
        say("measuring decoder and detector")
        speed, costs = _measure(around.tools, advice)
    else:
        advice.append("Nothing was measured, for the clip to measure with has no place.")
    tried = _try(around, source, advice) if source else None
    process = resident_bytes()
    most = int(0.8 * room.available_bytes / process)
    return Examination(
        catseye=__version__,
        processor=here,
        memory=room,
        load=round(load, 2),
        devices=around.devices(),
        decoders=around.decoders(),
        models=models,
        detector=speed,
        home=str(around.home),
        home_writable=writable,
        disk_free_bytes=shutil.disk_usage(folder).free,
        page_built=around.page.exists(),
        process_bytes=process,
        costs=costs,
        capacities=_capacities(costs, tried, cores=here.cores, most=most),
        source=tried,
        advice=tuple(advice),
    )


def _home(home: Path, advice: list[str]) -> tuple[Path, bool]:
    """The folder of ``home`` that exists, and whether it can be written to."""
    probe = home / ".catseye-probe"
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        advice.append(f"{home} cannot be written to ({error.strerror}). Set CATSEYE_HOME to a folder that can.")
        return next(folder for folder in (home, *home.parents) if folder.exists()), False
    return home, True


def _measure(tools: Tools, advice: list[str]) -> tuple[DetectorSpeed | None, Costs | None]:
    """How long a look takes, and what a frame and a look cost; None without a detector, or where nothing can be encoded."""
    try:
        clip, still = make_clip(tools, "360p"), make_clip(tools, "360p", busy=False)
        frame = first_frame(tools)
        walls = []
        for threads in (None, 1):
            detector = tools.open_detector(threads)
            wall, look = look_s(detector, frame, looks=_LOOKS)
            walls.append(1000 * wall)
            info = detector.info
            detector.close()
    except CatseyeError as error:
        advice.append(str(error))
        return None, None
    decode = _decode_s(tools.open_source(clip.path), FRAMES)
    busy, idle = (watch(tools, street, _RATE, None).cpu_s - decode * FRAMES for street in (clip, still))
    costs = Costs(
        pixels=clip.street.size[0] * clip.street.size[1],
        decode_s=decode,
        busy_s=max(0.0, busy) / (_RATE * SECONDS),
        idle_s=max(0.0, idle) / (_RATE * SECONDS),
        look_s=look,
        input_size=info.input_size,
    )
    return DetectorSpeed(name=info.name, one_thread_ms=round(walls[1], 1), all_threads_ms=round(walls[0], 1)), costs


def _decode_s(source: FrameSource, most: int) -> float:
    """CPU seconds a frame of ``source`` takes to read, over ``most`` frames or a few seconds; closes it."""
    began, late, count = time.process_time(), time.perf_counter() + _SOURCE_S, 0
    for _ in source.frames():
        count += 1
        if count >= most or time.perf_counter() > late:
            break
    source.close()
    return (time.process_time() - began) / max(count, 1)


def _try(around: Surroundings, spec: str, advice: list[str]) -> SourceState:
    try:
        source = around.open_source(spec)
        info = source.info
        decode = _decode_s(source, _SOURCE_FRAMES)
    except SourceError as error:
        advice.append(str(error))
        return SourceState(name=spec, error=error.message)
    return SourceState(
        name=info.name, codec=info.codec, size=info.size, fps=round(info.fps or FPS, 3), decode_ms=round(1000 * decode, 3)
    )


def _capacities(costs: Costs | None, tried: SourceState | None, *, cores: float, most: int) -> tuple[Capacity, ...]:
    """For the three usual sizes, or for cameras like the one that was tried."""
    if costs is None:
        return ()
    if tried is None or tried.error:
        return capacities(costs, cores=cores, most=most)
    width, height = tried.size
    like = msgspec.structs.replace(costs, pixels=width * height, decode_s=tried.decode_ms / 1000)
    return capacities(like, cores=cores, most=most, sizes=(tried.size,), fps=tried.fps)
