"""Which clips to count by hand, so that what they say of all is unbiased, and how many that takes.

Stratified sampling (Cochran 1977, "Sampling Techniques", 3rd ed., ch. 5): stretches of video are sorted by hour, light and weather,
and from each such stratum some are drawn at random, each with the same known chance.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from catseye.core.receipt import Light

SPREAD = 0.08  # of recall between stretches, where no truth sample tells: what clips of one street differed by in the studio
_Z = 1.959964


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of video that may be counted. ``start`` and ``hour`` are of civil time."""

    name: str
    source: str
    start_s: float
    seconds: float
    start: str
    hour: int
    light: Light


class Picked(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch that was drawn. ``chance`` is the probability with which it was, ``weight`` one over that."""

    name: str
    stretch: Stretch
    chance: float
    weight: float


class Stratum(msgspec.Struct, frozen=True, kw_only=True):
    """Stretches alike in light and in part of the day. ``spread`` is the standard deviation of recall that is expected between
    them.
    """

    light: Light
    hours: str
    stretches: int
    picked: int
    spread: float


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to count. ``half_width`` is half the 95 % interval of recall over all of it that may be expected from the ``picked``;
    ``needed`` is how many stretches would reach the precision asked for, None where none was asked for.
    """

    picked: tuple[Picked, ...]
    strata: tuple[Stratum, ...]
    half_width: float
    needed: int | None
    seed: int


def plan(
    stretches: Sequence[Stretch],
    *,
    clips: int | None,
    precision: float | None,
    seed: int,
    spreads: Mapping[str, float] | None = None,
) -> Plan:
    """Draw ``clips`` stretches, or as many as reach ``precision`` (half a 95 % interval of recall, 0.02 is 2 points).

    ``spreads`` gives the spread by light where truth samples tell. Each stratum gets at least one (two where it has them, so that
    its variance can be told), and the rest as stretches times spread (Neyman 1934). Raises ValueError without stretches.
    """
    if not stretches:
        raise ValueError("nothing to draw from")
    groups: dict[tuple[Light, str], list[Stretch]] = {}
    for stretch in sorted(stretches, key=lambda one: (one.source, one.start_s)):
        groups.setdefault((stretch.light, hours_of(stretch.hour)), []).append(stretch)
    keys = sorted(groups)
    sizes = [len(groups[key]) for key in keys]
    spread = [(spreads or {}).get(key[0], SPREAD) for key in keys]
    needed = _needed(sizes, spread, precision) if precision is not None else None
    drawn = allocate(sizes, spread, clips if clips is not None else needed or 0)
    rng = np.random.default_rng([seed, 0x5A])
    picked = [
        Picked(
            name=groups[key][index].name,
            stretch=groups[key][index],
            chance=number / len(groups[key]),
            weight=len(groups[key]) / number,
        )
        for key, number in zip(keys, drawn, strict=True)
        for index in sorted(rng.choice(len(groups[key]), number, replace=False).tolist())
    ]
    strata = tuple(
        Stratum(light=key[0], hours=key[1], stretches=size, picked=number, spread=wide)
        for key, size, number, wide in zip(keys, sizes, drawn, spread, strict=True)
    )
    return Plan(picked=tuple(picked), strata=strata, half_width=_half_width(sizes, spread, drawn), needed=needed, seed=seed)


def hours_of(hour: int) -> str:
    """The part of the day that an hour belongs to: traffic differs between them more than within."""
    for first, last in ((0, 6), (6, 10), (10, 15), (15, 19), (19, 24)):
        if first <= hour < last:
            return f"{first:02}-{last:02}"
    raise ValueError(f"no hour {hour}")


def allocate(sizes: Sequence[int], spreads: Sequence[float], total: int) -> list[int]:
    """How many to draw from each stratum: at least two (or all), then by size times spread, never more than there are.

    The rest goes one by one to where it lowers the variance most, which is Neyman's allocation in whole numbers (Wright 2012).
    """
    drawn = [min(2, size) for size in sizes]
    for _ in range(min(total, sum(sizes)) - sum(drawn)):
        gains = [
            (size * spread) ** 2 / (number * (number + 1)) if number < size else -1.0
            for size, spread, number in zip(sizes, spreads, drawn, strict=True)
        ]
        drawn[int(np.argmax(gains))] += 1
    return drawn


def _half_width(sizes: Sequence[int], spreads: Sequence[float], drawn: Sequence[int]) -> float:
    """Half the 95 % interval of the stratified mean (Cochran 1977, 5.6, with the finite population correction)."""
    whole = sum(sizes)
    variance = sum(
        (size / whole) ** 2 * (1 - number / size) * spread**2 / number
        for size, spread, number in zip(sizes, spreads, drawn, strict=True)
    )
    return _Z * math.sqrt(variance)


def _needed(sizes: Sequence[int], spreads: Sequence[float], precision: float) -> int:
    """The fewest stretches that reach a precision: halving, for more never make it worse."""
    low, high = sum(min(2, size) for size in sizes), sum(sizes)
    while low < high:
        middle = (low + high) // 2
        if _half_width(sizes, spreads, allocate(sizes, spreads, middle)) <= precision:
            high = middle
        else:
            low = middle + 1
    return low
