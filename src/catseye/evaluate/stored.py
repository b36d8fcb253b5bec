"""Detections kept in a folder, so that trackers are compared on the very same ones.

The folder is laid out as ``catseye studio observe`` leaves one: ``detections.parquet`` and a MOTChallenge ``seqinfo.ini``. Boxes
are kept down to the lowest confidence that the detector tells. How a network rounds depends on how many cores it runs on, so a clip
is looked at on one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from catseye.core.boxes import F32
from catseye.core.detection import Detections, DetectRequest, whole_frame
from catseye.core.errors import ConfigError, OutputError
from catseye.core.frame import Frame
from catseye.core.road_users import RoadUser
from catseye.core.time import nanoseconds
from catseye.pipeline.rate import FramePicker
from catseye.ports import Detector
from catseye.wire import motchallenge

_LABELS = np.array([kind.label for kind in RoadUser])
_CORNERS = ("left_px", "top_px", "right_px", "bottom_px")
_REMEDY = "Give a folder of 'catseye evaluate detections' or of 'catseye studio observe'."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stored:
    """All detections of a clip of ``frames`` frames, ordered by frame, as columns of N.

    ``frame`` int64 counts decoded frames from 0, ``xyxy`` float32 (N, 4) px, ``confidence`` float32, ``road_user`` int16.
    """

    frames: int
    fps: float
    size: tuple[int, int]
    frame: npt.NDArray[np.int64]
    xyxy: F32
    confidence: F32
    road_user: npt.NDArray[np.int16]

    def __len__(self) -> int:
        """The number of detections."""
        return len(self.frame)

    def looks(self, fps: float | None = None) -> Iterator[tuple[int, Detections]]:
        """Frame by frame (frame, detections), ``fps`` a second (None: every one), as they would be analysed."""
        picker = None if fps is None else FramePicker(fps)
        edges = np.searchsorted(self.frame, np.arange(self.frames + 1)).tolist()
        searched = whole_frame(self.size)
        for frame in range(self.frames):
            at_ns = nanoseconds(frame / self.fps)
            if picker is not None and not picker.is_due(at_ns):
                continue
            rows = slice(edges[frame], edges[frame + 1])
            yield (
                frame,
                Detections(
                    at_ns=at_ns,
                    size=self.size,
                    searched=searched,
                    xyxy=self.xyxy[rows],
                    confidence=self.confidence[rows],
                    road_user=self.road_user[rows],
                ),
            )


def look(frames: Iterable[Frame], detector: Detector, *, fps: float) -> Stored:
    """What ``detector`` finds in each of ``frames``, looked at whole and with kinds named. Raises ConfigError for none."""
    found = []
    for frame in frames:
        found += detector.detect([DetectRequest(frame=frame, regions=whole_frame(frame.size))])
    if not found:
        raise ConfigError("The clip holds no frame.", "Give a clip that plays.")
    return Stored(
        frames=len(found),
        fps=fps,
        size=found[0].size,
        frame=np.repeat(np.arange(len(found)), [len(one) for one in found]).astype(np.int64),
        xyxy=np.concatenate([one.xyxy for one in found]),
        confidence=np.concatenate([one.confidence for one in found]),
        road_user=np.concatenate([one.road_user for one in found]),
    )


def write(folder: Path, stored: Stored, *, name: str) -> None:
    """Write the folder, made if need be. Raises OutputError."""
    table = pl.DataFrame(
        {
            "frame": stored.frame,
            "at_s": stored.frame / stored.fps,
            **{corner: stored.xyxy[:, k] for k, corner in enumerate(_CORNERS)},
            "confidence": stored.confidence,
            "road_user": _LABELS[stored.road_user] if len(stored) else np.zeros(0, _LABELS.dtype),
        }
    )
    width, height = stored.size
    try:
        folder.mkdir(parents=True, exist_ok=True)
        content = BytesIO()  # polars tells a full disk in words of its own
        table.write_parquet(content, compression="zstd")
        (folder / "detections.parquet").write_bytes(content.getbuffer())
        (folder / "seqinfo.ini").write_text(
            f"[Sequence]\nname={name}\nframeRate={stored.fps:g}\nseqLength={stored.frames}\nimWidth={width}\nimHeight={height}\n",
            encoding="utf-8",
        )
    except OSError as error:
        raise OutputError(
            f"Cannot write {folder}: {error.strerror or error}.", "Free some space or give another folder."
        ) from error


def read(folder: Path) -> Stored:
    """The detections in ``folder``. Raises ConfigError."""
    try:
        info = motchallenge.decode_info((folder / "seqinfo.ini").read_text(encoding="utf-8"))
        table = pl.read_parquet(folder / "detections.parquet").sort("frame", maintain_order=True)
        kinds = {kind.label: int(kind) for kind in RoadUser}
        return Stored(
            frames=info.frames,
            fps=info.fps,
            size=info.size,
            frame=table["frame"].cast(pl.Int64).to_numpy(),
            xyxy=table.select(_CORNERS).cast(pl.Float32).to_numpy().reshape(-1, 4),
            confidence=table["confidence"].cast(pl.Float32).to_numpy(),
            road_user=table["road_user"].replace_strict(kinds, return_dtype=pl.Int16).to_numpy(),
        )
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"There are no stored detections in {folder}.", _REMEDY) from error
    except pl.exceptions.PolarsError as error:
        raise ConfigError(f"{folder / 'detections.parquet'} holds no detections of ours: {error}.", _REMEDY) from error
