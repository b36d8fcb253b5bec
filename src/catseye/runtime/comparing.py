"""Holds the counts of a clip against what truly happened in it, while it plays and at its end. Pure: it is told the time."""

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from catseye.core.compared import Compared, LineTally, Mistake, Tally, TurnTally, total
from catseye.core.errors import ConfigError
from catseye.core.events import LineCrossed, MovementCompleted
from catseye.core.known import KnownCrossing, KnownTruth, TurnKind
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.core.time import seconds
from catseye.ports import Record
from catseye.rules.pairing import WITHIN_S, crossing_of, pair

LATE_S = 3.0  # a crossing is settled, kept and shown within this; until then it is not called missed


def unlike(known: KnownTruth, scene: Scene) -> tuple[str, ...]:
    """What the truth and the scene do not share, as sentences; none of it is compared.

    Raises ConfigError where nothing can be compared, or where a line's directions have other names.
    """
    drawn = {line.name: line.directions for line in scene.lines}
    for line in known.lines:
        if line.name in drawn and set(drawn[line.name]) != set(line.directions):
            theirs, ours = (" and ".join(ways) for ways in (line.directions, drawn[line.name]))
            raise ConfigError(
                f"The directions of line {line.name!r} are {theirs} in the truth, {ours} in the scene.",
                "Give the scene that belongs to the truth.",
            )
    lines = {line.name for line in known.lines}
    moves, moved = {turn.movement for turn in known.turns}, {movement.name for movement in scene.movements}
    if not lines & drawn.keys() and not moves & moved:
        raise ConfigError(
            "The truth and the scene have no count line and no movement in common.",
            "Give the scene that belongs to the truth: lines and movements go by their names.",
        )
    pairs = (("count line", lines, set(drawn)), ("movement", moves, moved))
    return tuple(
        f"The {here} has no {what} {_listed(names)}: not compared."
        for what, true, ours in pairs
        for here, names in (("scene", true - ours), ("truth", ours - true))
        if names
    )


def _listed(names: set[str]) -> str:
    return ", ".join(map(repr, sorted(names)))


@dataclass(slots=True)
class _Way:
    """One direction of one rule. ``judged`` is the tally and the mistakes of the last asking, ``asked`` what they rested on."""

    true: list[KnownCrossing]
    times_s: list[float]
    until_s: float
    events: list[LineCrossed | MovementCompleted] = field(default_factory=list)
    asked: tuple[int, ...] = ()
    judged: tuple[Tally, tuple[Mistake, ...]] = (Tally(), ())

    def judge(self, begins_ns: int, now_s: float, settled_s: float) -> tuple[Tally, tuple[Mistake, ...]]:
        """The crossings until ``now_s``; those after ``settled_s`` are not yet called missed.

        One that is true a moment after now may be counted already, so it may be paired, but it is not asked for. What is counted
        after the truth's end cannot be judged.
        """
        due, settled, near = (bisect_right(self.times_s, at_s) for at_s in (now_s, settled_s, now_s + WITHIN_S))
        asked = (due, settled, near, len(self.events))
        if asked == self.asked:
            return self.judged
        true = [_optional(crossing) if n >= due else crossing for n, crossing in enumerate(self.true[:near])]
        counted = [crossing_of(event, begins_ns) for event in self.events]
        pairs = pair(true, counted)
        taken, used = {i for i, _ in pairs}, {j for _, j in pairs}
        missed = [c for i, c in enumerate(true[:settled]) if i not in taken and not c.optional]
        extra = [c for j, c in enumerate(counted) if j not in used and c.at_s <= self.until_s]
        tally = Tally(
            counted=sum(not true[i].optional for i, _ in pairs) + len(extra),
            true=sum(not crossing.optional for crossing in true),
            missed=len(missed),
            extra=len(extra),
        )
        mistakes = [_mistake(c, extra=False) for c in missed] + [_mistake(c, extra=True) for c in extra]
        self.asked, self.judged = asked, (tally, tuple(mistakes))
        return self.judged


def _optional(crossing: KnownCrossing) -> KnownCrossing:
    return KnownCrossing(
        rule=crossing.rule, direction=crossing.direction, road_user=crossing.road_user, at_s=crossing.at_s, optional=True
    )


def _mistake(crossing: KnownCrossing, *, extra: bool) -> Mistake:
    return Mistake(
        extra=extra,
        line=crossing.rule,
        direction=crossing.direction,
        road_user=crossing.road_user.label,
        at_s=round(crossing.at_s, 2),
    )


class Comparing:
    """The comparison of one playing of a clip. Give it every record kept; ask it at any instant."""

    def __init__(self, known: KnownTruth, scene: Scene) -> None:
        self._kinds = known.kinds
        self._until_s = math.inf if known.until_s is None else known.until_s
        self._lines = [line for line in known.lines if any(line.name == drawn.name for drawn in scene.lines)]
        moves = {movement.name for movement in scene.movements}
        self._turns = [turn for turn in known.turns if turn.movement in moves]
        asked = [(line.name, way) for line in self._lines for way in line.directions]
        asked += [(turn.movement, turn.movement) for turn in self._turns]
        self._moves = {turn.movement for turn in self._turns}
        self._ways: dict[tuple[str, str], _Way] = {}
        for rule, direction in asked:
            true = [c for c in known.crossings if (c.rule, c.direction) == (rule, direction) and self._takes(rule, c.road_user)]
            self._ways[rule, direction] = _Way(true, [c.at_s for c in true], self._until_s)

    def add(self, records: Iterable[Record]) -> None:
        """Take in the crossings and movements among the records; those that the truth cannot judge are left out."""
        for record in records:
            if not isinstance(record, LineCrossed | MovementCompleted):
                continue
            way = self._ways.get((record.rule, record.direction if isinstance(record, LineCrossed) else record.rule))
            if way is not None and self._takes(record.rule, RoadUser[record.road_user.upper()]):
                way.events.append(record)

    def at(self, begins_ns: int | None, now_ns: int | None, *, ended: bool = False) -> Compared:
        """The comparison at ``now_ns`` of a clip that begins at ``begins_ns``; None before its first frame."""
        judged = {key: self._judge(key, begins_ns, now_ns, ended=ended)[0] for key in self._ways}
        lines = tuple(
            LineTally(rule=line.name, direction=way, **msgspec.structs.asdict(judged[line.name, way]))
            for line in self._lines
            for way in line.directions
        )
        cells: dict[tuple[str, TurnKind], list[Tally]] = {}
        for turn in self._turns:
            cells.setdefault((turn.origin, turn.turn), []).append(judged[turn.movement, turn.movement])
        turns = tuple(
            TurnTally(origin=origin, turn=turn, **msgspec.structs.asdict(total(tallies)))
            for (origin, turn), tallies in cells.items()
        )
        return Compared(lines=lines, turns=turns, all_lines=total(lines), all_turns=total(turns), ended=ended)

    def mistakes(self, begins_ns: int | None, now_ns: int | None) -> tuple[Mistake, ...]:
        """What was missed and what was counted for nothing by the end, ``now_ns``, in order of time."""
        found = [mistake for key in self._ways for mistake in self._judge(key, begins_ns, now_ns, ended=True)[1]]
        return tuple(sorted(found, key=lambda mistake: (mistake.at_s, mistake.line, mistake.direction, mistake.extra)))

    def _takes(self, rule: str, road_user: RoadUser) -> bool:
        return road_user in self._kinds and not (rule in self._moves and road_user is RoadUser.PEDESTRIAN)

    def _judge(
        self, key: tuple[str, str], begins_ns: int | None, now_ns: int | None, *, ended: bool
    ) -> tuple[Tally, tuple[Mistake, ...]]:
        if begins_ns is None or now_ns is None:
            return Tally(), ()
        now_s = min(seconds(now_ns - begins_ns), self._until_s)
        return self._ways[key].judge(begins_ns, now_s, now_s if ended else now_s - LATE_S)
