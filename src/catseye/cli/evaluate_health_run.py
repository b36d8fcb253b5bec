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
from catseye.evaluate.health_counting import found_lost, onset
from catseye.evaluate.health_faults import FAULTS

_PICTURES, _WIDTH_PX, _MOST_FRAMES = 16, 640, 1500
_LOOPED_PX = 352  # width of the pictures that are looped without a fault: hundreds of thousands are made
_DETECTED = 8  # pictures of each clip that the detector looks at
_ENDINGS = frozenset({".mp4", ".avi", ".mkv", ".mov"})


class _Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Of one fault: from which strength on counting suffers in each clip, and how often it was told there and beyond."""

    fault: str
    suffers_from: list[float | None]
    trials_at: int
    told_at: int
    trials_from: int
    told_from: int


class _Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ``--json`` prints."""

    clips: tuple[str, ...]
    rates: list[Rate]
    verdicts: list[_Verdict]
    clean: Clean
    false_a_day: float | None
    false_a_day_at_most: float | None
    trials: list[Trial]


def health(args: argparse.Namespace) -> int:
    """Measure how faults of cameras are told."""
    paths = [one for given in args.clips for one in _clips(given)]
    if not args.days >= 0:
        raise ConfigError(f"--days {args.days} is no length of time.", "Give a number from 0.")
    done: list[Trial] = []
    alarms: list[FalseAlarm] = []
    onsets: dict[str, list[list[list[Trial]]]] = {name: [] for name in FAULTS}
    length_s = round(args.days * DAY_S)
    detector = app.open_detector(args.detector)
    try:
        for path in track(paths, "Faults", console=Console(stderr=True)):
            pictures = _pictures(path)
            of = trials(path.name, pictures)
            done += of
            lost = found_lost(pictures[:: max(1, len(pictures) // _DETECTED)], detector)
            for name, found in onsets.items():
                found.append(onset(lost, of, name))
    finally:
        detector.close()
    for path in track(paths if length_s else [], "Sound", console=Console(stderr=True)):
        alarms += clean(path.name, [_small(one, _LOOPED_PX) for one in _pictures(path)], length_s=length_s).alarms
    sound = Clean(days=len(paths) * length_s / DAY_S, alarms=tuple(alarms))
    report = _Report(
        clips=tuple(path.name for path in paths),
        rates=rates(done),
        verdicts=[_verdict(name, found) for name, found in onsets.items()],
        clean=sound,
        false_a_day=sound.a_day,
        false_a_day_at_most=sound.at_most_a_day,
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


def _small(bgr: U8, width_px: int = _WIDTH_PX) -> U8:
    height, width = bgr.shape[:2]
    if width <= width_px:
        return bgr
    return np.asarray(cv2.resize(bgr, (width_px, round(height * width_px / width)), interpolation=cv2.INTER_AREA), np.uint8)


def _verdict(fault: str, clips: list[list[list[Trial]]]) -> _Verdict:
    """``clips`` are the trials of each clip by strength, from where its counting suffers on."""
    first = [one for of in clips for one in of[:1]]
    at, beyond = [one for of in first for one in of], [one for of in clips for strength in of for one in strength]
    return _Verdict(
        fault=fault,
        suffers_from=[of[0][0].strength if of and of[0] else None for of in clips],
        trials_at=len(at),
        told_at=sum(one.told_s is not None for one in at),
        trials_from=len(beyond),
        told_from=sum(one.told_s is not None for one in beyond),
    )


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
    counting = Table("fault", "counting suffers from", "told there", "told from there on", title_justify="left")
    for verdict in report.verdicts:
        strengths = sorted({one for one in verdict.suffers_from if one is not None})
        where = (
            " to ".join(f"{one:g}" for one in (strengths[0], strengths[-1])[: len(strengths)]) if strengths else "no strength tried"
        )
        counting.add_row(
            verdict.fault, where, f"{verdict.told_at}/{verdict.trials_at}", f"{verdict.told_from}/{verdict.trials_from}"
        )
    told = [sum(getattr(one, name) for one in report.verdicts) for name in ("told_at", "trials_at", "told_from", "trials_from")]
    counting.add_row("all", "", f"{told[0]}/{told[1]}", f"{told[2]}/{told[3]}")
    console.print(counting)
    a_day, at_most = ("-" if one is None else f"{one:.2f}" for one in (report.false_a_day, report.false_a_day_at_most))
    console.print(
        f"false alarms: {len(report.clean.alarms)} in {report.clean.days:g} camera-days, {a_day} a day; "
        f"with 95 % confidence at most {at_most}"
    )
    for alarm in report.clean.alarms[:10]:
        console.print(f"  {alarm.clip} {alarm.at_s} s: {alarm.state}")
