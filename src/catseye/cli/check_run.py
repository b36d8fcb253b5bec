"""Checks scenes and stores, and prints what is wrong with them."""

import argparse
import sys
from pathlib import Path

import msgspec

from catseye.cli import check_observe, style
from catseye.config import Finding, Severity, check_fits, parse_scene, read_text
from catseye.core.errors import ConfigError, OutputError
from catseye.core.scene import Scene

UNSOUND = 2
_SQLITE_MAGIC = b"SQLite format 3\0"
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ``--json`` prints for one file. ``revision`` is of the scene, when it can be used."""

    path: str
    kind: str
    sound: bool
    findings: list[Finding]
    revision: str | None = None


class WatchedReport(Report, frozen=True, kw_only=True):
    """The same of a scene that was held against a street; null where the scene cannot be used."""

    observed: check_observe.Observed | None


def run(args: argparse.Namespace) -> int:
    """Check each file; 0 when all can be used as they stand."""
    said_store = len(args.paths) > 1 and args.paths[0] == "store"
    paths = [Path(path) for path in args.paths[said_store:]]
    if args.plot is not None and len(paths) > 1:
        raise ConfigError("--plot draws one scene, and several files are given.", "Give one scene file.")
    check_observe.check_options(args, len(paths))
    sound = True
    for path in paths:
        is_store = said_store or _is_sqlite(path)
        report = _store_report(path) if is_store else _scene_report(path, args)
        sound &= report.sound
        if args.json:
            print(msgspec.json.encode(report).decode())
        else:
            _print(report)
    return 0 if sound else UNSOUND


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC
    except OSError:
        return False  # reading it as a scene says what is wrong with it


def _scene_report(path: Path, args: argparse.Namespace) -> Report:
    size, plot = args.size, args.plot
    scene, findings = parse_scene(read_text(path), name=str(path), size=size)
    if scene is not None and size is not None:
        findings += _misfit(scene, size)
    if scene is not None and plot is not None:
        _plot(scene, size, plot)
    observed = None
    sound = all(finding.severity is not Severity.ERROR for finding in findings)
    if scene is not None and sound and (args.source is not None or args.detections is not None):
        seen, observed = check_observe.observe(args, path, scene)
        findings = sorted([*findings, *seen], key=lambda f: (f.line is None, f.line or 0))
    report = Report(path=str(path), kind="scene", sound=sound, findings=findings, revision=scene.revision if scene else None)
    if args.source is None and args.detections is None:
        return report
    return WatchedReport(**msgspec.structs.asdict(report), observed=observed)


def _misfit(scene: Scene, size: tuple[int, int]) -> list[Finding]:
    try:
        check_fits(scene, size)
    except ConfigError as error:
        return [_error(error.message, error.remedy, key="drawn_for")]
    return []


def _store_report(path: Path) -> Report:
    from catseye import app

    findings = [_error(finding) for finding in app.check_store(path)]
    return Report(path=str(path), kind="store", sound=not findings, findings=findings)


def _error(message: str, remedy: str = "", *, key: str = "") -> Finding:
    return Finding(line=None, column=None, key=key, severity=Severity.ERROR, message=message, remedy=remedy)


def _plot(scene: Scene, size: tuple[int, int] | None, plot: Path) -> None:
    from catseye.config.picture import scene_png

    try:
        plot.write_bytes(scene_png(scene, size))
    except OSError as error:
        raise OutputError(f"Cannot write {plot}: {error.strerror}.", "Give a file name in a folder you may write to.") from error


def _print(report: Report) -> None:
    """One line a finding, as compilers write them, so that editors can jump to it."""
    for finding in report.findings:
        place = report.path if finding.line is None else f"{report.path}:{finding.line}"
        severity = style.painted(f"{finding.severity}:", _COLOURS[finding.severity], sys.stdout)
        print(f"{place}: {severity} {finding.message} {finding.remedy}".rstrip())
    if not report.findings:
        revision = f" (revision {report.revision})" if report.revision else ""
        print(f"{report.path}: {style.painted('sound', 'green', sys.stdout)}{revision}")
    if isinstance(report, WatchedReport) and report.observed is not None:
        check_observe.show(report.observed)
