"""``catseye studio site``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.cli.style import Commands, add_command

if TYPE_CHECKING:
    from rich.progress import Progress

    from catseye.studio.siting.report import PoleReport, SiteReport

_EXAMPLES = (
    ("catseye studio site PLAN.toml --out site", "judge the poles of a plan; tables and a printable sheet to site/"),
    ("catseye studio site PLAN.toml --out site --no-count", "by geometry alone: no traffic is driven, seconds a pole"),
    ("catseye studio site PLAN.toml --json | jq '.poles[0].why'", "why the best pole is the best"),
)


def add_parser(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add ``site`` to ``catseye studio``."""
    parser = add_command(
        commands,
        "site",
        summary="where to put a camera: what each pole sees of a street, and what would be counted from it",
        description="Judges the poles of a plan by pixels per metre, by what buses, buildings and trees hide, and by the counts"
        " that the product would give. See examples/studio/site-plan.toml.",
        examples=_EXAMPLES,
    )
    parser.add_argument("plan", type=Path, metavar="PLAN.toml", help="the street and the poles")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where site.csv, site.json and site.png go (default: site; with --json, nowhere)"
    )
    parser.add_argument("--no-count", action="store_true", help="judge by geometry alone; drive no traffic")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.app.studio_site import judge_sites
    from catseye.studio.site_plan import load_plan
    from catseye.studio.siting.tables import site_json, write_site

    plan = load_plan(args.plan)
    with _progress() as progress:
        task = progress.add_task("", total=1.0)

        def on_progress(stage: str, share: float) -> None:
            progress.update(task, description=stage, completed=share)

        judged = judge_sites(plan, count=not args.no_count, on_progress=on_progress)
    if args.out or not args.json:
        write_site(args.out or Path("site"), judged.street, judged.report, judged.viewed)
    if args.json:
        sys.stdout.write(site_json(judged.report).decode())
    else:
        _show(judged.report)
        sys.stdout.write(f"{args.out or Path('site')}: site.png to print, site.csv and site.json for machines\n")
    return 0


def _progress() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    return Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), console=Console(stderr=True), transient=True
    )


def _show(report: "SiteReport") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", "pole", "lines", "lanes", "box px", "hidden", "missed", "extra", "score")
    for column in table.columns[2:]:
        column.justify = "right"
    for place, pole in enumerate(report.poles, 1):
        table.add_row(str(place), pole.name, *_cells(pole))
    console = Console(highlight=False)
    console.print(table)
    for place, pole in enumerate(report.poles, 1):
        look = pole.camera.look_at_m
        aimed = f" Proposed: look_at_m = [{look[0]:g}, {look[1]:g}]." if pole.aimed else ""
        console.print(f"{place} {pole.name}: {pole.why}.{aimed}", markup=False)
        for warning in pole.warnings:
            console.print(f"  warning: {warning}", style="yellow", markup=False)


def _cells(pole: "PoleReport") -> list[str]:
    from catseye.studio.siting.report import bus_hides, smallest_px

    sight, counting = pole.sight, pole.counting
    least, hidden = smallest_px(sight), bus_hides(sight).mean
    return [
        f"{sum(line.seen for line in sight.lines):.1f}/{len(sight.lines)}",
        f"{sum(lane.usable_m for lane in sight.lanes):.0f} m",
        "-" if least is None else f"{least:.0f}",
        "-" if hidden is None else f"{hidden:.0%}",
        "-" if counting is None else f"{counting.missed}/{counting.true}",
        "-" if counting is None else str(counting.extra),
        f"{pole.score:.0f}",
    ]
