"""Learns the main flows of a street from the paths of its road users, and proposes count lines across them.

For each path, a candidate line is laid square across its middle, wide enough for the paths that run alongside. A line is worth the
paths that cross it cleanly: with a good piece of the path on both sides, and not at a sharp angle. Lines are taken greedily,
best first, until the paths that move are covered or ``most`` lines stand. The same paths always give the same lines.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.scene import CountLine, Scene

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowParams:
    """``least_travel``: shorter paths (in picture diagonals) are of things that stand. ``margin``: piece of path asked on each
    side. ``most`` lines at most; a further line must add ``least_share`` of the paths. ``reach``: half a line's greatest length.
    """

    least_travel: float = 0.08
    margin: float = 0.025
    most: int = 4
    least_share: float = 0.12
    reach: float = 0.30
    points: int = 32


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    a: F64
    b: F64
    crossed: npt.NDArray[np.bool_]
    quality: float


def propose_scene(
    paths: list[F64], size: tuple[int, int], *, timezone: str = "UTC", params: FlowParams | None = None
) -> Scene | None:
    """A scene with count lines across the flows of ``paths``, each float64 (M, 2) px of the ground point over time.

    ``size`` is (width, height). Returns None while fewer than two paths go anywhere.
    """
    params = params or FlowParams()
    diagonal = float(np.hypot(*size))
    moving = [
        _resampled(path, params.points) for path in paths if len(path) >= 2 and _extent(path) >= params.least_travel * diagonal
    ]
    if len(moving) < 2:
        return None
    stack = np.stack(moving)
    candidates = [_candidate(stack, k, size, params) for k in range(len(stack))]
    chosen = _choose([c for c in candidates if c is not None], len(stack), params)
    if not chosen:
        return None
    lines = tuple(_line(c, index, size) for index, c in enumerate(chosen))
    return Scene(timezone=timezone, drawn_for=size, lines=lines)


def _extent(path: F64) -> float:
    return float(np.hypot(*(path.max(axis=0) - path.min(axis=0))))


def _resampled(path: F64, points: int) -> F64:
    """``points`` points at equal distances along a path."""
    step = np.hypot(*np.diff(path, axis=0).T)
    travelled = np.concatenate([[0.0], np.cumsum(step)])
    wanted = np.linspace(0.0, travelled[-1], points)
    return np.stack([np.interp(wanted, travelled, path[:, 0]), np.interp(wanted, travelled, path[:, 1])], axis=1)


def _candidate(stack: F64, k: int, size: tuple[int, int], params: FlowParams) -> _Candidate | None:
    """The line square across the middle of path ``k``, as wide as its neighbours need."""
    path = stack[k]
    middle = path[len(path) // 2]
    heading = path[len(path) * 2 // 3] - path[len(path) // 3]
    length = float(np.hypot(*heading))
    if length == 0.0:
        return None
    heading = heading / length
    across = np.array([-heading[1], heading[0]])
    reach = params.reach * float(np.hypot(*size))
    hit, where = _crossings(stack, middle, heading, across, params.margin * float(np.hypot(*size)))
    near = hit & (np.abs(where) <= reach)
    if not near.any():
        return None
    low, high = float(where[near].min()), float(where[near].max())
    slack = max(0.15 * (high - low), 0.04 * float(np.hypot(*size)))
    a, b = _clipped(middle, across, low - slack, high + slack, size)
    spread = float(np.hypot(*(b - a))) / float(np.hypot(*size))
    central = float(np.abs(middle / np.asarray(size) - 0.5).max())
    return _Candidate(a, b, near, float(near.sum()) * (1.0 - 0.3 * spread) * (1.0 - 0.6 * max(0.0, central - 0.25)))


def _crossings(stack: F64, middle: F64, heading: F64, across: F64, margin: float) -> tuple[npt.NDArray[np.bool_], F64]:
    """Which paths (N,) pass the line through ``middle`` along ``across`` cleanly, and where along it (px)."""
    ahead = (stack - middle) @ heading
    clean = (ahead.min(axis=1) <= -margin) & (ahead.max(axis=1) >= margin)
    changes = (ahead[:, :-1] <= 0) != (ahead[:, 1:] <= 0)
    first = changes.argmax(axis=1)
    rows = np.arange(len(stack))
    before, after = ahead[rows, first], ahead[rows, first + 1]
    share = before / np.where(before == after, 1.0, before - after)
    point = stack[rows, first] + share[:, None] * (stack[rows, first + 1] - stack[rows, first])
    step = stack[rows, first + 1] - stack[rows, first]
    square = np.abs(step @ heading) >= 0.5 * np.hypot(step[:, 0], step[:, 1])
    return clean & changes.any(axis=1) & square, (point - middle) @ across


def _clipped(middle: F64, across: F64, low: float, high: float, size: tuple[int, int]) -> tuple[F64, F64]:
    """The ends of the line, cut to the picture."""
    limit = np.asarray(size, np.float64)
    for axis in range(2):
        if abs(across[axis]) > 1e-9:
            ends = sorted((-middle[axis] / across[axis], (limit[axis] - middle[axis]) / across[axis]))
            low, high = max(low, ends[0]), min(high, ends[1])
    return middle + low * across, middle + high * across


def _choose(candidates: list[_Candidate], total: int, params: FlowParams) -> list[_Candidate]:
    covered = np.zeros(total, bool)
    chosen: list[_Candidate] = []
    while len(chosen) < params.most:
        gains = [float((c.crossed & ~covered).sum()) * c.quality / max(float(c.crossed.sum()), 1.0) for c in candidates]
        best = int(np.argmax(gains)) if gains else -1
        if best < 0 or (candidates[best].crossed & ~covered).sum() < max(2.0 if not chosen else 1.0, params.least_share * total):
            break
        chosen.append(candidates[best])
        covered |= candidates[best].crossed
    return chosen


def _line(c: _Candidate, index: int, size: tuple[int, int]) -> CountLine:
    (ax, ay), (bx, by) = (c.a / np.asarray(size)).round(4).tolist(), (c.b / np.asarray(size)).round(4).tolist()
    normal = np.array([-(c.b - c.a)[1], (c.b - c.a)[0]])  # from the left hand of a walker a->b to the right hand, y down
    forward = _way(normal)
    return CountLine(name=f"line {chr(ord('A') + index)}", points=((ax, ay), (bx, by)), directions=(forward, _OPPOSITE[forward]))


_WAYS = ("right", "down-right", "down", "down-left", "left", "up-left", "up", "up-right")
_OPPOSITE = {way: _WAYS[(k + 4) % 8] for k, way in enumerate(_WAYS)}


def _way(direction: F64) -> str:
    """Which of eight ways in the picture a direction (x, y down) goes."""
    return _WAYS[round(float(np.arctan2(direction[1], direction[0])) / (np.pi / 4)) % 8]
