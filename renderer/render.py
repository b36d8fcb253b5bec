# SPDX-License-Identifier: GPL-3.0-or-later
"""Render a shot: ``render.py SHOT.json OUT/`` writes one PNG a frame; ``render.py --shapes FILE`` the outlines of all bodies.

Standard output carries one JSON line for each picture: {"frame": index, "seconds": s}, with "mask": true for masks.
"""

import argparse
import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

SHOT_VERSION = 1
_PARTS = {"camera", "light", "seed", "street", "bodies", "frames", "masks"}
_POSE = ("number", "x_m", "y_m", "z_m", "yaw_rad", "trailer_yaw_rad", "walked_m", "speed_mps", "braking", "turning")


class ShotError(Exception):
    """The shot cannot be rendered; its text is one line for the user."""


def main() -> int:
    """Run the program; the exit code is 2 where it was asked for what cannot be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shot", nargs="?", type=Path, metavar="SHOT.json")
    parser.add_argument("out", nargs="?", type=Path, metavar="OUT")
    parser.add_argument("--shapes", type=Path, metavar="FILE", help="write the outlines of all bodies as JSON")
    args = parser.parse_args()
    try:
        if args.shapes is not None:
            _write_shapes(args.shapes)
        elif args.shot is None or args.out is None:
            parser.error("give SHOT.json and OUT, or --shapes FILE")
        else:
            render(_read(args.shot), args.out)
    except (ShotError, OSError) as error:
        sys.stderr.write(f"render: {' '.join(str(error).split())}\n")
        return 2
    return 0


def _read(path: Path) -> Mapping:
    try:
        shot = json.loads(path.read_bytes())
        version = shot["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise ShotError(f"{path} is no shot: {error!r}") from error
    if version != SHOT_VERSION:
        raise ShotError(f"{path} is a shot of version {version}, this renderer reads {SHOT_VERSION}")
    if missing := _PARTS - shot.keys():
        raise ShotError(f"{path} is no shot: it has no {', '.join(sorted(missing))}")
    return shot


def render(shot: Mapping, out: Path) -> None:
    """Build the street once, then render every frame, and after them the masks."""
    with _quiet() as say:
        import bodies
        import engine
        from lights import LIGHTS, light_up
        from still import Still, worth_it
        from street import build
        from weather import mist, wet_bodies

        if shot["light"] not in LIGHTS:
            raise ShotError(f"the light {shot['light']!r} is unknown; known are {', '.join(LIGHTS)}")
        light = LIGHTS[shot["light"]]
        out.mkdir(parents=True, exist_ok=True)
        engine.empty()
        signals = build(shot["street"], shot["seed"], wet=light.wet, dark=light.dark)
        light_up(light, shot["street"]["fixtures"], engine.looks_at(shot["camera"]))
        engine.set_up(shot["camera"], light, shot["seed"])
        if light.mist_m > 0.0:
            mist(light.mist_m, tuple(light.sky * n for n in light.horizon))
        bodies.library()
        wet_bodies(bodies.materials(), light.wet)
        rigs = {body["number"]: bodies.make(body) for body in shot["bodies"]}

        def stage(frame: Mapping) -> None:
            signals.show(frame["signals"])
            there = {pose[0]: _named(pose) for pose in frame["poses"]}
            for number, rig in rigs.items():
                if number in there:
                    rig.pose(there[number], lamps=light.lamps, at_s=frame["at_s"])
                else:
                    rig.hide()

        still = None
        if worth_it(light, len(shot["frames"])):
            with _written(out):
                still = Still(shot["camera"], light, shot["street"]["signals"], shot["bodies"], out / "scratch.bmp")

        def take(frame: Mapping, path: Path) -> None:
            if still is None:
                engine.picture(path)
            else:
                still.picture(path, [_named(pose) for pose in frame["poses"]])

        _film(shot["frames"], stage, take, out, say)
        if still is not None:
            still.leave()
        wanted = set(shot["masks"])
        if wanted:
            engine.set_up_masks()
            masked = [frame for frame in shot["frames"] if frame["index"] in wanted]
            _film(masked, stage, lambda _, path: engine.picture(path), out, say, mask=True)


def _named(pose: Sequence) -> Mapping:
    return dict(zip(_POSE, pose, strict=True))


def _film(
    frames: Sequence[Mapping],
    stage: Callable[[Mapping], None],
    take: Callable[[Mapping, Path], None],
    out: Path,
    say: Callable[[Mapping], None],
    *,
    mask: bool = False,
) -> None:
    """Stage, render and tell each frame."""
    for frame in frames:
        began = time.perf_counter()
        stage(frame)
        path = out / f"{frame['index']:06d}{'.mask' if mask else ''}.png"
        with _written(path):
            take(frame, path)
        if not path.is_file() or not path.stat().st_size:
            raise ShotError(f"cannot write {path}: is the disk full?")
        told = {"frame": frame["index"], "seconds": round(time.perf_counter() - began, 3)}
        say({**told, "mask": True} if mask else told)


@contextlib.contextmanager
def _written(path: Path) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, OSError) as error:
        raise ShotError(f"cannot write {path}: {error}") from error


def _write_shapes(path: Path) -> None:
    with _quiet():
        import bodies
        import engine

        engine.empty()
        bodies.library()
        shapes = bodies.shapes()
    path.write_text(json.dumps(shapes, separators=(",", ":")) + "\n")


@contextlib.contextmanager
def _quiet() -> Iterator:
    """Keep what Blender prints out of standard output; gives the function that writes there."""
    kept = os.dup(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)

    def say(line: Mapping) -> None:
        os.write(kept, (json.dumps(line) + "\n").encode())

    try:
        yield say
    finally:
        os.dup2(kept, 1)
        os.close(kept)


if __name__ == "__main__":
    sys.exit(main())
