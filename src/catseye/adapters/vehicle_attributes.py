"""Says the body type of a vehicle with vehicle-attributes-recognition-barrier-0039. Its output for colours is cut off."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openvino as ov

from catseye.core.boxes import F32
from catseye.core.errors import ModelError
from catseye.core.frame import U8
from catseye.vision.letterbox import whole_pixels


class VehicleAttributes:
    """Implements ``ports.VehicleTyper``. One thread at a time."""

    def __init__(self, path: Path) -> None:
        core = ov.Core()
        try:
            whole = core.read_model(path)
            model = ov.Model([whole.output("type").node], whole.get_parameters(), "vehicle types")
        except RuntimeError as error:
            raise ModelError(f"{path.name} cannot be read as a network for vehicle types.") from error
        _, _, self._height, self._width = model.input(0).shape
        self._request: Any = core.compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY"}).create_infer_request()

    def types(self, bgr: U8, xyxy: F32) -> F32:
        """Probabilities float32 (N, 4) of car, van, truck and bus; all alike for a box outside the picture."""
        size = (bgr.shape[1], bgr.shape[0])
        result = np.full((len(xyxy), 4), 0.25, np.float32)
        for index, box in enumerate(xyxy):
            x1, y1, x2, y2 = whole_pixels(box, size)
            if x2 > x1 and y2 > y1:
                crop = cv2.resize(bgr[y1:y2, x1:x2], (self._width, self._height))
                self._request.infer([crop.transpose(2, 0, 1)[np.newaxis].astype(np.float32)])
                result[index] = self._request.get_output_tensor(0).data.reshape(4)[[0, 3, 2, 1]]
        return result
