# ruff: noqa: INP001, T201 - a script that prints
"""How wrong speeds and places are after a calibration by a few ground points, on the studio's streets, of which all is known.

    python scripts/calibration_error.py [--click-px 1] [--survey-m 0.05] [--times 200]

Points lie anywhere in a band of each street's picture, spread over its corners first. Places and ways are drawn among the points.
"""

import argparse
from pathlib import Path

import numpy as np

from catseye.calibration.fit import Noise, fit
from catseye.calibration.pairs import GroundPoints
from catseye.core.geometry import F64
from catseye.studio.camera_file import load_camera
from catseye.studio.scenarios import scenario
from catseye.studio.scene_of import scene_of

STUDIO = Path(__file__).parents[1] / "examples" / "studio"
STREETS = ("crossroads", "junction", "roundabout", "zebra", "motorway")
BAND = np.array([(0.1, 0.92), (0.9, 0.92), (0.8, 0.45), (0.2, 0.45), (0.5, 0.65), (0.3, 0.8), (0.7, 0.75), (0.5, 0.5)])
STRAY = 0.06


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--click-px", type=float, default=1.0)
    parser.add_argument("--survey-m", type=float, default=0.05)
    parser.add_argument("--times", type=int, default=200)
    args = parser.parse_args()
    noise = Noise(click_px=args.click_px, survey_m=args.survey_m)
    print("| street | points | speed off, median | 95 % | place off, median | error over stated, rms |")
    print("|---|---|---|---|---|---|")
    for street in STREETS:
        for n in (4, 6, 8):
            speeds, places, stated = trials(street, n, noise, args.times)
            cells = (f"{np.median(speeds):.1%}", f"{np.quantile(speeds, 0.95):.1%}", f"{np.median(places):.2f} m", f"{stated:.2f}")
            print(f"| {street} | {n} | {' | '.join(cells)} |")


def trials(street: str, n: int, noise: Noise, times: int) -> tuple[F64, F64, float]:
    """Relative errors of speeds, errors of places in metres, and the root mean square of the former over what was stated."""
    random = np.random.default_rng(n)
    camera = load_camera(STUDIO / f"{street}-camera.toml")
    truly = np.array(scene_of(scenario(street).street(), camera).homography).reshape(3, 3)
    speeds, places, over = [], [], []
    for _ in range(times):
        unit = BAND[:n] + random.uniform(-STRAY, STRAY, (n, 2))
        seen = unit + random.normal(0.0, noise.click_px, unit.shape) / camera.size
        metres = led(truly, unit) + random.normal(0.0, noise.survey_m, unit.shape)
        found = fit(GroundPoints(names=("",) * n, unit=seen, metres=metres), camera.size, noise)
        here = random.dirichlet(np.ones(n), 1) @ unit
        angle = random.uniform(0.0, np.pi)
        step = 1e-3 * np.array([[np.cos(angle), np.sin(angle)]])
        gone = [np.linalg.norm(lead(here + step) - lead(here - step)) for lead in (found.metres, lambda p: led(truly, p))]
        speeds.append(abs(gone[0] / gone[1] - 1))
        over.append(np.log(gone[0] / gone[1]) / found.length_error(here, step)[0])
        places.append(np.linalg.norm(found.metres(here) - led(truly, here)))
    return np.array(speeds), np.array(places), float(np.sqrt(np.mean(np.square(over))))


def led(homography: F64, unit: F64) -> F64:
    """Points of the picture on the ground."""
    flat = np.column_stack([unit, np.ones(len(unit))]) @ homography.T
    return np.asarray(flat[:, :2] / flat[:, 2:], np.float64)


if __name__ == "__main__":
    main()
