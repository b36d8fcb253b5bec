"""SUMO's own induction loops under every count line, to hold the crossings against."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from catseye.core.geometry import XY, segments_cross
from catseye.studio.street import Street
from catseye.studio.traffic.demand import WARM_S
from catseye.studio.traffic.driven import STEP_S
from catseye.studio.traffic.run import Run
from catseye.studio.truth import Crossed

OUTPUT = "loops.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Passages of vehicles over count lines: ours, and those that ours lack or have beyond SUMO's loops."""

    passages: int
    missing: int
    extra: int


def loops(street: Street, net: str) -> str:
    """An instantInductionLoop for each of the net's lanes that a count line crosses, where it crosses it; inner ones too."""
    found = []
    for lane in ET.fromstring(net).iter("lane"):  # noqa: S314 - netconvert's own output
        if lane.get("allow") == "pedestrian":
            continue
        shape = [(float(x), float(y)) for x, y in (point.split(",") for point in lane.get("shape", "").split())]
        drawn = sum(math.dist(a, b) for a, b in pairwise(shape))
        name, length = lane.get("id", ""), float(lane.get("length", "0"))
        for index, line in enumerate(street.lines):
            for at in _meetings(shape, line.points):
                pos = at / drawn * length
                found.append(f'<instantInductionLoop id="{index}|{name}" lane="{name}" pos="{pos:.3f}" file="{OUTPUT}"/>')
    return "".join(found)


def agree(xml: str, run: Run, street: Street, crossed: list[Crossed], left_out: Collection[str] = ()) -> Agreement:
    """Whether the same vehicles passed. The loop is under the front bumper first, the middle of the footprint comes later.

    Whoever came onto a loop and left it again within the run must have crossed, and none may have who was not on it.
    """
    enters: dict[tuple[str, str], float] = {}
    leaves: dict[tuple[str, str], float] = {}
    for row in ET.fromstring(xml).iter("instantOut"):  # noqa: S314 - SUMO's own output
        line = street.lines[int(row.get("id", "0|").split("|")[0])].name
        key = line, row.get("vehID", "")
        if key[1] in left_out:
            continue
        at_s = float(row.get("time", "0")) - WARM_S
        if row.get("state") == "enter":
            enters[key] = min(at_s, enters.get(key, np.inf))
        elif row.get("state") == "leave":
            leaves[key] = max(at_s, leaves.get(key, -np.inf))
    end_s = run.steps * STEP_S - STEP_S
    must = {key for key, at in enters.items() if at > 0 and leaves.get(key, np.inf) <= end_s}
    may = {key for key in enters if leaves.get(key, np.inf) >= -STEP_S}
    ours = {(c.line, run.ways[c.number - 1].trip.name) for c in crossed if run.ways[c.number - 1].trip.name[0] in "vh"}
    return Agreement(passages=len(ours), missing=len(must - ours), extra=len(ours - may))


def _meetings(centre: Sequence[XY], line: tuple[XY, XY]) -> Iterator[float]:
    """How far along a lane it meets a line."""
    begin = 0.0
    for a, b in pairwise(centre):
        length = math.dist(a, b)
        if segments_cross(a, b, *line):
            (px, py), (qx, qy) = line
            normal = np.array([qy - py, px - qx])
            before, after = (float(normal @ np.subtract(point, line[0])) for point in (a, b))
            yield begin + length * before / (before - after)
        begin += length
