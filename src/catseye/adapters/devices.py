"""The devices that detector engines see on this machine."""

import importlib.util

import openvino as ov


def devices() -> dict[str, tuple[str, ...]]:
    """By engine, its devices in words; an engine that is not installed has none."""
    core = ov.Core()
    seen = {"OpenVINO": tuple(f"{name} ({core.get_property(name, 'FULL_DEVICE_NAME').strip()})" for name in core.available_devices)}
    seen["ONNX Runtime"] = _providers() if importlib.util.find_spec("onnxruntime") else ()
    return seen


def _providers() -> tuple[str, ...]:
    import onnxruntime

    return tuple(name.removesuffix("ExecutionProvider") for name in onnxruntime.get_available_providers())
