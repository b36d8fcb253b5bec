"""What the middle asks of the world: small protocols, each with several adapters and one set of conformance checks."""

from catseye.ports.clock import Clock, RunTime
from catseye.ports.detector import Detector, DetectorBusyError, DetectorInfo, FaceFinder, VehicleTyper
from catseye.ports.ledger import Ledger, LedgerReader
from catseye.ports.live import LiveFeed
from catseye.ports.network import FaultPictures, NetworkControl
from catseye.ports.service import CameraService
from catseye.ports.signals import SignalFeed
from catseye.ports.source import FrameSource, Judge, SourceInfo, SourceOptions, StreamTraffic
from catseye.ports.store import Record, RunStarted, Store, StoreReader

__all__ = [
    "CameraService",
    "Clock",
    "Detector",
    "DetectorBusyError",
    "DetectorInfo",
    "FaceFinder",
    "FaultPictures",
    "FrameSource",
    "Judge",
    "Ledger",
    "LedgerReader",
    "LiveFeed",
    "NetworkControl",
    "Record",
    "RunStarted",
    "RunTime",
    "SignalFeed",
    "SourceInfo",
    "SourceOptions",
    "Store",
    "StoreReader",
    "StreamTraffic",
    "VehicleTyper",
]
