# ruff: noqa: INP001, T201 - a script that prints
"""Speeds over count lines as the product measures them, beside the true ones of studio streets.

    python scripts/speed_errors.py TRUTH [TRUTH ...] [--detector centernet@street] [--fps 5] [--minutes 10] [--lines]

A truth is a folder of ``catseye studio traffic``; the street's own camera (``examples/studio``) sees it.
"""

import argparse
from pathlib import Path

import msgspec

from catseye.evaluate.speeds import CrossedAt, SpeedRow, crossings_of, speed_rows
from catseye.studio.camera_file import load_camera
from catseye.studio.files import read, read_street
from catseye.studio.moments import observed_moments, truth_moments
from catseye.studio.observe.model import load_model
from catseye.studio.observe.observing import Eye, observe
from catseye.traffic.engine import Moment

STUDIO = Path(__file__).parents[1] / "examples" / "studio"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", type=Path, nargs="+")
    parser.add_argument("--detector", default="centernet@street", help="a fitted detector, or perfect")
    parser.add_argument("--fps", type=float, default=5.0)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--lines", action="store_true", help="a row for each line besides")
    args = parser.parse_args()
    print("| street | line | n | median | 85 % | bias | within 95 % | space-mean true, measured | p85 true, measured |")
    print("|---|---|---|---|---|---|---|---|---|")
    for folder in args.truth:
        street, rows = measured(folder, args)
        for row in rows:
            if row.matched and (args.lines or not row.rule):
                print(f"| {street} | {row.rule or 'all'} | {told(row)} |", flush=True)


def measured(folder: Path, args: argparse.Namespace) -> tuple[str, tuple[SpeedRow, ...]]:
    """The street's name and the rows of its lines."""
    truth, street = read(folder), read_street(folder)
    camera = msgspec.structs.replace(load_camera(STUDIO / f"{truth.info.scenario}-camera.toml"), fps=args.fps)
    eye = Eye(model=None if args.detector == "perfect" else load_model(args.detector), light=camera.light)
    seen = observe(truth, street, camera, eye, seconds=args.minutes * 60)
    true = crossed(list(truth_moments(truth, street, camera, 1.0)), args.minutes)
    return truth.info.scenario, speed_rows(
        true, crossed(list(observed_moments(seen, camera.size, threshold=eye.threshold)), args.minutes)
    )


def crossed(moments: list[Moment], minutes: float) -> list[CrossedAt]:
    """The crossings of the first minutes."""
    told = crossings_of((p for m in moments for p in m.passages), [e for m in moments for e in m.events])
    return [one for one in told if one.at_ns < minutes * 60e9]


def told(row: SpeedRow) -> str:
    """A row's figures, km/h."""
    assert row.space_mean is not None
    assert row.p85_speed is not None
    (a, b), (c, d) = row.space_mean, row.p85_speed
    within = "" if row.within is None else f"{row.within:.1%}"
    return f"{row.matched} | {row.median:.2f} | {row.p85:.2f} | {row.bias:+.2f} | {within} | {a:.1f}, {b:.1f} | {c:.1f}, {d:.1f}"


if __name__ == "__main__":
    main()
