"""The composition root: the one place that names adapters. Each function builds one thing that the commands need.

Imports of adapters stand inside the functions, so that a command loads only what it uses.
"""

from catseye.app.byhand import open_desk, serve_desk
from catseye.app.detectors import model_store, models_in_use, open_detector, open_face_finder, open_vehicle_typer
from catseye.app.groundpoints import open_points, serve_points
from catseye.app.machine import home, system_clock
from catseye.app.measuring import bench_tools, surroundings
from catseye.app.sources import open_source
from catseye.app.stores import (
    certify_store,
    check_ledger,
    check_store,
    open_ledger,
    open_store,
    open_tracks_file,
    read_ledger,
    read_store,
    write_tables,
)
from catseye.app.watching import open_watch, serve_live

__all__ = [
    "bench_tools",
    "certify_store",
    "check_ledger",
    "check_store",
    "home",
    "model_store",
    "models_in_use",
    "open_desk",
    "open_detector",
    "open_face_finder",
    "open_ledger",
    "open_points",
    "open_source",
    "open_store",
    "open_tracks_file",
    "open_vehicle_typer",
    "open_watch",
    "read_ledger",
    "read_store",
    "serve_desk",
    "serve_live",
    "serve_points",
    "surroundings",
    "system_clock",
    "write_tables",
]
