"""Volumes that know whether all of their time was watched, and sums of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from catseye.core import road_users
from catseye.core.counts import Count
from catseye.core.receipt import Receipt
from catseye.core.road_users import RoadUser
from catseye.core.time import CELL_S

SLACK_S = 1.0  # a cell that lacks no more than this, at the seam of two runs say, was watched whole

Kinds = frozenset[str]  # labels of road users


def _labels(*kinds: RoadUser) -> Kinds:
    return frozenset(kind.label for kind in kinds)


LIGHTS = _labels(RoadUser.CAR, RoadUser.VAN, RoadUser.VEHICLE)
HEAVIES = _labels(RoadUser.BUS, RoadUser.TRUCK)
TWO_WHEELERS = _labels(*road_users.TWO_WHEELERS)
VEHICLES = LIGHTS | HEAVIES | TWO_WHEELERS
PEDESTRIANS = _labels(RoadUser.PEDESTRIAN)
CYCLISTS = _labels(RoadUser.BICYCLE, RoadUser.TWO_WHEELER)
EVERYBODY = _labels(*RoadUser)
CLASSES: dict[str, Kinds] = {
    "All vehicles": VEHICLES,
    "Lights": LIGHTS,
    "Heavies": HEAVIES,
    "Two-wheelers": TWO_WHEELERS,
}

Way = tuple[str, str]  # rule, direction


@dataclass(frozen=True, slots=True)
class Volume:
    """A number of road users, None where nothing of it was observed; ``whole`` where all of it was."""

    volume: int | None
    whole: bool

    @property
    def partial(self) -> bool:
        """Whether it is less than the whole: some of its time, or of what it sums, was not observed."""
        return self.volume is not None and not self.whole


def total(parts: Iterable[Volume]) -> Volume:
    """The sum of what was observed: None where nothing was, whole only where every part is. Nothing at all sums to unobserved."""
    volume, whole, some = None, True, False
    for part in parts:
        some = True
        whole = whole and part.whole
        if part.volume is not None:
            volume = part.volume + (volume or 0)
    return Volume(volume, some and whole)


@dataclass(slots=True)
class Cell:
    """One way in one 15-minute cell: seconds watched, volume by kind, and the receipt of all kinds together."""

    observed_s: float = 0.0
    final: bool = True
    kinds: dict[str, int] = field(default_factory=dict)
    receipt: Receipt = field(default_factory=Receipt)

    def of(self, kinds: Kinds) -> Volume:
        """The volume of some kinds of road user together."""
        known = [volume for kind, volume in self.kinds.items() if kind in kinds]
        whole = self.final and self.observed_s >= CELL_S - SLACK_S
        return Volume(sum(known) if known or self.observed_s > 0 else None, whole)


_UNSEEN = Cell(final=False)


class Cells:
    """The cells of a stream by way and start (ns)."""

    def __init__(self, counts: Sequence[Count]) -> None:
        self._cells: dict[Way, dict[int, Cell]] = defaultdict(dict)
        for count in counts:
            cell = self._cells[count.rule, count.direction].setdefault(count.start_ns, Cell())
            cell.observed_s = count.observed_s
            cell.final = count.final
            cell.receipt = count.receipt
            if count.volume is not None and count.road_user:
                cell.kinds[count.road_user] = count.volume

    @property
    def ways(self) -> list[Way]:
        """Every way that was counted or watched, in order."""
        return sorted(self._cells)

    def at(self, way: Way, start_ns: int) -> Cell:
        """The cell of a way; one of which nothing is known was not observed."""
        return self._cells.get(way, {}).get(start_ns, _UNSEEN)

    def of(self, ways: Sequence[Way], kinds: Kinds, start_ns: int) -> Volume:
        """Some ways and kinds together in one cell."""
        return total(self.at(way, start_ns).of(kinds) for way in ways)
