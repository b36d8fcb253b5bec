"""Traffic measures beside the true ones: how far off, and which targets are met."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from catseye.core.compared import MeasuredCell


class TargetRow(msgspec.Struct, frozen=True, kw_only=True):
    """One target: ``value`` of ``cells`` that could be compared, in ``unit``; None where none could. ``passed`` follows.

    ``unfound`` cells have a true value and no found one. ``worst`` is the cell furthest off, in words. The value is to be
    ``target`` at most, or (``at_least``) no less than it.
    """

    name: str
    value: float | None
    target: float
    unit: str
    cells: int
    unfound: int
    passed: bool | None
    worst: str = ""
    at_least: bool = False


class MeasureRow(msgspec.Struct, frozen=True, kw_only=True):
    """One measure over all its cells: mean of the true, of the found, of the difference and of its absolute value."""

    measure: str
    place_kind: str
    cells: int
    unfound: int
    true: float
    found: float
    bias: float
    error: float


class TrafficScore(msgspec.Struct, frozen=True, kw_only=True):
    """All that is said of some runs."""

    targets: tuple[TargetRow, ...]
    measures: tuple[MeasureRow, ...]


def score(cells: Sequence[MeasuredCell]) -> TrafficScore:
    """The targets and every measure, over cells of any number of runs."""
    return TrafficScore(
        targets=(
            _target("line volumes", _of(cells, "volume", "line"), 2.0, "%", _share_off),
            _target("turning movements", _of(cells, "volume", "movement"), 2.0, "%", _share_off),
            _target("space-mean speed over lines", _of(cells, "space_mean_speed", "line"), 2.0, "km/h", _mean_off),
            _target("space-mean speed of lanes", _of(cells, "space_mean_speed", "lane"), 2.0, "km/h", _mean_off),
            _target("85th percentile over lines", _of(cells, "p85_speed", "line"), 3.0, "km/h", _mean_off),
            _target("queue, minute by minute", _of(cells, "queue_vehicles", "approach"), 1.0, "vehicles", _mean_off),
            _target("control delay", _of(cells, "control_delay", "approach"), 10.0, "%", _share_off),
            _levels(_of(cells, "level_of_service", "approach")),
        ),
        measures=_rows(cells),
    )


def off(cell: MeasuredCell) -> float:
    """How far a cell's found number is above the true one; what is optional is right either way."""
    if not isinstance(cell.true, float) or not isinstance(cell.found, int | float):
        raise TypeError("not a number")
    above = cell.found - cell.true
    return max(0.0, above - cell.optional) if above > 0 else above


def _of(cells: Sequence[MeasuredCell], measure: str, kind: str) -> list[MeasuredCell]:
    return [cell for cell in cells if (cell.measure, cell.place_kind) == (measure, kind)]


def _target(
    name: str, cells: list[MeasuredCell], target: float, unit: str, figure: Callable[[list[MeasuredCell]], float | None]
) -> TargetRow:
    known = [cell for cell in cells if cell.found is not None]
    value = figure(known)
    worst = max(known, key=lambda cell: abs(off(cell)), default=None)
    return TargetRow(
        name=name,
        value=value,
        target=target,
        unit=unit,
        cells=len(known),
        unfound=len(cells) - len(known),
        passed=None if value is None else value <= target,
        worst="" if worst is None else _said(worst),
    )


def _share_off(cells: list[MeasuredCell]) -> float | None:
    """Absolute differences of all cells by the sum of the true, %: errors of two cells do not cancel."""
    true = sum(float(cell.true) for cell in cells)
    return 100 * sum(abs(off(cell)) for cell in cells) / true if true > 0 else None


def _mean_off(cells: list[MeasuredCell]) -> float | None:
    return float(np.mean([abs(off(cell)) for cell in cells])) if cells else None


def _levels(cells: list[MeasuredCell]) -> TargetRow:
    known = [cell for cell in cells if cell.found is not None]
    wrong = [cell for cell in known if cell.found != cell.true]
    value = 100 * (1 - len(wrong) / len(known)) if known else None
    return TargetRow(
        name="level of service right",
        value=value,
        target=90.0,
        unit="%",
        cells=len(known),
        unfound=len(cells) - len(known),
        passed=None if value is None else value >= 90.0,
        worst=_said(wrong[0]) if wrong else "",
        at_least=True,
    )


def _said(cell: MeasuredCell) -> str:
    def form(value: float | str | None) -> str:
        return f"{value:.1f}" if isinstance(value, float) else str(value)

    where = f"{cell.place} {cell.direction}".strip()
    optional = f" (and {cell.optional} optional)" if cell.optional else ""
    return f"{where} from {cell.start_s / 60:g} min: {form(cell.found)} for {form(cell.true)}{optional}"


def _rows(cells: Sequence[MeasuredCell]) -> tuple[MeasureRow, ...]:
    found = []
    for measure, kind in dict.fromkeys((cell.measure, cell.place_kind) for cell in cells):
        mine = [cell for cell in _of(cells, measure, kind) if isinstance(cell.true, float)]
        known = [(float(cell.true), float(cell.found), off(cell)) for cell in mine if isinstance(cell.found, int | float)]
        if not known:
            continue
        true, seen, apart = np.mean(known, axis=0).tolist()
        found.append(
            MeasureRow(
                measure=measure,
                place_kind=kind,
                cells=len(known),
                unfound=len(mine) - len(known),
                true=true,
                found=seen,
                bias=apart,
                error=float(np.mean([abs(row[2]) for row in known])),
            )
        )
    return tuple(found)
