"""A road of two lanes on calibrated ground, and moments of who is on it, for tests of what is measured there."""

from collections.abc import Sequence

import numpy as np

from catseye.core.geometry import F64, XY
from catseye.core.ground import GroundSightings
from catseye.core.road_users import RoadUser
from catseye.core.scene import Lane, Scene, Signal, Zone, ZoneUse
from catseye.core.signals import SignalState
from catseye.core.time import nanoseconds
from catseye.rules.ground import ground_view
from catseye.traffic.engine import Moment
from catseye.traffic.signals import SignalStates
from catseye.traffic.situation import Watch

SIZE = (1280, 720)
_EYE_M = np.array([0.0, -45.0, 30.0])
_FOCAL = 640.0
Row = tuple[int, RoadUser, float, float, float, float]
"""Number, kind, x, y in metres, velocity in m/s."""


def _homography() -> F64:
    """From unit coordinates to metres, of a camera 30 m up that looks to the north at the point (0, 0)."""
    ahead = -_EYE_M / np.linalg.norm(_EYE_M)
    right = np.array([1.0, 0.0, 0.0])
    axes = np.stack([right, np.cross(ahead, right), ahead])
    lens = np.array([[_FOCAL, 0.0, SIZE[0] / 2], [0.0, _FOCAL, SIZE[1] / 2], [0.0, 0.0, 1.0]])
    columns = np.diag([1 / SIZE[0], 1 / SIZE[1], 1.0]) @ lens @ np.column_stack([axes[:, 0], axes[:, 1], -axes @ _EYE_M])
    found = np.linalg.inv(columns)
    return np.asarray(found / found[2, 2], np.float64)


def unit(points_m: Sequence[XY]) -> tuple[XY, ...]:
    """Where places on the ground are in the picture, 0..1."""
    flat = np.column_stack([np.asarray(points_m, np.float64), np.ones(len(points_m))]) @ np.linalg.inv(_homography()).T
    return tuple((float(x), float(y)) for x, y in (flat[:, :2] / flat[:, 2:]).tolist())


def road(
    *,
    limit_kmh: float = 50.0,
    approach: str = "",
    signal: str = "",
    zones: Sequence[tuple[ZoneUse, Sequence[XY]]] = (),
    lanes: Sequence[Lane] | None = None,
) -> Scene:
    """A lane to the east at y = 0 and one to the west at y = 4, from x = -25 to 25, or ``lanes``; and zones."""
    two = (
        Lane(name="east", points=unit([(-25, 0), (25, 0)]), limit_kmh=limit_kmh, approach=approach, signal=signal),
        Lane(name="west", points=unit([(25, 4), (-25, 4)]), limit_kmh=limit_kmh),
    )
    a, b, c, d, e, f, g, h, i = _homography().ravel().tolist()
    return Scene(
        drawn_for=SIZE,
        homography=(a, b, c, d, e, f, g, h, i),
        error_m=0.01,
        lanes=two if lanes is None else tuple(lanes),
        signals=(Signal(name="head"),),
        zones=tuple(Zone(name=f"{use} {k}", polygon=unit(polygon), use=use) for k, (use, polygon) in enumerate(zones)),
    )


def watch(drawn: Scene, *states: tuple[float, SignalState]) -> Watch:
    """A watch over a scene whose signal ``head`` shows these states from these seconds on."""
    fitted = drawn.fit(SIZE)
    view = ground_view(fitted)
    assert view is not None
    signals = SignalStates()
    for at_s, state in states:
        signals.told("head", nanoseconds(at_s), state)
    return Watch(fitted=fitted, view=view, signals=signals)


def moment(
    at_s: float, rows: Sequence[Row], *, error_m: float = 0.1, error_mps: float = 0.1, length_m: float = 4.5, heading: float = 0.0
) -> Moment:
    """Who is where; those who stand are headed ``heading``."""
    count = len(rows)
    velocity = np.array([row[4:] for row in rows], np.float64).reshape(-1, 2)
    return Moment(
        seen=GroundSightings(
            at_ns=nanoseconds(at_s),
            number=np.array([row[0] for row in rows], np.int64),
            road_user=np.array([row[1] for row in rows], np.int16),
            xy_m=np.array([row[2:4] for row in rows], np.float64).reshape(-1, 2),
            velocity_mps=velocity,
            place_error_m=np.full(count, error_m),
            speed_error_mps=np.full(count, error_mps),
            heading_rad=np.where(np.hypot(*velocity.T) > 0.5, np.arctan2(velocity[:, 1], velocity[:, 0]), heading),
            length_m=np.full(count, length_m),
            width_m=np.full(count, 1.8),
            seen=np.ones(count, np.bool_),
        )
    )


def times(seconds: float, fps: float = 5.0) -> list[float]:
    """Instants in seconds, from 0."""
    return [k / fps for k in range(int(seconds * fps))]
