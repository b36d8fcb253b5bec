"""Turns a TensorFlow.js graph model into an OpenVINO model laid out NCHW; needs numpy and openvino alone.

TensorFlow.js keeps pictures NHWC. Translated as it stands, most of the time of such a network on a CPU goes to transposes
between that layout and the convolutions', so each operation is written for NCHW: weights are turned once, here, and axes are
renumbered. Only the operations a plain convolutional network needs are known; any other is refused by name.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import openvino as ov
from openvino import opset13 as ops

from catseye.core.errors import ModelError

Array = npt.NDArray[Any]
Node = dict[str, Any]
_NCHW_AXIS = {0: 0, 1: 2, 2: 3, 3: 1, -1: 1}
_BORDERS = {"SAME": "same_upper", "VALID": "valid"}
_DEPTHWISE = {"DepthwiseConv2dNative", "FusedDepthwiseConv2dNative"}


def read_weights(manifest: Sequence[Mapping[str, Any]], data: bytes) -> dict[str, Array]:
    """The constants of a weights manifest (shard after shard in ``data``), float16 ones widened to their original type.

    Raises ModelError when ``data`` is shorter or longer than the manifest says, or packed in a way not known here.
    """
    weights: dict[str, Array] = {}
    offset = 0
    for entry in (entry for group in manifest for entry in group["weights"]):
        packed = entry.get("quantization", {})
        if "scale" in packed:
            raise ModelError(f"The weight {entry['name']} is packed to integers, which is not known here.")
        stored = np.dtype(packed.get("dtype", entry["dtype"]))
        count = int(np.prod(entry["shape"]))
        if offset + count * stored.itemsize > len(data):
            raise ModelError("The weights file is shorter than its manifest says.", "Fetch the model again.")
        flat = np.frombuffer(data, stored, count, offset)
        weights[entry["name"]] = flat.reshape(entry["shape"]).astype(entry["dtype"])
        offset += count * stored.itemsize
    if offset != len(data):
        raise ModelError("The weights file is longer than its manifest says.", "Fetch the model again.")
    return weights


def _text(node: Node, name: str) -> str:
    return base64.b64decode(node["attr"][name]["s"]).decode()


def _spatial(node: Node, name: str) -> list[int]:
    return [int(value) for value in node["attr"][name]["list"]["i"]][1:3]


class _Translator:
    """Builds OpenVINO nodes from graph nodes, each once, as the outputs ask for them."""

    def __init__(self, graph: Sequence[Node], weights: Mapping[str, Array], keep: Mapping[str, Sequence[int]]) -> None:
        self._graph = {node["name"]: node for node in graph}
        self._weights = weights
        self._keep = keep
        self._built: dict[str, ov.Output] = {}
        self.inputs: list[Any] = []

    def build(self, name: str) -> ov.Output:
        """The output of a node. Its inputs are built first, from a stack of our own: graphs are deeper than Python's."""
        waiting = [name]
        while waiting:
            node = self._graph.get(waiting[-1])
            if node is None:
                raise ModelError(f"The graph has no node {waiting[-1]!r}.")
            missing = [i for i in node.get("input", ()) if i not in self._weights and i not in self._built]
            if missing:
                waiting.extend(missing)
                continue
            if waiting[-1] not in self._built:
                self._built[waiting[-1]] = self._translate(node).output(0)
            waiting.pop()
        return self._built[name]

    def _translate(self, node: Node) -> Any:
        operation = _OPERATIONS.get(node["op"])
        if operation is None:
            raise ModelError(f"The graph uses the operation {node['op']!r}, which cannot be converted.")
        return operation(self, node)

    def value(self, name: str) -> ov.Output:
        """A node's output, or a constant turned to NCHW. Scalars broadcast as they are."""
        if name not in self._weights:
            return self._built[name]
        constant = self._weights[name]
        if constant.ndim == 4:
            constant = constant.transpose(0, 3, 1, 2)
        elif constant.ndim == 1:
            constant = constant.reshape(1, -1, 1, 1)
        return ops.constant(np.ascontiguousarray(constant)).output(0)

    def placeholder(self, node: Node) -> Any:
        n, height, width, channels = (int(dim["size"]) for dim in node["attr"]["shape"]["shape"]["dim"])
        parameter = ops.parameter([n, channels, height, width], np.float32, name=node["name"])
        self.inputs.append(parameter)
        return parameter

    def convolution(self, node: Node) -> Any:
        source, kernel_name, *rest = node["input"]
        strides, dilations = _spatial(node, "strides"), _spatial(node, "dilations")
        border = _BORDERS.get(_text(node, "padding"))
        if border is None:
            raise ModelError(f"The convolution {node['name']} has paddings that cannot be converted.")
        kernel = self._weights[kernel_name]  # height, width, channels in, channels out (or per channel)
        bias = self._weights[rest[0]] if rest else None
        kept = self._keep.get(node["name"])
        if kept is not None:
            kernel = kernel[..., list(kept)]
            bias = None if bias is None else bias[list(kept)]
        depthwise = node["op"] in _DEPTHWISE
        turned = np.ascontiguousarray(kernel.transpose(2, 3, 0, 1)[:, :, None] if depthwise else kernel.transpose(3, 2, 0, 1))
        make = ops.group_convolution if depthwise else ops.convolution
        result = make(self.value(source), ops.constant(turned), strides, [0, 0], [0, 0], dilations, border)
        if bias is not None:
            result = ops.add(result, ops.constant(bias.reshape(1, -1, 1, 1)))
        return self._activated(node, result)

    @staticmethod
    def _activated(node: Node, result: Any) -> Any:
        fused = [base64.b64decode(name).decode() for name in node["attr"].get("fused_ops", {}).get("list", {}).get("s", ())]
        for name in fused:
            if name == "Relu":
                result = ops.relu(result)
            elif name == "Relu6":
                result = ops.clamp(result, 0.0, 6.0)
            elif name != "BiasAdd":
                raise ModelError(f"The convolution {node['name']} is fused with {name!r}, which cannot be converted.")
        return result

    def multiply(self, node: Node) -> Any:
        """A product; x/6 * relu6(x + 3) becomes the one operation it spells, hard swish."""
        a, b = node["input"]
        swished = self._swish_argument(a, b) or self._swish_argument(b, a)
        return ops.hswish(self.value(swished)) if swished else ops.multiply(self.value(a), self.value(b))

    def _swish_argument(self, scaled: str, gate: str) -> str | None:
        """The x of ``scaled`` = x/6 and ``gate`` = relu6(x + 3), if that is what they are."""
        product, clamp = self._graph.get(scaled, {}), self._graph.get(gate, {})
        if product.get("op") != "Mul" or clamp.get("op") != "Relu6":
            return None
        shifted = self._graph[clamp["input"][0]]
        sixth, x = product["input"] if product["input"][0] in self._weights else reversed(product["input"])
        if shifted["op"] != "Add" or shifted["input"][0] != x:
            return None
        three = self._weights.get(shifted["input"][1])
        factor = self._weights.get(sixth)
        if factor is None or three is None or factor.size != 1 or three.size != 1:
            return None
        # 1/6 rounded to float16 is what the file holds
        return str(x) if abs(factor.item() - 1 / 6) < 1e-4 and three.item() == 3 else None

    def mean(self, node: Node) -> Any:
        axes = [_NCHW_AXIS[int(axis)] for axis in self._weights[node["input"][1]].reshape(-1)]
        return ops.reduce_mean(self.value(node["input"][0]), np.array(axes), keep_dims=bool(node["attr"]["keep_dims"]["b"]))

    def concatenate(self, node: Node) -> Any:
        *parts, axis = node["input"]
        return ops.concat([self.value(part) for part in parts], _NCHW_AXIS[int(self._weights[axis])])

    def resize(self, node: Node) -> Any:
        size = self._weights[node["input"][1]].astype(np.int64)
        centred, corners = (node["attr"][name].get("b", False) for name in ("half_pixel_centers", "align_corners"))
        mode = "align_corners" if corners else "half_pixel" if centred else "asymmetric"
        axes = np.array([2, 3], np.int64)
        return ops.interpolate(
            self.value(node["input"][0]), size, "linear", "sizes", coordinate_transformation_mode=mode, axes=axes
        )


def _unary(make: Callable[[Any], Any]) -> Callable[[_Translator, Node], Any]:
    return lambda translator, node: make(translator.value(node["input"][0]))


_OPERATIONS: dict[str, Callable[[_Translator, Node], Any]] = {
    "Placeholder": _Translator.placeholder,
    **dict.fromkeys(("Conv2D", "_FusedConv2D", *_DEPTHWISE), _Translator.convolution),
    "Add": lambda t, n: ops.add(t.value(n["input"][0]), t.value(n["input"][1])),
    "Mul": _Translator.multiply,
    "Mean": _Translator.mean,
    "ConcatV2": _Translator.concatenate,
    "ResizeBilinear": _Translator.resize,
    "Relu": _unary(ops.relu),
    "Relu6": _unary(lambda x: ops.clamp(x, 0.0, 6.0)),
    "Sigmoid": _unary(ops.sigmoid),
    "Identity": _unary(lambda x: x.get_node()),
}


def to_openvino(
    topology: Sequence[Node],
    weights: Mapping[str, Array],
    outputs: Mapping[str, str],
    keep: Mapping[str, Sequence[int]],
) -> ov.Model:
    """The part of a graph that ``outputs`` (new name -> node) depend on. Inputs and outputs with four axes are NCHW.

    ``keep`` names convolutions of which only these output channels are wanted. Raises ModelError for what cannot be converted.
    """
    translator = _Translator(topology, weights, keep)
    results = []
    for name, node in outputs.items():
        result = ops.result(translator.build(node), name=name)
        result.output(0).get_tensor().set_names({name})
        results.append(result)
    return ov.Model(results, translator.inputs, "converted")


def convert(
    graph: Path,
    weights: Path,
    saved_as: Path,
    outputs: Mapping[str, str],
    keep: Mapping[str, Sequence[int]] | None = None,
) -> None:
    """Write the model of a ``model.json`` and its one weights file as OpenVINO IR (``saved_as`` .xml, and .bin beside it).

    Raises ModelError when the files are not such a model.
    """
    try:
        content = json.loads(graph.read_bytes())
        topology, manifest = content["modelTopology"]["node"], content["weightsManifest"]
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{graph.name} is no TensorFlow.js graph model.") from error
    model = to_openvino(topology, read_weights(manifest, weights.read_bytes()), outputs, keep or {})
    ov.save_model(model, saved_as, compress_to_fp16=True)  # the weights were float16, so nothing is lost
