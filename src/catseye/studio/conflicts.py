"""The product's conflicts over a studio's run, and which of the true ones a camera could see."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from catseye.core.errors import ConfigError
from catseye.core.geometry import F64
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.core.time import nanoseconds
from catseye.core.traffic import Conflict
from catseye.rules.ground import GroundView, ground_view
from catseye.studio.bodies import MODELS
from catseye.studio.camera import PoleCamera
from catseye.studio.camera_file import load_camera
from catseye.studio.cutting import on_ground
from catseye.studio.files import read, read_street
from catseye.studio.moments import observed_moments, truth_moments
from catseye.studio.observe.model import load_model
from catseye.studio.observe.observing import Eye, observe
from catseye.studio.scene_of import in_view, scene_of
from catseye.studio.street import Street
from catseye.studio.truth import StudioTruth
from catseye.traffic.conflicts.engine import ConflictParams, Conflicts
from catseye.traffic.engine import Moment

STREAM = StreamId("studio")
_SEEN_S = 1.0  # before the worst instant: what comes into view later cannot be followed yet
_WIDEST = ConflictParams(ttc_s=3.0, pet_s=5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRun:
    """Which run, seen how.

    ``detector`` is one that was fitted, ``perfect``, or ``truth``: then nobody is detected or followed: all are where they are.
    """

    truth: Path
    camera: Path
    detector: str = "truth"
    fps: float = 10.0
    minutes: float | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownConflict:
    """A true conflict, in the fields of ``evaluate.conflicts.TrueConflict``."""

    kind: str
    at_s: float
    point_m: tuple[float, float]
    road_users: tuple[str, str]
    ttc_s: float | None
    pet_s: float | None
    due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldConflicts:
    """What was told and what happened."""

    told: tuple[Conflict, ...]
    true: tuple[KnownConflict, ...]
    seconds: float


def tell_run(asked: ConflictRun, done: Callable[[int, int], None] = lambda _, __: None) -> ToldConflicts:
    """Look for conflicts in a run, to a TTC of 3 s or a PET of 5 s. ``done`` hears how many moments of how many are behind.

    Raises ConfigError.
    """
    truth, street, camera = read(asked.truth), read_street(asked.truth), load_camera(asked.camera)
    seconds = 60 * (truth.info.minutes if asked.minutes is None else min(asked.minutes, truth.info.minutes))
    scene = scene_of(street, camera)
    engine = engine_of(scene, camera, _WIDEST)
    total = int(seconds * asked.fps)
    told = []
    at_ns = 0
    for count, moment in enumerate(moments_of(asked, truth, street, camera, seconds)):
        if moment.seen.at_ns >= nanoseconds(seconds):
            break
        at_ns = moment.seen.at_ns
        told += engine.update(moment)
        if count % 50 == 0:
            done(count, total)
    told += engine.close(at_ns)
    return ToldConflicts(
        told=tuple(record for record in told if isinstance(record, Conflict)),
        true=tuple(known_conflicts(truth, camera, seconds)),
        seconds=seconds,
    )


def engine_of(scene: Scene, camera: PoleCamera, params: ConflictParams | None = None) -> Conflicts:
    """The engine over the view of a studio's camera. Raises ConfigError where it sees no ground."""
    fitted = scene.fit(camera.size)
    return Conflicts(fitted, view_of(scene, camera), stream=STREAM, run=RunId("studio"), params=params)


def view_of(scene: Scene, camera: PoleCamera) -> GroundView:
    """The ground that a camera sees. Raises ConfigError."""
    view = ground_view(scene.fit(camera.size))
    if view is None:
        raise ConfigError("The camera sees too little ground to measure on.", "Point it at the street: 'look_at_m' in its file.")
    return view


def moments_of(asked: ConflictRun, truth: StudioTruth, street: Street, camera: PoleCamera, seconds: float) -> Iterator[Moment]:
    """The moments of a run, seen as asked for."""
    if asked.detector == "truth":
        return truth_moments(truth, street, camera, asked.fps)
    model = None if asked.detector == "perfect" else load_model(asked.detector)
    eye = Eye(model=model, light=camera.light, seed=asked.seed)
    slow = msgspec.structs.replace(camera, fps=asked.fps)
    return observed_moments(observe(truth, street, slow, eye, seconds=seconds), camera.size, threshold=eye.threshold)


def known_conflicts(truth: StudioTruth, camera: PoleCamera, seconds: float) -> Iterator[KnownConflict]:
    """The true conflicts of the first ``seconds``; ``due``: both footprints were in view, hidden or not, from a second before."""
    seen = _Seen(truth, camera)
    kinds = _kinds(truth)
    for row in truth.conflicts:
        a, b = kinds.get(row.first), kinds.get(row.second)
        if row.at_s >= seconds or a is None or b is None:
            continue
        yield KnownConflict(
            kind=row.kind,
            at_s=row.at_s,
            point_m=row.point_m,
            road_users=(a.label, b.label),
            ttc_s=row.ttc_s,
            pet_s=row.pet_s,
            due=seen.whole(row.first, row.at_s, max(_SEEN_S, row.pet_s or 0.0)) and seen.whole(row.second, row.at_s, _SEEN_S),
        )


def _kinds(truth: StudioTruth) -> dict[int, RoadUser]:
    """The kind of every road user by number; things are left out."""
    found = {user.number: MODELS[user.model].road_user for user in truth.road_users}
    return {number: kind for number, kind in found.items() if kind is not None}


class _Seen:
    """Whose whole footprint is in the picture when."""

    def __init__(self, truth: StudioTruth, camera: PoleCamera) -> None:
        table = truth.trajectories
        self._step_s = truth.info.step_s
        size = {user.number: MODELS[user.model] for user in truth.road_users}
        half = np.array([(size[n].length_m / 2, size[n].width_m / 2) if n in size else (0, 0) for n in range(max(size) + 1)])
        ahead = np.stack([np.cos(table.yaw_rad), np.sin(table.yaw_rad)], 1)
        aside = np.stack([-ahead[:, 1], ahead[:, 0]], 1)
        inside = np.ones(len(table), np.bool_)
        for x, y in ((1, 1), (1, -1), (-1, -1), (-1, 1)):
            corner: F64 = table.xy_m + x * half[table.number, :1] * ahead + y * half[table.number, 1:] * aside
            inside &= in_view(on_ground(corner), camera)
        order = np.lexsort((table.step, table.number))
        self._number, self._step, self._inside = table.number[order], table.step[order], inside[order]

    def whole(self, number: int, at_s: float, before_s: float) -> bool:
        """Whether a road user is there and whole in the picture from ``before_s`` before an instant."""
        begin, end = np.searchsorted(self._number, [number, number + 1])
        at_s_of = self._step[begin:end] * self._step_s
        near = (at_s_of >= at_s - before_s - 1e-6) & (at_s_of <= at_s + 1e-6)
        return bool(near.sum() >= before_s / self._step_s and self._inside[begin:end][near].all())
