"""Helpers for tests of Catseye and of plug-ins: a clock that obeys, sources and detectors that follow a script."""

from catseye.testing.clock import FakeClock
from catseye.testing.scripted import ScriptedDetector, ScriptedSource, blank_frame

__all__ = ["FakeClock", "ScriptedDetector", "ScriptedSource", "blank_frame"]
