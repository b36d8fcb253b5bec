"""Vehicles that pass a camera of which all is known, as the boxes of their outlines."""

import numpy as np

from catseye.calibration import hanging
from catseye.calibration.fleet import SHAPES, SIZES_M, SPREAD
from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.core.truth import TrackBoxes

SIZE = (640, 360)


def hung(*, focal: float = 600.0, down_deg: float = 20.0, height_m: float = 9.0) -> F64:
    """A camera as ``calibration.hanging`` has it, (9,)."""
    return np.array([np.log(focal), np.radians(down_deg), 0.0, np.log(height_m), *[0.0] * 5])


def street(view: F64, vehicles: int = 40, *, seed: int = 1, noise: float = 0.03, larger: float = 0.0) -> TrackBoxes:
    """Vehicles that cross the view one after the other on straight ways, in boxes whose edges are off by ``noise`` of their size.

    ``larger`` is the logarithm of how much larger the place's vehicles are than believed.
    """
    random = np.random.default_rng(seed)
    turn, centre = hanging.axes(view), np.array(SIZE) / 2
    rows = []
    for number in range(vehicles):
        kind = int(random.choice(3, p=(0.8, 0.12, 0.08)))
        size = SIZES_M[kind] * np.exp(random.normal(larger, SPREAD[kind]))
        heading, through = random.uniform(-np.pi, np.pi), np.array([random.uniform(-8, 8), random.uniform(20, 34)])
        ahead = np.array([np.cos(heading), np.sin(heading)])
        for k, gone in enumerate(np.arange(-16.0, 16.0, 0.8)):
            along, across, high = (SHAPES[kind] * size).T
            x, y = (through + gone * ahead)[:, None] + ahead[:, None] * along + np.array([-ahead[1], ahead[0]])[:, None] * across
            u, v, deep = turn @ np.stack([x, y, high - np.exp(view[hanging.HEIGHT])])
            px = np.exp(view[hanging.FOCAL]) * np.stack([u, v]) / deep + centre[:, None]
            box = np.array([*px.min(axis=1), *px.max(axis=1)])
            box += random.normal(0, noise, 4) * np.tile(box[2:] - box[:2], 2)
            if deep.min() > 1 and (box[:2] > 0).all() and (box[2:] < SIZE).all():
                named = RoadUser.CAR if kind == 0 else RoadUser.VEHICLE
                rows.append((50 * number + k, number, box, int(named)))
    return TrackBoxes(
        frame=np.array([row[0] for row in rows]),
        number=np.array([row[1] for row in rows]),
        xyxy=np.array([row[2] for row in rows]),
        road_user=np.array([row[3] for row in rows], np.int16),
        confidence=np.ones(len(rows)),
    )
