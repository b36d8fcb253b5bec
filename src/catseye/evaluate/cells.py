"""Volumes of cells held against true ones: absolute error, GEH, and the effectiveness of AI City Challenge Track 1.

GEH compares two hourly flows M and C: sqrt(2 (M - C)^2 / (M + C)); volumes of shorter cells are made hourly first.

nwRMSE is that of the 2020 and 2021 AI City Challenge, Track 1 (Naphade et al. 2020, "The 4th AI City Challenge", and the evaluation
page): a clip is cut into k = 10 segments; of each movement and class the cumulative volumes x_i at their ends are compared,
wRMSE = sqrt(sum_i w_i (x'_i - x_i)^2) with w_i = 2 i / (k (k + 1)); nwRMSE = max(0, 1 - wRMSE / n) with n = x_k. Effectiveness is
their mean over clips, movements and classes, weighted by n.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from catseye.core.boxes import F64
from catseye.core.time import NS_PER_S

SEGMENTS = 10
GEH_GOOD = 5.0
ALL = ""  # the road user of a cell of all kinds

Flow = tuple[str, str]  # rule, direction
Key = tuple[str, str, str, int]  # rule, direction, road user (ALL: every kind), start of the cell in ns


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """The volume of one rule, direction and kind ("" for all) in one cell of one clip.

    ``start_s`` counts from the beginning of the clip and may lie before it, for cells begin at round times. ``judged_s`` is how
    much of the cell the truth covers; ``whole`` that it covers all. ``counted`` is None where nothing was observed. ``missed``
    and ``extra`` are None where single crossings are not known. ``geh`` compares hourly flows.
    """

    clip: str
    line: str
    direction: str
    road_user: str
    start_s: float
    judged_s: float
    whole: bool
    true: int
    counted: int | None
    missed: int | None
    extra: int | None
    error: int | None
    geh: float | None


class CellScore(msgspec.Struct, frozen=True, kw_only=True):
    """Cells of all kinds together: how many, the mean absolute error, the share without any, and with a GEH below 5.

    ``observed`` of the ``cells`` were; the shares are of those. ``relative`` is the sum of absolute errors over the true volume.
    """

    cells: int
    observed: int
    absolute: float | None
    relative: float | None
    exact: float | None
    geh_below_5: float | None


def geh(counted: float, true: float, hours: float) -> float:
    """GEH of two volumes of ``hours``."""
    m, c = counted / hours, true / hours
    return float(np.sqrt(2 * (m - c) ** 2 / (m + c))) if m + c else 0.0


def nw_rmse(true_s: F64, counted_s: F64, until_s: float, segments: int = SEGMENTS) -> float:
    """The nwRMSE of one movement and class, from the times of its crossings in [0, until_s]; NaN where none is true."""
    if not len(true_s):
        return float("nan")
    ends = until_s * np.arange(1, segments + 1) / segments
    ends[-1] = np.inf
    apart = np.searchsorted(np.sort(counted_s), ends, side="right") - np.searchsorted(np.sort(true_s), ends, side="right")
    weights = 2 * np.arange(1, segments + 1) / (segments * (segments + 1))
    return max(0.0, 1 - float(np.sqrt(np.sum(weights * apart**2))) / len(true_s))


def effectiveness(parts: Iterable[tuple[float, int]]) -> float | None:
    """The mean of (nwRMSE, true volume) weighted by volume; None where nobody passed."""
    told = [(value, n) for value, n in parts if n]
    whole = sum(n for _, n in told)
    return sum(value * n for value, n in told) / whole if whole else None


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """The cells of ``cell_s`` that the truth of a clip touches: it covers [begins_ns, ends_ns)."""

    begins_ns: int
    ends_ns: int
    cell_s: int

    @property
    def starts_ns(self) -> range:
        """Where the cells begin: at multiples of their length in UTC."""
        step = self.cell_s * NS_PER_S
        return range(self.begins_ns // step * step, max(self.ends_ns, self.begins_ns + 1), step)

    def start_of(self, at_ns: int) -> int:
        """The start of the cell that holds an instant; the first or last one for an instant beside the clip."""
        starts = self.starts_ns
        step = self.cell_s * NS_PER_S
        return min(max(at_ns // step * step, starts[0]), starts[-1])


def cells_of(
    clip: str,
    grid: Grid,
    flows: Sequence[Flow],
    volumes: tuple[Mapping[Key, int | None], Mapping[Key, int | None]],
    mistakes: tuple[Counter[Key], Counter[Key]] | None,
) -> list[Cell]:
    """Every cell of every flow, of all kinds and of each kind that occurs in it, but for those without a true volume.

    ``volumes`` are the true and the counted ones, ``mistakes`` the missed and the extra ones where they are known.
    """
    true, counted = volumes
    kinds: dict[Flow, set[str]] = {flow: {ALL} for flow in flows}
    for line, direction, kind, _ in [*true, *counted]:
        kinds.setdefault((line, direction), {ALL}).add(kind)
    found = []
    for (line, direction), of in kinds.items():
        for start_ns in grid.starts_ns:
            keys = [(line, direction, kind, start_ns) for kind in sorted(of)]
            unknown, unseen = (table.get(keys[0], 0) is None for table in (true, counted))
            if not unknown:
                found += [
                    _cell(clip, grid, key, (true.get(key) or 0, None if unseen else counted.get(key) or 0), mistakes)
                    for key in keys
                ]
    return found


def score(cells: Sequence[Cell]) -> CellScore:
    """Sum up the cells of all kinds."""
    told = [cell for cell in cells if cell.road_user == ALL]
    errors = [(abs(cell.error), cell.true, cell.geh) for cell in told if cell.error is not None and cell.geh is not None]
    n, true = len(errors), sum(row[1] for row in errors)
    return CellScore(
        cells=len(told),
        observed=n,
        absolute=sum(row[0] for row in errors) / n if n else None,
        relative=sum(row[0] for row in errors) / true if true else None,
        exact=sum(row[0] == 0 for row in errors) / n if n else None,
        geh_below_5=sum(row[2] < GEH_GOOD for row in errors) / n if n else None,
    )


def _cell(
    clip: str, grid: Grid, key: Key, volumes: tuple[int, int | None], mistakes: tuple[Counter[Key], Counter[Key]] | None
) -> Cell:
    line, direction, kind, start_ns = key
    end_ns = start_ns + grid.cell_s * NS_PER_S
    judged_ns = max(min(end_ns, grid.ends_ns) - max(start_ns, grid.begins_ns), 1)
    true, counted = volumes
    return Cell(
        clip=clip,
        line=line,
        direction=direction,
        road_user=kind,
        start_s=(start_ns - grid.begins_ns) / NS_PER_S,
        judged_s=judged_ns / NS_PER_S,
        whole=start_ns >= grid.begins_ns and end_ns <= grid.ends_ns,
        true=true,
        counted=counted,
        missed=mistakes[0][key] if mistakes else None,
        extra=mistakes[1][key] if mistakes else None,
        error=None if counted is None else counted - true,
        geh=None if counted is None else geh(counted, true, judged_ns / NS_PER_S / 3600),
    )
