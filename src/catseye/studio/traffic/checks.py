"""What a truth must fulfil whatever was driven: figures with their bounds, for the maker of it and for whoever was given it."""

from collections import Counter
from collections.abc import Iterable

import msgspec
import numpy as np

from catseye.core.geometry import F64
from catseye.studio.bodies import MODELS
from catseye.studio.street import Street
from catseye.studio.traffic.pairs import overlaps
from catseye.studio.traffic.rules import over_line
from catseye.studio.traffic.run import KEPT_M, middle
from catseye.studio.truth import LeftOut, StudioTruth

_SPEED_MPS, _YAW_DEG = 0.1, 8.0
_MOST_LEFT_OUT = 0.02
_EDGE_M = 6.0  # as far as the fastest comes in a step, and half of what one is long


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: what was found, what it may be, and whether it is. One that is not ``judged`` is told only, and passes."""

    name: str
    found: str
    bound: str
    passed: bool
    judged: bool = True


def check(truth: StudioTruth, street: Street) -> list[Check]:
    """All checks of a truth against itself."""
    return [_speeds(truth), _yaws(truth), _bodies(truth), _left_out(truth), _conserved(truth, street), _crossings(truth, street)]


def _steps(truth: StudioTruth) -> tuple[F64, F64, "np.ndarray[tuple[int, ...], np.dtype[np.int64]]"]:
    """For each two rows of one road user that follow each other: how far it went, by how much it turned, and the later row."""
    t = truth.trajectories
    order = np.lexsort((t.step, t.number))
    same = (np.diff(t.number[order]) == 0) & (np.diff(t.step[order]) == 1)
    before, after = order[:-1][same], order[1:][same]
    turned = np.abs((t.yaw_rad[after] - t.yaw_rad[before] + np.pi) % (2 * np.pi) - np.pi)
    return np.hypot(*(t.xy_m[after] - t.xy_m[before]).T), turned, after


def _speeds(truth: StudioTruth) -> Check:
    went, _, after = _steps(truth)
    off = np.abs(went / truth.info.step_s - truth.trajectories.speed_mps[after])
    p95 = float(np.percentile(off, 95)) if len(off) else 0.0
    return Check(
        name="speed is the change of position", found=f"p95 {p95:.3f} m/s", bound=f"below {_SPEED_MPS} m/s", passed=p95 < _SPEED_MPS
    )


def _yaws(truth: StudioTruth) -> Check:
    _, turned, _ = _steps(truth)
    p99 = float(np.degrees(np.percentile(turned, 99))) if len(turned) else 0.0
    return Check(name="bodies turn smoothly", found=f"p99 {p99:.2f}° a step", bound=f"below {_YAW_DEG:g}°", passed=p99 < _YAW_DEG)


def _bodies(truth: StudioTruth) -> Check:
    models = [MODELS[user.model] for user in truth.road_users]
    found = len(overlaps(truth.trajectories, models, max(round(0.5 / truth.info.step_s), 1)))
    return Check(name="no bodies overlap", found=f"{found} pairs", bound="0", passed=found == 0)


def most_left_out(road_users: int) -> int:
    """How many of a run may be left out because bodies would overlap."""
    return 1 + int(_MOST_LEFT_OUT * road_users)


def told_left_out(left_out: Iterable[LeftOut]) -> str:
    """How many of each build."""
    return ", ".join(f"{count} {model}" for model, count in Counter(row.model for row in left_out).most_common())


def _left_out(truth: StudioTruth) -> Check:
    left_out, most = truth.info.left_out, most_left_out(len(truth.road_users))
    return Check(
        name="few are left out because bodies would overlap",
        found=told_left_out(left_out) or "nobody",
        bound=f"at most {most} of {len(truth.road_users)}",
        passed=len(left_out) <= most,
    )


def _conserved(truth: StudioTruth, street: Street) -> Check:
    """Whoever came in goes out or is inside at the end; scripted guests and things may begin and end anywhere."""
    t = truth.trajectories
    last = round(truth.info.minutes * 60 / truth.info.step_s) - 1
    away = np.hypot(*(t.xy_m - middle(street)).T)
    order = np.lexsort((t.step, t.number))
    cuts = np.flatnonzero(np.diff(t.number[order])) + 1
    guests = {number for event in truth.happenings for number in event.numbers}
    came = gone = inside = odd = 0
    for rows in np.split(order, cuts) if len(order) else ():
        number = int(t.number[rows[0]])
        came += 1
        stays = int(t.step[rows[-1]]) >= last
        inside += stays
        gone += not stays
        whole = len(rows) == int(t.step[rows[-1]] - t.step[rows[0]]) + 1
        begins = int(t.step[rows[0]]) == 0 or away[rows[0]] > KEPT_M - _EDGE_M
        ends = stays or away[rows[-1]] > KEPT_M - _EDGE_M
        odd += not whole or (number not in guests and not (begins and ends))
    return Check(
        name="who came in went out or is inside",
        found=f"{came} = {gone} + {inside}, {odd} begin or end midway",
        bound="0 midway",
        passed=odd == 0 and came == len(truth.road_users),
    )


def _crossings(truth: StudioTruth, street: Street) -> Check:
    """The crossings found anew in the trajectories."""
    t = truth.trajectories
    order = np.lexsort((t.step, t.number))
    road_users = np.array([MODELS[user.model].road_user is not None for user in truth.road_users], np.bool_)
    order = order[road_users[t.number[order] - 1]]
    xy_m, step, numbers = t.xy_m[order], t.step[order], t.number[order]
    anew = Counter(
        (line.name, direction, number) for line in street.lines for number, _, direction, _ in over_line(xy_m, step, numbers, line)
    )
    told = Counter((c.line, c.direction, c.number) for c in truth.crossed)
    off = sum(((anew - told) + (told - anew)).values())
    return Check(
        name="crossings are those of the paths", found=f"{sum(told.values())}, {off} differ", bound="0 differ", passed=off == 0
    )
