#!/usr/bin/env python3
"""What truly crossed in hours of studio traffic and what Catseye counts of it: the input of ``receipt_studio.py``.

Every hour is seen through the scenario's camera and a fitted detector, without a picture. Run it from the project's root:

    catseye studio traffic junction --minutes 60 --seed 21 --out hours/junction-21
    scripts/receipt_observe.py hours/junction-21 --detector centernet@street --out seen
"""

import argparse
import sys
from pathlib import Path

import msgspec

from catseye.core.known import KnownCrossing
from catseye.rules.pairing import crossing_of
from catseye.studio.camera_file import load_camera
from catseye.studio.files import read, read_street
from catseye.studio.observe.counting import count, true_crossings
from catseye.studio.observe.detector import detect
from catseye.studio.observe.model import load_model
from catseye.studio.observe.observing import Eye, marked_of, observe

Way = tuple[str, str]


class Hour(msgspec.Struct, frozen=True, kw_only=True):
    """An hour (or less) of a street: all that truly crossed its ``ways`` (rule, direction), and all that was counted there.

    ``true`` holds road users at the edge of the picture too: who counts by hand counts them.
    """

    street: str
    seed: int
    detector: str
    fps: float
    seconds: float
    ways: tuple[Way, ...]
    true: tuple[KnownCrossing, ...]
    counted: tuple[KnownCrossing, ...]


def hours(folder: Path, detectors: list[str], fps: float, minutes: float | None) -> list[Hour]:
    """One run as each detector sees it; bodies are projected and hidden only once."""
    truth, street = read(folder), read_street(folder)
    camera = msgspec.structs.replace(load_camera(Path("examples/studio") / f"{truth.info.scenario}-camera.toml"), fps=fps)
    seconds = 60 * min(minutes or truth.info.minutes, truth.info.minutes)
    seen = observe(truth, street, camera, Eye(model=None), seconds=seconds)
    marked, scene = marked_of(seen.there, seen.frames_s), seen.scene
    true = true_crossings(truth, street, camera, scene, seconds)
    ways = [(line.name, way) for line in scene.lines for way in line.directions]
    ways += [(movement.name, movement.name) for movement in scene.movements]
    found = []
    for name in detectors:
        model = load_model(name)
        answers = detect(model, marked, seen.frames_s, camera.size, light="day", seed=truth.info.seed)
        events = count(answers, seen.frames_s, camera.size, scene, threshold=model.threshold)
        found.append(
            Hour(
                street=truth.info.scenario,
                seed=truth.info.seed,
                detector=name,
                fps=fps,
                seconds=seconds,
                ways=tuple(ways),
                true=tuple(msgspec.structs.replace(crossing, optional=False) for crossing in true),
                counted=tuple(crossing_of(event, 0) for event in events),
            )
        )
    return found


def main() -> None:
    """Write one file for each hour and detector."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", type=Path, nargs="+", help="folders of 'catseye studio traffic'")
    parser.add_argument("--detector", action="append", required=True, help="a fitted detector; may be given several times")
    parser.add_argument("--fps", type=float, default=5.0)
    parser.add_argument("--minutes", type=float, help="only the first so many (default: all)")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for folder in args.truth:
        for hour in hours(folder, args.detector, args.fps, args.minutes):
            path = args.out / f"{hour.street}-{hour.seed}-{hour.detector.replace('@', '-')}.json"
            path.write_bytes(msgspec.json.encode(hour))
            sys.stderr.write(f"{path.name}: {len(hour.true)} true, {len(hour.counted)} counted\n")


if __name__ == "__main__":
    main()
