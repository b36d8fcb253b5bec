"""The pictures of a report on serviceability."""

from collections.abc import Sequence
from datetime import date, timedelta

from catseye.core.health import UNUSABLE, CameraState
from catseye.core.time import to_local
from catseye.network.ledger import CameraReview, Review
from catseye.network.tally import TARGET, Tally
from catseye.report.drawing import GRID, INK, NOTE, SOFT, Drawing

GOOD, FAIR, POOR, BAD, UNSEEN = "#2f8f5b", "#9cc36b", "#e6a545", "#b8402a", "#c9d0d9"
_STEPS: tuple[tuple[float, str, str], ...] = (
    (TARGET, GOOD, "95 % and more"),
    (0.80, FAIR, "80 to 95 %"),
    (0.50, POOR, "50 to 80 %"),
    (0.0, BAD, "less than 50 %"),
)
_COLOURS = ("#b8402a", "#7a4fa3", "#2d6da3", "#e6a545", "#5b6675", "#2f8f5b", "#a3476f", "#8a6d3b", "#1c2430")
CAUSE_COLOURS = dict(zip([state for state in CameraState if state in UNUSABLE], _COLOURS, strict=True))


def words(state: CameraState) -> str:
    """A state as people say it."""
    return state.replace("_", " ")


def percent(share: float | None) -> str:
    """``97.3 %``; a dash where it is not known. Never rounded up over the target."""
    if share is None:
        return "-"
    told = f"{100 * share:.1f}"
    return f"{100 * share:.3f} %" if float(told) >= 100 * TARGET > 100 * share else f"{told} %"


def share_bars(parts: Sequence[tuple[str, Tally]], title: str) -> Drawing:
    """A bar each with the bound on both sides, and the target as a line. The scale begins at 0."""
    row, left, right, top = 18.0, 150.0, 470.0, 40.0
    drawing = Drawing(title=title, width=560, height=top + row * len(parts) + 26)
    drawing.words((8, 17), title, size=13, colour=INK, anchor="start", bold=True)
    low = drawing.height - 22

    def x(share: float) -> float:
        return left + (right - left) * share

    for tenth in range(0, 11, 2):
        drawing.stroke([(x(tenth / 10), top - 6), (x(tenth / 10), low)], GRID)
        drawing.words((x(tenth / 10), low + 14), f"{10 * tenth} %", size=9)
    for n, (name, tally) in enumerate(parts):
        at = top + row * n
        drawing.words((left - 8, at + 10), _short(name, 22), size=10, colour=INK, anchor="end")
        if tally.share is not None and tally.bounds is not None:
            drawing.box(left, at, x(tally.share), at + 12, _colour(tally.share), f"{name}: {percent(tally.share)}")
            drawing.stroke([(x(tally.bounds[0]), at + 6), (x(tally.bounds[1]), at + 6)], INK, 1.4)
            for bound in tally.bounds:
                drawing.stroke([(x(bound), at + 3), (x(bound), at + 9)], INK, 1.4)
        drawing.words((right + 10, at + 10), percent(tally.share), size=10, colour=INK, anchor="start")
    drawing.stroke([(x(TARGET), top - 10), (x(TARGET), low)], NOTE, 1.6, dashed=True)
    drawing.words((x(TARGET), top - 13), "target 95 %", size=9, colour=NOTE)
    return drawing


def _colour(share: float | None) -> str:
    return UNSEEN if share is None else next(colour for least, colour, _ in _STEPS if share >= least)


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def calendar(review: Review, cameras: Sequence[CameraReview]) -> Drawing:
    """A row a camera and a column a civil day; white where nothing was due, grey where nothing was observed."""
    last = to_local(review.end_ns - 1, review.tz).date()
    first = to_local(review.start_ns, review.tz).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    row, left, top = 15.0, 150.0, 58.0
    column = (1000 - left - 10) / len(days)
    drawing = Drawing(title="Serviceability by camera and day", width=1000, height=top + row * len(cameras) + 8)
    drawing.words((8, 17), "Camera-days", size=13, colour=INK, anchor="start", bold=True)
    at = left
    for _, colour, text in (*_STEPS, (0.0, UNSEEN, "not observed"), (0.0, "#ffffff", "not due")):
        drawing.box(at, 8, at + 11, 19, colour if colour != "#ffffff" else GRID)
        if colour == "#ffffff":
            drawing.box(at + 1, 9, at + 10, 18, colour)
        drawing.words((at + 16, 18), text, size=10, anchor="start")
        at += 34 + 6.0 * len(text)
    for n, day in enumerate(days):
        if len(days) <= 31 or day.day in {1, 15}:
            weekend = day.weekday() >= 5
            middle = left + column * (n + 0.5)
            drawing.words((middle, top - 6), f"{day.day}", size=9, colour=NOTE if weekend else SOFT)
    for n, camera in enumerate(cameras):
        at = top + row * n
        drawing.words((left - 8, at + 10), _short(camera.name, 24), size=9, colour=INK, anchor="end")
        for m, day in enumerate(days):
            _cell(drawing, (left + column * m, at), (column, row), camera, day)
    return drawing


def _cell(drawing: Drawing, at: tuple[float, float], size: tuple[float, float], camera: CameraReview, day: date) -> None:
    tally = camera.tally.days.get(day, Tally())
    left, top, right, bottom = at[0] + 0.6, at[1] + 0.6, at[0] + size[0] - 0.6, at[1] + size[1] - 0.6
    if tally.due_s <= 0:
        drawing.box(left, top, right, bottom, GRID)
        drawing.box(left + 0.7, top + 0.7, right - 0.7, bottom - 0.7, "#ffffff", f"{camera.name}, {day}: not due")
        return
    drawing.box(left, top, right, bottom, _colour(tally.share), f"{camera.name}, {day}: {percent(tally.share)}")
    if tally.share is not None and tally.unobserved_s > 0.05 * tally.due_s:  # a part of the day nobody observed
        part = tally.unobserved_s / tally.due_s
        drawing.box(left + (right - left) * (1 - part), top, right, bottom, UNSEEN)


def causes(whole: Tally) -> Drawing:
    """Hours in each state that cannot be used."""
    told = sorted(((s, t) for s, t in whole.in_state.items() if s in UNUSABLE and t > 0), key=lambda one: -one[1])
    row, left, right, top = 18.0, 130.0, 400.0, 34.0
    drawing = Drawing(title="Hours that could not be used, by state", width=480, height=top + row * max(len(told), 1) + 8)
    drawing.words((8, 17), "Causes: camera-hours that could not be used", size=13, colour=INK, anchor="start", bold=True)
    most = max((time_s for _, time_s in told), default=1.0)
    for n, (state, time_s) in enumerate(told):
        at = top + row * n
        drawing.words((left - 8, at + 10), words(state), size=10, colour=INK, anchor="end")
        drawing.box(left, at, left + (right - left) * time_s / most, at + 12, CAUSE_COLOURS[state])
        drawing.words((left + (right - left) * time_s / most + 6, at + 10), hours(time_s), size=10, colour=INK, anchor="start")
    if not told:
        drawing.words((8, top + 10), "None.", anchor="start")
    return drawing


def hours(time_s: float) -> str:
    """Hours: whole from ten on; minutes where it is less than one."""
    told = time_s / 3600
    if 0 < told < 1:
        return f"{time_s / 60:.{0 if time_s >= 600 else 1}f} min"
    return f"{told:,.0f} h" if told >= 10 else f"{told:.1f} h"


def by_hour(of: dict[int, Tally]) -> Drawing:
    """Serviceability in each civil hour of the day, upwards from 0."""
    drawing = Drawing(title="Serviceability by hour of the day", width=480, height=190)
    left, right, top, low = 44.0, 470.0, 36.0, 164.0
    drawing.words((8, 17), "By hour of the day", size=13, colour=INK, anchor="start", bold=True)

    def y(share: float) -> float:
        return low - (low - top) * share

    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        drawing.stroke([(left, y(share)), (right, y(share))], GRID)
        drawing.words((left - 5, y(share) + 4), f"{share:.0%}", size=9, anchor="end")
    wide = (right - left) / 24
    for hour in range(24):
        tally = of.get(hour, Tally())
        at = left + wide * hour
        if tally.share is not None:
            says = f"{hour:02}:00: {percent(tally.share)}"
            drawing.box(at + 1.5, y(tally.share), at + wide - 1.5, low, _colour(tally.share), says)
        if hour % 3 == 0:
            drawing.words((at, low + 13), f"{hour:02}", size=9)
    drawing.stroke([(left, y(TARGET)), (right, y(TARGET))], NOTE, 1.6, dashed=True)
    return drawing
