"""Peak hours and peak hour factors, as the Highway Capacity Manual defines them (6th edition, chapter 4).

The peak hour is the four quarters of an hour in a row with the largest volume V. The peak hour factor is V / (4 V15), V15 being the
largest of the four: 1 where all are alike, 0.25 where everybody came in one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catseye.core.time import CELL_S, NS_PER_S
from catseye.report.volumes import Volume, total

QUARTERS = 4
HOUR_NS = QUARTERS * CELL_S * NS_PER_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A peak hour: where (``subject``), of which part of the time (``when``), when it begins, its volume and factor."""

    subject: str
    when: str
    start_ns: int
    volume: Volume
    phf: float | None

    @property
    def end_ns(self) -> int:
        """The instant an hour later."""
        return self.start_ns + HOUR_NS


def peak_hour_factor(quarters: Sequence[Volume]) -> float | None:
    """V / (4 V15) of four quarters of an hour; None where one was not observed or nobody came."""
    volumes = [quarter.volume for quarter in quarters]
    if len(volumes) != QUARTERS or None in volumes:
        return None
    known = [volume for volume in volumes if volume is not None]
    return sum(known) / (QUARTERS * max(known)) if max(known) else None


def peak_of(starts_ns: Sequence[int], quarters: Sequence[Volume]) -> tuple[int, Volume, float | None] | None:
    """Where the peak hour begins (a place in ``starts_ns``), its volume and factor.

    ``quarters`` are the volumes of the cells that begin at ``starts_ns``, ascending. An hour counts where something of all four
    of its quarters was observed; the first of equals wins. None where there is no such hour, or nobody came in any.
    """
    best: tuple[int, Volume, float | None] | None = None
    for i in range(len(starts_ns) - QUARTERS + 1):
        hour = quarters[i : i + QUARTERS]
        if starts_ns[i + QUARTERS - 1] - starts_ns[i] != HOUR_NS - CELL_S * NS_PER_S or any(one.volume is None for one in hour):
            continue
        volume = total(hour)
        if volume.volume and (best is None or volume.volume > (best[1].volume or 0)):
            best = (i, volume, peak_hour_factor(hour))
    return best
