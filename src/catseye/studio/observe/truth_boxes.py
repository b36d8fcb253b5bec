"""True boxes: every road user of a run in every frame of a camera, and how much of it is seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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
_FRAMES = 300  # worked on at a time: half a minute at 10 frames a second fits the caches


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


def true_boxes(truth: StudioTruth, street: Street, camera: PoleCamera, at_s: F64, *, mast_s: float = 0.0) -> Iterator[TrueBoxes]:
    """The boxes of the frames at ``at_s`` (F,), a few hundred frames at a time, in order.

    ``mast_s`` is how long the mast has swayed when the truth begins: more than 0 where that is a stretch of a longer one.
    """
    view = _View(truth=truth, street=street, camera=camera, mast_s=mast_s)
    for first in range(0, len(at_s), _FRAMES):
        yield view.boxes(first, at_s[first : first + _FRAMES])


class _View:
    """A run through a camera; keeps what does not move."""

    def __init__(self, *, truth: StudioTruth, street: Street, camera: PoleCamera, mast_s: float) -> None:
        self._truth, self._camera, self._mast_s = truth, camera, mast_s
        self._ground, self._nearest = Ground(street), standing(street, camera)
        self._model_of = {user.number: user.model for user in truth.road_users}
        self._kinds = np.full(max(self._model_of, default=0) + 1, -1, np.int16)
        for number, model in self._model_of.items():
            kind = MODELS[model].road_user
            self._kinds[number] = -1 if kind is None else kind

    def boxes(self, first: int, at_s: F64) -> TrueBoxes:
        """The boxes of some frames in a row, of which the first is the ``first``-th."""
        poses = poses_at(self._truth, at_s)
        seen = list(project(poses, self._model_of, self._camera, self._ground))
        most = max((part.points.shape[1] for part in seen), default=1)
        rows = np.concatenate([np.zeros(0, np.intp), *(part.rows for part in seen)])
        # Outlines have different numbers of points; the last is repeated, which changes no hull.
        points = np.concatenate([np.zeros((0, most, 2), np.float32), *(_padded(part.points, most) for part in seen)])
        whole = np.concatenate([np.zeros((0, 4)), *(part.xyxy for part in seen)])
        reach = np.concatenate([np.zeros(0), *(part.reach_m for part in seen)])
        cut = self._cut(whole)
        kept = np.flatnonzero(((cut[:, 2:] - cut[:, :2]) >= LEAST_PX).all(axis=1))
        kept = kept[np.argsort(rows[kept], kind="stable")]
        points = points[kept]
        rows, whole, cut, reach = rows[kept], whole[kept], cut[kept], reach[kept]
        frame = poses.index[rows]
        swayed = self._cut(whole + np.tile(self._camera.sway(at_s + self._mast_s), 2)[frame])
        return TrueBoxes(
            frame=(frame + first).astype(np.int32),
            number=poses.number[rows],
            xyxy=swayed,
            visible=_visible(frame, points, cut, reach, self._nearest),
            inside=_area(swayed) / np.maximum(_area(whole), 1e-9),
            reach_m=reach,
            speed_mps=poses.speed_mps[rows],
            road_user=self._kinds[poses.number[rows]],
        )

    def _cut(self, xyxy: F64) -> F64:
        return np.clip(xyxy, 0.0, np.tile(np.array(self._camera.size, np.float64), 2))


def _visible(frame: I32, points: F32, cut: F64, reach: F64, nearest: F32) -> F64:
    """The visible shares (N,) of boxes ordered by frame."""
    with _one_thread():
        return visible_shares(frame, points, cut, reach, nearest)


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
