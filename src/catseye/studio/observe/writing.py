"""What an observation leaves in its folder."""

from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl

from catseye.config import dump_scene
from catseye.core.errors import OutputError
from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.counting import Counted
from catseye.studio.observe.detector import Answers
from catseye.studio.observe.truth_boxes import TrueBoxes
from catseye.wire.motchallenge import CLASS_OF

LEAST_VISIBLE = 0.3  # what is hidden more, or cut off more, need not be found
_CLASSES = np.array([CLASS_OF[kind] for kind in RoadUser], np.int64)
_LABELS = np.array([kind.label for kind in RoadUser])


def write_truth(folder: Path, there: TrueBoxes, frames: int, scene: Scene, camera: PoleCamera, *, name: str) -> None:
    """Write ``gt/gt.txt`` (numbers as the truth has them), ``seqinfo.ini`` and ``scene.toml``. Raises OutputError."""
    try:
        (folder / "gt").mkdir(parents=True, exist_ok=True)
        (folder / "gt" / "gt.txt").write_text(_gt(there).write_csv(include_header=False, float_precision=2), encoding="ascii")
        (folder / "seqinfo.ini").write_text(_seqinfo(camera, frames, name), encoding="ascii", errors="replace")
        (folder / "scene.toml").write_text(dump_scene(scene, comment=f"{name}, as its camera sees it."), encoding="utf-8")
    except OSError as error:
        raise _unwritten(folder, error) from error


def write_detections(folder: Path, answers: Answers, frames_s: F64) -> None:
    """Write ``detections.parquet``: a row's ``truth`` counts the lines of ``gt.txt`` from 0, null where nobody is.

    Raises OutputError.
    """
    try:
        content = BytesIO()  # polars tells a full disk in words of its own
        _detections(answers, frames_s).write_parquet(content, compression="zstd")
        (folder / "detections.parquet").write_bytes(content.getbuffer())
    except OSError as error:
        raise _unwritten(folder, error) from error


def write_counts(folder: Path, counted: Counted) -> None:
    """Write ``counts.csv``: rule, direction, true, counted, missed, extra. Raises OutputError."""
    rows = [(row.rule, row.direction, row.true, row.counted, row.missed, row.extra) for row in counted.rows]
    columns = {
        "rule": pl.String,
        "direction": pl.String,
        "true": pl.Int64,
        "counted": pl.Int64,
        "missed": pl.Int64,
        "extra": pl.Int64,
    }
    try:
        (folder / "counts.csv").write_text(pl.DataFrame(rows, schema=columns, orient="row").write_csv(), encoding="utf-8")
    except OSError as error:
        raise _unwritten(folder, error) from error


def _unwritten(folder: Path, error: OSError) -> OutputError:
    return OutputError(f"Cannot write {folder}: {error.strerror or error}.", "Free some space or give another folder.")


def _gt(there: TrueBoxes) -> pl.DataFrame:
    seen = there.visible * there.inside
    return pl.DataFrame(
        {
            "frame": there.frame + 1,
            "number": there.number,
            "left": there.xyxy[:, 0],
            "top": there.xyxy[:, 1],
            "width": there.xyxy[:, 2] - there.xyxy[:, 0],
            "height": there.xyxy[:, 3] - there.xyxy[:, 1],
            "considered": (seen >= LEAST_VISIBLE).astype(np.int64),
            "class": _CLASSES[there.road_user],
            "visibility": seen,
        }
    )


def _detections(answers: Answers, frames_s: F64) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "frame": answers.frame,
            "at_s": frames_s[answers.frame],
            "left_px": answers.xyxy[:, 0],
            "top_px": answers.xyxy[:, 1],
            "right_px": answers.xyxy[:, 2],
            "bottom_px": answers.xyxy[:, 3],
            "confidence": answers.confidence,
            "road_user": _LABELS[answers.road_user] if len(answers) else np.zeros(0, _LABELS.dtype),
            "truth": answers.row,
        }
    ).with_columns(pl.when(pl.col("truth") >= 0).then(pl.col("truth")).alias("truth"))


def _seqinfo(camera: PoleCamera, frames: int, name: str) -> str:
    width, height = camera.size
    return (
        f"[Sequence]\nname={name}\nimDir=img1\nframeRate={camera.fps:g}\nseqLength={frames}\n"
        f"imWidth={width}\nimHeight={height}\nimExt=.jpg\nlight={camera.light}\n"
    )
