"""``catseye studio render``."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.cli.style import Commands, add_command

if TYPE_CHECKING:
    from catseye.app.studio_render import Progress

_EXAMPLES = (
    ("catseye studio render truth --camera CAM.toml --out film", "the whole run, to film/clip.mp4"),
    ("catseye studio render truth --camera CAM.toml --out film --start 30 --seconds 20 --light dusk", "a part of it, at dusk"),
    ("catseye studio render truth --camera CAM.toml --out film --masks-every 10 --json", "with body numbers as pixels"),
)
_LIGHTS = ("day", "low_sun", "overcast", "dusk", "night", "rain", "fog")


def add_parser(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add ``render`` to ``catseye studio``."""
    parser = add_command(
        commands,
        "render",
        summary="a film of a truth, as a camera on a pole takes it",
        description="Renders every frame that arrives, bends it as the lens does, adds noise, and encodes it as H.264. About a"
        " second a frame of 640x360 on two cores. Needs the renderer: scripts/renderer.sh sets it up.",
        examples=_EXAMPLES,
    )
    parser.add_argument("truth", type=Path, metavar="TRUTH", help="a folder of 'catseye studio traffic'")
    parser.add_argument("--camera", type=Path, required=True, metavar="CAM.toml", help="a camera file, see examples/studio")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where clip.mp4 and its companions go")
    parser.add_argument("--start", type=float, default=0.0, metavar="S", help="second of the truth to start at (default: 0)")
    parser.add_argument("--seconds", type=float, metavar="N", help="how much to film (default: to the truth's end)")
    parser.add_argument("--light", choices=_LIGHTS, metavar="L", help=f"{', '.join(_LIGHTS)} (default: the camera file's)")
    parser.add_argument("--masks-every", type=int, default=0, metavar="N", help="body numbers of every N-th frame, in DIR/masks")
    parser.add_argument("--keep-frames", action="store_true", help="keep the rendered pictures, in DIR/frames")
    parser.add_argument("--crf", type=int, default=26, metavar="Q", help="quality of H.264, 0 to 51 (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    import msgspec

    from catseye.app.studio_render import FilmOrder, render_film
    from catseye.core.errors import ConfigError
    from catseye.studio.camera_file import load_camera

    if not 0 <= args.crf <= 51:
        raise ConfigError(f"--crf {args.crf} is no H.264 quality.", "Give 0 (best) to 51; cameras use about 26.")
    if args.masks_every < 0:
        raise ConfigError(f"--masks-every {args.masks_every} takes no frame.", "Give a whole number from 1, or leave it out.")
    camera = load_camera(args.camera)
    if args.light:
        camera = msgspec.structs.replace(camera, light=args.light)
    order = FilmOrder(
        truth=args.truth,
        camera=camera,
        out=args.out,
        start_s=args.start,
        seconds=args.seconds,
        masks_every=args.masks_every,
        keep_frames=args.keep_frames,
        crf=args.crf,
    )
    with _progress() as show:
        report = render_film(order, show)
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        print(f"{report.frames} frames, {report.render_s:.2f} s each: {report.clip}")
    return 0


@contextmanager
def _progress() -> "Iterator[Progress]":
    """A bar on standard error, with the time left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("rendering"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True))
    task = bar.add_task("")

    def show(done: int, total: int) -> None:
        bar.start()  # not before there is something to wait for; harmless when it runs
        bar.update(task, completed=done, total=total)

    try:
        yield show
    finally:
        bar.stop()
