"""Any interval of whole minutes, from its minutes."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from catseye.core.time import CELL_S, NS_PER_S, cell_start
from catseye.core.traffic import MINUTE_NS, PlaceKind, TrafficMinute
from catseye.traffic.measures.keys import key, parts

Place = tuple[PlaceKind, str]
HOUR_S = 3600


@dataclass(slots=True)
class Merged:
    """What one place saw in [start, end), of which ``observed_s`` was watched.

    ``quarters`` holds the same for each quarter of an hour in it that the clock begins.
    """

    start_ns: int
    end_ns: int
    observed_s: float = 0.0
    sums: dict[str, float] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    tally: dict[str, dict[str, int]] = field(default_factory=dict)
    quarters: dict[int, "Merged"] = field(default_factory=dict)

    def add(self, minute: TrafficMinute) -> None:
        """Take a minute of the interval in, or a part of one that a run ended or began in."""
        self.observed_s += minute.observed_s
        for name, amount in minute.sums.items():
            self.sums[name] = self.sums.get(name, 0.0) + amount
        for name, value in minute.most.items():
            self.most[name] = max(value, self.most.get(name, value))
        for name, bins in minute.tally.items():
            tally = self.tally.setdefault(name, {})
            for where, count in bins.items():
                tally[where] = tally.get(where, 0) + count

    def total(self, measure: str) -> float:
        """The sum of a measure over all kinds and directions; 0 where nothing of it happened."""
        return sum(amount for name, amount in self.sums.items() if parts(name)[0] == measure)

    def kinds(self, measure: str) -> dict[str, float]:
        """The sum of a measure by kind of road user."""
        found: dict[str, float] = {}
        for name, amount in sorted(self.sums.items()):
            if parts(name)[0] == measure:
                kind = parts(name)[1]
                found[kind] = found.get(kind, 0.0) + amount
        return found

    def of_kinds(self, kinds: frozenset[str]) -> "Merged":
        """What is told of some kinds, and what is not told by kind."""
        return self._with({name: amount for name, amount in self.sums.items() if parts(name)[1] in {"", *kinds}}, kinds)

    def _with(self, sums: dict[str, float], kinds: frozenset[str]) -> "Merged":
        return replace(self, sums=sums, quarters={start: part.of_kinds(kinds) for start, part in self.quarters.items()})

    def directions(self) -> list[str]:
        """The directions that anything is told by."""
        return sorted({parts(name)[2] for name in [*self.sums, *self.tally]} - {""})

    def towards(self, direction: str) -> "Merged":
        """One direction of a line alone."""
        return replace(
            self,
            sums={key(*parts(name)[:2]): amount for name, amount in self.sums.items() if parts(name)[2] == direction},
            tally={parts(name)[0]: bins for name, bins in self.tally.items() if parts(name)[2] == direction},
            quarters={start: part.towards(direction) for start, part in self.quarters.items()},
        )


def merged(minutes: Iterable[TrafficMinute], start_ns: int, end_ns: int) -> Merged:
    """The minutes of one place in [start, end) together."""
    whole = Merged(start_ns, end_ns)
    for minute in minutes:
        if start_ns <= minute.start_ns < end_ns:
            whole.add(minute)
            quarter = cell_start(minute.start_ns)
            if start_ns <= quarter and quarter + CELL_S * NS_PER_S <= end_ns:
                whole.quarters.setdefault(quarter, Merged(quarter, quarter + CELL_S * NS_PER_S)).add(minute)
    return whole


def by_interval(minutes: Iterable[TrafficMinute], interval_min: int) -> dict[Place, list[Merged]]:
    """The intervals of each place, in order, from the first that anything was watched in to the last; none between is left out.

    Intervals begin at multiples of their length, counted in UTC.
    """
    length_ns = interval_min * MINUTE_NS
    rows = sorted(minutes, key=lambda row: row.start_ns)
    if not rows:
        return {}
    first, last = (row.start_ns // length_ns * length_ns for row in (rows[0], rows[-1]))
    there: dict[Place, dict[int, list[TrafficMinute]]] = {}
    for row in rows:
        start = row.start_ns // length_ns * length_ns
        there.setdefault((row.place_kind, row.place), {}).setdefault(start, []).append(row)
    starts = range(first, last + 1, length_ns)
    return {
        place: [merged(cells.get(start, []), start, start + length_ns) for start in starts]
        for place, cells in sorted(there.items())
    }
