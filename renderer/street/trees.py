# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees and hedges. A few trees are grown once, one metre high, and stand in the street again and again, turned and scaled."""

import math
import random
from collections.abc import Mapping, Sequence

import bpy

from street.looks import Materials
from street.mesh import Pieces, Point, put

KINDS = 6
_TRUNK_M = 0.14
_CROWN = (0.66, 0.30)  # middle and radius as shares of the height: whoever projects a tree goes by these
_LEAVES = 2600


class Trees:
    """Grows trees when first needed and plants copies."""

    def __init__(self, materials: Materials) -> None:
        self._materials = materials
        self._crowns: dict[int, bpy.types.Mesh] = {}
        self._trunks: dict[int, bpy.types.Mesh] = {}

    def plant(self, fixture: Mapping) -> None:
        """One tree, as high as asked."""
        lot = random.Random(fixture["seed"])
        kind = lot.randrange(KINDS)
        if kind not in self._crowns:
            self._crowns[kind], self._trunks[kind] = self._grown(kind)
        height = fixture["height_m"]
        turn = lot.uniform(0, 2 * math.pi)
        crown, trunk = put(self._crowns[kind]), put(self._trunks[kind])
        for made in (crown, trunk):
            made.location, made.rotation_euler = (*fixture["position_m"], 0.0), (0.0, 0.0, turn)
        crown.scale = (height, height, height)
        trunk.scale = (1.0, 1.0, height)

    def _grown(self, kind: int) -> tuple[bpy.types.Mesh, bpy.types.Mesh]:
        lot = random.Random(kind * 7919 + 5)
        middle, radius = _CROWN
        puffs = []
        for _ in range(15):
            # Puffs sit inside the ball, so that their own size fills it up to its edge.
            way, far = _direction(lot), radius * lot.uniform(0.25, 0.68)
            size = radius * lot.uniform(0.30, 0.5)
            puffs.append(((way[0] * far, way[1] * far, middle + way[2] * far * 1.05), size))
        crown = Pieces()
        names = ("leaf_a", "leaf_b") if kind % 2 else ("leaf_b", "leaf_a")
        for place, size in puffs:
            _puff(crown, place, size * 0.86, names[0], lot)
        for k in range(_LEAVES):
            place, size = puffs[k % len(puffs)]
            _leaf(crown, place, size, names[lot.random() < 0.4], lot)
        for _ in range(5):
            (x, y, z), _size = puffs[lot.randrange(len(puffs))]
            crown.tube([(0, 0, 0.40), (x * 0.5, y * 0.5, (z + 0.45) / 2), (x, y, z)], [0.014, 0.009, 0.004], "bark", sides=5)
        trunk = Pieces()
        bend = lot.uniform(-0.06, 0.06)
        path: list[Point] = [(0, 0, -0.01), (0, 0, 0.05), (bend, 0, 0.3), (bend * 0.5, bend, 0.62)]
        trunk.tube(path, [_TRUNK_M * 1.5, _TRUNK_M, _TRUNK_M * 0.85, _TRUNK_M * 0.4], "bark")
        trunk.flat([(0.6 * math.cos(t), 0.6 * math.sin(t)) for t in _turns(10)], 0.003, "soil")
        return crown.build("crown", self._materials), trunk.build("trunk", self._materials)


def hedge(fixture: Mapping, materials: Materials) -> None:
    """A hedge: a rough box, leafed all over."""
    lot = random.Random(fixture["seed"])
    (ax, ay), (bx, by), (cx, cy) = fixture["outline"][:3]
    length, thick, height = math.dist((ax, ay), (bx, by)), math.dist((bx, by), (cx, cy)), fixture["height_m"]
    along, into = ((bx - ax) / length, (by - ay) / length), ((cx - bx) / thick, (cy - by) / thick)
    pieces = Pieces()
    pieces.prism(fixture["outline"], -0.03, height * 0.94, "hedge", "hedge")
    for _ in range(int(length * 90)):
        s, t, z = lot.uniform(0, length), lot.uniform(0, thick), lot.uniform(0.05, height)
        side = lot.random()
        if side < 0.4:
            t = 0.0 if side < 0.2 else thick
        else:
            z = height * lot.uniform(0.9, 1.0)
        place = (ax + s * along[0] + t * into[0], ay + s * along[1] + t * into[1], z)
        _card(pieces, place, _direction(lot), 0.12, lot.choice(["hedge", "leaf_a"]))
    pieces.place("hedge", materials)


def _puff(pieces: Pieces, at: Point, size: float, material: str, lot: random.Random) -> None:
    """A lumpy ball, dark inside the leaves."""
    rings, sides = 5, 8
    lumps = [[lot.uniform(0.82, 1.08) for _ in range(sides)] for _ in range(rings + 1)]

    def point(ring: int, side: int) -> Point:
        up, turn = math.pi * ring / rings, 2 * math.pi * (side % sides) / sides
        r = size * lumps[ring][side % sides]
        return at[0] + r * math.sin(up) * math.cos(turn), at[1] + r * math.sin(up) * math.sin(turn), at[2] + r * math.cos(up)

    for ring in range(rings):
        for side in range(sides):
            pieces.face(
                [point(ring, side), point(ring + 1, side), point(ring + 1, side + 1), point(ring, side + 1)], material, smooth=True
            )


def _leaf(pieces: Pieces, at: Point, size: float, material: str, lot: random.Random) -> None:
    way = _direction(lot)
    r = size * lot.uniform(0.8, 1.04)
    tilt = _direction(lot)
    normal = tuple(0.6 * a + 0.8 * b for a, b in zip(way, tilt, strict=True))
    _card(pieces, tuple(p + r * w for p, w in zip(at, way, strict=True)), normal, size * 0.19, material)


def _card(pieces: Pieces, at: Point, normal: Sequence[float], size: float, material: str) -> None:
    """A small bent leaf or bunch of leaves: one diamond."""
    x, y, z = normal
    u = (-y, x, 0.0) if abs(z) < 0.95 else (1.0, 0.0, 0.0)
    norm = math.sqrt(sum(n * n for n in u)) or 1.0
    u = tuple(n / norm for n in u)
    v = (y * u[2] - z * u[1], z * u[0] - x * u[2], x * u[1] - y * u[0])
    corners = [
        tuple(p + size * (a * e + b * f) for p, e, f in zip(at, u, v, strict=True))
        for a, b in ((1, 0), (0, 0.7), (-1, 0), (0, -0.7))
    ]
    pieces.face(corners, material)


def _direction(lot: random.Random) -> Point:
    z, turn = lot.uniform(-1, 1), lot.uniform(0, 2 * math.pi)
    flat = math.sqrt(1 - z * z)
    return flat * math.cos(turn), flat * math.sin(turn), z


def _turns(count: int) -> list[float]:
    return [2 * math.pi * k / count for k in range(count)]
