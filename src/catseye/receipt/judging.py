"""Puts intervals to the test: how often they hold a truth that they were not made from."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from catseye.core.receipt import TruthSample
from catseye.receipt.interval import Rates
from catseye.receipt.sample import Evidence, Way

_RESAMPLES = 2000
_SEED = 20_260_103
SIZES = {"none true": 0, "1 to 4 true": 1, "5 to 19 true": 5, "20 to 49 true": 20, "50 or more true": 50}  # and the least of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Which cell it is. Cells of one ``place`` (a way of a street) share what is wrong with it: they are not independent."""

    place: str
    road_user: str
    watched_s: float
    missed_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The interval [``low``, ``high``] of one cell, and the ``true`` volume that it should hold.

    ``claimed`` is the chance that the model itself gives to [``low``, ``high``]: more than 95 % where volumes are small, for whole
    numbers cannot be cut finer.
    """

    cell: Cell
    true: int
    counted: int
    low: int
    high: int
    claimed: float

    @property
    def held(self) -> bool:
        """Whether the truth is inside, bounds included."""
        return self.low <= self.true <= self.high

    @property
    def size(self) -> str:
        """How many truly passed, in words."""
        return [name for name, least in SIZES.items() if self.true >= least][-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How often intervals held the truth. Shares are 0..1.

    ``low`` and ``high`` bound ``share`` with 95 %, by a bootstrap over ``places``; None for one place alone. ``below`` and
    ``above`` are the shares of cells whose truth was below or above the interval; ``width`` is the mean of high less low, ``true``
    the mean true volume, in road users.
    """

    number: int
    places: int
    share: float
    low: float | None
    high: float | None
    claimed: float
    below: float
    above: float
    width: float
    true: float


def try_cell(rates: Rates, cell: Cell, *, true: int, counted: int) -> Tried:
    """Make the interval of a cell of which ``counted`` were seen, as a receipt would."""
    low, high = rates.interval(counted, cell.watched_s, cell.missed_s)
    claimed = rates.chance(counted, cell.watched_s, cell.missed_s, (low, high))
    return Tried(cell=cell, true=true, counted=counted, low=low, high=high, claimed=claimed)


def leave_out(sample: TruthSample) -> list[Tried]:
    """Each clip of a sample as a cell of its own, judged by what the other clips tell; the unverified are left out."""
    tried = []
    for index, clip in enumerate(sample.clips):
        evidence = Evidence(msgspec.structs.replace(sample, clips=sample.clips[:index] + sample.clips[index + 1 :]))
        for row in clip.rows:
            way = (row.rule, row.direction)
            rates = evidence.rates(way, row.road_user, {clip.light: clip.seconds})
            if isinstance(rates, Rates):
                cell = Cell(place=name_of(way), road_user=row.road_user, watched_s=clip.seconds)
                tried.append(try_cell(rates, cell, true=row.matched + row.missed, counted=row.matched + row.extra))
    return tried


def name_of(way: Way) -> str:
    """A way in one word."""
    return way[0] if way[0] == way[1] else f"{way[0]}/{way[1]}"


def summed(tried: Sequence[Tried]) -> Held:
    """What they say together. Raises ValueError where there are none."""
    if not tried:
        raise ValueError("no interval was tried")
    low, high = _bounds(tried)
    return Held(
        number=len(tried),
        places=len({one.cell.place for one in tried}),
        share=float(np.mean([one.held for one in tried])),
        low=low,
        high=high,
        claimed=float(np.mean([one.claimed for one in tried])),
        below=float(np.mean([one.true < one.low for one in tried])),
        above=float(np.mean([one.true > one.high for one in tried])),
        width=float(np.mean([one.high - one.low for one in tried])),
        true=float(np.mean([one.true for one in tried])),
    )


def _bounds(tried: Sequence[Tried]) -> tuple[float, float] | tuple[None, None]:
    """What holds the share with 95 %: places are drawn anew, each with all its cells."""
    names = sorted({one.cell.place for one in tried})
    if len(names) < 2:
        return None, None
    index = {name: number for number, name in enumerate(names)}
    often, held = np.zeros((2, len(names)))
    for one in tried:
        often[index[one.cell.place]] += 1
        held[index[one.cell.place]] += one.held
    drawn = np.random.default_rng(_SEED).multinomial(len(names), np.full(len(names), 1 / len(names)), _RESAMPLES)
    low, high = np.quantile((drawn @ held) / (drawn @ often), [0.025, 0.975])
    return float(low), float(high)
