"""Examines this machine and prints what was found."""

import argparse
import sys

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from catseye.app import surroundings
from catseye.bench.capacity import HEADROOM, Capacity
from catseye.bench.doctor import Examination, ModelState, examine

_GB = 1e9


def run(args: argparse.Namespace) -> int:
    """Examine the machine; 0 whatever is found."""
    found = examine(surroundings(), args.source, Console(stderr=True).print)
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n")
        return 0
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    _show_machine(found, console)
    if found.capacities:
        _show_capacities(found, console)
    for sentence in found.advice:
        console.print(f"[yellow]![/yellow] {sentence}")
    return 0


def _show_machine(found: Examination, console: Console) -> None:
    here, room, speed = found.processor, found.memory, found.detector
    software, hardware = _decoders(found.decoders)
    rows = [
        ("processor", here.name),
        ("cores", f"{here.cores:g} of {here.machine_cores} may be used; load {found.load:g}"),
        ("instruction sets", ", ".join(here.instruction_sets) or "none that speed a detector up"),
        ("memory", f"{room.available_bytes / _GB:.1f} GB of {room.total_bytes / _GB:.1f} GB free"),
        *((f"devices of {engine}", ", ".join(names) or "none") for engine, names in found.devices.items()),
        ("decoders", f"in software: {software}; built in for devices, not used: {hardware or 'none'}"),
        ("models", "\n".join(map(_model, found.models)) or "none"),
    ]
    if speed:
        how = f"{speed.all_threads_ms:g} ms a look with all threads, {speed.one_thread_ms:g} with one"
        rows.append(("detector", f"{speed.name}: {how}"))
    writable = "writable" if found.home_writable else "NOT writable"
    rows += [
        ("store folder", f"{found.home}: {writable}, {found.disk_free_bytes / _GB:.1f} GB free"),
        ("live page", "built" if found.page_built else "not built"),
    ]
    if (tried := found.source) and not tried.error:
        how = f"{tried.codec}, {_size(tried.size)}, {tried.fps:g} fps, {tried.decode_ms:.2f} ms CPU a frame"
        rows.append(("source", f"{tried.name}: {how}"))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _model(model: ModelState) -> str:
    return f"{model.name} ({model.kind}): {model.problem or 'sound'}{', in use' * model.in_use}"


def _decoders(found: dict[str, tuple[str, ...]]) -> tuple[str, str]:
    """The codecs that can be decoded in software, and the devices that decoders were built for."""
    plain = {codec: [name for name in names if not name.startswith(f"{codec}_")] for codec, names in found.items()}
    devices = {name.removeprefix(f"{codec}_") for codec, names in found.items() for name in names if name.startswith(f"{codec}_")}
    return ", ".join(codec for codec, names in plain.items() if names), ", ".join(sorted(devices))


def _show_capacities(found: Examination, console: Console) -> None:
    table = Table(
        title="\nCameras that this machine will carry (CPU seconds a second by each)", title_justify="left", box=box.SIMPLE_HEAD
    )
    for heading in ("picture", "analysed fps"):
        table.add_column(heading, no_wrap=True)
    for heading in ("busy", "idle"):
        table.add_column(heading, justify="right", no_wrap=True)
    for busy, idle in zip(found.capacities[::2], found.capacities[1::2], strict=True):
        table.add_row(f"{_size(busy.size)}, {busy.fps:g} fps", f"{busy.analysed_fps:g}", _cell(busy), _cell(idle))
    console.print(table)
    console.print(
        f"Busy: something moves in every frame. Idle: nothing does. One process a camera ({found.process_bytes / 1e6:.0f} MB), "
        f"{100 * HEADROOM:.0f} % of the cores used, the detector on this processor, nobody at the live page. Decoding is measured "
        "at 640x360 with 0.1 bits a pixel and taken to grow with the pixels, unless a source was given."
    )


def _cell(capacity: Capacity) -> str:
    return f"{capacity.cameras} ({capacity.cpu_s:.3f})"


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"
