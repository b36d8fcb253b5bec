#!/usr/bin/env python3
"""What the light flag says of clips whose light is known: the confusion table of docs/measurements.md, section "The receipt".

A clip is judged as a watch judges it: three frames in a row every ten seconds, and what most of them say. Its light is named before
it, or read from the folder of a studio film (low sun and overcast are day, fog is unknown). Run it from the project's root:

    scripts/light_table.py night=night.mp4 day=noon.mp4 films/zebra-rain
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import get_args

import av
import cv2
import msgspec
import numpy as np

from catseye.core.frame import ArrayPicture, Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.receipt import Light
from catseye.core.time import NS_PER_S, nanoseconds
from catseye.runtime.lighting import LightBook

_OF_STUDIO = {"low_sun": "day", "overcast": "day", "fog": "unknown"}
_FIRST_S = 60.0  # of a clip
_LIGHTS: tuple[str, ...] = get_args(Light)


def main() -> None:
    """Print the table, and every clip that is not told right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "clips", nargs="+", metavar="LIGHT=CLIP|FILM", help="a clip or a folder of pictures with its light, or a studio film"
    )
    args = parser.parse_args()
    told: dict[str, Counter[str]] = {}
    for text in args.clips:
        named, true, path = _known(text)
        found = judged(path)
        told.setdefault(named, Counter())[found] += 1
        if found != true:
            sys.stderr.write(f"{path}: {named}, taken for {found}\n")
    sys.stdout.write(f"| truly | n | {' | '.join(_LIGHTS)} |\n|---|---|{'---|' * len(_LIGHTS)}\n")
    for named, row in sorted(told.items()):
        cells = " | ".join(str(row[light] or "") for light in _LIGHTS)
        sys.stdout.write(f"| {named} | {row.total()} | {cells} |\n")


def _known(text: str) -> tuple[str, str, Path]:
    """What a clip is called, its light, and where it is."""
    if "=" in text:
        light, path = text.split("=", 1)
        return light, light, Path(path)
    film = Path(text)
    named = dict(line.split("=", 1) for line in (film / "seqinfo.ini").read_text("ascii").splitlines() if "=" in line)["light"]
    return f"{named} (studio)", _OF_STUDIO.get(named, named), film / "clip.mp4"


def judged(path: Path) -> str:
    """The light that a watch of the clip's first minute would say at its end."""
    book = LightBook(StreamId("light"))
    said = [one for frame in _frames(path) for one in book.take(frame)]
    said += book.close()
    return msgspec.structs.asdict(said[-1])["light"] if said else "unknown"


def _frames(path: Path) -> Iterator[Frame]:
    for seq, (at_s, bgr) in enumerate(_pictures(path)):
        if at_s > _FIRST_S:
            return
        at_ns = nanoseconds(at_s)
        yield Frame(
            stream=StreamId("light"),
            run=RunId("light"),
            seq=seq,
            pts=None,
            time_base=Fraction(1, NS_PER_S),
            at_ns=at_ns,
            arrived_ns=at_ns,
            picture=ArrayPicture(np.ascontiguousarray(bgr, np.uint8)),
        )


def _pictures(path: Path) -> Iterator[tuple[float, np.ndarray]]:
    """Seconds and pictures."""
    if path.is_dir():
        for number, file in enumerate(sorted(path.glob("*.jpg"))):
            picture = cv2.imread(str(file))
            if picture is not None:
                yield number / 25, picture
        return
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            yield float(frame.time if frame.time is not None else number / 25), frame.to_ndarray(format="bgr24")


if __name__ == "__main__":
    main()
