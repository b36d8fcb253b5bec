"""``catseye evaluate counts``."""

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.cli.style import add_command, natural

if TYPE_CHECKING:
    from catseye.evaluate.counted import CountedClip, Crossings, Terms, Volumes

_DESCRIPTION = """\
Hold counts against true ones. Judged is missed plus extra, paired one by one:
the same line and direction, both on foot, on two wheels or motor vehicles, at
most 1.5 s apart. Volumes of cells, GEH, the effectiveness of AI City Track 1
and acceptance sheets stand beside it.

A truth is: marked tracks (MOTChallenge, CVAT 1.1, .ottrk; then --scene tells
the lines), a folder of 'catseye studio traffic', a hand count (.json), or a
table (.csv) of crossings (line,direction,road_user,at_s) or of cells
(line,direction,road_user,start,end,volume). A result is the DIR of 'catseye
watch --out DIR', its counts.csv, or such a table. Cells alone do not tell what
was missed and what was invented, so then only volumes are judged.
"""
_EXAMPLES = (
    ("catseye evaluate counts --truth street.xml --result out --scene scene.toml --clip-fps 25", "marked tracks"),
    (
        "catseye evaluate counts --truth film/truth --result out --html report.html --csv cells.csv",
        "a studio's truth, with a report",
    ),
    ("catseye evaluate counts --truth hand.csv --result out/counts.csv --cell 1h", "hand-counted cells against counted ones"),
    ("catseye evaluate counts --truth a.json b.json --result a b --against a2 b2 --json", "two clips, and two results compared"),
)
_UNITS = {"s": 1, "m": 60, "h": 3600}


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``counts`` to ``catseye evaluate``."""
    parser = add_command(
        commands,
        "counts",
        summary="score counts: missed and extra, cells, GEH, acceptance sheets",
        description=_DESCRIPTION,
        examples=_EXAMPLES,
    )
    parser.add_argument("--truth", type=Path, nargs="+", required=True, metavar="T", help="what truly passed, one or more clips")
    parser.add_argument("--result", type=Path, nargs="+", required=True, metavar="R", help="what was counted, one for each truth")
    parser.add_argument("--against", type=Path, nargs="+", metavar="R", help="other counts of the same clips, to compare with")
    parser.add_argument(
        "--scene", type=Path, metavar="FILE", help="the scene that was counted with (default: scene.toml with the result)"
    )
    parser.add_argument("--start", metavar="TIME", help="when the clip begins (default: what the files say)")
    parser.add_argument("--clip-fps", type=float, metavar="N", help="frames a second of the clip (default: what the truth says)")
    parser.add_argument("--seconds", type=float, metavar="S", help="how long was counted (default: what the truth says)")
    parser.add_argument("--cell", type=_cell, default=900, metavar="LENGTH", help="such as 15m, 5m, 1h (default: 15m)")
    parser.add_argument(
        "--within", type=float, default=1.5, metavar="S", help="a pair's greatest distance (default: %(default)s s)"
    )
    parser.add_argument("--svz-rates", type=Path, metavar="FILE", help="TOML: rates of the SVZ sheet, such as car = 0.95")
    parser.add_argument(
        "--resamples", type=natural, default=2000, metavar="N", help="draws for the 95 %% intervals (default: %(default)s)"
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report with plots, in one file")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the cells")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _cell(text: str) -> int:
    """A cell's length in seconds."""
    found = re.fullmatch(r"([1-9]\d{0,4})([smh])", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no length of a cell; write 15m, 30s or 1h")
    return int(found[1]) * _UNITS[found[2]]


def _run(args: argparse.Namespace) -> int:
    import msgspec
    from rich.console import Console

    from catseye.cli.evaluate_counts_tables import cells_csv, show
    from catseye.evaluate.counting import report
    from catseye.evaluate.counts_page import page

    clips, others = _read(args)
    found = report(clips, _terms(args), against=others)
    if args.csv:
        _write(args.csv, cells_csv(found))
    if args.html:
        _write(args.html, page(found, clips, truth=_named(args.truth), result=_named(args.result), against=_named(args.against)))
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found)).decode() + "\n")
    else:
        show(found, Console(highlight=False))
    return 0


def _read(args: argparse.Namespace) -> "tuple[list[CountedClip], list[Crossings] | None]":
    from catseye.cli.evaluate_counts_files import Hints
    from catseye.cli.evaluate_counts_read import read_clip
    from catseye.core.errors import ConfigError
    from catseye.evaluate.counted import Crossings

    sides = [args.result, *([args.against] if args.against else [])]
    for side in sides:
        if len(side) != len(args.truth):
            raise ConfigError(
                f"{len(args.truth)} truths and {len(side)} results do not pair.", "Give a result for each truth, in the same order."
            )
    hints = Hints(scene=args.scene, start=args.start, clip_fps=args.clip_fps, seconds=args.seconds)
    clips, others = [], []
    for n, (truth, *results) in enumerate(zip(args.truth, *sides, strict=True), start=1):
        name = str(truth) if list(args.truth).count(truth) == 1 else f"{truth} ({n})"
        clip, more = read_clip(name, truth, results, hints)
        clips.append(clip)
        others += more
        _must_fit(args.cell, clip.true, clip.counted)
    if not args.against:
        return clips, None
    found = [other for other in others if isinstance(other, Crossings)]
    if len(found) != len(clips) or not all(
        isinstance(clip.counted, Crossings) and isinstance(clip.true, Crossings) for clip in clips
    ):
        raise ConfigError(
            "--against compares single crossings, and a side holds only cells.", "Give the crossings, not counts.csv."
        )
    return clips, found


def _must_fit(cell_s: int, *sides: "Crossings | Volumes") -> None:
    from catseye.core.errors import ConfigError
    from catseye.evaluate.counted import Volumes

    for side in sides:
        if isinstance(side, Volumes) and cell_s % side.cell_s:
            raise ConfigError(
                f"Cells of {side.cell_s:g} s do not make cells of {cell_s} s.", f"Give --cell as a multiple of {side.cell_s:g} s."
            )


def _terms(args: argparse.Namespace) -> "Terms":
    from catseye.evaluate.counted import Terms

    return Terms(
        within_s=args.within, cell_s=args.cell, rates=_rates(args.svz_rates) if args.svz_rates else {}, resamples=args.resamples
    )


def _rates(path: Path) -> dict[str, float]:
    import tomllib

    from catseye.core.errors import ConfigError
    from catseye.wire.hand_counts import kind_of

    remedy = "A line for each kind of road user: car = 0.95"
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"Cannot read the rates {path}: {error}.", remedy) from error
    for kind, rate in told.items():
        kind_of(kind)
        if not isinstance(rate, int | float) or not 0 <= rate <= 1:
            raise ConfigError(f"The rate of {kind} in {path} is no share of 0 to 1.", remedy)
    return {kind: float(rate) for kind, rate in told.items()}


def _named(paths: list[Path] | None) -> str:
    return ", ".join(str(path) for path in paths or ())


def _write(path: Path, text: str) -> None:
    from catseye.core.errors import OutputError

    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror}.", "Check that its folder exists and may be written."
        ) from error
