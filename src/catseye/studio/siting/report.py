"""The poles of a plan side by side, the best first, each with its reason."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from catseye.core.geometry import inside
from catseye.studio.camera import PoleCamera
from catseye.studio.siting.sight import Hidden, Sight
from catseye.studio.street import Street

SEEN = 0.9  # a count line counts as seen from this share on


class LineCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Crossings of one count line in one direction: what there were, were missed, and were counted extra."""

    line: str
    direction: str
    true: int
    missed: int
    extra: int


class Counting(msgspec.Struct, frozen=True, kw_only=True):
    """What the product would count from a pole, over all lines and line by line. Crossings of lines out of its view are missed.

    ``error`` is missed and extra as a share of the true crossings; None where there were none.
    """

    minutes: float
    detector: str
    true: int
    missed: int
    extra: int
    error: float | None
    lines: tuple[LineCounts, ...]


def summed(minutes: float, detector: str, lines: Sequence[LineCounts]) -> Counting:
    """The counting of all lines together."""
    true, missed, extra = (sum(getattr(line, key) for line in lines) for key in ("true", "missed", "extra"))
    error = round((missed + extra) / true, 4) if true else None
    return Counting(minutes=minutes, detector=detector, true=true, missed=missed, extra=extra, error=error, lines=tuple(lines))


class PoleReport(msgspec.Struct, frozen=True, kw_only=True):
    """One pole: its camera (``aimed``: the direction is a proposal), what it sees and counts.

    ``score`` is from 0 to 100: the mean share of the count lines that is seen, times what a bus in the next lane leaves of a car on
    average. ``why`` is one line, ``warnings`` what speaks against hanging a camera there at all.
    """

    name: str
    camera: PoleCamera
    aimed: bool
    sight: Sight
    score: float
    why: str
    warnings: tuple[str, ...]
    counting: Counting | None = None


class SiteReport(msgspec.Struct, frozen=True, kw_only=True):
    """All poles of a plan, the best first: by the error of the counts where it is known, else by the score."""

    street: str
    least_height_px: float
    light: str
    poles: tuple[PoleReport, ...]


def report_on(
    name: str, camera: PoleCamera, sight: Sight, street: Street, *, aimed: bool, counting: Counting | None = None
) -> PoleReport:
    """Judge a pole by what it sees, and by what it counts if that is known."""
    return PoleReport(
        name=name,
        camera=camera,
        aimed=aimed,
        sight=sight,
        score=score_of(sight),
        why=_why(sight, counting),
        warnings=tuple(_warnings(camera, sight, street)),
        counting=counting,
    )


def ranked(poles: Iterable[PoleReport]) -> tuple[PoleReport, ...]:
    """The best pole first; equals in their given order."""

    def worse(pole: PoleReport) -> tuple[float, float]:
        error = pole.counting.error if pole.counting else None
        return (0.0 if error is None else error, -pole.score)

    return tuple(sorted(poles, key=worse))


def score_of(sight: Sight) -> float:
    """From 0 to 100: see ``PoleReport``. A street without count lines goes by the usable shares of its lanes."""
    of = [line.seen for line in sight.lines] or [lane.usable for lane in sight.lanes]
    hidden = bus_hides(sight).mean or 0.0
    return round(100 * sum(of) / max(len(of), 1) * (1.0 - hidden), 1)


def bus_hides(sight: Sight) -> Hidden:
    """What a bus in the next lane hides of a car: the worst of all lanes, and their mean weighted by their usable metres."""
    known = [(lane.car_by_bus, lane.usable_m) for lane in sight.lanes if lane.car_by_bus.mean is not None and lane.usable_m > 0]
    if not known:
        return Hidden(worst=None, mean=None)
    mean = sum((hidden.mean or 0.0) * metres for hidden, metres in known) / sum(metres for _, metres in known)
    return Hidden(worst=max(hidden.worst or 0.0 for hidden, _ in known), mean=round(mean, 3))


def smallest_px(sight: Sight) -> float | None:
    """The height of the smallest box at the count lines that are seen."""
    return min((line.height_px for line in sight.lines if line.seen >= SEEN and line.height_px is not None), default=None)


def _why(sight: Sight, counting: Counting | None) -> str:
    if not any(lane.in_view for lane in sight.lanes) and not any(line.in_view for line in sight.lines):
        return "sees nothing of the street"
    parts = []
    if counting is not None and counting.true:
        parts.append(f"of {counting.true} crossings {counting.missed} missed, {counting.extra} counted extra")
    parts.append(_lines_seen(sight))
    if (height := smallest_px(sight)) is not None and counting is None:
        parts.append(f"{height:.0f} px high or more there")
    if (hidden := bus_hides(sight)).mean is not None:
        parts.append(f"a bus beside a car hides {hidden.mean:.0%} of it")
    return "; ".join(parts)


def _lines_seen(sight: Sight) -> str:
    lacking = [line.name for line in sight.lines if line.seen < SEEN]
    if not sight.lines:
        return f"{sum(lane.usable_m for lane in sight.lanes):.0f} m of lanes usable"
    if not lacking:
        return f"sees all {len(sight.lines)} count lines"
    if len(lacking) == len(sight.lines):
        return "sees no count line well"
    named = ", ".join(lacking[:3]) + (f" and {len(lacking) - 3} more" if len(lacking) > 3 else "")
    return f"sees {len(sight.lines) - len(lacking)} of {len(sight.lines)} count lines (not {named})"


def _warnings(camera: PoleCamera, sight: Sight, street: Street) -> Iterable[str]:
    foot = np.array([camera.position_m[:2]])
    if not any(lane.in_view for lane in sight.lanes):
        yield "it sees no lane at all; turn or move it"
    for surface in street.surfaces:
        if surface.kind == "carriageway" and inside(foot, np.asarray(surface.polygon, np.float64))[0]:
            yield "its pole stands on the carriageway"
            break
    for thing in street.fixtures:
        if thing.kind == "building" and thing.height_m > camera.position_m[2] and inside(foot, np.asarray(thing.outline))[0]:
            yield f"it hangs inside a building of {thing.height_m:.0f} m"
