"""``catseye studio fit`` and ``catseye studio agree``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.cli.style import Commands, add_command

if TYPE_CHECKING:
    from catseye.ports import DetectorInfo
    from catseye.studio.observe.agreement import Agreement
    from catseye.studio.observe.sightings import Sightings

_FIT = (
    ("catseye studio fit --truth a.xml --source a.mp4 --detector centernet --name street --out centernet@street.json", "one clip"),
    (
        "catseye studio fit --truth a.xml --source a.mp4 --truth film/../truth --source film/clip.mp4 --name both --out both.json",
        "a marked clip and a film of the studio, whose camera.toml and film.json lie beside it",
    ),
)
_AGREE = (
    ("catseye studio agree --truth a.xml --source a.mp4 --detector centernet --model centernet@street.json", "as a table"),
    ("catseye studio agree --truth a.xml --source a.mp4 --model person-vehicle-bike-detection-2003 --json", "for machines"),
)


def add_parser(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add ``fit`` and ``agree`` to ``catseye studio``."""
    fit = add_command(
        commands,
        "fit",
        summary="fit a detector model to what an installed detector makes of marked clips",
        description="Lets the detector look at clips whose truth is known and fits what it misses, mistakes and makes up.",
        examples=_FIT,
    )
    _clips(fit)
    fit.add_argument("--detector", metavar="NAME", help="an installed detector, or a pair (default: the best one)")
    fit.add_argument("--name", required=True, metavar="PICTURE", help="a name for the kind of picture, such as street or studio")
    fit.add_argument("--out", type=Path, required=True, metavar="FILE", help="the JSON file to write")
    fit.set_defaults(run=_fit)

    agree = add_command(
        commands,
        "agree",
        summary="hold a detector model against its detector, over the same clips",
        description="Recall by size, false boxes, confidences and jitter: of the detector, and of the model (mean of 40 draws).",
        examples=_AGREE,
    )
    _clips(agree)
    agree.add_argument("--detector", metavar="NAME", help="an installed detector (default: the one that the model is of)")
    agree.add_argument("--model", required=True, metavar="FILE", help="a file of 'catseye studio fit', or a name that is shipped")
    agree.set_defaults(run=_agree)


def _clips(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--truth",
        type=Path,
        required=True,
        action="append",
        metavar="T",
        help="a gt.txt, the folder above it, a CVAT 1.1 XML or a studio's truth folder; repeat with --source",
    )
    parser.add_argument("--source", required=True, action="append", metavar="CLIP", help="the clip that the truth is of")
    parser.add_argument(
        "--camera", type=Path, metavar="CAM.toml", help="of a studio's truth (default: camera.toml beside the clip)"
    )
    parser.add_argument(
        "--light", default="day", metavar="LIGHT", help="of clips that were marked by people (default: %(default)s)"
    )
    parser.add_argument("--every", type=int, default=1, metavar="K", help="look at every K-th frame (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")


def _fit(args: argparse.Namespace) -> int:
    import msgspec

    from catseye.core.errors import ConfigError
    from catseye.studio.observe.fitting import fit
    from catseye.studio.observe.model import save_model

    seen, info = _look(args, args.detector)
    clips = [Path(source).stem for source in args.source]
    try:
        model = fit(seen, info, pictures=args.name, clips=clips)
    except ValueError as error:
        raise ConfigError(f"Nothing to fit to: {error}.", "Give clips in which road users are marked.") from error
    save_model(args.out, model)
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(model)).decode() + "\n")
    else:
        boxes = ", ".join(f"{count} of {name}" for name, count in model.basis.boxes.items())
        print(f"{args.out}: {model.basis.frames} frames, boxes: {boxes}")
    return 0


def _agree(args: argparse.Namespace) -> int:
    import msgspec

    from catseye.studio.observe.agreement import agree
    from catseye.studio.observe.model import load_model

    model = load_model(args.model)
    seen, _ = _look(args, args.detector or model.detector)
    agreement = agree(seen, model, clips=args.source)
    if args.json:
        report = {"agreement": agreement, "recall_off": agreement.recall_off, "false_off": agreement.false_off}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        _show(agreement)
    return 0


def _look(args: argparse.Namespace, detector_name: str | None) -> "tuple[list[Sightings], DetectorInfo]":
    from rich.console import Console
    from rich.progress import Progress

    from catseye import app
    from catseye.app.studio_sightings import MarkedClip, look
    from catseye.core.errors import ConfigError

    if len(args.truth) != len(args.source):
        raise ConfigError(
            f"{len(args.truth)} times --truth, {len(args.source)} times --source.", "Give one --source for each --truth, in order."
        )
    if args.every < 1:
        raise ConfigError(f"--every {args.every} takes no frame.", "Give a whole number from 1.")
    clips = [
        MarkedClip(truth=truth, source=source, camera=args.camera, light=args.light, every=args.every)
        for truth, source in zip(args.truth, args.source, strict=True)
    ]
    detector = app.open_detector(detector_name)
    seen = []
    try:
        with Progress(console=Console(stderr=True), transient=True) as bar:
            for clip in clips:
                task = bar.add_task(Path(clip.source).name, total=None)
                seen.append(look(clip, detector, lambda frames, task=task: bar.update(task, completed=frames)))  # type: ignore[misc]
    finally:
        detector.close()
    return seen, detector.info


def _show(agreement: "Agreement") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", "boxes", "detector", "model", "difference", "scatter of draws")
    for column in table.columns[1:]:
        column.justify = "right"
    shown = (("recall", agreement.recall), ("false boxes", agreement.false), ("confidence", agreement.confidence))
    for title, rows in (*shown, ("jitter", agreement.jitter)):
        table.add_section()
        for row in rows:
            figures = (row.real, row.modelled, row.difference, row.scatter)
            texts = ("-" if value is None else f"{value:+.3f}" if k == 2 else f"{value:.3f}" for k, value in enumerate(figures))
            table.add_row(f"{title}: {row.name}", str(row.count), *texts)
    console = Console(highlight=False)
    console.print(table)
    if agreement.recall_off is not None:
        console.print(f"recall by size is off by {agreement.recall_off:.1%} at most (classes of at least 100 boxes)")
    if agreement.false_off is not None:
        console.print(f"false boxes at 0.3 are off by {agreement.false_off:.0%}")
