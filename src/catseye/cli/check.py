"""``catseye check``."""

import argparse


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``check`` to the command line."""
    commands.add_parser("check", help="say what is wrong with a scene file or a store")
