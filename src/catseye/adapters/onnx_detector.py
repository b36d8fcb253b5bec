"""Runs detectors with ONNX Runtime, on CUDA where this machine and this build of it have it. ONNX files only."""

from pathlib import Path
from typing import Any

import numpy as np

from catseye.core.boxes import F32
from catseye.core.errors import ModelError
from catseye.core.frame import U8
from catseye.vision.decode import Outputs
from catseye.vision.families import Prepared

_PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")


class OnnxEngine:
    """One network in an ONNX Runtime session. Raises ModelError when the runtime is not installed or cannot read the file."""

    def __init__(self, path: Path, prepared: Prepared, *, threads: int | None = None) -> None:
        try:
            import onnxruntime as ort
        except ImportError as error:
            raise ModelError("ONNX Runtime is not installed.", "pip install 'catseye[onnx]', or use OpenVINO.") from error
        if path.suffix != ".onnx":
            raise ModelError(f"ONNX Runtime reads .onnx files, not {path.name}.", "Use OpenVINO for this model.")
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or 0
        options.log_severity_level = 3  # errors; it warns of every constant of older exporters
        providers = [provider for provider in _PROVIDERS if provider in ort.get_available_providers()]
        try:
            self._session: Any = ort.InferenceSession(path, options, providers=providers)
        except Exception as error:  # its exceptions have no base class of their own
            raise ModelError(f"{path.name} cannot be read by ONNX Runtime: {error}") from error
        source = self._session.get_inputs()[0]
        _, _, height, width = source.shape
        self.input_size = (int(width), int(height))
        self._input_name = source.name
        self._names = [output.name for output in self._session.get_outputs()]
        self._rgb = prepared.rgb
        self._mean, self._scale = (np.array(v, np.float32).reshape(3, 1, 1) for v in (prepared.mean, prepared.scale))
        self._input: F32 = np.empty((1, 3, height, width), np.float32)

    def run(self, bgr: U8) -> Outputs:
        """The raw outputs for a picture uint8 (H, W, 3) of the input's size."""
        if self._session is None:
            raise ModelError("The detector was closed.")
        planes = bgr.transpose(2, 0, 1)
        np.copyto(self._input[0], planes[::-1] if self._rgb else planes)
        self._input -= self._mean
        self._input /= self._scale
        return dict(zip(self._names, self._session.run(None, {self._input_name: self._input}), strict=True))

    def close(self) -> None:
        """Free the session."""
        self._session = None
