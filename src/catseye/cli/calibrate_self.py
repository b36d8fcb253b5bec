"""``catseye calibrate --self``: vehicles followed through a clip, or through detections that are kept already."""

import argparse
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from rich.console import Console
from rich.progress import Progress

from catseye import app
from catseye.calibration.passages import passages
from catseye.calibration.vehicles import Bias, Hung, hang
from catseye.config import check_fits
from catseye.core.errors import ConfigError
from catseye.core.frame import Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.evaluate import stored
from catseye.evaluate.replay import replay
from catseye.evaluate.stored import Stored
from catseye.pipeline.camera import tracker_at
from catseye.privacy.masks import MaskedPicture, MaskLayer, outside_masks
from catseye.studio.observe.model import family, load_model, shipped

_LOOKS_FPS = 10.0
_THRESHOLD = 0.3  # of detections of which nobody says whose they are
_FAMILY = family(RoadUser.CAR)


def by_vehicles(args: argparse.Namespace, scene: Scene) -> Hung:
    """The camera as the vehicles of a clip, or of stored detections, tell it. Raises CatseyeError."""
    if (args.source is None) == (args.detections is None):
        raise ConfigError("--self needs vehicles to look at.", "Give --source CLIP, or --detections DIR.")
    console = Console(stderr=True)
    if args.detections is None:
        found, name, threshold = _looked(args, scene, console)
    else:
        found, name, threshold = stored.read(args.detections), args.detector or "", _THRESHOLD
        check_fits(scene, found.size)
    bias = _bias(name)
    with console.status("following vehicles"):
        kept = _outside(found, scene)
        done = replay(kept, tracker_at(threshold), fps=_LOOKS_FPS, stopwatch_ns=app.system_clock().monotonic_ns)
    with console.status("seeking how the camera hangs"):
        return hang(passages(done.boxes, kept.size, kept.fps), bias)


def _looked(args: argparse.Namespace, scene: Scene, console: Console) -> tuple[Stored, str, float]:
    """What the detector finds about ten times a second, its name, and its threshold."""
    detector, source = app.open_detector(args.detector), None
    try:
        source = app.open_source(args.source, stream=StreamId("calibrate"), run=RunId("calibrate"), clock=app.system_clock())
        check_fits(scene, source.info.size)
        if not source.info.fps:
            raise ConfigError("The clip does not tell its frame rate.", "Keep its detections first: 'catseye evaluate detections'.")
        every = max(1, round(source.info.fps / _LOOKS_FPS))
        most = math.ceil(args.seconds * source.info.fps / every)
        due = most if source.info.frames is None else min(most, math.ceil(source.info.frames / every))
        frames = islice(_masked(source.frames(), scene), 0, most * every, every)
        with Progress(console=console, transient=True) as progress:
            looking = progress.track(frames, total=due, description="looking for vehicles")
            found = stored.look(looking, detector, fps=source.info.fps / every)
        return found, detector.info.name, detector.info.threshold
    finally:
        detector.close()
        if source is not None:
            source.close()


def _masked(frames: Iterator[Frame], scene: Scene) -> Iterator[Frame]:
    masks = MaskLayer(scene.masks)
    for frame in frames:
        yield replace(frame, picture=MaskedPicture(frame.picture, masks)) if scene.masks else frame


def _outside(found: Stored, scene: Scene) -> Stored:
    """The detections that stand in no mask."""
    kept = outside_masks(found.xyxy, scene.fit(found.size))
    columns = {name: getattr(found, name)[kept] for name in ("frame", "xyxy", "confidence", "road_user")}
    return replace(found, **columns)


def _bias(detector: str) -> Bias:
    """What a detector's boxes were off by on marked clips; nothing where nobody measured it."""
    name = f"{detector}@street"
    return load_model(name).jitter[_FAMILY].bias if name in shipped() else (0.0, 0.0, 0.0, 0.0)
