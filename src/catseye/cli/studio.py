"""``catseye studio``: streets with exactly known truth."""

import argparse

from catseye.cli import studio_check, studio_fit, studio_observe, studio_render, studio_site, studio_traffic

_EPILOG = """\
examples:
  catseye studio traffic junction --minutes 10 --out truth       drive ten minutes of traffic; truth to truth/
  catseye studio observe truth --camera CAM.toml --out seen      what a detector would see of it, without pictures
  catseye studio render truth --camera CAM.toml --out film       frames and a clip of it (needs the renderer)
  catseye studio site PLAN.toml --out site                       where to put a camera
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``studio`` and what it can do to the command line."""
    parser = commands.add_parser(
        "studio",
        help="streets with exactly known truth: traffic, detections, films, camera sites",
        description="Traffic on streets of our own, of which every trajectory, crossing, speed and conflict is known.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    studio = parser.add_subparsers(dest="studio_command", metavar="COMMAND", required=True)
    studio_traffic.add_parser(studio)
    studio_check.add_parser(studio)
    studio_observe.add_parser(studio)
    studio_fit.add_parser(studio)
    studio_render.add_parser(studio)
    studio_site.add_parser(studio)
