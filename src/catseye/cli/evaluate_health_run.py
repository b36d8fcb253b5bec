"""What ``catseye evaluate health`` does."""

import argparse
import sys
from pathlib import Path

import cv2
import msgspec
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from catseye import app
from catseye.core.errors import ConfigError
from catseye.core.frame import U8
from catseye.core.ids import RunId, StreamId
from catseye.evaluate.health import DAY_S, Clean, FalseAlarm, Rate, Trial, clean, rates, trials
from catseye.evaluate.health_counting import found_lost, suffers_from
from catseye.evaluate.health_faults import FAULTS

_PICTURES, _WIDTH_PX, _MOST_FRAMES = 16, 640, 1500
_DETECTED = 4  # pictures of each clip that the detector looks at
_ENDINGS = frozenset({".mp4", ".avi", ".mkv", ".mov"})


class _Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Of one fault: where counting suffers from it, and how often it was told from there on; None where it never suffered."""

    fault: str
    suffers_from: float | None
    trials: int
    told: int


class _Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ``--json`` prints."""

    clips: tuple[str, ...]
    rates: list[Rate]
    verdicts: list[_Verdict]
    clean: Clean
    false_a_day: float | None
    trials: list[Trial]


def health(args: argparse.Namespace) -> int:
    """Measure how faults of cameras are told."""
    paths = [one for given in args.clips for one in _clips(given)]
    if not args.days >= 0:
        raise ConfigError(f"--days {args.days} is no length of time.", "Give a number from 0.")
    done: list[Trial] = []
    alarms: list[FalseAlarm] = []
    lost: dict[tuple[str, float], tuple[int, int]] = {}
    length_s = round(args.days * DAY_S)
    detector = app.open_detector(args.detector)
    try:
        for path in track(paths, "Faults", console=Console(stderr=True)):
            pictures = _pictures(path)
            done += trials(path.name, pictures)
            for key, (found, gone) in found_lost(pictures[:: max(1, len(pictures) // _DETECTED)], detector).items():
                before = lost.get(key, (0, 0))
                lost[key] = before[0] + found, before[1] + gone
            alarms += clean(path.name, pictures, length_s=length_s).alarms
    finally:
        detector.close()
    sound = Clean(days=len(paths) * length_s / DAY_S, alarms=tuple(alarms))
    report = _Report(
        clips=tuple(path.name for path in paths),
        rates=rates(done),
        verdicts=[_verdict(name, suffers_from(lost, name), done) for name in FAULTS],
        clean=sound,
        false_a_day=sound.a_day,
        trials=done,
    )
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        _show(report)
    return 0


def _clips(given: Path) -> list[Path]:
    if not given.is_dir():
        return [given]
    found = sorted(one for one in given.iterdir() if one.suffix.lower() in _ENDINGS)
    if not found:
        raise ConfigError(f"No clip lies in {given}.", "Give a clip, or a folder of .mp4, .avi, .mkv or .mov files.")
    return found


def _pictures(path: Path) -> list[U8]:
    """Pictures uint8 (h, w, 3) of a clip, evenly spread over its first minute."""
    source = app.open_source(str(path), stream=StreamId("clip"), run=RunId("clip"), clock=app.system_clock())
    try:
        every = max(1, min(source.info.frames or _PICTURES, _MOST_FRAMES) // _PICTURES)
        kept: list[U8] = []
        for frame in source.frames():
            if frame.seq % every == 0:
                kept.append(_small(frame.picture.bgr()))
            if len(kept) == _PICTURES:
                break
    finally:
        source.close()
    if len(kept) < 2:
        raise ConfigError(f"{path} has too few pictures.", "Give a clip of some seconds.")
    return kept


def _small(bgr: U8) -> U8:
    height, width = bgr.shape[:2]
    if width <= _WIDTH_PX:
        return bgr
    return np.asarray(cv2.resize(bgr, (_WIDTH_PX, round(height * _WIDTH_PX / width)), interpolation=cv2.INTER_AREA), np.uint8)


def _verdict(fault: str, strength: float | None, done: list[Trial]) -> _Verdict:
    of = [] if strength is None else [one for one in done if one.fault == fault and one.strength >= strength]
    return _Verdict(fault=fault, suffers_from=strength, trials=len(of), told=sum(one.told_s is not None for one in of))


def _show(report: _Report) -> None:
    table = Table("fault", "strength", "", "told", "after", title=f"{len(report.clips)} clips", title_justify="left")
    for column in (table.columns[1], table.columns[3], table.columns[4]):
        column.justify = "right"
    last = ""
    for rate in report.rates:
        after = "-" if rate.median_s is None else f"{rate.median_s:.0f} s"
        name = rate.fault if rate.fault != last else ""
        last = rate.fault
        table.add_row(name, f"{rate.strength:g}", rate.unit, f"{rate.told}/{rate.trials}", after)
    console = Console(highlight=False)
    console.print(table)
    counting = Table("fault", "counting suffers from", "told from there on", title_justify="left")
    for verdict in report.verdicts:
        if verdict.suffers_from is None:
            counting.add_row(verdict.fault, "no strength tried", "-")
        else:
            counting.add_row(verdict.fault, f"{verdict.suffers_from:g}", f"{verdict.told}/{verdict.trials}")
    console.print(counting)
    a_day = "-" if report.false_a_day is None else f"{report.false_a_day:.2f}"
    console.print(f"false alarms: {len(report.clean.alarms)} in {report.clean.days:g} camera-days, {a_day} a day")
    for alarm in report.clean.alarms[:10]:
        console.print(f"  {alarm.clip} {alarm.at_s} s: {alarm.state}")
