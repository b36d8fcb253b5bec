"""The movement diagram: an arrow for each movement, as wide as its volume, with the number at its tail."""

import math
from collections.abc import Sequence

from catseye.report.drawing import GRID, INK, NOTE, ROAD, SOFT, Anchor, Drawing, Point
from catseye.report.junction import Junction, Leg, Passage
from catseye.report.layout import TURNS
from catseye.report.volumes import Volume, total

_W, _H = 800.0, 590.0
_MIDDLE = (_W / 2, _H / 2)
_TAIL, _HEAD, _END, _NAME = 178.0, 170.0, 216.0, 240.0  # distances from the middle
_LANE = 36.0  # between the tails of an approach
_WIDEST = 15.0
_COLOURS = ("#1766c2", "#c2571a", "#1f7a4d", "#8a3ea8", "#a8841a", "#0f7f8c", "#b3304f", "#5b6675")


def diagram(junction: Junction, volumes: dict[str, Volume], title: str) -> Drawing:
    """The diagram of all vehicles; ``volumes`` by movement."""
    drawing = Drawing(title=title, width=_W, height=_H)
    most = max((volume.volume or 0 for volume in volumes.values()), default=0)
    turn_rad = math.pi / 2 - junction.north_rad if junction.north_rad is not None else 0.0
    side = -1.0 if junction.drives_on_left else 1.0
    for leg in junction.legs:
        _road(drawing, leg.bearing_rad + turn_rad)
    arrows = []
    for n, leg in enumerate(junction.legs):
        arriving = [passage for passage in junction.passages if passage.origin is leg]
        lane = side * _LANE * min(1.0, 3 / max(len(arriving), 1))
        arrows += [(passage, _COLOURS[n % len(_COLOURS)], lane * (0.55 + i)) for i, passage in enumerate(arriving)]
        leaving = [passage for passage in junction.passages if passage.destination is leg]
        _leg_name(drawing, leg, turn_rad, [volumes[p.rule] for p in arriving], [volumes[p.rule] for p in leaving])
    for passage, colour, tail in sorted(arrows, key=lambda arrow: -(volumes[arrow[0].rule].volume or 0)):
        _arrow(drawing, passage, (turn_rad, tail, side), colour, volumes[passage.rule], most)
    if junction.north_rad is not None:
        _north(drawing)
    return drawing


def _place(bearing_rad: float, out: float, across: float) -> Point:
    """A point ``out`` from the middle along a bearing and ``across`` to the left of who looks outwards."""
    x = math.cos(bearing_rad) * out - math.sin(bearing_rad) * across
    y = math.sin(bearing_rad) * out + math.cos(bearing_rad) * across
    return _MIDDLE[0] + x, _MIDDLE[1] - y


def _road(drawing: Drawing, bearing_rad: float) -> None:
    half = 3.1 * _LANE
    drawing.area([_place(bearing_rad, out, across) for out, across in ((0, half), (_END, half), (_END, -half), (0, -half))], ROAD)
    drawing.stroke([_place(bearing_rad, 110, 0), _place(bearing_rad, _END, 0)], GRID, 2.0)


def _arrow(drawing: Drawing, passage: Passage, place: tuple[float, float, float], colour: str, volume: Volume, most: int) -> None:
    """A bent arrow from its approach to where it leaves, and its volume before its tail."""
    turn_rad, tail, side = place
    enter, leave = passage.origin.bearing_rad + turn_rad, passage.destination.bearing_rad + turn_rad
    exit_at = -side * _LANE * (0.6 + 0.8 * max(TURNS.index(passage.turn) - 1, 0))
    width = max(1.2, _WIDEST * (volume.volume or 0) / most) if most else 1.2
    head = max(7.0, 0.95 * width)
    points = _bent(
        [_place(enter, _TAIL, tail), _place(enter, 60, tail), _place(leave, 60, exit_at), _place(leave, _HEAD - head, exit_at)]
    )
    shade = colour if volume.volume else SOFT
    drawing.stroke(points, shade, width, dashed=not volume.volume)
    tip = [
        _place(leave, _HEAD + 2, exit_at),
        *(_place(leave, _HEAD - head, exit_at + wing * (head * 0.55 + 1.5)) for wing in (1, -1)),
    ]
    drawing.area(tip, shade, f"{passage.rule}: {'not observed' if volume.volume is None else volume.volume}")
    flat = abs(math.cos(enter)) > 0.7
    anchor: Anchor = "middle" if not flat else "start" if math.cos(enter) > 0 else "end"
    x, y = _place(enter, _TAIL + (7 if flat else 16), tail)
    drawing.words((x, y + 4.5), number(volume), size=12, colour=shade, anchor=anchor, bold=True)


def _bent(control: Sequence[Point]) -> list[Point]:
    """A Bezier curve of four control points, as 25 points."""
    found = []
    for step in range(25):
        t = step / 24
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        found.append((sum(w * p[0] for w, p in zip(weights, control, strict=True)),
                      sum(w * p[1] for w, p in zip(weights, control, strict=True))))  # fmt: skip
    return found


def number(volume: Volume) -> str:
    """A volume in a word: ``-`` unobserved, with a star where a part was not observed."""
    return "-" if volume.volume is None else f"{volume.volume}{'*' if volume.partial else ''}"


def _leg_name(drawing: Drawing, leg: Leg, turn_rad: float, arriving: Sequence[Volume], leaving: Sequence[Volume]) -> None:
    bearing_rad = leg.bearing_rad + turn_rad
    x, y = _place(bearing_rad, _NAME, 0)
    anchor: Anchor = "middle"
    if abs(math.cos(bearing_rad)) > 0.35:
        anchor = "start" if math.cos(bearing_rad) > 0 else "end"
        x = min(max(x, 8.0), _W - 8.0)
    told = [f"in {number(total(arriving))}"] * bool(arriving) + [f"out {number(total(leaving))}"] * bool(leaving)
    up = 12 * math.sin(bearing_rad)
    drawing.words((x, y - up), shortened(leg.name), size=14, colour=INK, anchor=anchor, bold=True)
    drawing.words((x, y - up + 16), ", ".join(told), size=12, anchor=anchor)


def shortened(name: str, most: int = 26) -> str:
    """A name that fits."""
    return name if len(name) <= most else name[: most - 1] + "…"


def _north(drawing: Drawing) -> None:
    x, y = _W - 34, 46
    drawing.area([(x, y - 26), (x + 8, y), (x, y - 6), (x - 8, y)], NOTE)
    drawing.words((x, y + 14), "N", size=13, colour=INK, bold=True)
