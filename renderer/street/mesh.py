# SPDX-License-Identifier: GPL-3.0-or-later
"""Meshes made of plain pieces: faces, boxes, prisms, tubes. Metres, z up."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import bpy

Point = tuple[float, float, float]
Flat = Sequence[tuple[float, float]]


class Pieces:
    """Collects faces with the names of their materials, and becomes one mesh."""

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._faces: list[list[int]] = []
        self._names: list[str] = []
        self._smooth: list[bool] = []

    def face(self, points: Sequence[Point], material: str, *, smooth: bool = False) -> None:
        """One face; counter-clockwise seen from outside."""
        first = len(self._points)
        self._points.extend(tuple(map(float, point)) for point in points)
        self._add(list(range(first, first + len(points))), material, smooth=smooth)

    def flat(self, polygon: Flat, z: float, material: str) -> None:
        """A level polygon that faces up, whichever way round it is given."""
        ordered = list(polygon) if area(polygon) > 0 else list(polygon)[::-1]
        self.face([(x, y, z) for x, y in ordered], material)

    def box(self, middle: Point, size: Point, material: str, *, yaw: float = 0.0) -> None:
        """A box round ``middle``, turned by ``yaw``."""
        c, s = math.cos(yaw), math.sin(yaw)
        half = [n / 2 for n in size]
        corners = [(i * half[0], j * half[1], k * half[2]) for k in (-1, 1) for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        first = len(self._points)
        self._points.extend((middle[0] + x * c - y * s, middle[1] + x * s + y * c, middle[2] + z) for x, y, z in corners)
        for face in ((3, 2, 1, 0), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)):
            self._add([first + k for k in face], material)

    def prism(self, polygon: Flat, low: float, high: float, side: str, top: str) -> None:
        """A polygon pulled up from ``low`` to ``high``; open below."""
        ring = list(polygon) if area(polygon) > 0 else list(polygon)[::-1]
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
            self.face([(ax, ay, low), (bx, by, low), (bx, by, high), (ax, ay, high)], side)
        self.face([(x, y, high) for x, y in ring], top)

    def tube(self, path: Sequence[Point], radii: Sequence[float], material: str, *, sides: int = 8) -> None:
        """A tube along a path, with a radius at each of its points and a lid at its end."""
        first = len(self._points)
        for k, point in enumerate(path):
            before, after = path[max(k - 1, 0)], path[min(k + 1, len(path) - 1)]
            u, v = _across([b - a for a, b in zip(before, after, strict=True)])
            for n in range(sides):
                turn = 2 * math.pi * n / sides
                c, s = math.cos(turn) * radii[k], math.sin(turn) * radii[k]
                self._points.append(tuple(p + c * a + s * b for p, a, b in zip(point, u, v, strict=True)))
        for k in range(len(path) - 1):
            low = first + k * sides
            for n in range(sides):
                m = (n + 1) % sides
                self._add([low + n, low + m, low + sides + m, low + sides + n], material, smooth=True)
        self._add([first + (len(path) - 1) * sides + n for n in range(sides)], material)

    def build(self, name: str, materials: Mapping[str, bpy.types.Material]) -> bpy.types.Mesh:
        """The mesh; each material that was named gets a slot."""
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata(self._points, [], self._faces)
        used = list(dict.fromkeys(self._names))
        for material in used:
            mesh.materials.append(materials[material])
        slot = {material: k for k, material in enumerate(used)}
        mesh.polygons.foreach_set("material_index", [slot[material] for material in self._names])
        mesh.polygons.foreach_set("use_smooth", self._smooth)
        mesh.update()
        return mesh

    def place(self, name: str, materials: Mapping[str, bpy.types.Material]) -> bpy.types.Object:
        """Build the mesh and put it into the scene."""
        return put(self.build(name, materials))

    def _add(self, face: list[int], material: str, *, smooth: bool = False) -> None:
        self._faces.append(face)
        self._names.append(material)
        self._smooth.append(smooth)


def put(data: bpy.types.ID) -> bpy.types.Object:
    """An object for a mesh or a light, in the scene."""
    made = bpy.data.objects.new(data.name, data)
    bpy.context.scene.collection.objects.link(made)
    return made


def area(polygon: Flat) -> float:
    """The signed area; positive where counter-clockwise."""
    ring = [*polygon, polygon[0]]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def inside(x: float, y: float, polygon: Flat) -> bool:
    """Whether a point lies in a polygon, by the even-odd rule."""
    hits = False
    for (ax, ay), (bx, by) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            hits = not hits
    return hits


def _across(along: Sequence[float]) -> tuple[Point, Point]:
    """Two unit vectors square to a direction."""
    length = math.sqrt(sum(n * n for n in along)) or 1.0
    x, y, z = (n / length for n in along)
    u = (1.0, 0.0, -x / z) if abs(z) > 0.9 else (-y, x, 0.0)
    norm = math.sqrt(sum(n * n for n in u))
    u = (u[0] / norm, u[1] / norm, u[2] / norm)
    return u, (y * u[2] - z * u[1], z * u[0] - x * u[2], x * u[1] - y * u[0])
