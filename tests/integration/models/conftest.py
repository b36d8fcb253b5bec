"""Networks made on the spot: small, but opened and run by the real engines."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as ops

from catseye.adapters.model_store import ModelStore
from catseye.adapters.openvino_detector import read_signature
from catseye.adapters.tfjs import convert

SHARED = Path(__file__).parents[3].parent / "shared" / "data"


@pytest.fixture
def weights() -> Path:
    """The folder of published weights beside the checkout."""
    folder = SHARED / "weights"
    if not folder.is_dir():
        pytest.skip("needs the data folder beside the checkout")
    return folder


@pytest.fixture
def truth() -> Path:
    """The folder of clips with a truth beside the checkout."""
    folder = SHARED / "truth"
    if not folder.is_dir():
        pytest.skip("needs the data folder beside the checkout")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "home" / "models", read_signature=read_signature, convert=convert)


MakeNetwork = Callable[..., Path]


@pytest.fixture
def make_network(tmp_path: Path) -> MakeNetwork:
    """Writes an IR that answers every picture of (3, height, width) with the given arrays."""

    def make(name: str, outputs: dict[str, np.ndarray], *, size: tuple[int, int] = (64, 64)) -> Path:
        picture = ops.parameter([1, 3, size[1], size[0]], np.float32, name="picture")
        nothing = ops.multiply(ops.reduce_mean(picture, np.array([0, 1, 2, 3])), ops.constant(np.float32(0)))
        results = []
        for key, value in outputs.items():
            result = ops.result(ops.add(ops.constant(value.astype(np.float32)), nothing))
            result.output(0).get_tensor().set_names({key})
            results.append(result)
        path = tmp_path / "published" / name
        path.parent.mkdir(exist_ok=True)
        ov.save_model(ov.Model(results, [picture], "made"), path)
        return path

    return make


@pytest.fixture
def yolox(make_network: MakeNetwork) -> Path:
    """A YOLOX that sees one bus in the middle of every picture: 32 x 16 px of its input of 64 x 64."""
    rows = np.zeros((1, 64 + 16 + 4, 85), np.float32)
    rows[0, 64 + 4 + 1, :5] = 1.0, 1.0, np.log(2.0), np.log(1.0), 0.8
    rows[0, 64 + 4 + 1, 5 + 5] = 1.0
    return make_network("yolox_made.xml", {"output": rows})
