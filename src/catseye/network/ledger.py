"""What a ledger says of a network over a stretch of time: by camera, by district and altogether."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from catseye.core.cameras import Camera, Maintenance
from catseye.core.errors import ConfigError
from catseye.core.health import HealthEpisode
from catseye.core.ids import StreamId
from catseye.core.time import parse_instant
from catseye.network.repairs import Repairs, outside, repairs
from catseye.network.tally import CameraTally, Tally, tally, together
from catseye.network.void import VoidCell, void_cells
from catseye.ports.ledger import LedgerReader

NO_DISTRICT = "no district"
K = TypeVar("K", int, date)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraReview:
    """What became of one camera. ``registered`` is False where it is in the ledger only: it was removed."""

    name: StreamId
    district: str
    title: str
    registered: bool
    tally: CameraTally
    episodes: tuple[HealthEpisode, ...]
    repairs: Repairs
    void: tuple[VoidCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What became of a network in [start, end) as known at ``until_ns``. ``never`` were registered but are not in the ledger."""

    start_ns: int
    end_ns: int
    until_ns: int
    tz: ZoneInfo
    cameras: tuple[CameraReview, ...]
    never: tuple[StreamId, ...]
    repairs: Repairs

    @property
    def whole(self) -> Tally:
        """The network."""
        return together(camera.tally.whole for camera in self.cameras)

    @property
    def districts(self) -> dict[str, Tally]:
        """By district, in order of name."""
        found: dict[str, Tally] = defaultdict(Tally)
        for camera in sorted(self.cameras, key=lambda one: one.district):
            found[camera.district] += camera.tally.whole
        return dict(found)

    @property
    def days(self) -> dict[date, Tally]:
        """By civil day."""
        return _by([camera.tally.days for camera in self.cameras])

    @property
    def hours(self) -> dict[int, Tally]:
        """By civil hour of the day."""
        return _by([camera.tally.hours for camera in self.cameras])


def _by(parts: Sequence[Mapping[K, Tally]]) -> dict[K, Tally]:
    found: dict[K, Tally] = defaultdict(Tally)
    for part in parts:
        for key, one in part.items():
            found[key] += one
    return {key: found[key] for key in sorted(found)}


def planned(maintenance: Sequence[Maintenance], name: StreamId, district: str, tz: ZoneInfo) -> list[tuple[int, int]]:
    """The stretches [start, end) in which a camera is not due. Raises ConfigError for a time that cannot be read."""
    found = []
    for one in maintenance:
        if name in one.cameras or (one.district and one.district == district):
            start_ns, end_ns = parse_instant(one.start, tz), parse_instant(one.end, tz)
            if end_ns <= start_ns:
                raise ConfigError(f"Maintenance from {one.start} ends at {one.end}, not after.", "Mend [[maintenance]].")
            found.append((start_ns, end_ns))
    return found


def month_span(month: str, tz: ZoneInfo) -> tuple[int, int]:
    """[start, end) of a civil month written as ``2026-11``. Raises ConfigError."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise ConfigError(f"Not a month: {month!r}.", "Write year and month, such as 2026-11.") from error
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return parse_instant(f"{first}T00:00", tz), parse_instant(f"{after}T00:00", tz)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewing:
    """What a ledger is reviewed by: who is registered, what was planned, which time is meant and what time it is now."""

    cameras: Sequence[Camera]
    maintenance: Sequence[Maintenance]
    tz: ZoneInfo
    start_ns: int
    end_ns: int
    now_ns: int


def camera_reviews(
    ledger: LedgerReader, of: Reviewing, district: str | None = None, only: StreamId | None = None
) -> Iterator[CameraReview]:
    """Each camera that the ledger has something of, by name; only those of a district, or ``only`` one, where that is given.

    A registered camera is due from its first minute in the ledger until now, a removed one until its last. One camera's records
    are held at a time.
    """
    known = {camera.name: camera for camera in of.cameras}
    for name, (first_ns, last_ns) in sorted(ledger.spans().items()):
        camera = known.get(name)
        of_district = (camera.district if camera else "") or NO_DISTRICT
        begin, end = max(of.start_ns, first_ns), min(of.end_ns, of.now_ns if camera else last_ns)
        if begin >= end or district not in {None, of_district} or only not in {None, name}:
            continue
        excluded = planned(of.maintenance, name, of_district, of.tz)
        minutes, episodes = ledger.minutes(begin, end, name), ledger.episodes(begin, end, name)
        counted = outside([one for one in episodes if one.began_ns >= begin], excluded)
        yield CameraReview(
            name=name,
            district=of_district,
            title=camera.title if camera else "",
            registered=camera is not None,
            tally=tally(minutes, (begin, end), excluded, of.tz),
            episodes=tuple(episodes),
            repairs=repairs(counted, end),
            void=tuple(void_cells(name, episodes, minutes, begin, end)),
        )


def review(cameras: Sequence[CameraReview], of: Reviewing, never: Sequence[StreamId] = ()) -> Review:
    """The network of the cameras that were reviewed."""
    end_ns = min(of.end_ns, of.now_ns)
    counted = [
        one
        for camera in cameras
        for one in outside(camera.episodes, planned(of.maintenance, camera.name, camera.district, of.tz))
        if one.began_ns >= of.start_ns
    ]
    return Review(
        start_ns=of.start_ns,
        end_ns=of.end_ns,
        until_ns=end_ns,
        tz=of.tz,
        cameras=tuple(cameras),
        never=tuple(never),
        repairs=repairs(counted, end_ns),
    )
