"""The command line before any command runs."""

import subprocess
import sys

from catseye.bench.run import PARTS
from catseye.cli import build_parser

HEAVY = ("numpy", "scipy", "cv2", "polars", "av", "openvino", "litestar")


def test_help_loads_nothing_heavy() -> None:
    told = f"import sys; from catseye.cli import build_parser; build_parser(); print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    asked = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    assert asked.stdout.strip() == "[]"


def test_the_help_of_the_bench_names_every_part() -> None:
    commands = next(action.choices for action in build_parser()._actions if action.dest == "command")
    assert commands is not None
    described = dict(commands)["bench"].description
    assert [line.split()[0] for line in described.splitlines() if line.startswith("  ")] == list(PARTS)
