"""The converter against plain numpy, one operation after the other, on a graph made here."""

import base64
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openvino as ov
import pytest

from catseye.adapters.tfjs import convert, read_weights
from catseye.core.errors import ModelError

RNG = np.random.default_rng(7)
PICTURE = RNG.normal(size=(1, 6, 8, 3)).astype(np.float32)
Array = np.ndarray


def text(value: str) -> dict[str, str]:
    return {"s": base64.b64encode(value.encode()).decode()}


class Graph:
    """Collects nodes and float16 or int32 constants, and writes them the way TensorFlow.js does."""

    def __init__(self) -> None:
        shape = {"dim": [{"size": str(size)} for size in PICTURE.shape]}
        self.nodes: list[dict[str, Any]] = [{"name": "picture", "op": "Placeholder", "attr": {"shape": {"shape": shape}}}]
        self.constants: dict[str, Array] = {}

    def constant(self, name: str, value: Array) -> str:
        self.constants[name] = value.astype(np.float16) if value.dtype.kind == "f" else value.astype(np.int32)
        self.nodes.append({"name": name, "op": "Const", "attr": {}})
        return name

    def add(self, name: str, op: str, *inputs: str, **attributes: Any) -> str:
        self.nodes.append({"name": name, "op": op, "input": list(inputs), "attr": attributes})
        return name

    def convolve(self, name: str, op: str, inputs: list[str], *, stride: int = 1, padding: str = "SAME", fused: str = "") -> str:
        per_axis = {"list": {"i": ["1", str(stride), str(stride), "1"]}}
        attributes = {"strides": per_axis, "dilations": {"list": {"i": ["1"] * 4}}, "padding": text(padding)}
        if fused:
            attributes["fused_ops"] = {"list": {"s": [text(part)["s"] for part in fused.split("+")]}}
        return self.add(name, op, *inputs, **attributes)

    def write(self, folder: Path, *, extra: bytes = b"") -> tuple[Path, Path]:
        weights = []
        for name, value in self.constants.items():
            entry: dict[str, Any] = {"name": name, "shape": list(value.shape), "dtype": "int32"}
            if value.dtype == np.float16:
                entry |= {"dtype": "float32", "quantization": {"dtype": "float16", "original_dtype": "float32"}}
            weights.append(entry)
        graph, data = folder / "model.json", folder / "model.bin"
        graph.write_text(json.dumps({"modelTopology": {"node": self.nodes}, "weightsManifest": [{"weights": weights}]}), "utf-8")
        data.write_bytes(b"".join(value.tobytes() for value in self.constants.values()) + extra)
        return graph, data

    def run(self, folder: Path, output: str, keep: dict[str, tuple[int, ...]] | None = None) -> Array:
        """Convert, run on PICTURE, and turn the NCHW answer back to NHWC."""
        graph, data = self.write(folder)
        convert(graph, data, folder / "model.xml", {"out": output}, keep)
        compiled = ov.Core().compile_model(folder / "model.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        request = compiled.create_infer_request()
        request.infer([np.ascontiguousarray(PICTURE.transpose(0, 3, 1, 2))])
        return np.array(request.get_output_tensor(0).data).transpose(0, 2, 3, 1)


def half(*shape: int) -> Array:
    """Random numbers that float16 holds exactly, so that the reference uses the same ones."""
    return RNG.normal(size=shape).astype(np.float16).astype(np.float32)


def convolved(picture: Array, kernel: Array, stride: int, *, same: bool, depthwise: bool) -> Array:
    """The textbook sum, with TensorFlow's borders: the odd row or column of padding goes below and to the right."""
    (_, rows, columns, channels), (high, wide) = picture.shape, kernel.shape[:2]
    if same:
        pads = [max((-(-size // stride) - 1) * stride + k - size, 0) for size, k in ((rows, high), (columns, wide))]
        picture = np.pad(picture, [(0, 0), *((pad // 2, pad - pad // 2) for pad in pads), (0, 0)])
    out_rows, out_columns = ((size - k) // stride + 1 for size, k in ((picture.shape[1], high), (picture.shape[2], wide)))
    out = np.zeros((1, out_rows, out_columns, channels if depthwise else kernel.shape[3]), np.float64)
    for y in range(out_rows):
        for x in range(out_columns):
            patch = picture[0, y * stride : y * stride + high, x * stride : x * stride + wide]
            out[0, y, x] = (patch * kernel[..., 0]).sum((0, 1)) if depthwise else np.einsum("yxc,yxco->o", patch, kernel)
    return out


@pytest.mark.parametrize(
    ("stride", "padding", "size"), [(1, "SAME", 3), (2, "SAME", 3), (2, "SAME", 5), (1, "VALID", 3), (1, "SAME", 1)]
)
def test_convolution_with_bias_and_relu(tmp_path: Path, stride: int, padding: str, size: int) -> None:
    kernel, bias = half(size, size, 3, 4), half(4)
    graph = Graph()
    inputs = ["picture", graph.constant("k", kernel), graph.constant("b", bias)]
    graph.convolve("conv", "_FusedConv2D", inputs, stride=stride, padding=padding, fused="BiasAdd+Relu")
    expected = np.maximum(convolved(PICTURE, kernel, stride, same=padding == "SAME", depthwise=False) + bias, 0)
    np.testing.assert_allclose(graph.run(tmp_path, "conv"), expected, atol=2e-5)


@pytest.mark.parametrize("stride", [1, 2])
def test_depthwise_convolution(tmp_path: Path, stride: int) -> None:
    kernel, bias = half(3, 3, 3, 1), half(3)
    graph = Graph()
    inputs = ["picture", graph.constant("k", kernel), graph.constant("b", bias)]
    graph.convolve("conv", "FusedDepthwiseConv2dNative", inputs, stride=stride, fused="BiasAdd+Relu6")
    expected = np.clip(convolved(PICTURE, kernel, stride, same=True, depthwise=True) + bias, 0, 6)
    np.testing.assert_allclose(graph.run(tmp_path, "conv"), expected, atol=2e-5)


def test_only_the_wanted_channels_of_a_convolution_are_kept(tmp_path: Path) -> None:
    kernel, bias = half(1, 1, 3, 5), half(5)
    graph = Graph()
    graph.convolve("conv", "_FusedConv2D", ["picture", graph.constant("k", kernel), graph.constant("b", bias)], fused="BiasAdd")
    expected = convolved(PICTURE, kernel, 1, same=True, depthwise=False) + bias
    np.testing.assert_allclose(graph.run(tmp_path, "conv", {"conv": (0, 3)}), expected[..., [0, 3]], atol=2e-5)


def swish_graph(*, three: float) -> Graph:
    graph = Graph()
    sixth, offset = (
        graph.constant("sixth", np.array(1 / 6)),
        graph.constant("three", np.array(three)),
    )
    shifted = graph.add("shifted", "Add", "picture", offset)
    graph.add("swish", "Mul", graph.add("scaled", "Mul", sixth, "picture"), graph.add("gate", "Relu6", shifted))
    return graph


def test_hard_swish(tmp_path: Path) -> None:
    expected = PICTURE / 6 * np.clip(PICTURE + 3, 0, 6)
    np.testing.assert_allclose(swish_graph(three=3.0).run(tmp_path, "swish"), expected, atol=1e-5)


def test_what_only_resembles_hard_swish_stays_what_it_is(tmp_path: Path) -> None:
    expected = PICTURE / 6 * np.clip(PICTURE + 2, 0, 6)
    np.testing.assert_allclose(swish_graph(three=2.0).run(tmp_path, "swish"), expected, atol=1e-3)


def test_squeeze_and_scale(tmp_path: Path) -> None:
    graph = Graph()
    mean = graph.add("mean", "Mean", "picture", graph.constant("axes", np.array([1, 2])), keep_dims={"b": True})
    graph.add("scaled", "Mul", "picture", graph.add("gate", "Sigmoid", mean))
    expected = PICTURE / (1 + np.exp(-PICTURE.mean((1, 2), keepdims=True)))
    np.testing.assert_allclose(graph.run(tmp_path, "scaled"), expected, atol=1e-5)


def test_channels_join_and_a_vector_adds_to_the_channels(tmp_path: Path) -> None:
    shift = half(6)
    graph = Graph()
    joined = graph.add(
        "joined", "ConcatV2", "picture", graph.add("positive", "Relu", "picture"), graph.constant("axis", np.array(3))
    )
    graph.add("named", "Identity", graph.add("shifted", "Add", joined, graph.constant("shift", shift)))
    expected = np.concatenate([PICTURE, np.maximum(PICTURE, 0)], axis=3) + shift
    np.testing.assert_allclose(graph.run(tmp_path, "named"), expected, atol=1e-5)


@pytest.mark.parametrize("centred", [False, True])
def test_bilinear_resize(tmp_path: Path, centred: bool) -> None:
    graph = Graph()
    size = graph.constant("size", np.array([12, 16]))
    graph.add("big", "ResizeBilinear", "picture", size, half_pixel_centers={"b": centred}, align_corners={"b": False})
    if centred:
        expected = cv2.resize(PICTURE[0], (16, 12))
    else:  # sample i of the result lies at i / 2 of the source; past the last one it stands still
        rows, columns = np.minimum(np.arange(12) / 2, 5), np.minimum(np.arange(16) / 2, 7)
        map_x, map_y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
        expected = cv2.remap(PICTURE[0], map_x, map_y, cv2.INTER_LINEAR)
    np.testing.assert_allclose(graph.run(tmp_path, "big")[0], expected, atol=1e-4)


def test_an_unknown_operation_is_named(tmp_path: Path) -> None:
    graph = Graph()
    graph.add("odd", "SpaceToDepth", "picture")
    with pytest.raises(ModelError, match="'SpaceToDepth'"):
        graph.run(tmp_path, "odd")


def test_an_unknown_output_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="'nowhere'"):
        Graph().run(tmp_path, "nowhere")


def test_weights_longer_or_shorter_than_the_manifest_are_refused() -> None:
    manifest = [{"weights": [{"name": "w", "shape": [2], "dtype": "float32"}]}]
    assert read_weights(manifest, np.array([1, 2], np.float32).tobytes())["w"].tolist() == [1, 2]
    with pytest.raises(ModelError, match="shorter"):
        read_weights(manifest, b"\0" * 7)
    with pytest.raises(ModelError, match="longer"):
        read_weights(manifest, b"\0" * 9)


def test_weights_packed_to_integers_are_refused() -> None:
    entry = {"name": "w", "shape": [2], "dtype": "float32", "quantization": {"dtype": "uint8", "scale": 0.1, "min": 0}}
    with pytest.raises(ModelError, match="packed"):
        read_weights([{"weights": [entry]}], b"\0\0")


def test_a_file_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("[]", "utf-8")
    (tmp_path / "model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match=r"model\.json"):
        convert(tmp_path / "model.json", tmp_path / "model.bin", tmp_path / "out.xml", {})
