"""``catseye conflicts export-trj``: a studio run for SSAM."""

import argparse
from pathlib import Path

from catseye.cli.style import Commands, add_command


def add_export(kinds: "Commands[argparse.ArgumentParser]") -> None:
    """Add the subcommand to ``catseye conflicts``."""
    parser = add_command(
        kinds,
        "export-trj",
        summary="a studio run as moving rectangles for SSAM (.trj)",
        description="Writes who was where in a run of the studio as a .trj file, so that SSAM can look for conflicts itself.",
        examples=(
            ("catseye conflicts export-trj --truth truth --out street.trj", "the whole street, everyone where they truly were"),
            (
                "catseye conflicts export-trj --truth truth --camera CAM.toml --detector perfect --out seen.trj",
                "as one camera's tracks have it; a fitted detector's name does as well",
            ),
            (
                "catseye conflicts export-trj --truth truth --from 60 --minutes 5 --vehicles --out five.trj",
                "five minutes from the second on, without those on foot: SSAM has no kinds, and takes two of them for a conflict",
            ),
        ),
    )
    parser.add_argument("--truth", type=Path, required=True, metavar="DIR", help="a folder of 'catseye studio traffic'")
    parser.add_argument("--camera", type=Path, metavar="CAM.toml", help="only what it has in view (default: the whole street)")
    parser.add_argument(
        "--detector",
        default="truth",
        metavar="NAME",
        help="a fitted detector, perfect, or truth: everyone is where they truly are (default: %(default)s)",
    )
    parser.add_argument("--fps", type=float, default=10.0, metavar="N", help="steps a second (default: %(default)g)")
    parser.add_argument(
        "--from", dest="begin_s", type=float, default=0.0, metavar="S", help="seconds of the run to leave out (default: 0)"
    )
    parser.add_argument("--minutes", type=float, metavar="M", help="how long (default: to the end)")
    parser.add_argument("--vehicles", action="store_true", help="leave out those on foot")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.trj", help="where to write it")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.markup import escape

    from catseye.config import write_whole
    from catseye.core.errors import ConfigError
    from catseye.studio.moving import MovingRun, moving_run
    from catseye.wire.ssam_trj import encode

    if args.out.suffix != ".trj":
        raise ConfigError(f"SSAM opens only files that end in .trj, and {args.out.name} does not.", "Call it FILE.trj.")
    if not (args.fps > 0 and args.begin_s >= 0 and (args.minutes is None or args.minutes > 0)):
        raise ConfigError("--fps and --minutes are above 0, --from is not below.", "Such as --fps 10 --from 60 --minutes 5.")
    asked = MovingRun(
        truth=args.truth,
        camera=args.camera,
        detector=args.detector,
        fps=args.fps,
        begin_s=args.begin_s,
        minutes=args.minutes,
        on_foot=not args.vehicles,
    )
    console = Console(stderr=True)
    with console.status(f"{escape(args.truth.name)}: step by step"):
        steps = moving_run(asked)
        if not any(len(step.number) for step in steps):
            raise ConfigError("Nobody is there in that time.", "Ask for another: --from, --minutes.")
        write_whole(args.out, encode(steps))
    road_users = len({number for step in steps for number in step.number.tolist()})
    console.print(f"{len(steps)} steps of {road_users} road users in {escape(str(args.out))}", highlight=False)
    return 0
