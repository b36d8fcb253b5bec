"""What a counter does to a count, step by step. Each step gives another count, and the step that takes it back."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from catseye.core.errors import ConfigError
from catseye.wire.hand_counts import HandComplete, HandCount, HandCrossing, check

Stretch = tuple[float, float]


class Add(msgspec.Struct, frozen=True, kw_only=True, tag="add", tag_field="what"):
    """One more road user passed. The key is new; the same once more changes nothing, so it may be sent again."""

    crossing: HandCrossing


class Amend(msgspec.Struct, frozen=True, kw_only=True, tag="amend", tag_field="what"):
    """The crossing of this key was another one."""

    crossing: HandCrossing


class Drop(msgspec.Struct, frozen=True, kw_only=True, tag="drop", tag_field="what"):
    """The crossing of this key was none."""

    key: str


class Declare(msgspec.Struct, frozen=True, kw_only=True, tag="declare", tag_field="what"):
    """What is complete of these lines and directions from now on; no kinds: nothing."""

    ways: tuple[HandComplete, ...]


class Watch(msgspec.Struct, frozen=True, kw_only=True, tag="watch", tag_field="what"):
    """These stretches [start, end] s were shown, picture by picture."""

    stretches: tuple[Stretch, ...]


Step = Add | Amend | Drop | Declare | Watch


def taken(count: HandCount, step: Step) -> tuple[HandCount, Step | None]:
    """The count after a step, and the step back; None where there is nothing to take back. Raises ConfigError."""
    match step:
        case Add(crossing=crossing):
            after, back = _added(count, crossing)
        case Amend(crossing=crossing):
            old = _of(count, crossing.key)
            if old is None:
                raise ConfigError("That count was deleted meanwhile.", "Count it again.")
            after, back = _with(count, crossing), None if old == crossing else Amend(crossing=old)
        case Drop(key=key):
            old = _of(count, key)
            after = replace(count, crossings=tuple(c for c in count.crossings if c.key != key))
            back = None if old is None else Add(crossing=old)
        case Declare(ways=ways):
            after, back = _declared(count, ways)
        case Watch(stretches=stretches):
            after, back = replace(count, watched=joined((*count.seen(), *stretches), (count.from_s, count.until_s))), None
    check(after)
    return after, back


def joined(stretches: Iterable[Stretch], within: Stretch) -> tuple[Stretch, ...]:
    """The union of stretches as far as it lies ``within``, in order, to the millisecond."""
    found: list[Stretch] = []
    for start, end in sorted((round(max(a, within[0]), 3), round(min(b, within[1]), 3)) for a, b in stretches):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return tuple(found)


def _added(count: HandCount, crossing: HandCrossing) -> tuple[HandCount, Step | None]:
    if not crossing.key:
        raise ConfigError("A count without a key.", "Give each count a key of its own.")
    old = _of(count, crossing.key)
    if old is None:
        return _with(count, crossing), Drop(key=crossing.key)
    if old != crossing:
        raise ConfigError("Another count has that key.", "Give each count a key of its own.")
    return count, None


def _declared(count: HandCount, ways: tuple[HandComplete, ...]) -> tuple[HandCount, Step | None]:
    before = {(one.line, one.direction): one for one in count.complete or ()}
    after = before | {(way.line, way.direction): way for way in ways}
    order = [(line.name, way) for line in count.lines for way in line.directions]
    strangers = set(after) - set(order)  # they stay, for the check to name
    kept = tuple(after[way] for way in (*order, *sorted(strangers)) if way in after and after[way].kinds)
    back = Declare(
        ways=tuple(
            before.get((way.line, way.direction), HandComplete(line=way.line, direction=way.direction, kinds=())) for way in ways
        )
    )
    return replace(count, complete=kept), None if kept == count.complete else back


def _of(count: HandCount, key: str) -> HandCrossing | None:
    return next((crossing for crossing in count.crossings if crossing.key == key), None)


def _with(count: HandCount, crossing: HandCrossing) -> HandCount:
    others = [other for other in count.crossings if other.key != crossing.key]
    return replace(count, crossings=tuple(sorted([*others, crossing], key=lambda one: (one.at_s, one.key))))
