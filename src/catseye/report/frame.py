"""A frame with round numbers beside it, and civil times or numbers under it."""

import math
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from catseye.core.time import to_local
from catseye.core.traffic import MINUTE_NS
from catseye.report.drawing import GRID, INK, Drawing, Point

_STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080)
_UTC = ZoneInfo("UTC")


class Frame:
    """Axes in a drawing: along it ``span``, in minutes since 1970 where ``tz`` is given, and up from 0 to ``top``."""

    def __init__(self, drawing: Drawing, span: tuple[float, float], top: float, *, tz: ZoneInfo | None = None) -> None:
        self.drawing, self.span, self.top = drawing, span, top
        self.timed, self.tz = tz is not None, tz or _UTC
        self.left, self.right, self.upper, self.lower = 52.0, drawing.width - 22, 44.0, drawing.height - 38
        drawing.box(0, 0, drawing.width, drawing.height, "#ffffff")

    def title(self, text: str, up: str, along: str = "") -> None:
        """What it is, and the units of both axes."""
        self.drawing.words((8, 17), text, size=13, colour=INK, anchor="start", bold=True)
        self.drawing.words((8, 35), up, anchor="start")
        self.drawing.words((self.right, self.drawing.height - 6), along, anchor="end")

    def grid(self) -> None:
        """Lines at round numbers, and what they are."""
        for value in _round(0.0, self.top):
            self.drawing.stroke([self._at((self.span[0], value)), self._at((self.span[1], value))], GRID)
            self.drawing.words((self.left - 6, self._at((0.0, value))[1] + 4), f"{value:g}", anchor="end")
        for value in self._times() if self.timed else _round(*self.span):
            x = self._at((value, 0.0))[0]
            self.drawing.stroke([(x, self.lower), (x, self.lower + 4)] if self.timed else [(x, self.upper), (x, self.lower)], GRID)
            self.drawing.words((x, self.lower + 16), self._named(value))

    def line(self, points: Sequence[Point], colour: str, width: float, *, dashed: bool = False) -> None:
        """A line through points of the axes."""
        self.drawing.stroke([self._at(point) for point in points], colour, width, dashed=dashed)

    def area(self, points: Sequence[Point], colour: str, says: str = "") -> None:
        """A filled outline."""
        self.drawing.area([self._at(point) for point in points], colour, says)

    def dot(self, point: Point, colour: str, says: str) -> None:
        """A small diamond."""
        x, y = self._at(point)
        self.drawing.area([(x - 3, y), (x, y - 3), (x + 3, y), (x, y + 3)], colour, says)

    def words(self, point: Point, text: str) -> None:
        """Small words to the upper left of a point, within the frame."""
        x, y = self._at(point)
        self.drawing.words((x - 6, max(y - 5, self.upper + 9)), text, size=9, anchor="end")

    def key(self, entries: Iterable[tuple[str, str]]) -> None:
        """What the colours mean."""
        right = self.right
        for text, colour in reversed(list(entries)):
            right -= 6.2 * len(text) + 30
            self.drawing.box(right, 24, right + 11, 35, colour)
            self.drawing.words((right + 16, 34), text, anchor="start")

    def _at(self, point: Point) -> Point:
        share = (point[0] - self.span[0]) / max(self.span[1] - self.span[0], 1e-9)
        return self.left + (self.right - self.left) * share, self.lower - (self.lower - self.upper) * point[1] / self.top

    def _times(self) -> list[float]:
        begin, end = self.span
        step = next((step for step in _STEPS_MIN if (end - begin) / step <= 10), _STEPS_MIN[-1])
        offset = to_local(int(begin) * MINUTE_NS, self.tz).utcoffset()
        ahead = 0.0 if offset is None else offset.total_seconds() / 60
        first = math.ceil((begin + ahead) / step) * step - ahead
        return [first + n * step for n in range(int((end - first) // step) + 1)]

    def _named(self, value: float) -> str:
        if not self.timed:
            return f"{value:g}"
        local = to_local(round(value) * MINUTE_NS, self.tz)
        return f"{local:%d %b}" if local.hour + local.minute == 0 else f"{local:%H:%M}"


def _round(low: float, high: float) -> list[float]:
    """Three to eight round numbers in [low, high]."""
    power = 10.0 ** math.floor(math.log10(max(high - low, 1e-9) / 4))
    step = next(power * n for n in (1, 2, 5, 10) if (high - low) / (power * n) <= 8)
    return [round(n * step, 10) for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
