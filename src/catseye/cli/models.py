"""``catseye models``."""

import argparse


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``models`` to the command line."""
    commands.add_parser("models", help="say what is wrong with a scene file or a store")
