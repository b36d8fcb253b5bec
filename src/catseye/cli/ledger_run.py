"""Runs ``catseye ledger``."""

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from catseye import app
from catseye.app.stores import NetworkLedgerReader
from catseye.cli import ledger_tables
from catseye.config import write_whole
from catseye.config.findings import did_you_mean
from catseye.config.network_file import load_network
from catseye.core.cameras import Network
from catseye.core.errors import ConfigError, OutputError
from catseye.core.ids import StreamId
from catseye.core.time import parse_instant, to_local, zone
from catseye.network.ledger import NO_DISTRICT, CameraReview, Review, Reviewing, camera_reviews, month_span, review
from catseye.network.void import claimed_s, void_stretches
from catseye.report.service import ServiceReport, headline, span

LEDGER = "network.sqlite"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A network, its ledger, and the time and cameras that are meant."""

    network: Network
    ledger: NetworkLedgerReader
    of: Reviewing
    district: str | None
    camera: StreamId | None


def run(args: argparse.Namespace) -> int:
    """Tell what the ledger says. Raises ConfigError, StoreError, OutputError."""
    network = load_network(args.network)
    path = Path(network.network.data) / LEDGER
    if args.what == "check":
        return _check(path)
    ledger = app.read_ledger(path)
    try:
        asked = _asked(network, ledger, args)
        if args.what == "report":
            return _report(asked, args.out)
        return _tell(asked, args)
    finally:
        ledger.close()


def _check(path: Path) -> int:
    findings = app.check_ledger(path)
    for finding in findings:
        print(finding)
    if not findings:
        print(f"{path} is sound.")
    return 1 if findings else 0


def _asked(network: Network, ledger: NetworkLedgerReader, args: argparse.Namespace) -> _Asked:
    tz, now_ns = zone(network.network.timezone), app.system_clock().now_ns()
    if args.month and (args.begin or args.end):
        raise ConfigError("--month and --from or --to say two things.", "Give the month, or a stretch of time.")
    month = args.month or f"{to_local(now_ns, tz):%Y-%m}"
    start_ns, end_ns = month_span(month, tz)
    if args.begin or args.end:
        start_ns = parse_instant(args.begin, tz) if args.begin else start_ns
        end_ns = parse_instant(args.end, tz) if args.end else now_ns
    if end_ns <= start_ns:
        raise ConfigError("The time ends before it begins.", "Give a --to later than --from.")
    names = sorted({*ledger.streams(), *(camera.name for camera in network.cameras)})
    if args.camera and args.camera not in names:
        raise ConfigError(f"No camera is named {args.camera!r}.", did_you_mean(args.camera, names) or "See 'catseye cameras list'.")
    districts = sorted({camera.district or NO_DISTRICT for camera in network.cameras} | {NO_DISTRICT})
    if args.district and args.district not in districts:
        raise ConfigError(
            f"No district is named {args.district!r}.",
            did_you_mean(args.district, districts) or f"There are {', '.join(districts)}.",
        )
    of = Reviewing(cameras=network.cameras, maintenance=network.maintenance, tz=tz, start_ns=start_ns, end_ns=end_ns, now_ns=now_ns)
    return _Asked(network, ledger, of, args.district, StreamId(args.camera) if args.camera else None)


def _review(asked: _Asked) -> Review:
    """The review, with progress where it takes long."""
    told: list[CameraReview] = []
    spans = asked.ledger.spans()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading the ledger", total=len(spans))
        for one in camera_reviews(asked.ledger, asked.of, asked.district, asked.camera):
            told.append(one)
            progress.advance(task)
    never = [
        camera.name
        for camera in asked.network.cameras
        if camera.name not in spans
        and asked.camera in {None, camera.name}
        and asked.district in {None, camera.district or NO_DISTRICT}
    ]
    if not told:
        raise ConfigError("The ledger has nothing of these cameras in that time.", "Give another --month, or leave out --district.")
    return review(told, asked.of, never)


def _service_report(asked: _Asked) -> ServiceReport:
    told = _review(asked)
    names = {camera.name for camera in told.cameras}
    return ServiceReport(
        network=asked.network.network.name,
        review=told,
        orders=tuple(order for order in asked.ledger.orders(told.start_ns, told.until_ns) if not names.isdisjoint(order.cameras)),
        maintenance=tuple(
            one
            for one in asked.network.maintenance
            if parse_instant(one.start, told.tz) < told.end_ns and parse_instant(one.end, told.tz) > told.start_ns
        ),
    )


def _report(asked: _Asked, out: Path) -> int:
    from catseye.report.service_document import document
    from catseye.report.service_page import page

    form = out.suffix.lower().removeprefix(".")
    files = {form: out} if form in {"pdf", "html"} and not out.is_dir() else {one: out / f"ledger.{one}" for one in ("html", "pdf")}
    report = _service_report(asked)
    console = Console(stderr=True, highlight=False)
    for one, path in files.items():
        with console.status(f"writing {path}"):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise OutputError(f"Cannot write {path}: {error.strerror}.", "Give another place with --out.") from error
            write_whole(path, document(report) if one == "pdf" else page(report).encode())
        console.print(f"wrote {path}")
    console.print(f"{report.title}, {span(report)}: {'; '.join(f'{value} {name}' for value, name in headline(report))}")
    return 0


def _tell(asked: _Asked, args: argparse.Namespace) -> int:
    match args.what:
        case "show":
            told = ledger_tables.show(_service_report(asked))
        case "void":
            reviewed = _review(asked)
            told = ledger_tables.void(reviewed, _claimed(asked, reviewed))
        case "episodes":
            told = ledger_tables.episodes(_review(asked))
        case _:
            orders = asked.ledger.orders(asked.of.start_ns, min(asked.of.end_ns, asked.of.now_ns))
            named = _named(asked)
            orders = [order for order in orders if named is None or not named.isdisjoint(order.cameras)]
            told = ledger_tables.orders(orders, asked.ledger.due(), asked.of.tz)
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(told.record), indent=1).decode() + "\n")
    elif args.csv:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([told.columns, *told.rows])
        sys.stdout.write(out.getvalue())
    else:
        _show(told.title, told.heads, told.shown, told.note)
    return 0


def _claimed(asked: _Asked, told: Review) -> dict[StreamId, dict[int, float]]:
    """What the stores say was watched of void time, for each camera that has a store. Raises StoreError."""
    found: dict[StreamId, dict[int, float]] = {}
    for camera in told.cameras:
        path = Path(asked.network.network.data) / "cameras" / camera.name / "store.sqlite"
        if not path.is_file() or not camera.void:
            continue
        store = app.read_store(path)
        try:
            watched = store.watched(camera.name, told.start_ns, told.until_ns)
        finally:
            store.close()
        stretches = void_stretches(camera.episodes, told.start_ns, told.until_ns)
        found[camera.name] = claimed_s(stretches, watched)
    return found


def _named(asked: _Asked) -> set[StreamId] | None:
    """The cameras that were asked for; None for all."""
    if asked.camera:
        return {asked.camera}
    if asked.district is None:
        return None
    return {camera.name for camera in asked.network.cameras if (camera.district or NO_DISTRICT) == asked.district}


def _show(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], note: str) -> None:
    console = Console()
    table = Table(title=escape(title), box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for n, head in enumerate(heads):
        table.add_column(head, justify="left" if n < 2 else "right", no_wrap=n == 0)
    for row in rows:
        table.add_row(*map(escape, row))
    console.print(table)
    if note:
        console.print(escape(note), highlight=False)
