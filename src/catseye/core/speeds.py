"""Speeds of many road users over a count line, so that any sum of intervals tells its mean, space-mean and 85th percentile."""

import math
from collections.abc import Iterable, Mapping

import msgspec

from catseye.core.ids import StreamId

LEAST_MPS = 0.5  # who is slower counts as this fast in the space-mean, or one who stands on a line would make it 0
KMH = 3.6


class SpeedCell(msgspec.Struct, frozen=True, kw_only=True):
    """The speeds of those of one kind who crossed one line in one direction in the cell [start, end).

    ``measured`` of them have a speed: ``sum_mps``, ``sum_squares`` (m²/s²) and ``sum_inverse`` (s/m; of speeds from 0.5 m/s up) are
    over these, ``by_kmh`` says how many go how fast, in whole km/h, rounded down. ``with_error`` of them have a standard deviation;
    ``sum_error_mps`` is the sum of those.
    """

    stream: StreamId
    rule: str
    direction: str
    road_user: str
    start_ns: int
    end_ns: int
    measured: int
    sum_mps: float
    sum_squares: float
    sum_inverse: float
    with_error: int
    sum_error_mps: float
    by_kmh: dict[int, int]


class Speeds(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of ``measured`` speeds. All but that is None where none was measured.

    ``mean_mps`` is the time-mean speed, ``space_mean_mps`` the harmonic mean, ``deviation_mps`` the standard deviation among road
    users (None of one), ``p85_mps`` the speed that 85 % do not exceed, to a km/h. ``error_mps`` is the standard deviation of one
    speed's error on average: the calibration's part of it is in the mean of many too. None where no error is known.
    """

    measured: int
    mean_mps: float | None = None
    space_mean_mps: float | None = None
    deviation_mps: float | None = None
    p85_mps: float | None = None
    error_mps: float | None = None


def speeds_of(cells: Iterable[SpeedCell]) -> Speeds:
    """The speeds of all cells together."""
    many = list(cells)
    n = sum(cell.measured for cell in many)
    if n == 0:
        return Speeds(measured=0)
    mean = sum(cell.sum_mps for cell in many) / n
    scatter = max(0.0, sum(cell.sum_squares for cell in many) - n * mean**2)
    errors = sum(cell.with_error for cell in many)
    by_kmh: dict[int, int] = {}
    for cell in many:
        for kmh, number in cell.by_kmh.items():
            by_kmh[kmh] = by_kmh.get(kmh, 0) + number
    return Speeds(
        measured=n,
        mean_mps=mean,
        space_mean_mps=n / sum(cell.sum_inverse for cell in many),
        deviation_mps=math.sqrt(scatter / (n - 1)) if n > 1 else None,
        p85_mps=percentile(by_kmh, 0.85) / KMH,
        error_mps=sum(cell.sum_error_mps for cell in many) / errors if errors else None,
    )


def percentile(by_kmh: Mapping[int, int], share: float) -> float:
    """The speed in km/h below which ``share`` of the road users of a histogram are, those of a bin spread evenly over it."""
    wanted = share * sum(by_kmh.values())
    for kmh in sorted(by_kmh):
        if wanted <= by_kmh[kmh]:
            return kmh + wanted / by_kmh[kmh]
        wanted -= by_kmh[kmh]
    raise ValueError("an empty histogram")


def bin_kmh(speed_mps: float) -> int:
    """The bin of a speed: whole km/h, rounded down."""
    return math.floor(speed_mps * KMH)
