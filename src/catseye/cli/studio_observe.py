"""``catseye studio observe``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

if TYPE_CHECKING:
    from rich.progress import Progress

    from catseye.studio.camera import Light
    from catseye.studio.observe.counting import Counted
    from catseye.studio.observe.observing import Observed

_DEFAULT = "person-vehicle-bike-detection-2003+picodet_s_416_coco"
_EPILOG = """\
examples:
  catseye studio observe truth --camera CAM.toml --out seen
      boxes, detections, the scene and the product's counts of a run; no picture is made
  catseye studio observe truth --camera CAM.toml --out seen --detector perfect
      what the counting rule does when every road user is found in every frame
  catseye studio observe truth --camera CAM.toml --out seen --minutes 5 --no-count --json
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``observe`` to ``catseye studio``."""
    parser = commands.add_parser(
        "observe",
        help="what a camera's detector would see of a run, and what the product counts from it",
        description="Projects a run into a camera's view, lets a fitted detector answer, and runs the product's pipeline on that.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("truth", type=Path, metavar="TRUTH", help="a folder of 'catseye studio traffic'")
    parser.add_argument("--camera", type=Path, required=True, metavar="CAM.toml", help="where the camera hangs and how it looks")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="made if need be; what is in it is overwritten")
    parser.add_argument(
        "--detector",
        default=_DEFAULT,
        metavar="NAME",
        help="a fitted detector, a file of 'catseye studio fit', or perfect (default: %(default)s)",
    )
    parser.add_argument("--light", metavar="LIGHT", help="day, low_sun, dusk, ... (default: the camera file's)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the detector's errors (default: %(default)s)")
    parser.add_argument("--minutes", type=float, metavar="M", help="only the first M minutes (default: all)")
    parser.add_argument("--no-count", action="store_true", help="do not run the product's pipeline")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    import msgspec

    from catseye.studio.camera_file import load_camera
    from catseye.studio.files import read, read_street
    from catseye.studio.observe.model import load_model
    from catseye.studio.observe.observing import Eye, count_seen, observe
    from catseye.studio.observe.writing import write_counts, write_detections, write_truth

    camera = load_camera(args.camera)
    light = _light(args.light or camera.light)
    model = None if args.detector == "perfect" else load_model(args.detector)
    eye = Eye(model=model, light=light, seed=_checked_seed(args.seed))
    truth, street = read(args.truth), read_street(args.truth)
    seconds = _seconds(args.minutes, truth.info.minutes)
    frames = len(camera.times(seconds))
    with _progress() as progress:
        boxes = progress.add_task("boxes", total=frames)
        counting = progress.add_task("counts", total=frames, visible=not args.no_count)
        tasks = {"boxes": boxes, "counts": counting}

        def done(stage: str, behind: int) -> None:
            progress.update(tasks[stage], completed=behind)

        seen = observe(truth, street, camera, eye, seconds=seconds, done=done)
        lit = msgspec.structs.replace(camera, light=light)
        write_truth(args.out, seen.there, frames, seen.scene, lit, name=truth.info.scenario)
        write_detections(args.out, seen.answers, seen.frames_s)
        counted = None
        if not args.no_count:
            counted = count_seen(seen, truth, street, camera, threshold=eye.threshold, seconds=seconds, done=done)
            write_counts(args.out, counted)
            progress.update(counting, completed=frames)
    if args.json:
        report = {
            "frames": frames,
            "boxes": len(seen.there),
            "detections": len(seen.answers),
            "detector": args.detector,
            "light": light,
            "counted": counted,
        }
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        _show(args.out, seen, counted)
    return 0


def _light(name: str) -> "Light":
    from catseye.config.findings import did_you_mean
    from catseye.core.errors import ConfigError
    from catseye.studio.camera import Light

    known: tuple[Light, ...] = get_args(Light)
    for light in known:
        if light == name:
            return light
    raise ConfigError(f"There is no light {name!r}.", did_you_mean(name, known))


def _checked_seed(seed: int) -> int:
    from catseye.core.errors import ConfigError

    if seed < 0:
        raise ConfigError(f"--seed {seed} is below 0.", "Give a whole number from 0.")
    return seed


def _seconds(minutes: float | None, most: float) -> float:
    from catseye.core.errors import ConfigError

    if minutes is None:
        return most * 60
    if not 0 < minutes <= most:
        raise ConfigError(f"--minutes {minutes:g}: the run has {most:g} minutes.", f"Give more than 0 and up to {most:g}.")
    return minutes * 60


def _progress() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description:>7}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("frames"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _show(out: Path, seen: "Observed", counted: "Counted | None") -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    frames = len(seen.frames_s)
    console.print(f"{frames} frames, {len(seen.there)} true boxes, {len(seen.answers)} detections in {out}")
    if counted is None:
        return
    table = Table("line or movement", "direction", "true", "counted", "missed", "extra")
    for column in table.columns[2:]:
        column.justify = "right"
    for row in counted.rows:
        direction = "" if row.direction == row.rule else row.direction
        table.add_row(row.rule, direction, *(str(n) for n in (row.true, row.counted, row.missed, row.extra)))
    table.add_section()
    sums = [sum(getattr(row, name) or 0 for row in counted.rows) for name in ("true", "counted", "missed", "extra")]
    table.add_row("all", "", *map(str, sums))
    console.print(table)
    if counted.matched:
        console.print(f"of {counted.matched} crossings found, {counted.right_kind / counted.matched:.1%} as the kind that they are")
    if counted.aside:
        console.print(f"{counted.aside} walkers counted through movements are set aside: the truth tells those of vehicles alone")
