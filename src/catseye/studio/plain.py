"""Runs made by hand, for measuring and trying: it is told who was where, and nothing else happened."""

from collections.abc import Mapping

import numpy as np

from catseye.core.geometry import F64
from catseye.studio.truth import I32, StudioRoadUser, StudioTruth, Trajectories, TruthInfo

STEP_S = 0.1


def ways(
    step: I32, number: I32, xy_m: F64, *, yaw_rad: F64 | float = 0.0, speed_mps: F64 | float = 0.0, walked_m: F64 | float = 0.0
) -> Trajectories:
    """Trajectories of N rows, ordered by step, then number; ``xy_m`` is (N, 2). Nobody brakes, turns or bends."""
    n = len(step)
    yaw = np.broadcast_to(np.asarray(yaw_rad, np.float64), (n,)).copy()
    return Trajectories(
        step=np.asarray(step, np.int32),
        number=np.asarray(number, np.int32),
        xy_m=np.asarray(xy_m, np.float64).reshape(-1, 2),
        yaw_rad=yaw,
        trailer_yaw_rad=yaw.copy(),
        speed_mps=np.broadcast_to(np.asarray(speed_mps, np.float64), (n,)).copy(),
        walked_m=np.broadcast_to(np.asarray(walked_m, np.float64), (n,)).copy(),
        braking=np.zeros(n, np.bool_),
        turning=np.zeros(n, np.int8),
    )


def plain_truth(trajectories: Trajectories, models: Mapping[int, str], seconds: float, *, scenario: str = "plain") -> StudioTruth:
    """A run of ``seconds`` at ten steps a second, of road users with these ``models`` by number, who come from and go nowhere."""
    return StudioTruth(
        info=TruthInfo(version=1, scenario=scenario, seed=1, minutes=seconds / 60, step_s=STEP_S, sumo="", catseye=""),
        road_users=tuple(
            StudioRoadUser(number=number, model=model, origin="", destination="", movement="", start_s=0.0, end_s=seconds)
            for number, model in models.items()
        ),
        trajectories=trajectories,
        crossed=(),
        movements=(),
        signals=(),
        queues=(),
        conflicts=(),
        happenings=(),
    )
