# SPDX-License-Identifier: GPL-3.0-or-later
"""Simple solids collected into one mesh. x forward, y left, z up, metres, the ground at z = 0."""

from collections.abc import Sequence

import bpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from bodies.paint import material

F64 = NDArray[np.float64]
Faces = list[list[int]]


class Parts:
    """Vertices, faces and the material of each face, to become one mesh."""

    def __init__(self) -> None:
        self._blocks: list[F64] = []
        self._count = 0
        self._faces: Faces = []
        self._materials: list[str] = []
        self._smooth: list[bool] = []

    @property
    def vertices(self) -> F64:
        """All vertices, float64 (N, 3)."""
        return np.concatenate(self._blocks) if self._blocks else np.zeros((0, 3))

    def add(self, vertices: ArrayLike, faces: Faces, materials: str | Sequence[str], *, smooth: bool = True) -> None:
        """Add a solid; ``materials`` names one for all its faces or one for each."""
        block = np.asarray(vertices, np.float64).reshape(-1, 3)
        self._blocks.append(block)
        self._faces += [[index + self._count for index in face] for face in faces]
        self._materials += [materials] * len(faces) if isinstance(materials, str) else list(materials)
        self._smooth += [smooth] * len(faces)
        self._count += len(block)

    def fit(self, length_m: float, width_m: float, height_m: float) -> None:
        """Stretch what is here so far to this length and width about the origin, and to this height from the ground."""
        points = self.vertices
        low, high = points.min(axis=0), points.max(axis=0)
        wanted = np.array([length_m, width_m, height_m])
        scale = wanted / np.array([high[0] - low[0], high[1] - low[1], high[2]])
        middle = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, 0.0])
        self._blocks = [(points - middle) * scale]

    def box(self, centre: ArrayLike, size: ArrayLike, materials: str, bevel: float = 0.02, turn: F64 | None = None) -> None:
        """A box with flat chamfers of ``bevel`` metres; ``turn`` is a rotation (3, 3) about its centre."""
        half = np.asarray(size, np.float64) / 2
        cut = min(bevel, float(half.min()) * 0.9)
        vertices, faces = _BOX
        signs, face_axis = vertices
        points = signs * np.where(np.arange(3) == face_axis[:, None], half, half - cut)
        self.add(_turned(points, turn) + np.asarray(centre), faces, materials, smooth=False)

    def ellipsoid(self, centre: ArrayLike, radii: ArrayLike, materials: str, sides: int = 12, turn: F64 | None = None) -> None:
        """An ellipsoid."""
        rows = sides // 2 + 1
        polar, around = np.meshgrid(np.linspace(0, np.pi, rows + 1)[1:-1], np.arange(sides) * 2 * np.pi / sides, indexing="ij")
        ball = np.stack([np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)], axis=-1)
        points = np.concatenate([ball.reshape(-1, 3), [[0, 0, 1], [0, 0, -1]]]) * np.asarray(radii)
        self.add(_turned(points, turn) + np.asarray(centre), _tube_faces(rows - 1, sides, closed=True, flip=True), materials)

    def sweep(
        self, path: ArrayLike, widths: ArrayLike, materials: str | Sequence[str], sides: int = 10, across: ArrayLike = (0, 1, 0)
    ) -> None:
        """An elliptic tube along ``path`` (N, 3); ``widths`` (N, 2) are half-axes along ``across`` and square to it, or (N,) radii.

        ``materials`` names one, or one for each of the N - 1 pieces (the caps take those of the ends).
        """
        points = np.asarray(path, np.float64)
        half = np.asarray(widths, np.float64)
        half = np.stack([half, half], axis=1) if half.ndim == 1 else half
        along = _unit(np.gradient(points, axis=0))
        side = np.asarray(across, np.float64) - (along @ np.asarray(across, np.float64))[:, None] * along
        side = _unit(np.where(np.linalg.norm(side, axis=1, keepdims=True) < 1e-6, np.array([1.0, 0.0, 0.0]), side))
        fore = np.cross(along, side)
        angle = np.arange(sides) * 2 * np.pi / sides
        rings = (
            points[:, None]
            + side[:, None] * (half[:, :1] * np.cos(angle))[..., None]
            + fore[:, None] * (half[:, 1:] * np.sin(angle))[..., None]
        )
        ends = np.stack([points[0] - along[0] * half[0].min() * 0.5, points[-1] + along[-1] * half[-1].min() * 0.5])
        names = materials if isinstance(materials, str) else _by_ring(materials, sides)
        self.add(np.concatenate([rings.reshape(-1, 3), ends]), _tube_faces(len(points), sides, closed=True), names)

    def cylinder(self, centre: ArrayLike, radius: float, width: float, materials: str, axis: int = 1, sides: int = 20) -> None:
        """A cylinder with flat ends along axis 0, 1 or 2."""
        angle = np.arange(sides) * 2 * np.pi / sides
        disc = np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius
        first, second = (axis + 1) % 3, (axis + 2) % 3
        points = np.zeros((2, sides, 3))
        points[:, :, first], points[:, :, second] = disc[:, 0], disc[:, 1]
        points[:, :, axis] = np.array([[-width / 2], [width / 2]])
        faces = [[k, (k + 1) % sides, sides + (k + 1) % sides, sides + k] for k in range(sides)]
        block = points.reshape(-1, 3) + np.asarray(centre)
        self.add(block, faces, materials)
        self.add(block, [list(range(sides))[::-1], list(range(sides, 2 * sides))], materials, smooth=False)

    def ring(self, centre: ArrayLike, radius: float, tube: float, materials: str, sides: int = 28) -> None:
        """A ring standing in the x-z plane, like a bicycle's tyre."""
        round_, small = np.meshgrid(np.arange(sides) * 2 * np.pi / sides, np.arange(6) * np.pi / 3, indexing="ij")
        reach = radius + tube * np.cos(small)
        points = np.stack([reach * np.cos(round_), tube * np.sin(small), reach * np.sin(round_)], axis=-1).reshape(-1, 3)
        faces = [
            [i * 6 + k, i * 6 + (k + 1) % 6, (i + 1) % sides * 6 + (k + 1) % 6, (i + 1) % sides * 6 + k]
            for i in range(sides)
            for k in range(6)
        ]
        self.add(points + np.asarray(centre), faces, materials)

    def mesh(self, name: str) -> bpy.types.Mesh:
        """The mesh of all parts."""
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata(self.vertices.tolist(), [], self._faces)
        names = sorted(set(self._materials))
        for each in names:
            mesh.materials.append(material(each))
        slots = {each: slot for slot, each in enumerate(names)}
        mesh.polygons.foreach_set("material_index", [slots[each] for each in self._materials])
        mesh.polygons.foreach_set("use_smooth", self._smooth)
        mesh.update()
        return mesh


def _unit(vectors: F64) -> F64:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def _turned(points: F64, turn: F64 | None) -> F64:
    return points if turn is None else points @ turn.T


def _tube_faces(rings: int, sides: int, *, closed: bool, flip: bool = False) -> Faces:
    """Faces of ``rings`` rings of ``sides`` points; with ``closed``, two more points close its ends."""
    faces = [
        [r * sides + k, r * sides + (k + 1) % sides, (r + 1) * sides + (k + 1) % sides, (r + 1) * sides + k]
        for r in range(rings - 1)
        for k in range(sides)
    ]
    if closed:
        first, last = rings * sides, rings * sides + 1
        faces += [[first, (k + 1) % sides, k] for k in range(sides)]
        faces += [[last, (rings - 1) * sides + k, (rings - 1) * sides + (k + 1) % sides] for k in range(sides)]
    return [face[::-1] for face in faces] if flip else faces


def _by_ring(names: Sequence[str], sides: int) -> list[str]:
    return [name for name in names for _ in range(sides)] + [names[0]] * sides + [names[-1]] * sides


def _chamfered_box() -> tuple[tuple[F64, NDArray[np.int64]], Faces]:
    """A box's 24 points as signs of its corner and the axis whose face they lie on, and its faces turned outwards."""
    corners = [(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
    index = {(corner, axis): n for n, (corner, axis) in enumerate((c, a) for c in corners for a in range(3))}
    faces: Faces = []
    for axis in range(3):
        p, q = (axis + 1) % 3, (axis + 2) % 3
        for sign in (-1, 1):
            rim = []
            for along, over in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                corner = [0, 0, 0]
                corner[axis], corner[p], corner[q] = sign, along, over
                rim.append(index[tuple(corner), axis])
            faces.append(rim)
        for along in (-1, 1):
            for over in (-1, 1):
                ends = []
                for sign in (-1, 1):
                    corner = [0, 0, 0]
                    corner[axis], corner[p], corner[q] = sign, along, over
                    ends.append(tuple(corner))
                faces.append([index[ends[0], p], index[ends[1], p], index[ends[1], q], index[ends[0], q]])
    faces += [[index[corner, axis] for axis in range(3)] for corner in corners]
    signs = np.array([corner for corner, _ in index], np.float64)
    axes = np.array([axis for _, axis in index])
    points = signs * np.where(np.arange(3) == axes[:, None], 1.0, 0.8)
    outward = []
    for face in faces:
        a, b, c = points[face[:3]]
        outward.append(face if np.dot(np.cross(b - a, c - a), points[face].mean(axis=0)) > 0 else face[::-1])
    return (signs, axes), outward


_BOX = _chamfered_box()
