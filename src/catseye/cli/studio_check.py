"""``catseye studio check``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.studio.traffic.checks import Check

_EPILOG = """\
examples:
  catseye studio check truth
      whether speeds, bodies, arrivals and crossings of a run agree with each other; code 1 where one does not
  catseye studio check film
      of a film with masks: whether its true boxes are those of the rendered bodies
  catseye studio check truth --json
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``check`` to ``catseye studio``."""
    parser = commands.add_parser(
        "check",
        help="whether a truth agrees with itself",
        description="Checks a folder of 'catseye studio traffic' against itself, or a film's boxes against its masks.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "truth", type=Path, metavar="FOLDER", help="a folder of 'catseye studio traffic' or of 'catseye studio render'"
    )
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    import msgspec

    from catseye.studio.files import read, read_street
    from catseye.studio.traffic.checks import check

    of_film = (args.truth / "film.json").is_file()
    checks = [_film(args.truth)] if of_film else check(read(args.truth), read_street(args.truth))
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(checks)).decode() + "\n")
    else:
        show_checks(checks)
    return 0 if all(one.passed for one in checks) else 1


def _film(folder: Path) -> "Check":
    import cv2
    import numpy as np

    from catseye.core.errors import ConfigError
    from catseye.evaluate.files import truth_for
    from catseye.studio.film_check import check_film

    paths = sorted((folder / "masks").glob("*.png"))
    masks = [(int(path.stem), cv2.imread(str(path), cv2.IMREAD_UNCHANGED)) for path in paths]
    if not masks or any(mask is None for _, mask in masks):
        raise ConfigError(f"{folder} holds no masks that can be read.", "Film with --masks-every N.")
    return check_film(truth_for(folder), [(frame, np.asarray(mask, np.uint16)) for frame, mask in masks])


def show_checks(checks: "Sequence[Check]") -> None:
    """A table of checks."""
    from rich.console import Console
    from rich.table import Table

    table = Table("check", "found", "must be", "")
    for one in checks:
        table.add_row(
            one.name, one.found, one.bound, "[red]FAIL[/]" if not one.passed else "[green]pass[/]" if one.judged else "told only"
        )
    Console(highlight=False).print(table)
