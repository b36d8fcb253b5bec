"""The cells of a clip on which counts are judged."""

from collections import Counter
from collections.abc import Sequence

from catseye.core.known import KnownCrossing
from catseye.core.time import NS_PER_S, nanoseconds
from catseye.evaluate import cells
from catseye.evaluate.cells import ALL, Cell, Grid, Key
from catseye.evaluate.counted import CountedClip, Crossings, Volumes, single
from catseye.evaluate.counts import Judged
from catseye.evaluate.kinds import judged


def cells_of(clip: CountedClip, one: Judged | None, cell_s: int) -> list[Cell]:
    """The cells of ``cell_s`` of a clip; ``one`` is None where a side holds only volumes."""
    ends_ns = clip.begins_ns + nanoseconds(clip.until_s)
    grid = Grid(begins_ns=clip.begins_ns, ends_ns=ends_ns, cell_s=cell_s)
    if one is None:
        volumes = (_volumes(clip, clip.true, grid), _volumes(clip, clip.counted, grid))
        return cells.cells_of(clip.name, grid, clip.flows, volumes, None)
    counted: dict[Key, int | None] = dict(_binned(clip, one.told(), grid))
    _unobserve(counted, clip, grid, single(clip.counted).gaps_ns)
    true: dict[Key, int | None] = dict(_binned(clip, one.truly(), grid))
    _unobserve(true, clip, grid, single(clip.true).gaps_ns)
    mistakes = (
        _binned(clip, [one.true[i] for i in one.missed], grid),
        _binned(clip, [one.counted[j] for j in one.extra], grid),
    )
    return cells.cells_of(clip.name, grid, clip.flows, (true, counted), mistakes)


def _binned(clip: CountedClip, crossings: Sequence[KnownCrossing], grid: Grid) -> Counter[Key]:
    """The volumes of crossings, of each kind and of all."""
    volumes: Counter[Key] = Counter()
    for crossing in crossings:
        start_ns = grid.start_of(clip.begins_ns + nanoseconds(crossing.at_s))
        for kind in (ALL, crossing.road_user.label):
            volumes[crossing.rule, crossing.direction, kind, start_ns] += 1
    return volumes


def _volumes(clip: CountedClip, side: Crossings | Volumes, grid: Grid) -> dict[Key, int | None]:
    """The volumes of kinds that can be judged, of each kind and of all."""
    can_judge = {kind.label for kind in judged(clip.marked)}
    if isinstance(side, Crossings):
        certain = [c for c in side.crossings if not c.optional and c.road_user.label in can_judge and 0 <= c.at_s <= clip.until_s]
        volumes: dict[Key, int | None] = dict(_binned(clip, certain, grid))
        _unobserve(volumes, clip, grid, side.gaps_ns)
        return volumes
    starts = grid.starts_ns
    told = dict.fromkeys(starts, False)
    volumes = {}
    for (line, direction, kind, at_ns), volume in side.of.items():
        start_ns = starts[0] + (at_ns - starts[0]) // starts.step * starts.step
        if start_ns not in told or (line, direction) not in clip.flows:
            continue
        told[start_ns] = True
        for name in {ALL, kind} if kind in can_judge or kind == ALL else ():
            key = (line, direction, name, start_ns)
            before = volumes.get(key, 0)
            volumes[key] = None if volume is None or before is None else before + volume
    silent = [start_ns for start_ns, spoken in told.items() if not spoken]
    return volumes | {(*flow, ALL, start_ns): None for flow in clip.flows for start_ns in silent}


def _unobserve(volumes: dict[Key, int | None], clip: CountedClip, grid: Grid, gaps_ns: Sequence[tuple[int, int]]) -> None:
    """Set the cells to None that lie in a gap as far as the truth covers them."""
    kinds = {(line, direction, kind) for line, direction, kind, _ in volumes} | {(*flow, ALL) for flow in clip.flows}
    for start_ns in grid.starts_ns:
        low, high = max(start_ns, grid.begins_ns), min(start_ns + grid.cell_s * NS_PER_S, grid.ends_ns)
        if any(start <= low and high <= end for start, end in gaps_ns):
            volumes |= {(*kind, start_ns): None for kind in kinds}
