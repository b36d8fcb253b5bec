# SPDX-License-Identifier: GPL-3.0-or-later
"""Buildings: walls with windows, doors and shopfronts, under flat or pitched roofs. Built with the front on the x axis."""

import math
import random
from collections.abc import Mapping
from typing import NamedTuple

from street.looks import BRICKS, WALLS, Materials
from street.mesh import Pieces, put

_SHOPS = ("shop_red", "shop_blue", "shop_green", "shop_black", "shop_cream")
_WINDOWS = ("glass", "blind", "curtain", "window_lit")
_FLOOR_M = 3.05
_FLAT_FROM_M = 9.2  # lower houses of a suburb have pitched roofs


def building(fixture: Mapping, style: str, materials: Materials) -> None:
    """Put up one building. Its outline begins with the front."""
    (ax, ay), (bx, by), (cx, cy) = fixture["outline"][:3]
    width, depth = math.dist((ax, ay), (bx, by)), math.dist((bx, by), (cx, cy))
    turned = (bx - ax) * (cy - by) - (by - ay) * (cx - bx) < 0
    house = _House(width, depth, fixture["height_m"], style, random.Random(fixture["seed"]))
    made = put(house.pieces.build("building", materials))
    # The house's own x axis runs along the front, y into the depth; an outline that goes clockwise starts at its other end.
    start, end = ((bx, by), (ax, ay)) if turned else ((ax, ay), (bx, by))
    made.location = (*start, -0.03)
    made.rotation_euler = (0.0, 0.0, math.atan2(end[1] - start[1], end[0] - start[0]))


class _Pane(NamedTuple):
    """A window, a door or a shopfront: its middle ``along`` the wall and ``z`` up, its size and what fills it."""

    along: float
    z: float
    wide: float
    tall: float
    filling: str
    frame: float = 0.09
    trim: str = ""
    out: float = 0.0


class _House:
    """One building in its own frame: x along the front, y into the depth, from the origin."""

    def __init__(self, width: float, depth: float, height: float, style: str, lot: random.Random) -> None:
        self.width, self.depth, self.lot = width, depth, lot
        self.pieces = Pieces()
        self.pitched = style == "country" or (style == "suburb" and height < _FLAT_FROM_M)
        self.eaves = height * 0.66 if self.pitched else height
        self.wall = lot.choice([*BRICKS, *BRICKS, *WALLS]) if style != "town" else lot.choice([*WALLS, *WALLS, *BRICKS])
        self.trim = lot.choice(["trim", "trim", "stone"])
        self.shops = style == "town" and lot.random() < 0.75
        self.box = [(0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth)]
        self._body(height)
        for side in range(4):
            self._facade(side)

    def _body(self, height: float) -> None:
        add = self.pieces
        if self.pitched:
            add.prism(self.box, 0.0, self.eaves, self.wall, self.wall)
            self._gable(height)
        else:
            add.prism(self.box, 0.0, height, self.wall, "roof_flat")
            self._flat_roof(height)
        add.prism(_grown(self.box, 0.05), 0.0, 0.55, "stone", "stone")

    def _gable(self, height: float) -> None:
        over, w, d = 0.45, self.width, self.depth
        tiles = self.lot.choice(["tiles_red", "tiles_red", "tiles_grey"])
        low = self.eaves - 0.12
        for y, back in ((-over, False), (d + over, True)):
            a, b = (-over, y, low), (w + over, y, low)
            top_a, top_b = (-over, d / 2, height), (w + over, d / 2, height)
            self.pieces.face([b, a, top_a, top_b] if back else [a, b, top_b, top_a], tiles)
        for x, right in ((0.0, False), (w, True)):
            corners = [(x, d, self.eaves - 0.02), (x, 0.0, self.eaves - 0.02), (x, d / 2, height - 0.1)]
            self.pieces.face(corners[::-1] if right else corners, self.wall)
        x = self.lot.uniform(0.2, 0.8) * w
        self.pieces.box((x, d * 0.55, height), (0.9, 0.6, 1.7), "brick_red")

    def _flat_roof(self, height: float) -> None:
        add, lot = self.pieces, self.lot
        w, d = self.width, self.depth
        for x, y, dx, dy in ((w / 2, 0, w, 0.3), (w / 2, d, w, 0.3), (0, d / 2, 0.3, d), (w, d / 2, 0.3, d)):
            add.box((x, y, height + 0.35), (dx + 0.1, dy, 0.7), self.trim)
        add.box((w / 2, d / 2, height - 0.25), (w + 0.55, d + 0.55, 0.28), self.trim)
        for _ in range(lot.randint(1, 4)):
            size = (lot.uniform(1.0, 3.0), lot.uniform(1.0, 2.5), lot.uniform(0.8, 2.2))
            add.box((lot.uniform(2, max(w - 2, 2.1)), lot.uniform(2, max(d - 2, 2.1)), height + size[2] / 2), size, "grey_box")

    def _facade(self, side: int) -> None:
        """One wall: floors of windows; on the front a door, and shops where there are."""
        length = self.width if side % 2 == 0 else self.depth
        count = max(1, int(length / self.lot.choice([2.4, 2.7, 3.1])))
        floors = max(1, round((self.eaves - 0.2) / _FLOOR_M))
        tall = self.eaves / floors
        wide = min(1.5, length / count * self.lot.uniform(0.42, 0.62))
        shop = self.shops and side == 0 and length > 6
        door = self.lot.randrange(count)
        for floor in range(floors):
            if floor == 0 and shop:
                self._shopfronts(length, tall)
                continue
            for k in range(count):
                along = (k + 0.5) * length / count
                if floor == 0 and side == 0 and k == door:
                    self._pane(side, _Pane(along, 1.1, 1.1, 2.2, self.lot.choice(["door_dark", "door_wood"]), frame=0.14))
                    continue
                self._pane(side, _Pane(along, floor * tall + tall * 0.56, wide, tall * 0.5, self._filling()))
                if floor and side == 0 and self.lot.random() < 0.08:
                    self._balcony(along, floor * tall + tall * 0.28, wide + 0.7)
        for floor in range(1, floors):
            if self.trim == "trim" and side == 0:
                self._band(side, length, floor * tall, 0.16)

    def _filling(self) -> str:
        return self.lot.choices(_WINDOWS, [0.56, 0.12, 0.12, 0.20])[0]

    def _shopfronts(self, length: float, tall: float) -> None:
        shops = max(1, int(length / self.lot.uniform(5, 8)))
        wide = length / shops
        for k in range(shops):
            colour, along = self.lot.choice(_SHOPS), (k + 0.5) * wide
            glass = "shop_lit" if self.lot.random() < 0.6 else "shop_glass"
            self._pane(0, _Pane(along, tall * 0.40, wide - 0.8, tall * 0.66, glass, frame=0.12, trim=colour))
            self._block(0, along, tall * 0.87, wide - 0.3, 0.62, 0.16, colour)
            beside = along + self.lot.choice([-0.32, 0.32]) * wide
            self._pane(0, _Pane(beside, 1.1, 1.0, 2.1, "door_dark", frame=0.08, trim=colour, out=0.05))
            if self.lot.random() < 0.35:
                self._awning(along, tall * 0.76, wide - 0.6, self.lot.choice(_SHOPS))

    def _awning(self, along: float, z: float, wide: float, colour: str) -> None:
        a, b = along - wide / 2, along + wide / 2
        self.pieces.face([(a, -1.3, z - 0.5), (b, -1.3, z - 0.5), (b, -0.05, z), (a, -0.05, z)], colour)

    def _balcony(self, along: float, z: float, wide: float) -> None:
        self._block(0, along, z, wide, 0.14, 0.9, "stone")
        self.pieces.box((along, -0.88, z + 0.55), (wide, 0.04, 0.95), "post")

    def _band(self, side: int, length: float, z: float, tall: float) -> None:
        self._block(side, length / 2, z, length, tall, 0.07, self.trim)

    def _pane(self, side: int, pane: _Pane) -> None:
        """A pane in a frame that stands a little out of the wall, and the sill below."""
        along, z, wide, tall, frame, trim = pane.along, pane.z, pane.wide, pane.tall, pane.frame, pane.trim or self.trim
        self._block(side, along, z, wide + 2 * frame, tall + 2 * frame, 0.05 + pane.out, trim)
        self._block(side, along, z, wide, tall, 0.06 + pane.out, pane.filling)
        if pane.filling in _WINDOWS:
            self._block(side, along, z, 0.05, tall, 0.075 + pane.out, trim)
            self._block(side, along, z - tall / 2 - frame, wide + 0.35, 0.09, 0.17, "stone")

    def _block(self, side: int, along: float, z: float, wide: float, tall: float, out: float, material: str) -> None:
        """A flat block that stands ``out`` of a wall: only the five faces that can be seen."""
        a, b, low, high = along - wide / 2, along + wide / 2, z - tall / 2, z + tall / 2
        ring = [(a, 0.0, low), (b, 0.0, low), (b, 0.0, high), (a, 0.0, high)]
        outer = [self._at(side, x, -out, up) for x, _, up in ring]
        inner = [self._at(side, x, 0.0, up) for x, _, up in ring]
        self.pieces.face(outer, material)
        if out > 0.065:
            for k in range(4):
                n = (k + 1) % 4
                self.pieces.face([inner[k], inner[n], outer[n], outer[k]], material)

    def _at(self, side: int, along: float, out: float, z: float) -> tuple[float, float, float]:
        """A point on a wall: ``along`` it from its left end, seen from outside; negative ``out`` is before it."""
        w, d = self.width, self.depth
        return {
            0: (along, out, z),
            1: (w - out, along, z),
            2: (w - along, d - out, z),
            3: (out, d - along, z),
        }[side]


def _grown(box: list[tuple[float, float]], by: float) -> list[tuple[float, float]]:
    (x0, y0), _, (x1, y1), _ = box
    return [(x0 - by, y0 - by), (x1 + by, y0 - by), (x1 + by, y1 + by), (x0 - by, y1 + by)]
