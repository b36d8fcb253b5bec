# SPDX-License-Identifier: GPL-3.0-or-later
"""Smooth bodywork: mirrored cages of control points, subdivided, with wheel arches cut out."""

from collections.abc import Callable, Sequence

import bmesh
import bpy
import numpy as np

from bodies.paint import material
from bodies.parts import F64, Faces, Parts

MaterialAt = Callable[[int, int], str]


def shell(parts: Parts, grid: F64, material_at: MaterialAt, cap: str, levels: int, arches: Sequence[Parts] = ()) -> None:
    """Add the smooth closed body that ``grid`` (rows, columns, 3) controls on its left side (y >= 0; first and last column y = 0).

    ``material_at`` names the material of the patch behind row r and column k; ``cap`` that of both ends. ``arches`` are cut out.
    """
    vertices, faces, names = _mirrored(grid, material_at, cap)
    kinds = sorted({*names, "black"})
    thing = _thing(vertices, faces, [kinds.index(name) for name in names], kinds)
    smooth = thing.modifiers.new("smooth", "SUBSURF")
    smooth.levels = levels
    cutters = []
    for arch in arches:
        mesh = arch.mesh("arch")
        cutter = bpy.data.objects.new("arch", mesh)
        bpy.context.scene.collection.objects.link(cutter)
        cut = thing.modifiers.new("cut", "BOOLEAN")
        cut.object, cut.operation, cut.solver, cut.material_mode = cutter, "DIFFERENCE", "EXACT", "TRANSFER"
        cutters.append(cutter)
    done = thing.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = done.to_mesh()
    slots = [slot.material.name if slot.material else "" for slot in done.material_slots] or [""]
    known = {material(name).name: name for name in kinds}
    points = np.array([vertex.co for vertex in mesh.vertices])
    polygons = [list(polygon.vertices) for polygon in mesh.polygons]
    painted = [known.get(slots[min(polygon.material_index, len(slots) - 1)], "black") for polygon in mesh.polygons]
    done.to_mesh_clear()
    for used in (thing, *cutters):
        mesh = used.data
        bpy.data.objects.remove(used)
        bpy.data.meshes.remove(mesh)
    parts.add(points, polygons, painted)


def _mirrored(grid: F64, material_at: MaterialAt, cap: str) -> tuple[F64, Faces, list[str]]:
    rows, columns, _ = grid.shape
    ring = 2 * columns - 2
    right = grid[:, -2:0:-1] * np.array([1.0, -1.0, 1.0])
    vertices = np.concatenate([grid, right], axis=1).reshape(-1, 3)

    def at(row: int, column: int, *, mirrored: bool) -> int:
        return row * ring + ((ring - column) % ring if mirrored else column)

    faces: Faces = []
    names: list[str] = []
    for mirrored in (False, True):
        for row in range(rows - 1):
            for column in range(columns - 1):
                faces.append([at(row + i, column + j, mirrored=mirrored) for i, j in ((0, 0), (0, 1), (1, 1), (1, 0))])
                names.append(material_at(row, column))
    for row in (0, rows - 1):
        for column in range(columns - 1):
            rim = [
                at(row, column, mirrored=False),
                at(row, column + 1, mirrored=False),
                at(row, column + 1, mirrored=True),
                at(row, column, mirrored=True),
            ]
            faces.append(list(dict.fromkeys(rim)))
            names.append(cap)
    return vertices, faces, names


def _thing(vertices: F64, faces: Faces, slots: list[int], kinds: list[str]) -> bpy.types.Object:
    mesh = bpy.data.meshes.new("cage")
    mesh.from_pydata(vertices.tolist(), [], faces)
    for kind in kinds:
        mesh.materials.append(material(kind))
    mesh.polygons.foreach_set("material_index", slots)
    turned = bmesh.new()
    turned.from_mesh(mesh)
    bmesh.ops.recalc_face_normals(turned, faces=turned.faces)
    turned.to_mesh(mesh)
    turned.free()
    thing = bpy.data.objects.new("cage", mesh)
    bpy.context.scene.collection.objects.link(thing)
    return thing


def side_columns(
    front: tuple[float, float], rear: tuple[float, float], cuts: Sequence[float], round_m: float, tail_m: float | None = None
) -> F64:
    """Half an outline seen from above, (columns, 2): the front's middle, its corner, points of the side at ``cuts``, the rear.

    ``front`` and ``rear`` are x and the half width there; ``cuts`` are shares of the way along the side; ``round_m`` how far the
    front bows out, ``tail_m`` the rear (None: 0.8 as far).
    """
    (front_x, front_w), (rear_x, rear_w) = front, rear
    side = [(front_x + (rear_x - front_x) * cut, front_w + (rear_w - front_w) * cut) for cut in cuts]
    nose = [(front_x + round_m, 0.0), (front_x + round_m * 0.9, front_w * 0.45), (front_x + round_m * 0.45, front_w * 0.86)]
    bow = round_m * 0.8 if tail_m is None else tail_m
    tail = [(rear_x - bow * 0.45, rear_w * 0.88), (rear_x - bow * 0.93, rear_w * 0.45), (rear_x - bow, 0.0)]
    return np.array([*nose, *side, *tail])
