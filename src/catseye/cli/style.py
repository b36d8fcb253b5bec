"""How the commands look: help with examples, colour only where a person reads it."""

import argparse
import os
import re
from collections.abc import Sequence
from typing import TextIO

Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for what add_subparsers returns

_CODES = {"red": "31", "green": "32", "yellow": "33", "bold": "1"}


def add_command(
    commands: "Commands[argparse.ArgumentParser]", name: str, *, summary: str, description: str, examples: Sequence[tuple[str, str]]
) -> argparse.ArgumentParser:
    """Add a subcommand whose help ends with ``examples``: (command line, what it does)."""
    shown = "\n".join(f"  {line}\n      {what}" for line, what in examples)
    return commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=f"examples:\n{shown}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def picture_size(text: str) -> tuple[int, int]:
    """Width and height of ``1280x720``, for argparse."""
    found = re.fullmatch(r"([1-9]\d{0,4})[xX]([1-9]\d{0,4})", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no picture size; write WIDTHxHEIGHT, such as 1280x720")
    return int(found[1]), int(found[2])


def natural(text: str) -> int:
    """A whole number from 1, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def painted(text: str, colour: str, stream: TextIO) -> str:
    """``text`` in a colour where ``stream`` is a terminal and https://no-color.org does not forbid it."""
    if not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m"
