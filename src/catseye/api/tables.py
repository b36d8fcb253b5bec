"""Volumes as tables: by 15-minute cell from the kept counts, by minute from the short-lived events."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from catseye.api.views import Backing, CellVolume, Column, Row, VolumeTable
from catseye.core.counts import Count, Gap
from catseye.core.events import Event, LineCrossed, MovementCompleted
from catseye.core.ids import StreamId
from catseye.core.scene import Scene
from catseye.core.time import CELL_S, NS_PER_S, cell_start, iso_local, nanoseconds, seconds, zone

MINUTE_S = 60
Span = tuple[int, int]


def columns_of(scene: Scene, counts: Iterable[Count]) -> tuple[Column, ...]:
    """The lines and movements in force as they were drawn, then what else was counted: zones, and rules of earlier scenes."""
    rules = [line.name for line in scene.lines] + [movement.name for movement in scene.movements]
    drawn = [(rule, direction) for rule in rules for direction in scene.directions(rule)]
    earlier = sorted({(count.rule, count.direction) for count in counts if count.volume} - set(drawn))
    return tuple(Column(rule=rule, direction=direction) for rule, direction in drawn + earlier)


def quarter_hours(stream: StreamId, scene: Scene, counts: Sequence[Count]) -> VolumeTable:
    """The kept 15-minute cells as a table. Cells of which no count speaks have no row."""
    columns = columns_of(scene, counts)
    tz = zone(scene.timezone)
    by_cell: dict[Span, list[Count]] = defaultdict(list)
    for count in counts:
        by_cell[count.start_ns, count.end_ns].append(count)
    rows = tuple(_quarter_hour(span, by_cell[span], columns, tz) for span in sorted(by_cell))
    return VolumeTable(stream=stream, timezone=scene.timezone, interval_s=CELL_S, columns=columns, rows=rows)


def _quarter_hour(span: Span, counts: Sequence[Count], columns: Sequence[Column], tz: ZoneInfo) -> Row:
    watched: dict[str, float] = defaultdict(float)
    volumes: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    bounds = {(count.rule, count.direction): count.receipt.way_interval for count in counts}
    for count in counts:
        watched[count.rule] = max(watched[count.rule], count.observed_s)
        if count.volume is not None:
            volumes[count.rule, count.direction][count.road_user] = count.volume
    cells = tuple(
        _cell(
            volumes.get((column.rule, column.direction), {}),
            observed=watched.get(column.rule, 0.0) > 0,
            bounds=bounds.get((column.rule, column.direction)),
        )
        for column in columns
    )
    share = max(watched.values()) / seconds(span[1] - span[0])
    row = _row(span, tz, share, cells, final=all(count.final for count in counts))
    return msgspec.structs.replace(row, backing=_backing(counts))


def _backing(counts: Sequence[Count]) -> Backing:
    """What a row rests on: it is the same for all its cells but for why some have no bounds."""
    receipt = max((count.receipt for count in counts), key=lambda one: one.way_interval is not None)
    fields = {name: getattr(receipt, name) for name in Backing.__struct_fields__}
    return Backing(**fields | {"why": "" if receipt.way_interval else receipt.why})


def minutes(
    stream: StreamId,
    scene: Scene,
    events: Sequence[Event],
    unobserved: Sequence[Span],
    within: Span,
) -> VolumeTable:
    """Volumes of each minute that touches ``within``, from the events kept. ``unobserved`` are the stretches nobody watched.

    ``within`` begins at a full minute.
    """
    crossings = [event for event in events if isinstance(event, LineCrossed | MovementCompleted)]
    volumes: dict[tuple[int, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for event in crossings:
        direction = event.direction if isinstance(event, LineCrossed) else event.rule
        volumes[cell_start(event.at_ns, MINUTE_S), event.rule, direction][event.road_user] += 1
    columns, tz, rows = columns_of(scene, ()), zone(scene.timezone), []
    for start in range(within[0], within[1], MINUTE_S * NS_PER_S):
        span = start, start + MINUTE_S * NS_PER_S
        share = (_overlap_s(span, within) - sum(_overlap_s(span, dark) for dark in unobserved)) / MINUTE_S
        counted = [dict(volumes.get((start, column.rule, column.direction), {})) for column in columns]
        observed = share > 0 or any(counted)
        cells = tuple(_cell(road_users, observed=observed) for road_users in counted)
        rows.append(_row(span, tz, share, cells, final=span[1] <= within[1]))
    return VolumeTable(stream=stream, timezone=scene.timezone, interval_s=MINUTE_S, columns=columns, rows=tuple(rows))


def unobserved_spans(counts: Sequence[Count], gaps: Sequence[Gap], now_ns: int) -> list[Span]:
    """The stretches before ``now_ns`` in which nobody watched.

    ``gaps`` tell of those between two coverages. What a cell misses beyond them lies before the first coverage of all, so it is
    put at the head of the cell.
    """
    spans = [(gap.start_ns, gap.end_ns) for gap in gaps]
    watched: dict[Span, float] = defaultdict(float)
    for count in counts:
        cell = count.start_ns, count.end_ns
        watched[cell] = max(watched[cell], count.observed_s)
    for (start, end), observed_s in watched.items():
        known_s = sum(_overlap_s((start, min(end, now_ns)), (gap.start_ns, gap.end_ns)) for gap in gaps)
        missing_s = seconds(min(end, now_ns) - start) - observed_s - known_s
        if missing_s > 1:
            spans.append((start, start + nanoseconds(missing_s)))
    return spans


def _cell(road_users: dict[str, int], *, observed: bool, bounds: tuple[int, int] | None = None) -> CellVolume:
    counted = {kind: volume for kind, volume in sorted(road_users.items()) if volume}
    return CellVolume(volume=sum(counted.values()) if observed else None, road_users=counted, bounds=bounds)


def _row(span: Span, tz: ZoneInfo, share: float, cells: tuple[CellVolume, ...], *, final: bool) -> Row:
    starts, observed = iso_local(span[0], tz), round(min(max(share, 0.0), 1.0), 4)
    return Row(start_ns=span[0], end_ns=span[1], starts=starts, observed=observed, final=final, cells=cells)


def _overlap_s(a: Span, b: Span) -> float:
    return max(0.0, seconds(min(a[1], b[1]) - max(a[0], b[0])))
