"""Lets an installed detector look at a clip whose truth is known, for fitting a model of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.app.machine import system_clock
from catseye.app.sources import open_source
from catseye.core.detection import Detections, DetectRequest, whole_frame
from catseye.core.errors import ConfigError
from catseye.core.frame import Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.time import seconds
from catseye.ports import Detector, FrameSource, SourceInfo

if TYPE_CHECKING:
    from catseye.core.geometry import F64
    from catseye.studio.observe.chance import Numbers
    from catseye.studio.observe.sightings import Marked, Sightings

_OTHER_CLIP = "Give the clip that belongs to the truth."


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedClip:
    """A clip and where its truth is: what ``catseye evaluate`` reads, or a studio's run with the camera that filmed it.

    Without ``camera`` that of the film's folder is taken. Every ``every``-th frame is looked at.
    """

    truth: Path
    source: str
    camera: Path | None = None
    light: str = "day"
    every: int = 1


def look(clip: MarkedClip, detector: Detector, done: Callable[[int], None]) -> "Sightings":
    """What the detector makes of the clip, held against its truth; ``done`` hears how many frames are behind.

    Riders and their machines are made one, as the pipeline does before it follows anybody. Raises CatseyeError.
    """
    from catseye.studio.observe.sightings import compare

    source = open_source(clip.source, stream=StreamId("clip"), run=RunId("clip"), clock=system_clock())
    try:
        if (clip.truth / "truth.json").is_file():
            return _look_at_film(clip, source, detector, done)
        from catseye.evaluate.files import truth_for
        from catseye.studio.observe.sightings import marked

        truth = truth_for(clip.truth)
        _must_be(truth.size, source.info)
        seen = list(_answers(source, detector, clip.every, truth.frames, truth.fps, done))
        frames, at_s = _columns(seen)
        return compare(marked(truth, frames, at_s, source.info.size), seen, truth.kinds, clip.light)
    finally:
        source.close()


def _look_at_film(clip: MarkedClip, source: FrameSource, detector: Detector, done: Callable[[int], None]) -> "Sightings":
    import numpy as np

    from catseye.core.road_users import RoadUser
    from catseye.studio.observe.sightings import compare

    there, at_s, light = _film_truth(clip)
    seen = [
        (frame, float(at_s[frame]), found)
        for frame, _, found in _answers(source, detector, clip.every, len(at_s), None, done)
        if frame < len(at_s)
    ]
    frames, _ = _columns(seen)
    looked = np.isin(there.frame, frames)
    columns = ("frame", "at_s", "number", "xyxy", "road_user", "visible", "cut", "due")
    there = replace(there, **{name: getattr(there, name)[looked] for name in columns})
    return compare(there, seen, frozenset(RoadUser), light)


def _film_truth(clip: MarkedClip) -> "tuple[Marked, F64, str]":
    """The true boxes of a film, the instants of its frames and its light."""
    import msgspec

    from catseye.studio import files
    from catseye.studio.camera_file import load_camera
    from catseye.studio.filming import frame_times
    from catseye.studio.observe.observing import marked_of
    from catseye.studio.observe.truth_boxes import joined, true_boxes

    folder = Path(clip.source).parent
    camera = load_camera(clip.camera or folder / "camera.toml")
    truth, street = files.read(clip.truth), files.read_street(clip.truth)
    start_s, mast_s, lasts_s = 0.0, 0.0, truth.info.minutes * 60
    if (folder / "film.json").is_file():
        try:
            film = msgspec.json.decode((folder / "film.json").read_bytes())
            start_s, lasts_s = float(film["start_s"]), float(film["seconds"])
        except (OSError, msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
            raise ConfigError(f"{folder / 'film.json'} cannot be read: {error}.", "Render the film anew.") from error
        if clip.truth.resolve().parent == folder.resolve():  # the stretch that the film shows, whose times begin at 0
            start_s, mast_s = 0.0, start_s
    at_s = frame_times(camera, start_s, lasts_s)
    there = joined(list(true_boxes(truth, street, camera, at_s, mast_s=mast_s)))
    return marked_of(there[there.road_user >= 0], at_s), at_s, camera.light


def _answers(
    source: FrameSource, detector: Detector, every: int, most: int, fps: float | None, done: Callable[[int], None]
) -> Iterator[tuple[int, float, Detections]]:
    from catseye.vision.riders import merge_riders

    begun: Frame | None = None
    for frame in source.frames():
        begun = begun or frame
        if frame.seq >= most:
            break
        if frame.seq % every:
            continue
        found = detector.detect([DetectRequest(frame=frame, regions=whole_frame(frame.size))])[0]
        yield frame.seq, frame.seq / fps if fps else seconds(frame.at_ns - begun.at_ns), merge_riders(found)
        done(frame.seq + 1)


def _columns(seen: list[tuple[int, float, Detections]]) -> "tuple[Numbers, F64]":
    import numpy as np

    if not seen:
        raise ConfigError("The clip has no frame that its truth speaks of.", _OTHER_CLIP)
    return np.array([row[0] for row in seen], np.int64), np.array([row[1] for row in seen], np.float64)


def _must_be(size: tuple[int, int] | None, info: SourceInfo) -> None:
    if size is not None and size != info.size:
        wanted, got = ("x".join(map(str, pair)) for pair in (size, info.size))
        raise ConfigError(f"The truth was marked on a picture of {wanted}, the clip has {got}.", _OTHER_CLIP)
