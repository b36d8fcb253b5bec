"""Runs ``catseye report``."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
from rich.console import Console

from catseye import app
from catseye.cli.streams import chosen_stream
from catseye.config import write_whole
from catseye.config.settings_file import load_settings
from catseye.core.errors import ConfigError, OutputError, StoreError
from catseye.core.time import parse_instant, zone
from catseye.ports import StoreReader
from catseye.report.build import INTERVALS_MIN, Report, report_of
from catseye.report.layout import Layout, judge_layout
from catseye.report.table import civil
from catseye.report.words import headline, span_words

_FORMATS = ("xlsx", "csv", "html", "pdf")


def run(args: argparse.Namespace) -> int:
    """Write the report. Raises ConfigError, StoreError, OutputError."""
    if args.out is None and not args.json:
        raise ConfigError("Nothing says where the report goes.", "Give --out with a folder or a file, or --json.")
    files = _files(args.out, args.format) if args.out is not None else {}
    if args.interval not in INTERVALS_MIN:
        raise ConfigError(
            f"The store keeps cells of 15 minutes; no rows of {args.interval} minutes can be made of them.", "Give 15, 30 or 60."
        )
    path = args.store / "store.sqlite" if args.store.is_dir() else args.store
    store = app.read_store(path)
    try:
        report = _report(store, path, args)
    finally:
        store.close()
    console = Console(stderr=True, highlight=False)
    for form, file in files.items():
        with console.status(f"writing {file}"):
            _write(file, _RENDERERS[form](report))
        console.print(f"wrote {file}")
    if args.json:
        from catseye.report.plain import plain

        sys.stdout.write(msgspec.json.format(msgspec.json.encode(plain(report)), indent=1).decode() + "\n")
    else:
        console.print(f"{report.title}, {span_words(report)}: {'; '.join(f'{value} {name}' for value, name in headline(report))}")
    return 0


def _report(store: StoreReader, path: Path, args: argparse.Namespace) -> Report:
    stream, scene = chosen_stream(store, path, args.stream)
    span = store.span(stream)
    if span is None:
        raise StoreError(f"{path} holds no counts of {stream!r} yet.", "Watch the stream for a while: 'catseye watch'.")
    layout = Layout()
    if args.layout is not None:
        layout = load_settings(args.layout, Layout, lambda told, findings: judge_layout(told, scene, findings), what="layout file")
    tz = zone(scene.timezone)
    start_ns = parse_instant(args.start, tz) if args.start else span[0]
    end_ns = parse_instant(args.end, tz) if args.end else span[1]
    if end_ns <= start_ns:
        raise ConfigError("The report ends before it begins.", "Give a --to later than --from.")
    if end_ns <= span[0] or start_ns >= span[1]:
        raise ConfigError(
            f"{stream!r} was not watched in that time; the store has it from {civil(span[0], tz)} to {civil(span[1], tz)}.",
            "Give a --from and --to within that.",
        )
    counts, gaps = store.counts(stream, start_ns, end_ns), store.gaps(stream, start_ns, end_ns)
    return report_of(counts, gaps, scene, layout, stream=stream, interval_min=args.interval)


def _files(out: Path, formats: str | None) -> dict[str, Path]:
    """Where each format goes. Raises ConfigError."""
    of_name = out.suffix.lower().removeprefix(".")
    if of_name in _FORMATS and not out.is_dir():
        if formats not in {None, of_name}:
            raise ConfigError(f"{out} is a file of one format, and --format asks for {formats}.", "Give a folder with --out.")
        return {of_name: out}
    asked = formats.split(",") if formats else list(_FORMATS)
    for form in asked:
        if form not in _FORMATS:
            raise ConfigError(f"Unknown format {form!r}.", f"Give some of {','.join(_FORMATS)}.")
    return {form: out / f"report.{form}" for form in dict.fromkeys(asked)}


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot write {path}: {error.strerror}.", "Give another place.") from error
    write_whole(path, content)


def _xlsx(report: Report) -> bytes:
    from catseye.report.workbook import workbook

    return workbook(report)


def _csv(report: Report) -> bytes:
    from catseye.report.tidy import tidy

    return tidy(report).encode()


def _html(report: Report) -> bytes:
    from catseye.report.page import page

    return page(report).encode()


def _pdf(report: Report) -> bytes:
    from catseye.report.document import document

    return document(report)


_RENDERERS: dict[str, Callable[[Report], bytes]] = {"xlsx": _xlsx, "csv": _csv, "html": _html, "pdf": _pdf}
