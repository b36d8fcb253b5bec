# SPDX-License-Identifier: GPL-3.0-or-later
"""What does not change is rendered once: later pictures show anew only the neighbourhood of what moves or shines.

A *shutter* hangs before the camera, a sheet of tiles that only the camera sees. Open are the tiles in which a body may show or
throw its shadow, and those of signal heads; rays into closed ones end at once. What the open ones show is laid over a finer picture
of the empty street, as far as it differs from an equally coarse one of it: so no tile shows its edge.
"""

import struct
import zlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import bpy
import engine
import numpy as np
from lights import Light, toward_sun

LEAST_FRAMES = 12  # below that the empty street is not worth its time
_FINE_SAMPLES = 10
_TILE_PX = 8
_ROUND_M, _ROUND_SOFT_M = 0.5, 1.5  # round a body: how far the sky that it takes away is missed, in the sun and without one
_DEPTH_M = 0.2  # of the shutter before the eye
_NEAREST_M = 1.0
_LOW, _HIGH = 2.0, 9.0  # grey levels: differences below the first are noise, above the second are what changed


def worth_it(light: Light, frames: int) -> bool:
    """Whether to go this way: not where headlamps light half the street, nor for a few pictures."""
    return frames >= LEAST_FRAMES and not light.lamps


class Still:
    """The empty street in front of one camera. Make it while nobody shows."""

    def __init__(self, camera: Mapping, light: Light, signals: Sequence[Mapping], bodies: Sequence[Mapping], scratch: Path) -> None:
        self._axes, self._eye = np.array(camera["axes"]), np.array(camera["position_m"])
        self._focal, self._size = camera["focal_px"], camera["size"]
        self._sun = np.array(toward_sun(light)) if light.sun > 0.0 and light.sun_size_deg < 10.0 else None
        self._round_m = _ROUND_SOFT_M if self._sun is None else _ROUND_M
        self._sizes = {body["number"]: (body["length_m"], body["width_m"], body["height_m"], body["trailer_m"]) for body in bodies}
        self._scratch = scratch
        self._fine = engine.pixels(scratch, samples=_FINE_SAMPLES).astype(np.float32)
        self._coarse = engine.pixels(scratch).astype(np.float32)
        self._sheet = _shutter()
        across, down = (-(-n // _TILE_PX) for n in self._size)
        self._always = np.zeros((down, across), bool)
        for head in signals:
            self._open_head(head)

    def picture(self, path: Path, poses: Sequence[Mapping]) -> None:
        """Render the scene as it stands to a PNG; ``poses`` are those of all that may show."""
        wanted = self._always.copy()
        for pose in poses:
            self._open(wanted, self._reach(pose))
        self._close(~wanted)
        engine.only(*(_span(wanted.any(axis=axis), n) for axis, n in zip((0, 1), self._size, strict=True)))
        anew = engine.pixels(self._scratch).astype(np.float32)
        shown = _within(np.repeat(np.repeat(wanted, _TILE_PX, 0), _TILE_PX, 1)[: anew.shape[0], : anew.shape[1]])
        differs = np.abs(anew - self._coarse).max(axis=2)
        share = np.clip((differs - _LOW) / (_HIGH - _LOW), 0.0, 1.0) * shown
        whole = self._fine + share[..., None] * (anew - self._fine)
        write_png(path, (whole + 0.5).astype(np.uint8))

    def leave(self) -> None:
        """Take the shutter away."""
        engine.only((0.0, 1.0), (0.0, 1.0))
        bpy.data.objects.remove(self._sheet)
        self._scratch.unlink(missing_ok=True)

    def _reach(self, pose: Mapping) -> np.ndarray:
        """Corners (N, 3) of a body's box, a little wider, and of its shadow on the ground."""
        length, width, height, trailer = self._sizes[pose["number"]]
        middle, yaw = np.array([pose["x_m"], pose["y_m"], pose["z_m"]]), pose["yaw_rad"]
        corners = _box(middle, yaw, (length, width, height), self._round_m)
        if trailer:  # it hangs on the kingpin, which lies length - trailer behind the front
            turned = pose["trailer_yaw_rad"]
            hung = middle + (trailer - length / 2) * _way(yaw) - trailer / 2 * _way(turned)
            corners = np.concatenate([corners, _box(hung, turned, (trailer, width, height), self._round_m)])
        if self._sun is None:
            return corners
        return np.concatenate([corners, corners - (corners[:, 2:] / self._sun[2]) * self._sun])

    def _open_head(self, head: Mapping) -> None:
        arm, facing = head["arm_m"], head["facing_rad"]
        at = np.array(
            [head["position_m"][0] + arm * np.sin(facing), head["position_m"][1] - arm * np.cos(facing), head["height_m"]]
        )
        corners = at + np.array([(x, y, z) for x in (-0.2, 0.2) for y in (-0.2, 0.2) for z in (-0.5, 0.5)])
        self._open(self._always, corners)

    def _open(self, tiles: np.ndarray, points: np.ndarray) -> None:
        """Open the tiles of the hull of some points, in place."""
        there = (points - self._eye) @ self._axes.T
        there = _ahead(there)
        if not len(there):
            return
        flat = there[:, :2] / there[:, 2:] * self._focal + np.array(self._size) / 2
        hull = _hull(flat / _TILE_PX)
        down, across = tiles.shape
        x, y = np.meshgrid(np.arange(across) + 0.5, np.arange(down) + 0.5)
        inside = np.ones(tiles.shape, bool)
        for a, b in pairwise([*hull, hull[0]]):
            way = (b - a) / max(float(np.hypot(*(b - a))), 1e-9)
            # 0.71: a tile whose corner the hull touches counts.
            inside &= way[0] * (y - a[1]) - way[1] * (x - a[0]) > -0.71
        tiles |= inside

    def _close(self, closed: np.ndarray) -> None:
        """Hang up the closed tiles, one face for each run in a row."""
        points, faces = [], []
        width, height = self._size
        for row, line in enumerate(closed):
            edges = np.flatnonzero(np.diff(np.concatenate([[0], line.astype(np.int8), [0]])))
            for low, high in edges.reshape(-1, 2):
                x0, x1 = low * _TILE_PX - width / 2, high * _TILE_PX - width / 2
                y0, y1 = row * _TILE_PX - height / 2, (row + 1) * _TILE_PX - height / 2
                corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]) * _DEPTH_M / self._focal
                faces.append(range(len(points), len(points) + 4))
                points += [self._eye + (x, y, _DEPTH_M) @ self._axes for x, y in corners]
        mesh = self._sheet.data
        mesh.clear_geometry()
        mesh.from_pydata(points, [], faces)
        mesh.update()


def _shutter() -> bpy.types.Object:
    material = bpy.data.materials.new("shutter")
    tree = material.node_tree
    tree.nodes.clear()
    glow = tree.nodes.new("ShaderNodeEmission")
    glow.inputs["Strength"].default_value = 0.0
    tree.links.new(glow.outputs[0], tree.nodes.new("ShaderNodeOutputMaterial").inputs["Surface"])
    mesh = bpy.data.meshes.new("shutter")
    mesh.materials.append(material)
    made = bpy.data.objects.new("shutter", mesh)
    made.visible_diffuse = made.visible_glossy = made.visible_transmission = made.visible_shadow = False
    bpy.context.scene.collection.objects.link(made)
    return made


def _way(yaw: float) -> np.ndarray:
    return np.array([np.cos(yaw), np.sin(yaw), 0.0])


def _box(middle: np.ndarray, yaw: float, size: tuple[float, float, float], round_m: float) -> np.ndarray:
    """The corners (8, 3) of what stands there, ``round_m`` wider on each side and somewhat higher."""
    length, width, height = size
    along, across = (length / 2 + round_m) * _way(yaw), (width / 2 + round_m) * _way(yaw + np.pi / 2)
    return np.array(
        [middle + i * along + j * across + (0.0, 0.0, k * 1.08 * height) for i in (-1, 1) for j in (-1, 1) for k in (0, 1)]
    )


def _ahead(points: np.ndarray) -> np.ndarray:
    """Points (N, 3) of the camera whose hull is that part of the hull of these which lies before the camera."""
    front, back = points[points[:, 2] >= _NEAREST_M], points[points[:, 2] < _NEAREST_M]
    if not len(front) or not len(back):
        return front
    share = (front[:, None, 2:] - _NEAREST_M) / (front[:, None, 2:] - back[None, :, 2:])
    return np.concatenate([front, (front[:, None] + share * (back[None] - front[:, None])).reshape(-1, 3)])


def _hull(points: np.ndarray) -> list[np.ndarray]:
    """The convex hull of points (N, 2), round in the sense that turns x to y (Andrew's monotone chain)."""
    ordered = sorted(map(tuple, points))
    chains = []
    for run in (ordered, ordered[::-1]):
        chain: list[tuple[float, float]] = []
        for p in run:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], p) <= 0.0:
                chain.pop()
            chain.append(p)
        chains += chain[:-1]
    return [np.array(p) for p in chains]


def _turn(a: Sequence[float], b: Sequence[float], c: Sequence[float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _within(shown: np.ndarray) -> np.ndarray:
    """Without the pixels within two of a closed tile: pixels are filtered, and its black would come through."""
    kept = shown.copy()
    for far in (1, 2):
        kept[far:] &= shown[:-far]
        kept[:-far] &= shown[far:]
    rows = kept.copy()
    for far in (1, 2):
        kept[:, far:] &= rows[:, :-far]
        kept[:, :-far] &= rows[:, far:]
    return kept


def _span(tiles: np.ndarray, pixels: int) -> tuple[float, float]:
    """From the first open tile of a row or column to the last, as shares of the picture."""
    there = np.flatnonzero(tiles)
    low, high = (there[0], there[-1] + 1) if len(there) else (0, 1)
    return low * _TILE_PX / pixels, min(high * _TILE_PX / pixels, 1.0)


def write_png(path: Path, rgb: np.ndarray) -> None:
    """Write uint8 (H, W, 3) as PNG."""
    height, width = rgb.shape[:2]
    # Each row says what it holds against: 2 is the row above, which packs best of the cheap ones.
    rows = np.empty((height, 1 + 3 * width), np.uint8)
    flat = rgb.reshape(height, -1)
    rows[:, 0] = 2
    rows[0, 1:] = flat[0]
    rows[1:, 1:] = flat[1:] - flat[:-1]
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 1)), (b"IEND", b""))
    packed = (struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(packed))
