"""Adds up what the places of a scene saw, minute by minute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catseye.core.ids import RunId, StreamId
from catseye.core.time import NS_PER_S, seconds, split_by_cell
from catseye.core.traffic import MINUTE_NS, PlaceKind, TrafficMinute
from catseye.traffic.measures.keys import bin_of, key

HOLD_S = 10.0  # what happened in a minute may be known this much later: who vanished, who waited

Place = tuple[PlaceKind, str]


@dataclass(slots=True)
class _Page:
    """What one place saw in one minute so far."""

    sums: dict[str, float] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    tally: dict[str, dict[str, int]] = field(default_factory=dict)


class MinuteBook:
    """The minutes of one run that are still open: one or two at a time, every place in each.

    A minute is handed out once, ``HOLD_S`` after its end. What is told of it later goes to the oldest open one.
    """

    def __init__(self, places: Sequence[tuple[Place, float]], *, stream: StreamId, run: RunId, scene_revision: str) -> None:
        """``places`` come with their length in metres, 0 where it has none."""
        self._places = dict(places)
        self._stream, self._run, self._revision = stream, run, scene_revision
        self._pages: dict[int, dict[Place, _Page]] = {}
        self._observed_ns: dict[int, int] = {}
        self._closed_ns: int | None = None

    def observe(self, start_ns: int, end_ns: int) -> None:
        """Every place was watched from ``start_ns`` to ``end_ns``."""
        for minute, start, end in split_by_cell(start_ns, end_ns, 60):
            self._observed_ns[minute] = self._observed_ns.get(minute, 0) + end - start

    def add(self, place: Place, at_ns: int, name: str, amount: float = 1.0) -> None:
        """Add to a sum of the minute of ``at_ns``."""
        sums = self._page(place, at_ns).sums
        sums[name] = sums.get(name, 0.0) + amount

    def spread(self, place: Place, span_ns: tuple[int, int], amounts: Mapping[str, float]) -> None:
        """Add amounts that came evenly during a span: each minute gets its share."""
        start_ns, end_ns = span_ns
        pieces = split_by_cell(start_ns, end_ns, 60) if end_ns > start_ns else [(0, start_ns, start_ns)]
        for _, start, end in pieces:
            share = (end - start) / (end_ns - start_ns) if end_ns > start_ns else 1.0
            for name, amount in amounts.items():
                self.add(place, start, name, amount * share)

    def peak(self, place: Place, at_ns: int, name: str, value: float) -> None:
        """Remember the largest."""
        most = self._page(place, at_ns).most
        most[name] = max(value, most.get(name, value))

    def tick(self, place: Place, at_ns: int, measure: str, value: float, direction: str = "") -> None:
        """Count a value into its bin."""
        name = key(measure, direction=direction)
        tally = self._page(place, at_ns).tally.setdefault(name, {})
        where = bin_of(measure, value)
        tally[where] = tally.get(where, 0) + 1

    def due(self, now_ns: int) -> list[TrafficMinute]:
        """The minutes that are over for good."""
        over = now_ns - round(HOLD_S * NS_PER_S) - MINUTE_NS
        return [record for minute in sorted(self._observed_ns) if minute <= over for record in self._hand_out(minute)]

    def close(self) -> list[TrafficMinute]:
        """All that are still open."""
        return [record for minute in sorted(self._observed_ns) for record in self._hand_out(minute)]

    def _page(self, place: Place, at_ns: int) -> _Page:
        minute = at_ns // MINUTE_NS * MINUTE_NS
        if self._closed_ns is not None and minute <= self._closed_ns:
            minute = min(self._observed_ns, default=self._closed_ns + MINUTE_NS)
        self._observed_ns.setdefault(minute, 0)
        return self._pages.setdefault(minute, {}).setdefault(place, _Page())

    def _hand_out(self, minute: int) -> list[TrafficMinute]:
        pages, observed_ns = self._pages.pop(minute, {}), self._observed_ns.pop(minute)
        self._closed_ns = minute
        if not observed_ns:
            return []  # a lone instant covers no time
        records = []
        for place, length_m in self._places.items():
            page = pages.get(place, _Page())
            if length_m:
                page.sums["area_ms"] = length_m * seconds(observed_ns)
            records.append(
                TrafficMinute(
                    stream=self._stream,
                    run=self._run,
                    scene_revision=self._revision,
                    place_kind=place[0],
                    place=place[1],
                    start_ns=minute,
                    observed_s=seconds(observed_ns),
                    sums=page.sums,
                    most=page.most,
                    tally=page.tally,
                )
            )
        return records
