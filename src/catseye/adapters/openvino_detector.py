"""Runs detectors with OpenVINO: any x86 or ARM processor, OpenVINO IR and ONNX files."""

from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino.preprocess import ColorFormat, PrePostProcessor

from catseye.core.errors import ModelError
from catseye.core.frame import U8
from catseye.vision.decode import Outputs
from catseye.vision.families import Prepared, Shape, Signature


def read_model(path: Path) -> ov.Model:
    """The network of an IR (.xml) or ONNX file. Raises ModelError when it is none that OpenVINO can read."""
    try:
        return ov.Core().read_model(path)
    except RuntimeError as error:
        raise ModelError(f"{path.name} cannot be read as a network.", "It must be an OpenVINO IR or ONNX file.") from error


def read_signature(path: Path) -> Signature:
    """The inputs and outputs of the network in a file. Raises ModelError when it cannot be read."""
    model = read_model(path)
    return Signature(inputs=_shapes(model.inputs), outputs=_shapes(model.outputs))


def _shapes(ports: list[Any]) -> dict[str, Shape]:
    shapes = {}
    for index, port in enumerate(ports):
        names = port.get_names()
        dims = port.get_partial_shape()
        shapes[min(names) if names else str(index)] = tuple(int(d.get_length()) if d.is_static else None for d in dims)
    return shapes


def settings(core: ov.Core, threads: int | None) -> dict[str, Any]:
    """How to compile: lowest delay, bfloat16 where the processor computes in it, ``threads`` or as many as there are cores."""
    chosen: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        chosen["INFERENCE_PRECISION_HINT"] = "bf16"
    if threads is not None:
        chosen["INFERENCE_NUM_THREADS"] = threads
    return chosen


class OpenVinoEngine:
    """One network compiled for the CPU. Colour order, layout and scaling are compiled into it, so it is fed plain bytes."""

    def __init__(self, path: Path, prepared: Prepared, *, threads: int | None = None) -> None:
        model = read_model(path)
        core = ov.Core()
        _, _, height, width = model.input(0).shape
        self.input_size = (int(width), int(height))
        steps = PrePostProcessor(model)
        steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC")).set_color_format(ColorFormat.BGR)
        steps.input().model().set_layout(ov.Layout("NCHW"))
        chain = steps.input().preprocess()
        if prepared.rgb:
            chain.convert_color(ColorFormat.RGB)
        chain.convert_element_type(ov.Type.f32)
        chain.mean(list(prepared.mean)).scale(list(prepared.scale))
        self._request: Any = core.compile_model(steps.build(), "CPU", settings(core, threads)).create_infer_request()
        self._names = [min(port.get_names()) for port in self._request.model_outputs]

    def run(self, bgr: U8) -> Outputs:
        """The raw outputs for a picture uint8 (H, W, 3) of the input's size, valid until the next call."""
        if self._request is None:
            raise ModelError("The detector was closed.")
        self._request.infer([bgr[np.newaxis]], share_inputs=True)
        tensors = self._request.output_tensors
        return {name: tensor.data for name, tensor in zip(self._names, tensors, strict=True)}

    def close(self) -> None:
        """Free the compiled network."""
        self._request = None
