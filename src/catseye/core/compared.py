"""Counted volumes beside the true ones."""

from collections.abc import Sequence

import msgspec

from catseye.core.known import TurnKind


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many were counted, and how many truly passed. None before the first frame: nothing was observed, nothing is known.

    Crossings are paired one by one, so errors do not cancel: ``missed`` were not counted, ``extra`` were counts of nothing. While
    the clip plays, one that may still be counted is in neither, so ``counted`` may differ from ``true`` with no error yet.
    """

    counted: int | None = None
    true: int | None = None
    missed: int = 0
    extra: int = 0


class LineTally(Tally, frozen=True, kw_only=True):
    """One direction of one count line."""

    rule: str
    direction: str


class TurnTally(Tally, frozen=True, kw_only=True):
    """A cell of the turning table: the vehicles and two-wheelers from the arm ``origin`` that went ``turn``; no walkers."""

    origin: str
    turn: TurnKind


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a comparison: every direction and every turn that is compared, and their sums.

    ``ended`` is true once the clip is over and every crossing is judged.
    """

    lines: tuple[LineTally, ...]
    turns: tuple[TurnTally, ...]
    all_lines: Tally
    all_turns: Tally
    ended: bool = False


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """A crossing that was missed, or (``extra``) a count of nothing, ``at_s`` seconds into the clip. ``line`` may be a movement."""

    extra: bool
    line: str
    direction: str
    road_user: str
    at_s: float


def total(tallies: Sequence[Tally]) -> Tally:
    """The sums; None only where nothing of it is known."""
    counted = [tally.counted for tally in tallies if tally.counted is not None]
    true = [tally.true for tally in tallies if tally.true is not None]
    return Tally(
        counted=sum(counted) if counted else None,
        true=sum(true) if true else None,
        missed=sum(tally.missed for tally in tallies),
        extra=sum(tally.extra for tally in tallies),
    )


class MeasuredCell(msgspec.Struct, frozen=True, kw_only=True):
    """One traffic measure of one place from ``start_s`` on, true and found; None where it was not found.

    ``optional`` road users more than ``true`` may have been counted, and that is right too.
    """

    measure: str
    place_kind: str
    place: str
    start_s: float
    true: float | str
    found: float | str | None
    direction: str = ""
    optional: int = 0
