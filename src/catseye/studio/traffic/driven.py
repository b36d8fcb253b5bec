"""What SUMO wrote of a run: where the front of everyone was at each step."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from catseye.core.geometry import F64
from catseye.studio.traffic.demand import WARM_S
from catseye.studio.truth import I32

STEP_S = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Driven:
    """One trip as driven: ``step`` int32 (N,) without gaps (0 is the beginning of the run, those before it are negative).

    ``front_m`` (N, 2) is the middle of the front bumper, ``angle_rad`` SUMO's heading, counter-clockwise from east, ``speed_mps``
    SUMO's speed. ``lane`` (N,) is the lane's number in ``Fcd.lanes``, -1 for those on foot.
    """

    name: str
    step: I32
    front_m: F64
    angle_rad: F64
    speed_mps: F64
    lane: I32


@dataclass(frozen=True, slots=True, eq=False)
class Fcd:
    """All trips as driven, in order of their names in the route file, and the names of lanes."""

    trips: dict[str, Driven]
    lanes: tuple[str, ...]


def read_fcd(path: Path) -> Fcd:
    """Read SUMO's Parquet output. Steps are counted from the end of the warm-up."""
    table = pl.read_parquet(path).filter(pl.col("id").is_not_null())
    table = table.with_columns(
        (((pl.col("time") - WARM_S) / STEP_S).round().cast(pl.Int32)).alias("step"),
        pl.col("lane").fill_null("").cast(pl.Categorical).to_physical().cast(pl.Int32).alias("lane_number"),
    ).sort("id", "step")
    names = table.select("lane", "lane_number").unique().sort("lane_number")
    lanes = {int(number): name or "" for name, number in names.iter_rows()}
    order = tuple(lanes.get(number, "") for number in range(max(lanes, default=-1) + 1))
    ids = table["id"].to_numpy()
    cuts = np.flatnonzero(ids[1:] != ids[:-1]) + 1
    columns = {name: table[name].to_numpy() for name in ("step", "x", "y", "angle", "speed", "lane_number")}
    found: dict[str, Driven] = {}
    for rows in np.split(np.arange(len(ids)), cuts):
        if len(rows):
            part = {name: column[rows[0] : rows[-1] + 1] for name, column in columns.items()}
            found[str(ids[rows[0]])] = Driven(
                name=str(ids[rows[0]]),
                step=part["step"].astype(np.int32),
                front_m=np.stack([part["x"], part["y"]], axis=1).astype(np.float64),
                angle_rad=np.radians(90.0 - part["angle"].astype(np.float64)),
                speed_mps=part["speed"].astype(np.float64),
                lane=part["lane_number"].astype(np.int32),
            )
    return Fcd(found, order)
