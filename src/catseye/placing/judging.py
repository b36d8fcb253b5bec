"""What is wrong with the place of a count line, judged by what was seen there.

The limits come from lines laid all over the studio's streets, where it is known who truly crossed: see
docs/guide/where-to-put-a-line.md.
"""

from collections.abc import Sequence
from enum import StrEnum
from statistics import median

import msgspec

from catseye.core.geometry import XY
from catseye.placing.observer import LineSeen

FEW = 10  # of crossings and of broken tracks: where there are fewer of either, nothing is judged
BROKEN = 0.7  # tracks that begin or end at the line, for each crossing
STOPPED = 0.2  # share of the crossings with a stop on the line
UNSETTLED = 0.2  # share of those who changed sides
CUT = 0.5  # share of the crossings with a box that the picture's edge cuts
SMALL_PX = 16.0
SHARP_DEG = 10.0
_ENOUGH = 0.7  # of the crossings: a line with a fault may count some that are none


class Fault(StrEnum):
    """What makes a place a bad one."""

    BROKEN = "broken"
    STOPPED = "stopped"
    UNSETTLED = "unsettled"
    CUT = "cut"
    SMALL = "small"
    SHARP = "sharp"
    SHORT = "short"


class LineReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen at a line, in numbers. Null is what nobody passed to tell of.

    ``broken`` is tracks that begin or end at the line for each crossing; ``stopped``, ``unsettled`` and ``cut`` are shares.
    Heights and angles are medians. ``judged`` is false where too few passed. ``better`` are ends (unit coordinates) of a line near
    by that the same road users pass and that has none of the ``faults``.
    """

    line: str
    crossings: int
    judged: bool
    broken: float | None
    stopped: float | None
    unsettled: float | None
    cut: float | None
    height_px: float | None
    width_px: float | None
    angle_deg: float | None
    faults: tuple[Fault, ...] = ()
    better: tuple[XY, XY] | None = None


def report(seen: LineSeen, length_px: float) -> LineReport:
    """The numbers of a line, ``length_px`` long, and what is wrong with its place."""
    n = seen.crossings
    judged = max(n, seen.broken) >= FEW
    width_px = median(seen.width_px) if seen.width_px else None
    figures = LineReport(
        line=seen.line.name,
        crossings=n,
        judged=judged,
        broken=round(seen.broken / max(n, 1), 2) if n or seen.broken else None,
        stopped=_share(seen.stopped, n),
        unsettled=_share(seen.unsettled, n + seen.unsettled),
        cut=_share(seen.cut, n),
        height_px=round(median(seen.height_px), 1) if seen.height_px else None,
        width_px=None if width_px is None else round(width_px, 1),
        angle_deg=round(median(seen.angle_deg), 1) if seen.angle_deg else None,
    )
    return msgspec.structs.replace(figures, faults=_faults(figures, length_px)) if judged else figures


def _faults(seen: LineReport, length_px: float) -> tuple[Fault, ...]:
    over = {
        Fault.BROKEN: (seen.broken or 0.0) >= BROKEN,
        Fault.STOPPED: (seen.stopped or 0.0) >= STOPPED,
        Fault.UNSETTLED: (seen.unsettled or 0.0) >= UNSETTLED,
        Fault.CUT: (seen.cut or 0.0) >= CUT,
        Fault.SMALL: seen.height_px is not None and seen.height_px < SMALL_PX,
        Fault.SHARP: seen.angle_deg is not None and seen.angle_deg < SHARP_DEG,
        Fault.SHORT: seen.width_px is not None and length_px < seen.width_px,
    }
    return tuple(fault for fault, found in over.items() if found)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 2) if whole else None


def better(line: int, others: Sequence[int], seen: Sequence[LineSeen], reports: Sequence[LineReport]) -> tuple[XY, XY] | None:
    """The ends of the nearest of ``others`` that can stand for ``line``; all count entries of ``seen`` and ``reports``.

    It has no fault, nearly as many cross it, and at least half of those who cross the line cross it too.
    """
    least = seen[line].crossings
    for other in others:
        alike = seen[line].shared.get(other, 0) >= 0.5 * least
        if least and reports[other].judged and not reports[other].faults and seen[other].crossings >= _ENOUGH * least and alike:
            return seen[other].line.points
    return None
