# ruff: noqa: INP001, T201 - a script that prints
"""How wrong speeds are after a calibration by vehicles alone, for cameras of the studio, of which all is known.

    catseye studio traffic crossroads --minutes 10 --seed 41 --out truth/crossroads
    catseye studio observe truth/crossroads --camera CAM.toml --detector centernet@street --minutes 4 --no-count --out seen/one
    python scripts/self_calibration_error.py --detector centernet seen/one=CAM.toml [...]

Speeds are judged where vehicles were seen, along their ways. Beside the error the one that was stated, and how often the error is
within 1.96 of that.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from catseye.calibration.passages import passages
from catseye.calibration.vehicles import hang
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64
from catseye.evaluate import stored
from catseye.evaluate.replay import replay
from catseye.pipeline.camera import tracker_at
from catseye.studio.camera_file import load_camera
from catseye.studio.observe.model import load_model

THRESHOLD = 0.3
FPS = 10.0
CAR = "motor_vehicle"


def main() -> None:
    """Print a row for each camera, and what they amount to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--detector", required=True)
    parser.add_argument("seen", nargs="+", metavar="DIR=CAM.toml")
    args = parser.parse_args()
    print("| camera | vehicles | off, median | 5 % | 95 % | stated | within 95 % |")
    print("|---|---|---|---|---|---|---|")
    medians, within, stated_all, near = [], [], [], []
    for folder, camera in (word.split("=") for word in args.seen):
        try:
            count, off, stated = errors(Path(folder), Path(camera), args.detector)
        except ConfigError as refused:
            print(f"| {folder} | {refused.message} |")
            continue
        inside = np.abs(off) < 1.96 * stated
        low, middle, high = np.quantile(off, (0.05, 0.5, 0.95))
        cells = (f"{middle:+.1%}", f"{low:+.1%}", f"{high:+.1%}", f"{np.median(stated):.1%}", f"{inside.mean():.0%}")
        print(f"| {Path(folder).name} | {count} | {' | '.join(cells)} |", flush=True)
        medians.append(middle)
        within.append(inside.mean())
        stated_all.append(np.median(stated))
        near.append(np.mean(np.abs(off) < 0.1))
    far = np.abs(medians)
    print(
        f"\n{len(far)} cameras: off {np.median(far):.1%} in the median, {far.max():.1%} at most, "
        f"{np.mean(medians):+.1%} on average; "
        f"{np.mean(far < 0.1):.0%} of cameras and {np.mean(near):.0%} of speeds within 10 %; "
        f"stated {np.median(stated_all):.1%}, {np.mean(within):.1%} within 95 %"
    )


def errors(folder: Path, camera_file: Path, detector: str) -> tuple[int, F64, F64]:
    """How many vehicles, by what share each look's speed is off, and the stated standard deviation of that. Raises ConfigError."""
    camera = load_camera(camera_file)
    found = stored.read(folder)
    done = replay(found, tracker_at(THRESHOLD), fps=FPS, stopwatch_ns=iter(counter()).__next__)
    bias = load_model(f"{detector}@street").jitter[CAR].bias
    seen = passages(done.boxes, found.size, found.fps)
    hung = hang(seen, bias)
    before, after = seen.before[seen.seen], seen.after[seen.seen]
    truly = np.hypot(*(camera.ground(after) - camera.ground(before)).T)
    told = np.hypot(*(led(hung.homography, after / seen.size) - led(hung.homography, before / seen.size)).T)
    off, stated = told / truly - 1, hung.errors()[1]
    known = np.isfinite(off) & np.isfinite(stated)
    return len(seen), off[known], stated[known]


def counter() -> Iterator[int]:
    """A clock nobody looks at."""
    now = 0
    while True:
        yield (now := now + 1)


def led(homography: F64, points: F64) -> F64:
    """Points of the picture on the ground."""
    flat = np.column_stack([points, np.ones(len(points))]) @ homography.T
    return np.asarray(flat[:, :2] / flat[:, 2:], np.float64)


if __name__ == "__main__":
    main()
