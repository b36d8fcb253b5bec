"""Moments as rectangles that move, for programs that look for conflicts themselves."""

from collections.abc import Iterable, Iterator

import numpy as np

from catseye.core.ground import GroundSightings
from catseye.core.road_users import RoadUser
from catseye.core.time import LONGEST_GAP_S, seconds
from catseye.traffic.conflicts.footprints import footprints
from catseye.wire.ssam_trj import TrjStep


def moving_rectangles(moments: Iterable[GroundSightings], *, on_foot: bool) -> Iterator[TrjStep]:
    """A step for each instant, the first at 0 s; numbers are given anew from 1, in order of appearance, and mean nothing elsewhere.

    Those on foot only if ``on_foot``. Who comes back after ``LONGEST_GAP_S`` without any moment is numbered as somebody else. The
    acceleration is the change of speed since the step before, 0 where one was not seen then.
    """
    numbers: dict[int, int] = {}
    before: dict[int, float] = {}
    first_ns, last_ns, given = None, 0, 0
    for seen in moments:
        first_ns = seen.at_ns if first_ns is None else first_ns
        since_s = seconds(seen.at_ns - last_ns)
        if since_s > LONGEST_GAP_S:
            numbers, before = {}, {}
        last_ns = seen.at_ns
        kept = seen if on_foot else seen[seen.road_user != RoadUser.PEDESTRIAN]
        for number in kept.number.tolist():
            if number not in numbers:
                given += 1
                numbers[number] = given
        shapes = footprints(kept)
        ahead = shapes.half_m[:, :1] * shapes.axes()[:, 0]
        speed = kept.speed_mps
        change = [now - before.get(n, now) for n, now in zip(kept.number.tolist(), speed.tolist(), strict=True)]
        before = dict(zip(kept.number.tolist(), speed.tolist(), strict=True))
        yield TrjStep(
            at_s=seconds(seen.at_ns - first_ns),
            number=np.array([numbers[n] for n in kept.number.tolist()], np.int64),
            front_m=shapes.xy_m + ahead,
            rear_m=shapes.xy_m - ahead,
            width_m=2 * shapes.half_m[:, 1],
            speed_mps=speed,
            acceleration_mps2=np.array(change, np.float64) / since_s if since_s > 0 else np.zeros(len(kept)),
        )
