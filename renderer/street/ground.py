# SPDX-License-Identifier: GPL-3.0-or-later
"""What one drives and walks on: carriageways, raised sidewalks with their kerbs, verges, and the land around."""

import math
from collections.abc import Mapping, Sequence

from street.looks import Materials
from street.mesh import Flat, Pieces, area, inside

_LAND_M = 900.0
_KERB_M = 0.15
_OF = {
    "carriageway": "asphalt",
    "shoulder": "asphalt",
    "cycle_lane": "cycle",
    "parking": "parking",
    "sidewalk": "paving",
    "island": "paving",
    "verge": "grass",
}
_BELOW_M = {"carriageway": 0.0, "shoulder": 0.004, "parking": 0.002, "cycle_lane": -0.002, "verge": 0.012}


def ground(street: Mapping, middle: tuple[float, float], materials: Materials) -> None:
    """Lay the ground. Level surfaces lie some millimetres apart, so that none flickers through another."""
    pieces = Pieces()
    x, y = middle
    land = [(x - _LAND_M, y - _LAND_M), (x + _LAND_M, y - _LAND_M), (x + _LAND_M, y + _LAND_M), (x - _LAND_M, y + _LAND_M)]
    pieces.flat(land, -0.03, "yard" if street["style"] == "town" else "grass")
    roads = [surface["polygon"] for surface in street["surfaces"] if surface["kind"] in {"carriageway", "parking", "cycle_lane"}]
    for k, surface in enumerate(street["surfaces"]):
        height, material = surface["height_m"], _OF[surface["kind"]]
        polygon = _open(surface["polygon"])
        if height < 0.02:
            pieces.flat(polygon, height - _BELOW_M.get(surface["kind"], 0.0) - k * 1e-5, material)
        else:
            pieces.prism(polygon, -0.03, height - k * 1e-5, "kerb", material)
            _kerbs(pieces, polygon, height + 0.002, roads, everywhere=surface["kind"] == "island")
    pieces.place("ground", materials)


def _open(polygon: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """The corners once each."""
    ring = [(p[0], p[1]) for p in polygon]
    kept = [p for p, q in zip(ring, ring[1:] + ring[:1], strict=True) if math.dist(p, q) > 1e-6]
    return kept or ring


def _kerbs(pieces: Pieces, polygon: Flat, height: float, roads: Sequence[Flat], *, everywhere: bool) -> None:
    """Kerbstones along those edges of a raised surface that border on a road."""
    ring = list(polygon) if area(polygon) > 0 else list(polygon)[::-1]
    count = len(ring)
    edges = [(ring[k], ring[(k + 1) % count]) for k in range(count)]
    inward = [_left(a, b) for a, b in edges]
    lined = [everywhere or _borders(edge, way, roads) for edge, way in zip(edges, inward, strict=True)]
    for k, (a, b) in enumerate(edges):
        if not lined[k]:
            continue
        at_a = _mitre(inward[k - 1] if lined[k - 1] else inward[k], inward[k])
        following = (k + 1) % count
        at_b = _mitre(inward[k], inward[following] if lined[following] else inward[k])
        outer = [(*a, height), (*b, height)]
        pieces.face([*outer, (b[0] + at_b[0], b[1] + at_b[1], height), (a[0] + at_a[0], a[1] + at_a[1], height)], "kerb")


def _left(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    length = math.dist(a, b) or 1.0
    return -(b[1] - a[1]) / length, (b[0] - a[0]) / length


def _mitre(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    x, y = one[0] + other[0], one[1] + other[1]
    squared = max(x * x + y * y, 0.8)
    return 2 * _KERB_M * x / squared, 2 * _KERB_M * y / squared


def _borders(edge: tuple, inward: tuple[float, float], roads: Sequence[Flat]) -> bool:
    (ax, ay), (bx, by) = edge
    x, y = (ax + bx) / 2 - 0.15 * inward[0], (ay + by) / 2 - 0.15 * inward[1]
    return any(inside(x, y, road) for road in roads)
