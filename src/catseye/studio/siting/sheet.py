"""The site sheet: one plan for each pole, the best first, and a table that compares them. It shows no picture of a street."""

from collections.abc import Sequence

import cv2
import numpy as np

from catseye.core.frame import U8
from catseye.studio.siting.ground_plan import BANDS, POLE, SEEN_LINE, UNSEEN_LINE, draw_plan, frame_for
from catseye.studio.siting.pen import FAINT, INK, PAPER, Colour, Pen, text_size
from catseye.studio.siting.report import PoleReport, SiteReport, bus_hides, smallest_px
from catseye.studio.siting.sight import LineSight, ViewedPlaces
from catseye.studio.street import Street

_WIDTH, _EDGE, _GAP = 1600, 36, 28
_TITLE, _LEGEND = 74, 46
_SAID_PX = 10.5
_SHADES = 40  # of each colour
_SHAPE = 0.72  # height of a panel for its width
_ROW = 40
_NAMES = 300  # width of the poles' names
_STRICT = 4.0  # a quarter of the crossings wrong is as bad as all
_WARNING: Colour = (30, 30, 190)
_RULE: Colour = (215, 212, 210)


def sheet_png(street: Street, report: SiteReport, viewed: Sequence[ViewedPlaces]) -> bytes:
    """The sheet as a PNG file. ``viewed`` goes with the poles of the report."""
    # Fewer shades than anyone sees on paper make a third less of a file.
    shades = np.rint(np.rint(np.arange(256) * (_SHADES - 1) / 255) * 255 / (_SHADES - 1)).astype(np.uint8)
    _, png = cv2.imencode(".png", shades[draw_sheet(street, report, viewed)], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    return png.tobytes()


def draw_sheet(street: Street, report: SiteReport, viewed: Sequence[ViewedPlaces]) -> U8:
    """The sheet, uint8 (H, W, 3) BGR."""
    many = len(report.poles)
    columns = 1 if many == 1 else 2
    wide = (_WIDTH - 2 * _EDGE - (columns - 1) * _GAP) // columns
    high = round(wide * _SHAPE / (1.6 if columns == 1 else 1.0))
    rows = -(-many // columns)
    head = 36 + 20 * max(len(_said(pole, wide)) for pole in report.poles)
    top = _EDGE + _TITLE + _LEGEND
    table_top = top + rows * (head + high + _GAP)
    pen = Pen((_WIDTH, table_top + _tables_height(report) + _EDGE))
    pen.text(f"Where to put a camera: {report.street}", (_EDGE, _EDGE), px=22, anchor=(0, 0), bold=True)
    pen.text(_subtitle(report), (_EDGE, _EDGE + 38), px=11, colour=FAINT, anchor=(0, 0))
    _legend(pen, report, _EDGE + _TITLE)
    frame = frame_for(street, [pole.camera for pole in report.poles], (wide, high))
    for k, (pole, places) in enumerate(zip(report.poles, viewed, strict=True)):
        x = _EDGE + (k % columns) * (wide + _GAP)
        y = top + (k // columns) * (head + high + _GAP)
        _head(pen, k + 1, pole, (x, y), wide)
        pen.paste(draw_plan(street, pole, places, report.poles, frame), (x, y + head))
        pen.line([(x, y + head), (x + wide, y + head), (x + wide, y + head + high), (x, y + head + high)], _RULE, 1, closed=True)
    _tables(pen, report, table_top)
    return pen.finished()


def _subtitle(report: SiteReport) -> str:
    counting = next((pole.counting for pole in report.poles if pole.counting is not None), None)
    counted = "by geometry alone"
    if counting is not None:
        by = "a perfect detector" if counting.detector == "perfect" else counting.detector
        counted = f"counted by {by} in {counting.minutes:g} min of traffic, {report.light}"
    return f"{len(report.poles)} pole{'s' if len(report.poles) > 1 else ''}, the best first; {counted}"


def _legend(pen: Pen, report: SiteReport, top: int) -> None:
    x, middle = float(_EDGE), top + 14.0
    x = _words(pen, "pixels per metre across the lane:", x, middle) + 10
    for k, (least, colour) in enumerate(BANDS):
        words = (
            f"under {BANDS[1][0]:g}"
            if k == 0
            else f"{least:g} and more"
            if k == len(BANDS) - 1
            else f"{least:g} to {BANDS[k + 1][0]:g}"
        )
        pen.fill([(x, middle - 8), (x + 26, middle - 8), (x + 26, middle + 8), (x, middle + 8)], colour)
        x = _words(pen, words, x + 32, middle) + 16
    pen.fill([(x, middle - 2), (x + 26, middle - 2), (x + 26, middle + 2), (x, middle + 2)], BANDS[0][1])
    x = _words(pen, f"thin: a car is lower than {report.least_height_px:g} px", x + 32, middle) + 20
    pen.line([(x, middle), (x + 26, middle)], SEEN_LINE, 3)
    x = _words(pen, "count line seen", x + 32, middle) + 14
    pen.line([(x, middle), (x + 26, middle)], UNSEEN_LINE, 2.2, dash=6)
    x = _words(pen, "not seen", x + 32, middle) + 14
    pen.line([(x, middle), (x + 26, middle)], POLE, 1.2)
    _words(pen, "field of view", x + 32, middle)


def _words(pen: Pen, words: str, x: float, middle: float) -> float:
    pen.text(words, (x, middle), px=10, anchor=(0, 0.5))
    return x + text_size(words, 10)[0]


def _head(pen: Pen, place: int, pole: PoleReport, at: tuple[int, int], wide: int) -> None:
    x, y = at
    pen.dot((x + 13, y + 14), 13, POLE)
    pen.text(str(place), (x + 13, y + 14), px=12, colour=PAPER, anchor=(0.5, 0.5), bold=True)
    pen.text(pole.name, (x + 36, y + 14), px=14, anchor=(0, 0.5), bold=True)
    camera = pole.camera
    looks = f"looks at ({camera.look_at_m[0]:g}, {camera.look_at_m[1]:g}) m{', proposed' if pole.aimed else ''}"
    said = f"{camera.position_m[2]:g} m high, {camera.fov_deg:g} deg, {camera.size[0]}x{camera.size[1]}; {looks}"
    pen.text(said, (x + wide, y + 14), px=9.5, colour=FAINT, anchor=(1, 0.5))
    for n, (line, colour) in enumerate(_said(pole, wide)):
        pen.text(line, (x, y + 44 + 20 * n), px=_SAID_PX, colour=colour, anchor=(0, 0.5))


def _said(pole: PoleReport, wide: int) -> list[tuple[str, Colour]]:
    """The lines under a pole's name: why it stands where it stands, and what speaks against it."""
    lines = [(line, INK) for line in _wrapped(pole.why, wide)]
    return lines + [(line, _WARNING) for warning in pole.warnings for line in _wrapped(f"Warning: {warning}", wide)]


def _wrapped(words: str, wide: int) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if text_size(longer, _SAID_PX)[0] <= wide:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _fitted(words: str, wide: float, px: float) -> str:
    """Words cut to a width, with an ellipsis where something was cut."""
    if text_size(words, px)[0] <= wide:
        return words
    while words and text_size(words + "...", px)[0] > wide:
        words = words[:-1]
    return words.rstrip(" ;,") + "..."


_COLUMNS = (
    ("pole", 0, 0.0),
    ("count lines seen", 430, 0.5),
    ("lanes usable", 600, 0.5),
    ("px per m, median", 770, 0.5),
    ("smallest at lines", 940, 0.5),
    ("hidden by a bus", 1110, 0.5),
    ("missed + extra", 1280, 0.5),
    ("score", 1450, 0.5),
)


def _tables_height(report: SiteReport) -> int:
    return (2 if report.poles[0].sight.lines else 1) * (58 + len(report.poles) * _ROW + _GAP)


def _tables(pen: Pen, report: SiteReport, top: int) -> None:
    pen.text("Side by side", (_EDGE, top), px=14, anchor=(0, 0), bold=True)
    for words, x, anchor in _COLUMNS:
        pen.text(words, (_EDGE + x, top + 44), px=9.5, colour=FAINT, anchor=(anchor, 0.5))
    for k, pole in enumerate(report.poles):
        y = top + 58 + k * _ROW
        _row_head(pen, k, pole, y)
        for (_, x, _), (words, share) in zip(_COLUMNS[1:], _cells(pole), strict=True):
            _cell(pen, words, share, (_EDGE + x, y))
    if report.poles[0].sight.lines:
        _line_table(pen, report, top + 58 + len(report.poles) * _ROW + _GAP)


def _line_table(pen: Pen, report: SiteReport, top: int) -> None:
    counted = any(pole.counting for pole in report.poles)
    title = "Each count line: missed (-) and extra (+) of all crossings" if counted else "Each count line: the share that is seen"
    pen.text(title, (_EDGE, top), px=14, anchor=(0, 0), bold=True)
    lines = [line.name for line in report.poles[0].sight.lines]
    wide = (_WIDTH - 2 * _EDGE - _NAMES) / len(lines)
    for n, name in enumerate(lines):
        pen.text(
            _fitted(name, wide - 8, 9.5), (_EDGE + _NAMES + (n + 0.5) * wide, top + 44), px=9.5, colour=FAINT, anchor=(0.5, 0.5)
        )
    for k, pole in enumerate(report.poles):
        y = top + 58 + k * _ROW
        _row_head(pen, k, pole, y)
        for n, line in enumerate(pole.sight.lines):
            words, good = _line_cell(pole, line)
            left, right = _EDGE + _NAMES + n * wide + 3, _EDGE + _NAMES + (n + 1) * wide - 3
            colour = _RULE if good is None else _graded(good)
            pen.fill([(left, y + 4), (right, y + 4), (right, y + _ROW - 4), (left, y + _ROW - 4)], colour)
            pen.text(_fitted(words, right - left, 10), ((left + right) / 2, y + _ROW / 2), px=10, anchor=(0.5, 0.5))


def _line_cell(pole: PoleReport, line: LineSight) -> tuple[str, float | None]:
    """What stands in the cell of a count line, and how good that is from 0 to 1; None where nothing was to count."""
    if pole.counting is None:
        return f"{line.seen:.0%}", line.seen
    rows = [row for row in pole.counting.lines if row.line == line.name]
    true, missed, extra = (sum(getattr(row, key) for row in rows) for key in ("true", "missed", "extra"))
    if not true + extra:
        return "none", None
    wrong = (missed + extra) / max(true, 1)
    return f"-{missed} +{extra} of {true}", 1.0 - min(wrong * _STRICT, 1.0)


def _graded(good: float) -> Colour:
    """From red over pale yellow to green-blue, pale enough to write on."""
    low, middle, high = (np.array(colour, np.float64) for colour in ((170, 175, 245), (215, 240, 253), (200, 228, 190)))
    mixed = low + (middle - low) * good * 2 if good < 0.5 else middle + (high - middle) * (good * 2 - 1)
    blue, green, red = (round(part) for part in mixed.tolist())
    return blue, green, red


def _row_head(pen: Pen, k: int, pole: PoleReport, y: int) -> None:
    pen.line([(_EDGE, y), (_WIDTH - _EDGE, y)], _RULE, 1)
    pen.text(f"{k + 1}  {_fitted(pole.name, _NAMES - 40, 12)}", (_EDGE, y + _ROW / 2), px=12, anchor=(0, 0.5), bold=k == 0)


def _cells(pole: PoleReport) -> list[tuple[str, float | None]]:
    """What stands in each column, and the share of the bar under it, None for no bar."""
    sight = pole.sight
    seen = sum(line.seen for line in sight.lines)
    usable, length = (sum(getattr(lane, key) for lane in sight.lanes) for key in ("usable_m", "length_m"))
    medians = sorted(lane.px_m_median for lane in sight.lanes if lane.px_m_median is not None)
    smallest, hidden = smallest_px(sight), bus_hides(sight)
    error = None if pole.counting is None else pole.counting.error
    return [
        (f"{seen:.1f} of {len(sight.lines)}", seen / max(len(sight.lines), 1)),
        (f"{usable:.0f} of {length:.0f} m", usable / max(length, 1.0)),
        (f"{medians[len(medians) // 2]:.0f}" if medians else "-", None),
        (f"{smallest:.0f} px" if smallest is not None else "-", None),
        ("-" if hidden.mean is None else f"{hidden.mean:.0%}, worst {hidden.worst or 0.0:.0%}", hidden.mean),
        ("-" if error is None else f"{error:.1%}", None if error is None else min(error, 1.0)),
        (f"{pole.score:.0f}", pole.score / 100),
    ]


def _cell(pen: Pen, words: str, share: float | None, at: tuple[float, float]) -> None:
    x, y = at
    pen.text(words, (x, y + (16 if share is not None else _ROW / 2)), px=11, anchor=(0.5, 0.5))
    if share is not None:
        left, wide = x - 62, 124
        pen.fill([(left, y + 28), (left + wide, y + 28), (left + wide, y + 33), (left, y + 33)], (232, 230, 228))
        end = left + wide * max(0.0, min(share, 1.0))
        pen.fill([(left, y + 28), (end, y + 28), (end, y + 33), (left, y + 33)], (150, 110, 70))
