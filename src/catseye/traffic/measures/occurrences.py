"""What the rules of a scene tell: volumes of lines, zones and movements, and speeds over lines."""

from collections.abc import Sequence

from catseye.core.events import Event, LineCrossed, MovementCompleted, ZoneEntered
from catseye.core.speeds import KMH, LEAST_MPS
from catseye.core.traffic import Passage
from catseye.traffic.measures.keys import key
from catseye.traffic.measures.minutes import MinuteBook, Place


def take_event(book: MinuteBook, event: Event) -> None:
    """Count a crossing, an entry or a movement. Who was first seen inside a zone did not enter it."""
    if isinstance(event, LineCrossed):
        book.add(("line", event.rule), event.at_ns, key("volume", event.road_user, event.direction))
    elif isinstance(event, MovementCompleted):
        book.add(("movement", event.rule), event.at_ns, key("volume", event.road_user))
    elif isinstance(event, ZoneEntered) and not event.appeared:
        book.add(("zone", event.rule), event.at_ns, key("volume", event.road_user))


def take_passages(book: MinuteBook, passages: Sequence[Passage]) -> None:
    """Add up the speeds over lines, of those whose speed is known."""
    for passage in passages:
        if passage.speed_mps is None:
            continue
        speed = max(passage.speed_mps, LEAST_MPS)
        place: Place = ("line", passage.rule)
        for name, amount in (("speed_n", 1.0), ("speed_mps", speed), ("pace_spm", 1 / speed)):
            book.add(place, passage.at_ns, key(name, passage.road_user, passage.direction), amount)
        book.tick(place, passage.at_ns, "speed_kmh", speed * KMH, passage.direction)
