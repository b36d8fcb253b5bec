"""Opens installed models."""

from typing import TYPE_CHECKING

from catseye.app.machine import home
from catseye.ports import Detector, FaceFinder, VehicleTyper

if TYPE_CHECKING:
    from catseye.adapters.model_store import InstalledModel, ModelStore


def model_store() -> "ModelStore":
    """The installed models."""
    from catseye.adapters.model_store import ModelStore
    from catseye.adapters.openvino_detector import read_signature
    from catseye.adapters.tfjs import convert

    return ModelStore(home() / "models", read_signature=read_signature, convert=convert)


def models_in_use() -> tuple[str, ...]:
    """The names of the models that a run would use now; none where no detector is installed."""
    from catseye.vision.families import Kind

    store = model_store()
    models = store.installed()
    detectors = store.detectors() if any(model.kind is Kind.DETECTOR for model in models) else ()
    others = (store.one_of(kind) for kind in Kind if kind is not Kind.DETECTOR)
    return tuple(model.name for model in (*detectors, *others) if model)


def open_detector(name: str | None = None, *, engine: str = "openvino", threads: int | None = None) -> Detector:
    """The detector ``name``, a pair ``FINDER+NAMER``, or (None) the chosen default, else the best installed.

    ``engine`` is ``openvino`` or ``onnx``; ``threads`` is how many cores it may use (None: all). Raises ModelError when there is
    none, or when it is not what its hash says.
    """
    from catseye.vision.naming import PairedDetector, TypingDetector

    store = model_store()
    finder, *namers = (_one_detector(store, model, engine, threads) for model in store.detectors(name))
    detector = PairedDetector(finder, namers[0]) if namers else finder
    typer = open_vehicle_typer()
    return TypingDetector(detector, typer) if typer else detector


def _one_detector(store: "ModelStore", model: "InstalledModel", engine: str, threads: int | None) -> Detector:
    from catseye.core.errors import ModelError
    from catseye.vision.families import DETECTORS
    from catseye.vision.regional import Engine, RegionalDetector

    family, path = DETECTORS[model.family], store.network(model)
    running: Engine
    if engine == "openvino":
        from catseye.adapters.openvino_detector import OpenVinoEngine

        running = OpenVinoEngine(path, family.prepared, threads=threads)
    elif engine == "onnx":
        from catseye.adapters.onnx_detector import OnnxEngine

        running = OnnxEngine(path, family.prepared, threads=threads)
    else:
        raise ModelError(f"There is no engine {engine!r}.", "The engines are openvino and onnx.")
    return RegionalDetector(running, family, name=model.name, sha256=model.sha256)


def open_face_finder() -> FaceFinder | None:
    """What finds faces to blur, where one is installed."""
    from catseye.vision.families import Kind

    store = model_store()
    model = store.one_of(Kind.FACES)
    if model is None:
        return None
    from catseye.adapters.yunet import YuNet

    return YuNet(store.network(model))


def open_vehicle_typer() -> VehicleTyper | None:
    """What tells body types of vehicles, where one is installed."""
    from catseye.vision.families import Kind

    store = model_store()
    model = store.one_of(Kind.VEHICLE_TYPES)
    if model is None:
        return None
    from catseye.adapters.vehicle_attributes import VehicleAttributes

    return VehicleAttributes(store.network(model))
