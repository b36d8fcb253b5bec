"""A street of red cars and a network that finds what is red: the real engine on real files, with volumes known beforehand."""

from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from catseye.core.frame import U8
from catseye.testing.clips import write_clip

SIZE = (320, 240)
FPS = 10.0


def red_finder(path: Path) -> Path:
    """A network of the person-vehicle-bike kind: one vehicle, the box around all that is red in a picture (1, 3, 128, 128)."""
    side = 128
    picture = ops.parameter([1, 3, side, side], np.float32, name="picture")
    blue, _, red = (ops.gather(picture, ops.constant(k), ops.constant(1)) for k in range(3))
    lit = ops.convert(ops.greater(ops.subtract(red, blue), ops.constant(np.float32(80))), "f32")
    along_x, along_y = ops.reduce_max(lit, np.array([0, 1])), ops.reduce_max(lit, np.array([0, 2]))
    first, last = np.arange(side, dtype=np.float32), np.arange(1, side + 1, dtype=np.float32)

    def edges(along: Any) -> tuple[Any, Any]:
        none = ops.multiply(ops.subtract(ops.constant(np.float32(1)), along), ops.constant(np.float32(2 * side)))
        return (
            ops.reduce_min(ops.add(ops.constant(first), none), np.array([0]), keep_dims=True),
            ops.reduce_max(ops.multiply(ops.constant(last), along), np.array([0]), keep_dims=True),
        )

    (x1, x2), (y1, y2) = edges(along_x), edges(along_y)
    sure = ops.multiply(ops.reduce_max(along_x, np.array([0]), keep_dims=True), ops.constant(np.float32(0.9)))
    boxes = ops.result(ops.unsqueeze(ops.concat([x1, y1, x2, y2, sure], 0), ops.constant(0)))
    labels = ops.result(ops.multiply(ops.floor(sure), ops.constant(np.float32(0))))
    for output, name in ((boxes, "boxes"), (labels, "labels")):
        output.output(0).get_tensor().set_names({name})
    ov.save_model(ov.Model([boxes, labels], [picture], "red"), path)
    return path


def street(k: int, size: tuple[int, int] = SIZE, *, fps: float = FPS) -> U8:
    """A grey street; every four seconds a red car drives from left to right."""
    width, height = size
    picture = np.full((height, width, 3), 110, np.uint8)
    picture[: height // 3] = 170
    share = k / fps % 4.0 / 4.0
    x, w, h = int((share * 1.3 - 0.15) * width), width // 6, height // 6
    picture[height // 2 : height // 2 + h, max(x, 0) : max(x + w, 0)] = (30, 30, 220)
    return picture


def write_street(path: Path, *, seconds: float = 12.0, fps: float = FPS, **how: Any) -> Path:
    return write_clip(
        path,
        frames=round(seconds * fps),
        size=how.pop("size", SIZE),
        fps=fps,
        picture=lambda k, size: street(k, size, fps=fps),
        **how,
    )
