#!/usr/bin/env python3
"""Makes the contact sheet of the studio: every scenario in one light or two, the crossroads in all.

Run it with the development environment, where the renderer is set up:  .venv/bin/python scripts/studio_sheet.py
"""

import argparse
import sys
import tempfile
from pathlib import Path

import av
import cv2
import numpy as np

from catseye.cli import main as catseye

ROOT = Path(__file__).parents[1]
SHOTS = (
    ("crossroads", "day"),
    ("crossroads", "low_sun"),
    ("crossroads", "overcast"),
    ("crossroads", "dusk"),
    ("crossroads", "night"),
    ("crossroads", "rain"),
    ("crossroads", "fog"),
    ("junction", "day"),
    ("junction", "night"),
    ("roundabout", "day"),
    ("zebra", "overcast"),
    ("motorway", "low_sun"),
)
COLUMNS = 4
WIDTH_PX = 480
LARGEST_BYTES = 500_000


def main() -> int:
    """Make the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "studio-contact-sheet.jpg")
    parser.add_argument("--at", type=float, default=50.0, metavar="S", help="second of the traffic (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the traffic (default: %(default)s)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pictures = [_picture(Path(folder), scenario, light, args.at, args.seed) for scenario, light in SHOTS]
    sheet = _sheet(pictures)
    for quality in range(90, 40, -5):
        _, coded = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if coded.nbytes <= LARGEST_BYTES:
            break
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_bytes(coded.tobytes())
    sys.stderr.write(f"{args.out}: {coded.nbytes / 1000:.0f} kB\n")
    return 0


def _picture(folder: Path, scenario: str, light: str, at_s: float, seed: int) -> np.ndarray:
    truth, film = folder / scenario, folder / f"{scenario}-{light}"
    camera = ROOT / "examples" / "studio" / f"{scenario}-camera.toml"
    if not truth.exists():
        minutes = str(np.ceil(at_s / 60 + 0.1))
        _run("traffic", scenario, "--minutes", minutes, "--seed", str(seed), "--out", str(truth))
    _run(
        "render",
        str(truth),
        "--camera",
        str(camera),
        "--light",
        light,
        "--start",
        str(at_s),
        "--seconds",
        "0.1",
        "--out",
        str(film),
    )
    with av.open(str(film / "clip.mp4")) as clip:
        return next(clip.decode(video=0)).to_ndarray(format="bgr24")


def _run(*words: str) -> None:
    code = catseye(["studio", *words])
    if code:
        raise SystemExit(code)


def _sheet(pictures: list[np.ndarray]) -> np.ndarray:
    """Pictures in rows, with thin gaps."""
    size = (WIDTH_PX, WIDTH_PX * 9 // 16)
    tiles = [
        cv2.copyMakeBorder(cv2.resize(p, size, interpolation=cv2.INTER_AREA), 2, 2, 2, 2, cv2.BORDER_CONSTANT) for p in pictures
    ]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % COLUMNS)
    return np.vstack([np.hstack(tiles[k : k + COLUMNS]) for k in range(0, len(tiles), COLUMNS)])


if __name__ == "__main__":
    sys.exit(main())
