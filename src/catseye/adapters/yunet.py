"""Finds faces with YuNet, so that they can be blurred. Boxes come out and nothing else: the landmarks it also knows are cut off."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openvino as ov

from catseye.core import boxes
from catseye.core.boxes import F32
from catseye.core.errors import ModelError
from catseye.core.frame import U8
from catseye.vision.decode import FACE_STRIDES, faces

LONG_SIDE = 640
_MULTIPLE = 32


class YuNet:
    """Implements ``ports.FaceFinder``. One thread at a time."""

    def __init__(self, path: Path) -> None:
        core = ov.Core()
        try:
            whole = core.read_model(path)
            wanted = [whole.output(f"{part}_{stride}") for part in ("cls", "obj", "bbox") for stride in FACE_STRIDES]
        except RuntimeError as error:
            raise ModelError(f"{path.name} cannot be read as a YuNet network.") from error
        model = ov.Model([port.node for port in wanted], whole.get_parameters(), "faces")
        self._request: Any = core.compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY"}).create_infer_request()
        self._names = [f"{part}_{stride}" for part in ("cls", "obj", "bbox") for stride in FACE_STRIDES]

    def find(self, bgr: U8) -> F32:
        """Face boxes float32 (N, 4) xyxy px of a picture uint8 (H, W, 3)."""
        height, width = bgr.shape[:2]
        shrink = min(1.0, LONG_SIDE / max(width, height))
        scaled = cv2.resize(bgr, None, fx=shrink, fy=shrink) if shrink < 1 else bgr
        rows, columns = scaled.shape[:2]
        planes = np.zeros((1, 3, -(-rows // _MULTIPLE) * _MULTIPLE, -(-columns // _MULTIPLE) * _MULTIPLE), np.float32)
        planes[0, :, :rows, :columns] = scaled.transpose(2, 0, 1)
        self._request.infer([planes], share_inputs=True)
        outputs = {name: tensor.data for name, tensor in zip(self._names, self._request.output_tensors, strict=True)}
        return boxes.clip(faces(outputs, (planes.shape[3], planes.shape[2])) / shrink, (width, height))
