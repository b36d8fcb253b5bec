"""The truth folder: ``truth.json``, ``street.json`` and one Parquet file for each table."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import polars as pl

from catseye.core.errors import ConfigError, OutputError
from catseye.studio.street import Street
from catseye.studio.truth import (
    Conflict,
    Crossed,
    Happening,
    MovementDone,
    QueueSample,
    SignalChange,
    StudioRoadUser,
    StudioTruth,
    Trajectories,
    TruthInfo,
)

VERSION = 1
_Row = TypeVar("_Row", bound=msgspec.Struct)
_TABLES: dict[str, type[msgspec.Struct]] = {
    "road_users": StudioRoadUser,
    "crossed": Crossed,
    "movements": MovementDone,
    "signals": SignalChange,
    "queues": QueueSample,
    "conflicts": Conflict,
    "happenings": Happening,
}
_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "str": pl.String,
    "int": pl.Int64,
    "float": pl.Float64,
    "float | None": pl.Float64,
    "tuple[int, ...]": pl.List(pl.Int64),
    "tuple[float, float]": pl.List(pl.Float64),
    "XY": pl.List(pl.Float64),
}


def write(folder: Path, truth: StudioTruth, street: Street) -> None:
    """Write a run into ``folder``, which is made. ``truth.json`` comes last: a folder without it is no truth.

    Raises OutputError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "truth.json").unlink(missing_ok=True)
        _trajectory_frame(truth.trajectories).write_parquet(folder / "trajectories.parquet", compression="zstd")
        for name, row_type in _TABLES.items():
            _frame(getattr(truth, name), row_type).write_parquet(folder / f"{name}.parquet", compression="zstd")
        (folder / "street.json").write_bytes(_pretty(street))
        (folder / "truth.json").write_bytes(_pretty(truth.info))
    except (OSError, pl.exceptions.PolarsError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error).rstrip(".")
        raise OutputError(f"Cannot write {folder}: {why}.", "Free some space or give another folder.") from error


def read(folder: Path) -> StudioTruth:
    """The run in ``folder``. Raises ConfigError where it is none, or one of another version."""
    info = _read_info(folder)
    with _made_anew(folder):
        columns = pl.read_parquet(folder / "trajectories.parquet")
        return StudioTruth(
            info=info,
            trajectories=_trajectories(columns),
            road_users=_table(folder, "road_users", StudioRoadUser),
            crossed=_table(folder, "crossed", Crossed),
            movements=_table(folder, "movements", MovementDone),
            signals=_table(folder, "signals", SignalChange),
            queues=_table(folder, "queues", QueueSample),
            conflicts=_table(folder, "conflicts", Conflict),
            happenings=_table(folder, "happenings", Happening),
        )


def read_counts(folder: Path) -> tuple[TruthInfo, tuple[Crossed, ...], tuple[MovementDone, ...]]:
    """Which run is in ``folder``, its crossings and its movements, without the rest. Raises ConfigError as ``read`` does."""
    info = _read_info(folder)
    with _made_anew(folder):
        return info, _table(folder, "crossed", Crossed), _table(folder, "movements", MovementDone)


def read_street(folder: Path) -> Street:
    """The street that the run in ``folder`` took place on. Raises ConfigError."""
    return _read_json(folder, "street.json", Street)


def _read_info(folder: Path) -> TruthInfo:
    info = _read_json(folder, "truth.json", TruthInfo)
    if info.version != VERSION:
        raise ConfigError(
            f"{folder} holds a truth of version {info.version}; this Catseye reads {VERSION}.",
            "Make it anew: 'catseye studio traffic'.",
        )
    return info


@contextmanager
def _made_anew(folder: Path) -> Iterator[None]:
    """What goes wrong while tables are read, as an error for the user."""
    try:
        yield
    except (OSError, pl.exceptions.PolarsError, msgspec.ValidationError) as error:
        raise ConfigError(
            f"The truth in {folder} cannot be read: {error}.".replace("..", "."), "Make it anew: 'catseye studio traffic'."
        ) from error


def _read_json(folder: Path, name: str, kind: type[_Row]) -> _Row:
    try:
        return msgspec.json.decode((folder / name).read_bytes(), type=kind)
    except FileNotFoundError:
        raise ConfigError(f"{folder} is no studio truth: {name} is missing.", "Make one: 'catseye studio traffic'.") from None
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"Cannot read {folder / name}: {error}.", "Make it anew: 'catseye studio traffic'.") from error


def _pretty(value: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _frame(rows: Sequence[Any], row_type: type[msgspec.Struct]) -> pl.DataFrame:
    fields = msgspec.structs.fields(row_type)
    schema = {field.name: _column_type(row_type, field.name) for field in fields}
    return pl.DataFrame({f.name: [_plain(getattr(row, f.name)) for row in rows] for f in fields}, schema=schema)


def _column_type(row_type: type[msgspec.Struct], name: str) -> pl.DataType | type[pl.DataType]:
    annotation = row_type.__annotations__[name]
    text = annotation.__name__ if isinstance(annotation, type) and not hasattr(annotation, "__args__") else str(annotation)
    return _TYPES[text]


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _table(folder: Path, name: str, row_type: type[_Row]) -> tuple[_Row, ...]:
    rows = pl.read_parquet(folder / f"{name}.parquet").to_dicts()
    return tuple(msgspec.convert(row, row_type) for row in rows)


def _trajectory_frame(t: Trajectories) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "step": t.step,
            "number": t.number,
            "x_m": t.xy_m[:, 0].astype(np.float32),
            "y_m": t.xy_m[:, 1].astype(np.float32),
            "yaw_rad": t.yaw_rad.astype(np.float32),
            "trailer_yaw_rad": t.trailer_yaw_rad.astype(np.float32),
            "speed_mps": t.speed_mps.astype(np.float32),
            "walked_m": t.walked_m.astype(np.float32),
            "braking": t.braking,
            "turning": t.turning,
        }
    )


def _trajectories(columns: pl.DataFrame) -> Trajectories:
    def column(name: str, kind: type[np.generic]) -> Any:
        return columns[name].to_numpy().astype(kind)

    return Trajectories(
        step=column("step", np.int32),
        number=column("number", np.int32),
        xy_m=np.stack([column("x_m", np.float64), column("y_m", np.float64)], axis=1),
        yaw_rad=column("yaw_rad", np.float64),
        trailer_yaw_rad=column("trailer_yaw_rad", np.float64),
        speed_mps=column("speed_mps", np.float64),
        walked_m=column("walked_m", np.float64),
        braking=column("braking", np.bool_),
        turning=column("turning", np.int8),
    )
