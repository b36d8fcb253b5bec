"""Volumes in cells."""

import msgspec

from catseye.core.ids import StreamId
from catseye.core.receipt import Receipt


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """The volume of one rule, direction and kind of road user in the cell [start, end).

    ``observed_s`` is how long the rule was really watched within the cell. ``volume`` is None where nothing was observed:
    unobserved is null, never zero. ``final`` turns true when the cell has ended and nothing can be added any more. ``receipt`` says
    how wrong the volume may be, and what that rests on.
    """

    stream: StreamId
    rule: str
    direction: str
    road_user: str
    start_ns: int
    end_ns: int
    volume: int | None
    observed_s: float
    final: bool = False
    receipt: Receipt = msgspec.field(default_factory=Receipt)


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch [start, end) in which a stream was not observed."""

    stream: StreamId
    start_ns: int
    end_ns: int
