# SPDX-License-Identifier: GPL-3.0-or-later
"""Lamp posts, signs, barriers, gantries, bollards, benches, cabinets."""

import math
import random
from collections.abc import Callable, Mapping

from street.looks import Materials
from street.mesh import Pieces, Point

LAMP_ARM_M = 2.4


class _Frame:
    """A thing's own axes: x the way it faces, y to its left."""

    def __init__(self, fixture: Mapping) -> None:
        self.x, self.y = fixture["position_m"]
        self.yaw = fixture["facing_rad"]

    def at(self, ahead: float, left: float, up: float) -> Point:
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        return self.x + ahead * c - left * s, self.y + ahead * s + left * c, up


def lamp_head(fixture: Mapping) -> Point:
    """Where the light of a lamp post sits."""
    return _Frame(fixture).at(LAMP_ARM_M, 0.0, fixture["height_m"] - 0.02)


def furniture(fixture: Mapping, pieces: Pieces) -> None:
    """Add one thing to ``pieces``."""
    _MAKERS[fixture["kind"]](pieces, fixture, _Frame(fixture))


def furnish(fixtures: list[Mapping], materials: Materials) -> None:
    """Put up all things that are neither grown nor built."""
    pieces, any_of_it = Pieces(), False
    for fixture in fixtures:
        if fixture["kind"] in _MAKERS:
            furniture(fixture, pieces)
            any_of_it = True
    if any_of_it:
        pieces.place("furniture", materials)


def _lamp_post(pieces: Pieces, fixture: Mapping, frame: _Frame) -> None:
    top = fixture["height_m"]
    pieces.tube([frame.at(0, 0, -0.05), frame.at(0, 0, 0.9), frame.at(0, 0, 0.95)], [0.10, 0.10, 0.07], "post")
    pieces.tube([frame.at(0, 0, 0.9), frame.at(0, 0, top - 0.3)], [0.075, 0.055], "post")
    arm = [frame.at(0, 0, top - 0.3), frame.at(0.35, 0, top - 0.05), frame.at(LAMP_ARM_M - 0.2, 0, top + 0.05)]
    pieces.tube(arm, [0.055, 0.045, 0.04], "post", sides=6)
    pieces.box(frame.at(LAMP_ARM_M, 0, top + 0.06), (0.7, 0.3, 0.1), "post", yaw=frame.yaw)
    pieces.box(frame.at(LAMP_ARM_M, 0, top), (0.55, 0.22, 0.03), "lamp_lit", yaw=frame.yaw)


def _sign(pieces: Pieces, fixture: Mapping, frame: _Frame) -> None:
    lot, top = random.Random(fixture["seed"]), fixture["height_m"]
    pieces.tube([frame.at(0, 0, -0.05), frame.at(0, 0, top)], [0.038, 0.038], "galvanised", sides=6)
    middle = top - 0.32
    corners, rim, field = lot.choice(
        [(16, "sign_red", "sign_white"), (3, "sign_red", "sign_white"), (16, "sign_blue", "sign_blue")]
    )
    for radius, out, material in ((0.33, 0.05, rim), (0.25, 0.056, field)):
        turns = [2 * math.pi * k / corners + (math.pi / 2 if corners == 3 else 0.0) for k in range(corners)]
        ring = [frame.at(out, radius * math.cos(t), middle + radius * math.sin(t)) for t in turns]
        pieces.face(ring, material)
        if out == 0.05:
            pieces.face([frame.at(0.04, radius * math.cos(t), middle + radius * math.sin(t)) for t in turns[::-1]], "grey_box")


def _barrier(pieces: Pieces, fixture: Mapping, frame: _Frame) -> None:
    """A guard rail along its outline: a folded band on posts."""
    (ax, ay), (bx, by) = fixture["outline"][:2]
    length, top = math.dist((ax, ay), (bx, by)), fixture["height_m"]
    yaw = math.atan2(by - ay, bx - ax)
    toward = (math.cos(frame.yaw), math.sin(frame.yaw))
    c, s = math.cos(yaw), math.sin(yaw)
    for low, high, out in ((-0.31, -0.19, 0.06), (-0.19, -0.12, 0.0), (-0.12, 0.0, 0.06)):
        z, x, y = top + (low + high) / 2, (ax + bx) / 2 + out * toward[0], (ay + by) / 2 + out * toward[1]
        pieces.box((x, y, z), (length, 0.03, high - low), "galvanised", yaw=yaw)
    for k in range(max(2, int(length / 2))):
        along = (k + 0.5) * length / max(2, int(length / 2))
        place = (ax + along * c - 0.1 * toward[0], ay + along * s - 0.1 * toward[1], top / 2 - 0.05)
        pieces.box(place, (0.06, 0.1, top), "galvanised", yaw=yaw)


def _gantry(pieces: Pieces, fixture: Mapping, frame: _Frame) -> None:
    """A mast with a beam out over the road and panels on it; the beam points where the fixture faces, the panels to its left."""
    top, reach = fixture["height_m"], 10.0
    pieces.tube([frame.at(0, 0, -0.05), frame.at(0, 0, top + 0.4)], [0.26, 0.2], "galvanised", sides=10)
    for z in (top - 0.15, top + 0.3):
        pieces.tube([frame.at(0, 0, z), frame.at(reach, 0, z)], [0.11, 0.09], "galvanised", sides=6)
    lot = random.Random(fixture["seed"])
    for k, wide in enumerate((3.6, 3.2)):
        ahead = 3.4 + 4.2 * k
        colour = lot.choice(["sign_blue", "sign_green"])
        pieces.box(frame.at(ahead, 0.18, top + 0.2), (wide, 0.1, 2.2), colour, yaw=frame.yaw)
        pieces.box(frame.at(ahead, 0.12, top + 0.2), (wide, 0.03, 2.2), "grey_box", yaw=frame.yaw)
        for row in range(3):
            size = (wide * lot.uniform(0.4, 0.75), 0.02, 0.24)
            pieces.box(frame.at(ahead - 0.2, 0.24, top + 0.85 - 0.6 * row), size, "sign_white", yaw=frame.yaw)


def _bollard(pieces: Pieces, fixture: Mapping, frame: _Frame) -> None:
    top = fixture["height_m"]
    pieces.tube([frame.at(0, 0, -0.05), frame.at(0, 0, top - 0.06), frame.at(0, 0, top)], [0.08, 0.07, 0.04], "post", sides=8)
    pieces.tube([frame.at(0, 0, top - 0.22), frame.at(0, 0, top - 0.14)], [0.078, 0.078], "sign_white", sides=8)


def _bench(pieces: Pieces, fixture: Mapping, frame: _Frame) -> None:
    for k in range(4):
        pieces.box(frame.at(0.2 - 0.13 * k, 0, 0.45), (0.11, 1.6, 0.04), "wood", yaw=frame.yaw)
    for k in range(3):
        pieces.box(frame.at(-0.27 - 0.03 * k, 0, 0.57 + 0.14 * k), (0.04, 1.6, 0.11), "wood", yaw=frame.yaw)
    for left in (-0.65, 0.65):
        pieces.box(frame.at(0, left, 0.21), (0.45, 0.06, 0.44), "post", yaw=frame.yaw)
        pieces.box(frame.at(-0.28, left, 0.6), (0.05, 0.06, fixture["height_m"] - 0.4), "post", yaw=frame.yaw)


def _cabinet(pieces: Pieces, fixture: Mapping, frame: _Frame) -> None:
    top = fixture["height_m"]
    colour = random.Random(fixture["seed"]).choice(["green_box", "grey_box"])
    pieces.box(frame.at(0, 0, top / 2), (0.42, 0.95, top), colour, yaw=frame.yaw)
    pieces.box(frame.at(0, 0, top + 0.02), (0.5, 1.03, 0.05), colour, yaw=frame.yaw)
    pieces.box(frame.at(0, 0, 0.04), (0.46, 1.0, 0.14), "stone", yaw=frame.yaw)


_MAKERS: dict[str, Callable[[Pieces, Mapping, _Frame], None]] = {
    "lamp_post": _lamp_post,
    "sign": _sign,
    "barrier": _barrier,
    "gantry": _gantry,
    "bollard": _bollard,
    "bench": _bench,
    "cabinet": _cabinet,
}
