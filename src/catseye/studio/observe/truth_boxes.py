"""True boxes: every road user of a run in every frame of a camera, and how much of it is seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.studio.bodies import MODELS
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.hiding import F32, visible_shares
from catseye.studio.observe.projection import Ground, project
from catseye.studio.observe.standing import standing
from catseye.studio.poses import poses_at
from catseye.studio.street import Street
from catseye.studio.truth import I32, StudioTruth

LEAST_PX = 2.0  # what is smaller in the picture is no box
_FRAMES = 600  # worked on at a time: a minute at 10 frames a second fits the caches


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrueBoxes:
    """Boxes ordered by frame, then number; columns of N.

    ``frame`` int32 counts the frames that arrive, from 0; ``number`` int32 of the road user; ``xyxy`` float64 (N, 4) px cut to the
    picture, mast and lens included; ``visible`` the share that nothing hides of what is inside the picture, ``inside`` the share of
    the whole box that is; ``reach_m`` the distance over ground, ``speed_mps``; ``road_user`` int16 of RoadUser values, -1 for a
    thing that is none.
    """

    frame: I32
    number: I32
    xyxy: F64
    visible: F64
    inside: F64
    reach_m: F64
    speed_mps: F64
    road_user: npt.NDArray[np.int16]

    def __len__(self) -> int:
        """The number of boxes."""
        return len(self.frame)

    def __getitem__(self, index: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "TrueBoxes":
        """The rows at ``index``, in that order."""
        return TrueBoxes(**{name: getattr(self, name)[index] for name in _COLUMNS})


_COLUMNS = ("frame", "number", "xyxy", "visible", "inside", "reach_m", "speed_mps", "road_user")


def joined(parts: list[TrueBoxes]) -> TrueBoxes:
    """Parts one after the other; at least one."""
    return TrueBoxes(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS})


def true_boxes(truth: StudioTruth, street: Street, camera: PoleCamera, at_s: F64) -> Iterator[TrueBoxes]:
    """The boxes of the frames at ``at_s`` (F,), about a minute of frames at a time, in order."""
    ground, nearest = Ground(street), standing(street, camera)
    model_of = {user.number: user.model for user in truth.road_users}
    for first in range(0, len(at_s), _FRAMES):
        yield _of_frames(truth, model_of, camera, ground, nearest, first, at_s[first : first + _FRAMES])


def _of_frames(
    truth: StudioTruth,
    model_of: dict[int, str],
    camera: PoleCamera,
    ground: Ground,
    nearest: F32,
    first: int,
    at_s: F64,
) -> TrueBoxes:
    poses = poses_at(truth, at_s)
    seen = list(project(poses, model_of, camera, ground))
    most = max((part.points.shape[1] for part in seen), default=1)
    rows = np.concatenate([np.zeros(0, np.intp), *(part.rows for part in seen)])
    # Outlines have different numbers of points; the last is repeated, which changes no hull.
    points = np.concatenate([np.zeros((0, most, 2), np.float32), *(_padded(part.points, most) for part in seen)])
    whole = np.concatenate([np.zeros((0, 4)), *(part.xyxy for part in seen)])
    reach = np.concatenate([np.zeros(0), *(part.reach_m for part in seen)])
    cut = np.clip(whole, 0.0, np.tile(np.array(camera.size, np.float64), 2))
    kept = np.flatnonzero(((cut[:, 2:] - cut[:, :2]) >= LEAST_PX).all(axis=1))
    kept = kept[np.argsort(rows[kept], kind="stable")]
    rows, points, whole, cut, reach = (column[kept] for column in (rows, points, whole, cut, reach))
    frame = poses.index[rows]
    edges = np.searchsorted(frame, np.arange(len(at_s) + 1)).tolist()
    visible = np.ones(len(rows))
    with _one_thread():
        for low, high in pairwise(edges):
            if high > low:
                visible[low:high] = visible_shares(points[low:high], cut[low:high], reach[low:high], nearest)
    sway = np.tile(camera.sway(at_s), 2)[frame]
    swayed = np.clip(whole + sway, 0.0, np.tile(np.array(camera.size, np.float64), 2))
    kind_of = {number: MODELS[model].road_user for number, model in model_of.items()}
    kinds = np.full(max(kind_of, default=0) + 1, -1, np.int16)
    for number, kind in kind_of.items():
        kinds[number] = -1 if kind is None else kind
    return TrueBoxes(
        frame=(frame + first).astype(np.int32),
        number=poses.number[rows],
        xyxy=swayed,
        visible=visible,
        inside=_area(swayed) / np.maximum(_area(whole), 1e-9),
        reach_m=reach,
        speed_mps=poses.speed_mps[rows],
        road_user=kinds[poses.number[rows]],
    )


@contextmanager
def _one_thread() -> Iterator[None]:
    """OpenCV's helpers only wait for one another over sheets this small, each with a core to itself."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


def _padded(points: F64, most: int) -> F32:
    last = np.repeat(points[:, -1:], most - points.shape[1], axis=1)
    return np.asarray(np.concatenate([points, last], axis=1), np.float32)


def _area(xyxy: F64) -> F64:
    size = np.maximum(xyxy[:, 2:] - xyxy[:, :2], 0.0)
    return np.asarray(size[:, 0] * size[:, 1], np.float64)
