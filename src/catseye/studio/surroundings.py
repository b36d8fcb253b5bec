"""What stands beside a street: buildings, trees, lamp posts and what else its style asks for, drawn by lot.

The street is laid on a grid of half metres. Frontages run along it at some distance from all that is driven or walked on; things
stand on them where the grid is free.
"""

import math
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from catseye.core.geometry import F64, XY
from catseye.studio.plot import Plot, square
from catseye.studio.street import Fixture, FixtureKind, Lane, Street
from catseye.studio.styles import FAST, STYLES, Row, Strung

OPEN_CORNER: tuple[XY, ...] = ((7.0, -7.0), (38.0, -7.0), (38.0, -38.0), (7.0, -38.0))
_CORNER_M = 2.0
_LEAST_M = 0.5  # shorter stretches of a frontage are bends
_FAST_MPS = 20.0  # barriers line roads with such a limit
_SIGHT_M = 14.0  # no tree or bench stands closer to a signal: drivers must see who waits to cross


_BEYOND_SIGHT = {"tree", "bench"}


def surround(street: Street, seed: int, *, keep_clear: Sequence[Sequence[XY]] = (OPEN_CORNER,)) -> Street:
    """The street with fixtures of its style within 120 m of its middle; the same seed gives the same.

    None stands on what is driven or walked on. Within the polygons of ``keep_clear`` nothing is higher than 1.3 m: cameras look
    out of there. By default it is the south-eastern corner, where the studio's cameras hang.
    """
    plot = Plot.of(street, keep_clear)
    rng = np.random.default_rng([seed, 0xF1])
    fast = max((lane.limit_mps for lane in street.lanes), default=0.0) > _FAST_MPS
    found: list[Fixture] = []
    if fast:
        found += _gantries(street, plot, rng)
    else:
        found += _signs(street, plot, rng)
    for rule in (*(FAST if fast else ()), *STYLES[street.style]):
        found += _row(plot, rule, rng) if isinstance(rule, Row) else _strung(plot, rule, rng)
    heads = [head.position_m for head in street.signals]
    found = [
        thing
        for thing in found
        if thing.kind not in _BEYOND_SIGHT or all(math.dist(thing.position_m, at) > _SIGHT_M for at in heads)
    ]
    return msgspec.structs.replace(street, fixtures=(*street.fixtures, *found))


def _stretches(plot: Plot, setback_m: float) -> Iterator[tuple[F64, F64, float, F64]]:
    """Straight stretches of a frontage: start, direction, length in metres, and the way off the street."""
    for edge in plot.frontage(setback_m):
        for a, b in zip(edge, np.roll(edge, -1, axis=0), strict=True):
            length = float(np.hypot(*(b - a)))
            if length < _LEAST_M:
                continue
            along = (b - a) / length
            off = plot.outward((a + b) / 2, along)
            if off is not None:
                yield a, along, length, off


def _row(plot: Plot, row: Row, rng: np.random.Generator) -> Iterator[Fixture]:
    for start, along, length, off in _stretches(plot, row.setback_m):
        at = 0.0
        while at + row.width_m[0] <= length:
            width = min(float(rng.uniform(*row.width_m)), length - at)
            depth, height = float(rng.uniform(*row.depth_m)), float(rng.choice(row.heights_m))
            left, right = start + at * along, start + (at + width) * along
            foot = np.array([left, right, right + depth * off, left + depth * off])
            if plot.claim(foot, height):
                yield _thing("building", foot.mean(axis=0), height, off * -1.0, rng, outline=foot)
                at += width + (0.0 if rng.random() < row.joined else float(rng.uniform(*row.gap_m)))
            else:
                at += 2.0


def _strung(plot: Plot, strung: Strung, rng: np.random.Generator) -> Iterator[Fixture]:
    first = float(rng.uniform(0.0, strung.spacing_m))
    for start, along, length, off in _stretches(plot, strung.setback_m):
        places = np.arange(0.0 if strung.length_m else first, length - strung.length_m, strung.spacing_m)
        first = (places[-1] + strung.spacing_m if len(places) else first) - length
        if strung.kind == "lamp_post" and length > 2 * strung.spacing_m:  # corners are lit
            places = np.linspace(_CORNER_M, length - _CORNER_M, round(length / strung.spacing_m) + 1)
        for place in places:
            here = start + place * along
            if rng.random() >= strung.chance:
                continue
            height = float(rng.uniform(*strung.height_m))
            foot = np.array(square(tuple(here.tolist()), min(0.6, strung.setback_m - 0.65)))
            if strung.length_m:
                end = here + strung.length_m * along
                thick = (0.3 if strung.kind == "barrier" else 0.8) * off
                foot = np.array([here, end, end + thick, here + thick])
            if plot.claim(_parted(foot) if strung.length_m else foot, height):
                yield _thing(strung.kind, foot.mean(axis=0), height, -off, rng, outline=foot if strung.length_m else None)


def _parted(foot: F64) -> F64:
    """The foot of a wall without its ends, so that the next one can join it."""
    middle = foot.mean(axis=0)
    return np.asarray(middle + 0.8 * (foot - middle), np.float64)


def _signs(street: Street, plot: Plot, rng: np.random.Generator) -> Iterator[Fixture]:
    """A sign on the right of each approach, some way before its stop line."""
    done: set[str] = set()
    for lane in street.lanes:
        if not lane.stops or lane.approach in done:
            continue
        place = _beside(lane, plot, back_m=float(rng.uniform(18, 30)), off_m=0.9)
        if place is not None and plot.claim(np.array(square(tuple(place[0].tolist()), 0.5)), 2.6):
            done.add(lane.approach)
            yield _thing("sign", place[0], float(rng.uniform(2.4, 2.8)), -place[1], rng)


def _gantries(street: Street, plot: Plot, rng: np.random.Generator) -> Iterator[Fixture]:
    """One gantry over each fast carriageway: the foot on the right of its outermost lane, the beam over the road."""
    ways: list[F64] = []
    for lane in street.lanes:
        place = _beside(lane, plot, back_m=float(rng.uniform(25, 45)), off_m=1.6)
        if lane.limit_mps <= _FAST_MPS or place is None or any(float(place[1] @ way) > 0.7 for way in ways):
            continue
        if plot.claim(np.array(square(tuple(place[0].tolist()), 1.0)), 7.0):
            ways.append(place[1])
            yield _thing("gantry", place[0], 6.8, np.array([-place[1][1], place[1][0]]), rng)


def _beside(lane: Lane, plot: Plot, *, back_m: float, off_m: float) -> tuple[F64, F64] | None:
    """A place ``off_m`` beside the street on the right of a lane, and the driving direction there.

    ``back_m`` before the lane's end where it stops, else beyond its middle.
    """
    centre = np.asarray(lane.centre, np.float64)
    lengths = np.hypot(*np.diff(centre, axis=0).T)
    at = float(lengths.sum()) - back_m if lane.stops else float(lengths.sum()) / 2 + back_m
    if at <= 0.0:
        return None
    k = int(np.searchsorted(np.cumsum(lengths), min(at, float(lengths.sum()) - 1e-6)))
    along = (centre[k + 1] - centre[k]) / lengths[k]
    here = centre[k] + (at - lengths[:k].sum()) * along
    place = plot.first_free(here, np.array([along[1], -along[0]]), off_m)
    return None if place is None else (place, along)


def _thing(
    kind: FixtureKind, at: F64, height_m: float, front: F64, rng: np.random.Generator, *, outline: F64 | None = None
) -> Fixture:
    foot = () if outline is None else tuple((x, y) for x, y in outline.round(3).tolist())
    return Fixture(
        kind=kind,
        position_m=(round(float(at[0]), 3), round(float(at[1]), 3)),
        height_m=round(height_m, 2),
        outline=foot,
        facing_rad=round(math.atan2(front[1], front[0]), 5),
        seed=int(rng.integers(1 << 31)),
    )
