"""Whether the names in a scene are fit to be printed, unique, and known where they are referred to."""

import unicodedata
from collections.abc import Mapping, Sequence
from zoneinfo import available_timezones

from catseye.config.findings import Findings, did_you_mean, nearest
from catseye.config.locate import KeyPath
from catseye.config.shape import NAMELESS
from catseye.core import time
from catseye.core.errors import ConfigError
from catseye.core.scene import CountLine, Lane, Mask, Movement, Signal, Zone

LONGEST_NAME = 64
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they turn the text around them

Named = CountLine | Zone | Movement | Mask | Lane | Signal


def judge_timezone(name: str, findings: Findings) -> None:
    """Report a time zone that this machine does not know."""
    try:
        time.zone(name)
    except ConfigError:
        full_names = sorted(available_timezones())
        by_lower = {full.rpartition("/")[2].lower(): full for full in full_names} | {full.lower(): full for full in full_names}
        near = nearest(name, by_lower)
        remedy = f"Did you mean {near!r}?" if near else "Give an IANA name such as 'Europe/London'."
        findings.error(("timezone",), f"unknown time zone {name[:80]!r}.", remedy)


def judge_names(entries: Mapping[KeyPath, Named], findings: Findings) -> None:
    """Report names that are unfit, and names of entries that are taken by an earlier one; ``entries`` by their path."""
    taken: dict[str, str | int] = {}
    for path, entry in entries.items():
        for i, way in enumerate(entry.directions if isinstance(entry, CountLine) else ()):
            _is_fit((*path, "directions", i), way, findings)
        if entry.name == NAMELESS or not _is_fit((*path, "name"), entry.name, findings):
            continue
        if entry.name in taken:
            message = f"the name {entry.name!r} is taken by an entry of '{taken[entry.name]}'."
            findings.error((*path, "name"), message, "Give every entry a name of its own.")
        taken.setdefault(entry.name, path[0])


def _is_fit(path: KeyPath, name: str, findings: Findings) -> bool:
    fault = ""
    if not name.strip():
        fault = "is empty"
    elif len(name) > LONGEST_NAME:
        fault = f"has {len(name)} characters"
    elif any(unicodedata.category(char) in {"Cc", "Zl", "Zp"} or char in _BIDI for char in name):
        fault = "holds a control character"
    elif name != name.strip():
        fault = "begins or ends with a space"
    if fault:
        findings.error(path, f"the name {name[:LONGEST_NAME]!r} {fault}.", f"Give a plain name of 1 to {LONGEST_NAME} characters.")
    return not fault


def judge_movements(movements: Mapping[KeyPath, Movement], zones: Sequence[str], findings: Findings) -> None:
    """Report movements between zones that are not drawn, within one zone, and drawn twice."""
    ways: dict[tuple[str, str], str] = {}
    for path, movement in movements.items():
        way = (movement.origin, movement.destination)
        for key, zone in zip(("origin", "destination"), way, strict=True):
            if zone not in zones and NAMELESS not in zones:  # a zone without a usable name may be the one that is meant
                remedy = did_you_mean(zone, zones[:50]) or "Draw it as one of [[zones]]."
                findings.error((*path, key), f"no zone is called {zone[:80]!r}.", remedy)
        if movement.origin == movement.destination:
            remedy = "For a U-turn draw two zones: one where they come in, one where they go out."
            findings.error((*path, "destination"), "the movement begins and ends in the same zone.", remedy)
        elif way in ways:
            findings.error(path, f"the movement {ways[way]!r} already goes this way.", "Remove one of them.")
        ways.setdefault(way, movement.name)
