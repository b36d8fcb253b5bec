"""Plane geometry in any one space; the caller keeps pixel, unit and ground coordinates apart."""

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
XY = tuple[float, float]


def signed_distance(points: F64, a: XY, b: XY) -> F64:
    """Distances (N,) of ``points`` (N, 2) from the infinite line through ``a`` and ``b``.

    Positive on the right hand of someone who walks from ``a`` to ``b`` in a picture (y down). Zero for a == b.
    """
    ax, ay = a
    dx, dy = b[0] - ax, b[1] - ay
    length = float(np.hypot(dx, dy))
    if length == 0.0:
        return np.zeros(len(points))
    return np.asarray((dx * (points[:, 1] - ay) - dy * (points[:, 0] - ax)) / length, np.float64)


def along(points: F64, a: XY, b: XY) -> F64:
    """Where ``points`` (N, 2) stand along a-b: 0 at ``a``, 1 at ``b``, outside that beyond the ends. Zero for a == b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    squared = dx * dx + dy * dy
    if squared == 0.0:
        return np.zeros(len(points))
    return np.asarray(((points[:, 0] - a[0]) * dx + (points[:, 1] - a[1]) * dy) / squared, np.float64)


def inside(points: F64, polygon: F64) -> npt.NDArray[np.bool_]:
    """Whether each of ``points`` (N, 2) lies in ``polygon`` (M, 2), by the even-odd rule."""
    x, y = points[:, :1], points[:, 1:]
    x1, y1 = polygon[:, 0], polygon[:, 1]
    x2, y2 = np.concatenate([polygon[1:], polygon[:1]]).T
    straddles = (y1 > y) != (y2 > y)
    rise = np.where(y2 == y1, 1.0, y2 - y1)
    left_of = x < (x2 - x1) * (y - y1) / rise + x1
    return np.asarray((straddles & left_of).sum(axis=1) % 2 == 1)


def stretches_inside(a: XY, b: XY, polygon: F64) -> list[tuple[float, float]]:
    """The parts of the way from ``a`` to ``b`` that lie in ``polygon`` (M, 2), as shares of the way (0 at ``a``), in order.

    Two polygons with an edge in common are cut there at the very same share.
    """
    cuts = [0.0, *sorted(_cuts(a, b, polygon)), 1.0]
    begins, ends = np.array(cuts[:-1]), np.array(cuts[1:])
    way = np.array([b[0] - a[0], b[1] - a[1]])
    within = inside(np.array([a]) + ((begins + ends) / 2)[:, None] * way, polygon) & (ends > begins)
    parts: list[tuple[float, float]] = []
    for begin, end in zip(begins[within].tolist(), ends[within].tolist(), strict=True):
        joined = bool(parts) and parts[-1][1] == begin
        parts[-1:] = [(parts[-1][0], end)] if joined else [*parts[-1:], (begin, end)]
    return parts


def _cuts(a: XY, b: XY, polygon: F64) -> list[float]:
    """Where the way from ``a`` to ``b`` meets the edges of ``polygon``, as shares of the way."""
    shares = []
    corners = [(float(x), float(y)) for x, y in polygon.tolist()]
    way = (b[0] - a[0], b[1] - a[1])
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        p, q = min(start, end), max(start, end)  # one order whichever way round a polygon is drawn
        edge, apart = (q[0] - p[0], q[1] - p[1]), (p[0] - a[0], p[1] - a[1])
        turn = way[0] * edge[1] - way[1] * edge[0]
        if turn == 0.0:
            continue
        share = (apart[0] * edge[1] - apart[1] * edge[0]) / turn
        if 0.0 < share < 1.0 and 0.0 <= (apart[0] * way[1] - apart[1] * way[0]) / turn <= 1.0:
            shares.append(share)
    return shares


def rim_distance(points: F64, polygon: F64) -> F64:
    """Distances (N,) of ``points`` (N, 2) from the nearest edge of ``polygon`` (M, 2)."""
    edges = np.roll(polygon, -1, axis=0) - polygon
    apart = points[:, None] - polygon
    squared = np.maximum((edges**2).sum(axis=1), np.finfo(np.float64).tiny)
    share = np.clip((apart * edges).sum(axis=2) / squared, 0.0, 1.0)
    return np.asarray(np.linalg.norm(apart - share[..., None] * edges, axis=2).min(axis=1), np.float64)


def segments_cross(a: XY, b: XY, c: XY, d: XY) -> bool:
    """Whether the open segments a-b and c-d cross at one inner point."""

    def turn(p: XY, q: XY, r: XY) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0


def crosses_itself(polygon: tuple[XY, ...]) -> bool:
    """Whether two edges of a polygon cross."""
    n = len(polygon)
    edges = [(polygon[i], polygon[(i + 1) % n]) for i in range(n)]
    return any(segments_cross(*edges[i], *edges[j]) for i in range(n) for j in range(i + 1, n))


def polygon_area(polygon: tuple[XY, ...]) -> float:
    """The area of a simple polygon (shoelace formula)."""
    xy = np.asarray(polygon, np.float64)
    after = np.concatenate([xy[1:], xy[:1]])
    return float(abs(np.dot(xy[:, 0], after[:, 1]) - np.dot(xy[:, 1], after[:, 0])) / 2)
