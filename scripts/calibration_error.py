# ruff: noqa: INP001, T201 - a script that prints
"""How wrong speeds and places are after a calibration by a few ground points, on the studio's streets, of which all is known.

    python scripts/calibration_error.py [--click-px 1] [--survey-m 0.05] [--times 200] [--seed 0] [--vanishing]

Points lie anywhere in a band of each street's picture, spread over its corners first. Places and ways are drawn among the points.
With --vanishing three lines each way along the street and across it, 4 to 16 m long, and a length of 6 m.
"""

import argparse
from pathlib import Path

import numpy as np

from catseye.calibration.errors import ground_errors
from catseye.calibration.fit import Noise, fit
from catseye.calibration.pairs import GroundPoints
from catseye.calibration.vanishing import Drawn, square
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64
from catseye.core.scene import Scene
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
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--vanishing", action="store_true")
    args = parser.parse_args()
    noise = Noise(click_px=args.click_px, survey_m=args.survey_m)
    if args.vanishing:
        by_lines(noise, args.times, args.seed)
        return
    print("| street | points | speed off, median | 95 % | place off, median | error over stated, rms |")
    print("|---|---|---|---|---|---|")
    for street in STREETS:
        for n in (4, 6, 8):
            speeds, places, stated = trials(street, n, noise, args.times, args.seed)
            cells = (f"{np.median(speeds):.1%}", f"{np.quantile(speeds, 0.95):.1%}", f"{np.median(places):.2f} m", f"{stated:.2f}")
            print(f"| {street} | {n} | {' | '.join(cells)} |")


def trials(street: str, n: int, noise: Noise, times: int, seed: int) -> tuple[F64, F64, float]:
    """Relative errors of speeds, errors of places in metres, and the root mean square of the former over what was stated."""
    random = np.random.default_rng(n + 100 * seed)
    camera = load_camera(STUDIO / f"{street}-camera.toml")
    truly = np.array(scene_of(scenario(street).street(), camera).homography).reshape(3, 3)
    speeds, places, over = [], [], []
    for _ in range(times):
        unit = BAND[:n] + random.uniform(-STRAY, STRAY, (n, 2))
        seen = unit + random.normal(0.0, noise.click_px, unit.shape) / camera.size
        metres = led(truly, unit) + random.normal(0.0, noise.survey_m, unit.shape)
        found = fit(GroundPoints(names=("",) * n, unit=seen, metres=metres), camera.size, noise)
        here, step = random.dirichlet(np.ones(n), 1) @ unit, way(random)
        gone = [np.linalg.norm(lead(here + step) - lead(here - step)) for lead in (found.metres, lambda p: led(truly, p))]
        speeds.append(abs(gone[0] / gone[1] - 1))
        over.append(np.log(gone[0] / gone[1]) / found.length_error(here, step)[0])
        places.append(np.linalg.norm(found.metres(here) - led(truly, here)))
    return np.array(speeds), np.array(places), float(np.sqrt(np.mean(np.square(over))))


def way(random: np.random.Generator) -> F64:
    """A short way in any direction, (1, 2) of the picture."""
    angle = random.uniform(0.0, np.pi)
    return 1e-3 * np.array([[np.cos(angle), np.sin(angle)]])


def by_lines(noise: Noise, times: int, seed: int) -> None:
    """Print the table of calibrations by lines and a length."""
    print("| street | speed off, median | 95 % | stated, median | within 95 % | refused |")
    print("|---|---|---|---|---|---|")
    for street in STREETS:
        off, stated, refused = line_trials(street, noise, times, np.random.default_rng(seed))
        inside = np.mean(np.abs(off) < 1.96 * stated)
        cells = (f"{np.quantile(np.abs(off), q):.1%}" for q in (0.5, 0.95))
        print(f"| {street} | {' | '.join(cells)} | {np.median(stated):.1%} | {inside:.0%} | {refused / times:.0%} |")


def line_trials(street: str, noise: Noise, times: int, random: np.random.Generator) -> tuple[F64, F64, int]:
    """By what share speeds are off, the stated standard deviation of that, and how many calibrations were refused."""
    camera = load_camera(STUDIO / f"{street}-camera.toml")
    truly = np.array(scene_of(scenario(street).street(), camera).homography).reshape(3, 3)
    off, stated, refused = [], [], 0
    for _ in range(times):
        lines, ends = drawn_lines(truly, random)
        clicked = [unit * camera.size + random.normal(0.0, noise.click_px, unit.shape) for unit in (*lines, ends)]
        length_m = 6.0 + random.normal(0.0, noise.survey_m)
        try:
            found = square(Drawn(families=(clicked[0], clicked[1]), ends=clicked[2], length_m=length_m), camera.size, noise)
        except ConfigError:
            refused += 1
            continue
        corners = BAND[:4]
        here, step = random.dirichlet(np.ones(4), 1) @ corners, way(random)
        gone = [np.linalg.norm(led(to, here + step) - led(to, here - step)) for to in (found.homography, truly)]
        a, b, c, d, e, f, g, h, i = found.homography.ravel().tolist()
        told = ground_errors(Scene(homography=(a, b, c, d, e, f, g, h, i), calibration=found.calibration))
        if told is not None:
            off.append(float(gone[0] / gone[1] - 1))
            stated.append(float(told.speed_error(here, step)[0]))
    return np.array(off), np.array(stated), refused


def drawn_lines(truly: F64, random: np.random.Generator) -> tuple[list[F64], F64]:
    """Two families of lines (3, 2, 2) of the picture, of which the metres are along the street and across, and a length's ends."""
    back = np.asarray(np.linalg.inv(truly), np.float64)
    families = []
    for along in np.eye(2):
        kept: list[F64] = []
        while len(kept) < 3:
            begin = led(truly, random.uniform((0.1, 0.4), (0.9, 0.95), (1, 2)))[0]
            pair = led(back, np.stack([begin, begin + random.uniform(4.0, 16.0) * along]))
            if ((pair > (0.02, 0.3)) & (pair < 0.98)).all():
                kept.append(pair)
        families.append(np.stack(kept))
    while True:
        begin, angle = led(truly, random.uniform((0.2, 0.5), (0.8, 0.95), (1, 2)))[0], random.uniform(0.0, np.pi)
        ends = led(back, np.stack([begin, begin + 6.0 * np.array([np.cos(angle), np.sin(angle)])]))
        if ((ends > (0.02, 0.3)) & (ends < 0.98)).all():
            return families, ends


def led(homography: F64, unit: F64) -> F64:
    """Points of the picture on the ground."""
    flat = np.column_stack([unit, np.ones(len(unit))]) @ homography.T
    return np.asarray(flat[:, :2] / flat[:, 2:], np.float64)


if __name__ == "__main__":
    main()
