"""A scenario's fixed signal program: as SUMO reads it, and as changes of each head."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

from catseye.studio.scenarios.recipe import Signals
from catseye.studio.truth import SignalChange

_LETTERS = {"red": "r", "red_amber": "u", "amber": "y", "green": "G"}


def program(signals: Signals, net: str) -> str:
    """SUMO's tlLogic for the links of a net file, in the order that netconvert gave them."""
    ways = _ways(signals, net)
    phases = []
    for stage in signals.stages:
        shown = [stage.shown.get(signals.obeys[way], "red") for way in ways]
        letters = [
            "g" if state == "green" and way in signals.yields else _letter(way, state)
            for way, state in zip(ways, shown, strict=True)
        ]
        phases.append(f'<phase duration="{stage.seconds}" state="{"".join(letters)}"/>')
    return f'<tlLogic id="{signals.node}" type="static" programID="studio" offset="0">{"".join(phases)}</tlLogic>'


def changes(signals: Signals, heads: list[str], *, begin_s: float, seconds: float) -> list[SignalChange]:
    """What each head shows at the beginning and when it changes, in order of time, then head. SUMO's time ``begin_s`` is 0."""
    found: list[SignalChange] = []
    shows: dict[str, str] = {}
    at = begin_s - begin_s % cycle_s(signals)
    while at < begin_s + seconds:
        for stage in signals.stages:
            end = at + stage.seconds
            if end > begin_s and at < begin_s + seconds:
                for head in sorted(heads):
                    state = stage.shown.get(head, "red")
                    if shows.get(head) != state:
                        shows[head] = state
                        found.append(SignalChange(head=head, at_s=round(max(at - begin_s, 0.0), 3), state=state))
            at = end
    return found


def ends_of_green(signals: Signals, head: str, begin_s: float, until_s: float) -> list[tuple[float, float]]:
    """When a head turns amber and red within a stretch, in SUMO's time."""
    table = changes(signals, [head], begin_s=0.0, seconds=until_s + cycle_s(signals))
    found = []
    for change, following in pairwise(table):
        if change.state == "amber" and begin_s <= change.at_s <= until_s:
            found.append((change.at_s, following.at_s))
    return found


def cycle_s(signals: Signals) -> float:
    """Seconds after which the program begins again."""
    return sum(stage.seconds for stage in signals.stages)


def shown_at(table: list[SignalChange], head: str, at_s: float) -> str:
    """What a head shows at a time."""
    states = [change.state for change in table if change.head == head and change.at_s <= at_s]
    return states[-1] if states else "off"


def _letter(way: str, state: str) -> str:
    crossing = ">" not in way
    return "r" if crossing and state != "green" else _LETTERS[state]


def _ways(signals: Signals, net: str) -> list[str]:
    """The way of each link index."""
    root = ET.fromstring(net)  # noqa: S314 - netconvert's own output
    crossings = {edge.get("id"): edge.get("crossingEdges", "") for edge in root.iter("edge") if edge.get("function") == "crossing"}
    found: dict[int, str] = {}
    for link in root.iter("connection"):
        if link.get("tl") != signals.node:
            continue
        target = link.get("to", "")
        way = " ".join(sorted(re.split(r"\s+", crossings[target]))) if target in crossings else f"{link.get('from')}>{target}"
        found[int(link.get("linkIndex", "-1"))] = way
    return [found[index] for index in range(len(found))]
