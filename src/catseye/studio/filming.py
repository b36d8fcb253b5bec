"""A shot of a truth: what the camera looked at, frame by frame, ready for the renderer.

The renderer has a pinhole, the camera a lens on a mast that sways. So that the bent and shifted picture is full to its corners,
more is rendered than is shown: ``overscan_px`` on each side, with the same focal length and the same middle.
"""

import math
from itertools import pairwise

import numpy as np

from catseye.core.errors import ConfigError
from catseye.core.geometry import F64
from catseye.studio.bodies import MODELS
from catseye.studio.camera import PoleCamera
from catseye.studio.camera_file import border_px
from catseye.studio.observe.projection import Ground
from catseye.studio.poses import Poses, poses_at
from catseye.studio.shot import SHOT_VERSION, Shot, ShotBody, ShotCamera, ShotFrame, ShotPose
from catseye.studio.street import Street
from catseye.studio.truth import SignalChange, StudioRoadUser, StudioTruth

FARTHEST_M = 260.0  # from the camera: who is farther away is not rendered
_SPARE_PX = 2  # for interpolation at the edges


def frame_times(camera: PoleCamera, start_s: float, seconds: float) -> F64:
    """The truth's times (N,) of the frames that arrive in ``seconds`` from ``start_s``."""
    return start_s + camera.times(seconds)


def shot_of(
    truth: StudioTruth, street: Street, camera: PoleCamera, *, start_s: float, seconds: float, masks_every: int = 0
) -> Shot:
    """The shot of ``seconds`` from ``start_s``, its frames numbered from 0 in order of arrival.

    Poses are those between the truth's steps; everyone stands on the ground, raised or not. ``masks_every`` K > 0 asks for body
    numbers in every K-th frame. Raises ConfigError where the span lies outside the truth or no frame arrives in it.
    """
    check_span(truth, start_s, seconds)
    at_s = frame_times(camera, start_s, seconds)
    if not len(at_s):
        raise ConfigError(
            f"No frame arrives in {seconds:g} s at {camera.fps:g} frames a second.", "Film longer, or lower 'dropped'."
        )
    poses = _near(poses_at(truth, at_s), camera)
    seen = set(poses.number.tolist())
    signals = _signals_at(truth.signals, at_s)
    rows = _rows(poses, Ground(street))
    edges = np.searchsorted(poses.index, np.arange(len(at_s) + 1)).tolist()
    return Shot(
        version=SHOT_VERSION,
        camera=pinhole(camera),
        light=camera.light,
        seed=camera.seed,
        street=street,
        bodies=tuple(_body(user, truth.info.seed) for user in truth.road_users if user.number in seen),
        frames=tuple(
            ShotFrame(index=k, at_s=float(at_s[k]), poses=tuple(rows[low:high]), signals=signals[k])
            for k, (low, high) in enumerate(pairwise(edges))
        ),
        masks=tuple(range(0, len(at_s), masks_every)) if masks_every > 0 else (),
    )


def check_span(truth: StudioTruth, start_s: float, seconds: float) -> None:
    """Raise ConfigError unless the truth covers the span."""
    lasts = truth.info.minutes * 60.0
    if not (start_s >= 0.0 and seconds > 0.0 and start_s + seconds <= lasts + 1e-6):
        raise ConfigError(
            f"The truth lasts from 0 to {lasts:g} s: {seconds:g} s from second {start_s:g} are not in it.",
            "Give another --start or --seconds.",
        )


def pinhole(camera: PoleCamera) -> ShotCamera:
    """The camera without its lens and mast, with room for both at the edges of its picture."""
    margin = overscan_px(camera)
    right, down, forward = ((x, y, z) for x, y, z in camera.axes().tolist())
    return ShotCamera(
        position_m=camera.position_m,
        axes=(right, down, forward),
        size=(camera.size[0] + 2 * margin[0], camera.size[1] + 2 * margin[1]),
        focal_px=camera.focal_px,
    )


def overscan_px(camera: PoleCamera) -> tuple[int, int]:
    """How much wider and higher the rendered picture is on each side, in px: as far as lens and mast reach beyond the edges."""
    reach = sway_reach_px(camera)
    corners = np.array([[dx, dy] for dx in (-reach, reach) for dy in (-reach, reach)])
    edge = camera.undistort((border_px(camera, 65)[:, None] + corners[None]).reshape(-1, 2))
    over = np.maximum(-edge.min(axis=0), edge.max(axis=0) - np.array(camera.size))
    if over.max() <= 0.0:
        return 0, 0
    x, y = (math.ceil(max(0.0, value)) + _SPARE_PX for value in over.tolist())
    return x, y


def sway_reach_px(camera: PoleCamera) -> float:
    """The farthest that the mast can shift the picture along one axis: seldom, and never more than, 2.4 times its sway."""
    return 2.4 * camera.sway_px


def _near(poses: Poses, camera: PoleCamera) -> Poses:
    """Those in front of the camera and near enough to matter."""
    away = poses.xy_m - np.array(camera.position_m[:2])
    forward = camera.axes()[2, :2]
    near = (np.hypot(*away.T) < FARTHEST_M) & (away @ forward > -30.0)
    return Poses(**{name: getattr(poses, name)[near] for name in Poses.__slots__})


def _rows(poses: Poses, ground: Ground) -> list[ShotPose]:
    heights = ground.height_m(poses.xy_m).tolist()
    columns = (poses.number, *poses.xy_m.T, heights, poses.yaw_rad, poses.trailer_yaw_rad, poses.walked_m, poses.speed_mps)
    plain = zip(*(np.asarray(column).tolist() for column in (*columns, poses.braking, poses.turning)), strict=True)
    return [
        ShotPose(
            number=number,
            x_m=round(x, 4),
            y_m=round(y, 4),
            z_m=z,
            yaw_rad=round(yaw, 5),
            trailer_yaw_rad=round(trailer, 5),
            walked_m=round(walked, 3),
            speed_mps=round(speed, 3),
            braking=braking,
            turning=turning,
        )
        for number, x, y, z, yaw, trailer, walked, speed, braking, turning in plain
    ]


def _body(user: StudioRoadUser, seed: int) -> ShotBody:
    model = MODELS[user.model]
    looks = int(np.random.default_rng([seed, user.number, 0xB0]).integers(1 << 31))
    return ShotBody(
        number=user.number,
        model=model.name,
        length_m=model.length_m,
        width_m=model.width_m,
        height_m=model.height_m,
        trailer_m=model.trailer_m,
        seed=looks,
    )


def _signals_at(changes: tuple[SignalChange, ...], at_s: F64) -> list[dict[str, str]]:
    """The state of every signal head at each time; a head is off before its first change."""
    heads = sorted({change.head for change in changes})
    states: list[dict[str, str]] = [{} for _ in at_s]
    for head in heads:
        own = sorted((change.at_s, change.state) for change in changes if change.head == head)
        last = np.searchsorted(np.array([at for at, _ in own]), at_s + 1e-6, side="right") - 1
        for k, row in enumerate(last.tolist()):
            states[k][head] = own[row][1] if row >= 0 else "off"
    return states
