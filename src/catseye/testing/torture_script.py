"""Scripted streets with exact truth: what a detector would say, frame by frame, and who truly crossed.

Each case is a function that returns its runs. A street is 640 x 360 px with one count line from bottom to top in its middle, unless
the case says otherwise; who goes right crosses it ``forward``. A car's box is 60 x 40 px. Where nobody could know from the boxes
what happened, the case says so and asks for what can be asked.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from catseye.core.road_users import RoadUser
from catseye.testing.passing import Row, box

FORWARD, BACKWARD = "forward", "backward"
X = 320.0
ACROSS = ((X, 360.0), (X, 0.0))
Frames = list[tuple[float, list[Row]]]
Way = Callable[[float], Row | None]


@dataclass(frozen=True, kw_only=True)
class Case:
    """``runs`` are frames in order of arrival: (seconds, boxes). ``most`` is given where less may be counted than truly was."""

    runs: Sequence[Frames]
    truth: Counter[tuple[str, str]]
    line: tuple[tuple[float, float], tuple[float, float]] = ACROSS
    most: Counter[tuple[str, str]] | None = None


@dataclass(frozen=True)
class Named:
    """A case and what it is called."""

    name: str
    make: Callable[[], Case] = field(repr=False)


def listed_in(cases: list[Named]) -> Callable[[Callable[[], Case]], Callable[[], Case]]:
    """Lists a case in ``cases`` under the name of its function."""

    def case(make: Callable[[], Case]) -> Callable[[], Case]:
        cases.append(Named(make.__name__.replace("_", " "), make))
        return make

    return case


def truth(*, forward: int = 0, backward: int = 0, kind: str = "car") -> Counter[tuple[str, str]]:
    return +Counter({(FORWARD, kind): forward, (BACKWARD, kind): backward})


def straight(
    begin_s: float,
    *,
    y: float = 200.0,
    speed: float = 120.0,
    start: float = -40.0,
    size: tuple[float, float] = (60, 40),
    kind: RoadUser = RoadUser.CAR,
    confidence: float = 0.8,
) -> Way:
    """Someone who drives across the view from the left, or with a negative speed from the right."""

    def at(t: float) -> Row | None:
        x = (start if speed > 0 else 640 - start) + speed * (t - begin_s)
        seen = -size[0] / 2 < x < 640 + size[0] / 2
        return box(x, y, size=size, kind=kind, confidence=confidence) if t >= begin_s and seen else None

    return at


def filmed(ways: Iterable[Way], until_s: float, *, fps: float = 10.0, from_s: float = 0.0) -> Frames:
    """Frames at an even rate, boxes cut by the picture's edge."""
    ways = list(ways)
    times = [from_s + k / fps for k in range(round((until_s - from_s) * fps) + 1)]
    return [(t, [cut(row) for way in ways if (row := way(t)) is not None]) for t in times]


def cut(row: Row) -> Row:
    x1, y1, x2, y2, confidence, kind = row
    return (max(x1, 0.0), max(y1, 0.0), min(x2, 640.0), min(y2, 360.0), confidence, kind)


def trembling(frames: Frames, by_px: float, seed: int = 1) -> Frames:
    """Every edge of every box shaken evenly by up to ``by_px``."""
    rng = chance(seed)

    def shaken(row: Row) -> Row:
        a, b, c, d = (edge + rng.uniform(-by_px, by_px) for edge in row[:4])
        return (a, b, c, d, row[4], row[5])

    return [(t, [shaken(row) for row in rows]) for t, rows in frames]


def chance(seed: int) -> random.Random:
    """The same chance every time."""
    return random.Random(seed)  # noqa: S311 - nothing is kept secret with it


def without(frames: Frames, gone: Callable[[float, Row], bool]) -> Frames:
    return [(t, [row for row in rows if not gone(t, row)]) for t, rows in frames]
