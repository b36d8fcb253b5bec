"""The studio: an hour of traffic with its truth, an hour of forty road users observed, one rendered picture."""

import os
import time
from collections.abc import Callable

import numpy as np

from catseye.bench.report import Figure
from catseye.bench.tools import Tools
from catseye.core.errors import ToolError
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.model import SHIPPED, load_model
from catseye.studio.observe.observing import Eye, count_seen, observe
from catseye.studio.plain import STEP_S, plain_truth, ways
from catseye.studio.scenarios import junction
from catseye.studio.truth import StudioTruth

HOUR_S, HOUR_TARGET_S, PICTURE_TARGET_S = 3600.0, 60.0, 1.0
REPEATS_OF_AN_HOUR = 7  # a full bench; a quick one takes minutes and scales
ROAD_USERS = 40
CAMERA = PoleCamera(position_m=(17.0, -18.0, 13.0), look_at_m=(-2.0, 2.0), fov_deg=60.0)
_MODELS = ("hatchback", "saloon", "suv", "van", "bus", "bicycle", "motorcycle", "walker")


def measure(tools: Tools, repeats: int) -> list[Figure]:
    """Traffic by the hour where there is time for it, else by less and scaled; so is observing. Rendering where it is set up."""
    seconds = HOUR_S if repeats >= REPEATS_OF_AN_HOUR else 120.0 * repeats
    return [_traffic(tools, seconds), *_observing(seconds), *_rendering(tools, 2 * repeats)]


def _timed(job: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall, and of the processor, those of programs that were run and have ended among them."""
    began, busy = time.perf_counter(), os.times()
    job()
    spent = [now - then for now, then in zip(os.times()[:4], busy[:4], strict=True)]
    return time.perf_counter() - began, sum(spent)


def _traffic(tools: Tools, seconds: float) -> Figure:
    wall, busy = _timed(lambda: tools.drive_junction(seconds / 60))
    scale = HOUR_S / seconds
    note = f"junction, {busy * scale:.0f} s CPU, from {seconds / 60:.0f} min"
    return Figure(part="studio", what="1 h of traffic and its truth", value=wall * scale, unit="s", target=HOUR_TARGET_S, note=note)


def _rendering(tools: Tools, pictures: int) -> list[Figure]:
    """Nothing where the renderer is not set up: it is an optional program."""
    seconds = pictures / CAMERA.fps
    truth = tools.drive_junction(seconds / 60)
    try:
        taken = tools.render(tools.folder / "studio", truth, CAMERA, seconds)
    except ToolError:
        return []
    note = f"{CAMERA.size[0]}x{CAMERA.size[1]}, by day, median of {pictures}"
    return [Figure(part="studio", what="render a picture", value=taken, unit="s", target=PICTURE_TARGET_S, note=note)]


def _observing(seconds: float) -> list[Figure]:
    truth, street = ring(seconds), junction.street()
    model = load_model(min(SHIPPED.glob("*.json")).stem)
    eye = Eye(model=model)
    seen = observe(truth, street, CAMERA, eye, seconds=seconds)
    wall, busy = _timed(lambda: observe(truth, street, CAMERA, eye, seconds=seconds))
    counting, _ = _timed(lambda: count_seen(seen, truth, street, CAMERA, threshold=eye.threshold, seconds=seconds))
    scale = HOUR_S / seconds
    many = len(seen.there) / len(seen.frames_s)
    note = f"{many:.0f} road users in view, {CAMERA.fps:g} frames a second, {busy * scale:.0f} s CPU"
    return [
        Figure(part="studio", what="observe 1 h", value=wall * scale, unit="s", target=HOUR_TARGET_S, note=note),
        Figure(part="studio", what="the pipeline's counting of it", value=counting * scale, unit="s"),
    ]


def ring(seconds: float) -> StudioTruth:
    """Forty road users who drive round the junction for ``seconds``, all of them in view of ``CAMERA``."""
    steps = round(seconds / STEP_S) + 1
    at_s = np.arange(steps)[:, None] * STEP_S
    phase = np.arange(ROAD_USERS)[None, :] * 2 * np.pi / 10 + np.arange(ROAD_USERS)[None, :] // 10
    radius = 4.0 + 3.0 * (np.arange(ROAD_USERS) // 10)[None, :]
    turn = phase + 4.0 * at_s / radius
    xy = np.stack([radius * np.cos(turn) - 3.0, radius * np.sin(turn) + 5.0], axis=-1)
    numbers = np.arange(1, ROAD_USERS + 1, dtype=np.int32)
    trajectories = ways(
        np.repeat(np.arange(steps, dtype=np.int32), ROAD_USERS),
        np.tile(numbers, steps),
        xy,
        yaw_rad=(turn + np.pi / 2).reshape(-1),
        speed_mps=4.0,
        walked_m=np.repeat(at_s[:, 0] * 4.0, ROAD_USERS),
    )
    return plain_truth(trajectories, {n: _MODELS[n % len(_MODELS)] for n in numbers.tolist()}, seconds, scenario="ring")
