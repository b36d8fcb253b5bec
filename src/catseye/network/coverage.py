"""Which key places a network's cameras see, and which cameras more would add most.

A place that is a point is seen where it is in view, one that is a polygon where at least half of it is in one camera's view.

Which ``k`` cameras see most is a maximum coverage problem. Taking the best next one each time sees at least 1 - (1 - 1/k)^k >
1 - 1/e = 63 % of what the best ``k`` would add (Nemhauser, Wolsey and Fisher 1978, "An analysis of approximations for maximizing
submodular set functions I"). And no ``k`` see more than what any cameras that were taken see and the ``k`` largest gains that are
left then (the same), which mostly is the closer bound.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core.cameras import LonLat
from catseye.core.geometry import F64, inside
from catseye.network.plane import LocalPlane
from catseye.network.view import View

LEAST_SHARE: Final = 0.5
_SAMPLES = 24  # a side, over a polygon's extent


class KeyPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A junction, a crossing, a stop: one point, or the closed ring of a polygon, in longitude and latitude."""

    name: str
    kind: str
    points: tuple[LonLat, ...]


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """How one camera sees a place: the share in view, how far its middle is, pixels a metre there (None is not known)."""

    camera: str
    share: float
    away_m: float
    px_per_m: float | None


class PlaceSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A place and the cameras that see it, nearest first; none: it is unseen."""

    name: str
    kind: str
    by: tuple[Sight, ...]


class Addition(msgspec.Struct, frozen=True, kw_only=True):
    """The camera to add next: the places that it adds, how many are seen with it, and how many any so many cameras could see."""

    camera: str
    adds: tuple[str, ...]
    seen: int
    at_most: int


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """A camera on the map: where it stands and what it sees from there."""

    name: str
    point: LonLat
    view: View


def look(places: Sequence[KeyPlace], eyes: Sequence[Eye]) -> tuple[PlaceSeen, ...]:
    """Who sees each place, in the order of ``places``."""
    if not places:
        return ()
    sights: list[list[Sight]] = [[] for _ in places]
    corners = np.array([point for place in places for point in place.points], np.float64)
    begins = np.cumsum([0, *(len(place.points) for place in places[:-1])])
    for eye in eyes:
        for i in _near(corners, begins, eye):
            if (sight := _sight(places[i], eye)) is not None:
                sights[i].append(sight)
    return tuple(
        PlaceSeen(name=place.name, kind=place.kind, by=tuple(sorted(by, key=lambda one: (one.away_m, one.camera))))
        for place, by in zip(places, sights, strict=True)
    )


def additions(sets: Mapping[str, frozenset[int]], seen: frozenset[int], places: Sequence[KeyPlace], most: int) -> list[Addition]:
    """Up to ``most`` cameras of ``sets`` (the places that each would see, by number) on top of ``seen``, the best next each time.

    Ends when none adds anything. Equal ones are taken in the order of their names.
    """
    taken: list[Addition] = []
    covered, left = seen, dict(sorted(sets.items()))
    bounds: list[tuple[int, list[int]]] = []  # after each: how many are seen, and the gains that are left, largest first
    while len(taken) < most:
        bounds.append((len(covered), sorted((len(one - covered) for one in left.values()), reverse=True)))
        best = max(left, key=lambda name: len(left[name] - covered), default=None)
        if best is None or not left[best] - covered:
            break
        new = left.pop(best) - covered
        covered |= new
        adds = tuple(places[i].name for i in sorted(new))
        taken.append(Addition(camera=best, adds=adds, seen=len(covered), at_most=0))
    bounds.append((len(covered), sorted((len(one - covered) for one in left.values()), reverse=True)))
    reachable = len(seen.union(*sets.values()))
    return [
        msgspec.structs.replace(one, at_most=min(reachable, _at_most(k, one.seen, len(seen), bounds)))
        for k, one in enumerate(taken, 1)
    ]


def _at_most(k: int, seen: int, before: int, bounds: Sequence[tuple[int, list[int]]]) -> int:
    """What no ``k`` cameras exceed, when the best next one each time led to ``seen`` from ``before``."""
    guaranteed = 1.0 - (1.0 - 1.0 / k) ** k
    by_ratio = before + math.floor((seen - before) / guaranteed + 1e-9)
    return min(by_ratio, *(count + sum(gains[:k]) for count, gains in bounds))


def _near(corners: F64, begins: npt.NDArray[np.int64], eye: Eye) -> list[int]:
    """The numbers of the places, whose ``corners`` (N, 2) begin at ``begins``, that may be in view: their extents meet."""
    metres = LocalPlane(eye.point).metres(corners)
    low, high = np.minimum.reduceat(metres, begins), np.maximum.reduceat(metres, begins)
    reach = 1.05 * np.abs(eye.view.outline).max(initial=0.0) + 1.0  # the outline is a polygon, the view may be round
    return [int(i) for i in np.flatnonzero(((low <= reach) & (high >= -reach)).all(axis=1))]


def _sight(place: KeyPlace, eye: Eye) -> Sight | None:
    corners = LocalPlane(eye.point).metres(place.points)
    samples = corners if len(corners) == 1 else _samples(corners[:-1])
    within = eye.view.sees(samples)
    share = float(within.mean())
    if share < LEAST_SHARE:
        return None
    middle = samples[within].mean(axis=0, keepdims=True)
    density = float(eye.view.px_per_m(middle)[0])
    return Sight(
        camera=eye.name,
        share=round(share, 3),
        away_m=round(float(np.hypot(*middle[0])), 1),
        px_per_m=round(density, 1) if math.isfinite(density) else None,
    )


def _samples(polygon: F64) -> F64:
    """Points spread evenly over a polygon; its corners where it is too thin for any."""
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    at = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    grid = low + np.stack(np.meshgrid(at, at), -1).reshape(-1, 2) * (high - low)
    within = grid[inside(grid, polygon)]
    return within if len(within) else polygon
