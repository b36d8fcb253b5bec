"""The folder of installed models: what may be in it, how it gets there, and that it still is what it was."""

from catseye.adapters.model_store.manifest import InstalledModel
from catseye.adapters.model_store.store import ModelStore

__all__ = ["InstalledModel", "ModelStore"]
