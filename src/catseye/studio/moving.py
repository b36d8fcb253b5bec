"""A run of the studio as rectangles that move."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catseye.core.errors import ConfigError
from catseye.core.time import nanoseconds
from catseye.studio.camera_file import load_camera
from catseye.studio.conflicts import ConflictRun, moments_of
from catseye.studio.files import read, read_street
from catseye.studio.moments import truth_moments
from catseye.traffic.conflicts.moving import moving_rectangles
from catseye.traffic.engine import Moment
from catseye.wire.ssam_trj import TrjStep


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingRun:
    """Which part of a run, seen how; without a camera the whole street, where everyone truly is."""

    truth: Path
    camera: Path | None = None
    detector: str = "truth"
    fps: float = 10.0
    begin_s: float = 0.0
    minutes: float | None = None
    on_foot: bool = True


def moving_run(asked: MovingRun) -> list[TrjStep]:
    """The steps of it. Raises ConfigError."""
    if asked.camera is None and asked.detector != "truth":
        raise ConfigError("A detector sees through a camera.", "Give --camera CAM.toml too.")
    moments = (moment.seen for moment in _moments(asked))
    return list(moving_rectangles(moments, on_foot=asked.on_foot))


def _moments(asked: MovingRun) -> Iterator[Moment]:
    truth, street = read(asked.truth), read_street(asked.truth)
    whole_s = 60 * truth.info.minutes
    end_s = whole_s if asked.minutes is None else min(whole_s, asked.begin_s + 60 * asked.minutes)
    if asked.camera is None:
        moments = truth_moments(truth, street, None, asked.fps)
    else:
        of = ConflictRun(truth=asked.truth, camera=asked.camera, detector=asked.detector, fps=asked.fps)
        moments = moments_of(of, truth, street, load_camera(asked.camera), end_s)
    for moment in moments:
        if moment.seen.at_ns >= nanoseconds(end_s):
            break
        if moment.seen.at_ns >= nanoseconds(asked.begin_s):
            yield moment
