"""SSAM's trajectories (``.trj``): rectangles that move, instant by instant, in binary records.

Records follow one another, each after a byte that says which: FORMAT (0), DIMENSIONS (1), TIMESTEP (2), VEHICLE (3). This is
version 1.04, without heights: that of the first SSAM, which SSAM 3 reads too. Order and types of the fields are those that SSAM 3
reads (``SSAMDLL/src/SSAM.cpp`` of OSADP's SSAM), and ``sumolib``'s writer has them so. Little-endian, for SSAM 3 turns the bytes
of big-endian files round with an index one too high.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.errors import ConfigError
from catseye.core.geometry import F64

VERSION = 1.04
_FORMAT, _DIMENSIONS, _TIMESTEP, _VEHICLE = range(4)
_HEAD = struct.Struct("<Bcf")
_EXTENT = struct.Struct("<BBfiiii")
_STEP = struct.Struct("<Bf")
_METRIC, _METRE = 1, 1.0
_ROW = np.dtype(
    [
        ("record", "u1"),
        ("vehicle", "<i4"),
        ("link", "<i4"),
        ("lane", "i1"),
        ("front", "<f4", 2),
        ("rear", "<f4", 2),
        ("length", "<f4"),
        ("width", "<f4"),
        ("speed", "<f4"),
        ("acceleration", "<f4"),
    ]
)
_REMEDY = "Give a metric little-endian .trj of version 1.04, as 'catseye conflicts export-trj' writes it."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrjStep:
    """Who is where ``at_s`` seconds after the first step, columns of N.

    ``number`` int64, unique within the step; ``front_m`` and ``rear_m`` float64 (N, 2), the middles of both ends; ``width_m``,
    ``speed_mps`` and ``acceleration_mps2`` float64 (N,). The length is what lies between both ends.
    """

    at_s: float
    number: npt.NDArray[np.int64]
    front_m: F64
    rear_m: F64
    width_m: F64
    speed_mps: F64
    acceleration_mps2: F64


def encode(steps: Sequence[TrjStep]) -> bytes:
    """The file of some steps, in order of time. Raises ValueError where there is nobody in any of them.

    Link and lane are 0, which SSAM takes for not known: it then tells kinds of conflicts by angle alone. The extent is whole metres
    around everyone, for SSAM leaves out who is beyond it.
    """
    points = [step.front_m for step in steps] + [step.rear_m for step in steps]
    if not sum(map(len, points)):
        raise ValueError("nobody in any step")
    around = np.concatenate(points)
    low, high = np.floor(around.min(axis=0)).astype(int) - 1, np.ceil(around.max(axis=0)).astype(int) + 1
    parts = [_HEAD.pack(_FORMAT, b"L", VERSION), _EXTENT.pack(_DIMENSIONS, _METRIC, _METRE, *low.tolist(), *high.tolist())]
    for step in steps:
        parts += [_STEP.pack(_TIMESTEP, step.at_s), _rows(step).tobytes()]
    return b"".join(parts)


def _rows(step: TrjStep) -> npt.NDArray[np.void]:
    rows = np.zeros(len(step.number), _ROW)
    rows["record"], rows["vehicle"] = _VEHICLE, step.number
    rows["front"], rows["rear"] = step.front_m, step.rear_m
    rows["length"], rows["width"] = np.hypot(*(step.front_m - step.rear_m).T), step.width_m
    rows["speed"], rows["acceleration"] = step.speed_mps, step.acceleration_mps2
    return rows


def decode(content: bytes) -> list[TrjStep]:
    """The steps of a file. Raises ConfigError for one that is cut off, or in another version, unit or order of bytes."""
    try:
        return _steps(content)
    except struct.error as error:
        raise ConfigError("The .trj file ends within a record.", _REMEDY) from error


def _steps(content: bytes) -> list[TrjStep]:
    record, order, version = _HEAD.unpack_from(content)
    if (record, order, version) != (_FORMAT, b"L", np.float32(VERSION)):
        raise ConfigError("Not a little-endian .trj file of version 1.04.", _REMEDY)
    record, unit, scale, *_ = _EXTENT.unpack_from(content, _HEAD.size)
    if (record, unit, scale) != (_DIMENSIONS, _METRIC, _METRE):
        raise ConfigError("The .trj file does not tell its extent in metres.", _REMEDY)
    at, steps = _HEAD.size + _EXTENT.size, []
    while at < len(content):
        record, at_s = _STEP.unpack_from(content, at)
        if record != _TIMESTEP:
            raise ConfigError(f"The .trj file has a record of kind {record} where a step begins.", _REMEDY)
        at += _STEP.size
        end = at
        while end < len(content) and content[end] == _VEHICLE:
            end += _ROW.itemsize
        if end > len(content):
            raise ConfigError("The .trj file ends within a record.", _REMEDY)
        steps.append(_step(at_s, np.frombuffer(content[at:end], _ROW)))
        at = end
    return steps


def _step(at_s: float, rows: npt.NDArray[np.void]) -> TrjStep:
    return TrjStep(
        at_s=at_s,
        number=rows["vehicle"].astype(np.int64),
        front_m=rows["front"].astype(np.float64),
        rear_m=rows["rear"].astype(np.float64),
        width_m=rows["width"].astype(np.float64),
        speed_mps=rows["speed"].astype(np.float64),
        acceleration_mps2=rows["acceleration"].astype(np.float64),
    )
