"""From what minutes hold to what measures are: pure functions of a merged interval, None where it cannot be told."""

from collections import Counter
from collections.abc import Callable

from catseye.core.speeds import KMH
from catseye.core.time import CELL_S
from catseye.traffic.measures.keys import BIN, parts
from catseye.traffic.measures.merging import HOUR_S, Merged

Value = float | str | None
Of = Callable[[Merged], Value]
LEAST_SATURATED = 10  # headways, before a saturation flow is told
_WATCHED = 0.9  # of a quarter of an hour, for the peak hour factor
_SIGNALISED = ((10.0, "A"), (20.0, "B"), (35.0, "C"), (55.0, "D"), (80.0, "E"))
_PRIORITY = ((10.0, "A"), (15.0, "B"), (25.0, "C"), (35.0, "D"), (50.0, "E"))
_DENSITY = ((11 / 1.609344, "A"), (18 / 1.609344, "B"), (26 / 1.609344, "C"), (35 / 1.609344, "D"), (45 / 1.609344, "E"))


def watched(of: Callable[[Merged], Value]) -> Of:
    """``of``, None where nothing was watched."""
    return lambda interval: of(interval) if interval.observed_s > 0 else None


def ratio(above: str, below: str, factor: float = 1.0) -> Of:
    """One total by another; None without the latter."""

    def of(interval: Merged) -> Value:
        under = interval.total(below)
        return factor * interval.total(above) / under if under > 0 else None

    return watched(of)


def rate(measure: str, per_s: float) -> Of:
    """A total by the time watched."""
    return watched(lambda interval: interval.total(measure) / interval.observed_s * per_s)


def total(measure: str) -> Of:
    """A total."""
    return watched(lambda interval: interval.total(measure))


def largest(measure: str, sampled: str) -> Of:
    """The largest of a measure, where it was ever looked for."""
    return watched(lambda interval: interval.most.get(measure) if interval.total(sampled) > 0 else None)


def percentile(measure: str, share: float) -> Of:
    """A percentile of a tally, of all directions together, taken as even within each bin."""

    def of(interval: Merged) -> Value:
        tally: Counter[float] = Counter()
        for name, bins in interval.tally.items():
            if parts(name)[0] == measure:
                tally.update({float(low): count for low, count in bins.items()})
        left = share * tally.total()
        for low, count in sorted(tally.items()):
            if left <= count:
                return low + BIN[measure] * left / count
            left -= count
        return None

    return watched(of)


def peak_hour_factor(interval: Merged) -> Value:
    """The volume of an hour by four times that of its busiest quarter; None of any other interval, or with a quarter missing."""
    quarters = list(interval.quarters.values())
    if interval.end_ns - interval.start_ns != HOUR_S * 10**9 or len(quarters) != 4:
        return None
    if any(part.observed_s < _WATCHED * CELL_S for part in quarters):
        return None
    busiest = max(part.total("volume") for part in quarters)
    return sum(part.total("volume") for part in quarters) / (4 * busiest) if busiest > 0 else None


def space_mean_speed(interval: Merged) -> Value:
    """Over a lane d / t of Edie's; over a line the harmonic mean of the speeds there. km/h."""
    if interval.observed_s <= 0:
        return None
    if "area_ms" in interval.sums:
        return ratio("distance_m", "time_s", KMH)(interval)
    return ratio("speed_n", "pace_spm", KMH)(interval)


def control_delay(interval: Merged) -> float | None:
    """Seconds a vehicle; not below 0."""
    count = interval.total("delay_n")
    if interval.observed_s <= 0 or count <= 0:
        return None
    return max(0.0, (interval.total("delay_time_s") - interval.total("delay_free_s")) / count)


def level_of_service(interval: Merged) -> Value:
    """The letter of a control delay."""
    delay_s = control_delay(interval)
    return None if delay_s is None else level(delay_s, signal=bool(interval.most.get("signal")))


def level(delay_s: float, *, signal: bool) -> str:
    """The letter of a control delay at signals, or at give-way lines and roundabouts."""
    return letter(delay_s, _SIGNALISED if signal else _PRIORITY)


def density_level(interval: Merged) -> Value:
    """The letter of a density, of vehicles as they are."""
    density = ratio("time_s", "area_ms", 1000.0)(interval)
    return letter(density, _DENSITY) if isinstance(density, float) else None


def letter(value: float, bounds: tuple[tuple[float, str], ...]) -> str:
    """The first level whose bound is not exceeded; F beyond all."""
    return next((level for bound, level in bounds if value <= bound), "F")


def saturation_flow(interval: Merged) -> Value:
    """Vehicles an hour of green; None with fewer than ``LEAST_SATURATED`` headways."""
    if interval.total("saturation_n") < LEAST_SATURATED:
        return None
    return ratio("saturation_n", "saturation_s", float(HOUR_S))(interval)
