"""Counting over several clips: pooled, by line, direction, kind and light, in cells, on sheets, and one result against another."""

from collections.abc import Sequence

import msgspec

from catseye.evaluate import cells, sheets
from catseye.evaluate.cells import ALL, Cell, CellScore
from catseye.evaluate.counted import CountedClip, Crossings, Terms, judged_clip
from catseye.evaluate.counted_cells import cells_of
from catseye.evaluate.counted_pairs import Paired, paired
from catseye.evaluate.counts import flow_name
from catseye.evaluate.sheets import Sheet


class CountsReport(msgspec.Struct, frozen=True, kw_only=True):
    """All that is said of counts. ``true`` and ``counted`` are the volumes of the cells that were observed.

    ``paired`` is None where a side holds only volumes: what was missed and what was invented cannot be told from them.
    """

    cell_s: int
    true: int
    counted: int
    paired: Paired | None
    cells: CellScore
    sheets: tuple[Sheet, ...]
    cell_rows: tuple[Cell, ...]


def report(clips: Sequence[CountedClip], terms: Terms, *, against: Sequence[Crossings] | None = None) -> CountsReport:
    """Judge the counts of ``clips``, and hold them ``against`` other crossings of the same clips, in the same order."""
    found = [judged_clip(clip, clip.counted, terms.within_s) for clip in clips]
    known = [(clip, one) for clip, one in zip(clips, found, strict=True) if one is not None]
    singly = paired(known, terms, against) if len(known) == len(clips) else None
    rows = tuple(row for clip, one in zip(clips, found, strict=True) for row in cells_of(clip, one, terms.cell_s))
    of_all = [row for row in rows if row.road_user == ALL]
    flows: dict[str, tuple[int, int | None]] = {}
    for row in of_all:
        name = flow_name(row.line, row.direction)
        true, counted = flows.get(name, (0, None))
        if row.counted is not None:
            flows[name] = (true + row.true, (counted or 0) + row.counted)
        else:
            flows.setdefault(name, (0, None))
    return CountsReport(
        cell_s=terms.cell_s,
        true=sum(true for true, _ in flows.values()),
        counted=sum(counted or 0 for _, counted in flows.values()),
        paired=singly,
        cells=cells.score(rows),
        sheets=(
            sheets.vdot(flows, singly.counts.all if singly else None),
            sheets.geh_85(rows),
            sheets.svz(singly.by_kind if singly else {}, terms.rates),
        ),
        cell_rows=rows,
    )
