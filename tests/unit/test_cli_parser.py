"""The command line before any command runs."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from catseye.bench.run import PARTS
from catseye.cli import build_parser, main

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


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("lines", [1, 100_000])
def test_a_reader_that_goes_ends_a_command_quietly(lines: int, unbuffered: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``catseye cameras list ... | head`` does: with output that is still held back, and with more than a pipe holds."""
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    command = "import sys, catseye.cli as cli; from types import SimpleNamespace as N; "
    command += f"run = lambda _: [print('a camera') for _ in range({lines})] and 0; "
    command += "cli.build_parser = lambda: N(parse_args=lambda _: N(run=run)); sys.exit(cli.main())"
    with subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as asked:
        assert asked.stdout is not None
        assert asked.stderr is not None
        asked.stdout.close()
        assert asked.stderr.read() == b""
        assert asked.wait(timeout=60) == 141


def test_another_broken_pipe_is_not_taken_for_a_reader_that_went(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_: object) -> int:
        raise BrokenPipeError("a socket's")

    monkeypatch.setattr("catseye.cli.build_parser", lambda: SimpleNamespace(parse_args=lambda _: SimpleNamespace(run=run)))
    with pytest.raises(BrokenPipeError, match="socket"):
        main([])
