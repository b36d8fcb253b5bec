"""What is known of a clip beforehand: who truly crossed its count lines and completed its movements, and when."""

from typing import Literal

import msgspec

from catseye.core.road_users import RoadUser

TurnKind = Literal["left", "through", "right", "u"]


class KnownCrossing(msgspec.Struct, frozen=True, kw_only=True):
    """One road user over one count line, or through one movement, ``at_s`` seconds from the beginning of the clip.

    ``direction`` is one of the line's two, or the movement's own name. ``optional``: whoever marked it could not be sure.
    """

    rule: str
    direction: str
    road_user: RoadUser
    at_s: float
    optional: bool = False


class KnownLine(msgspec.Struct, frozen=True, kw_only=True):
    """A count line that the truth speaks of, also where nobody crossed it."""

    name: str
    directions: tuple[str, str]


class KnownTurn(msgspec.Struct, frozen=True, kw_only=True):
    """A movement that the truth speaks of: it comes from the arm ``origin`` and goes ``turn``."""

    movement: str
    origin: str
    turn: TurnKind


class KnownTruth(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of a clip. ``crossings`` are in order of time.

    ``kinds`` are those whose false counts can be told; ``until_s`` is where the truth ends, None where it outlasts any clip.
    """

    lines: tuple[KnownLine, ...]
    turns: tuple[KnownTurn, ...]
    crossings: tuple[KnownCrossing, ...]
    kinds: frozenset[RoadUser] = frozenset(RoadUser)
    until_s: float | None = None
