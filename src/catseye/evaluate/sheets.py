"""Acceptance sheets: whether counts pass a rule that someone published, with the rule and its source.

A rule whose figures could not be found in a public source is not judged until the user gives them; none is made up.
"""

from collections.abc import Mapping, Sequence

import msgspec

from catseye.evaluate.cells import ALL, GEH_GOOD, Cell
from catseye.evaluate.counts import LineScore

VDOT_SHARE = 0.05
GEH_CASES = 0.85
FEW = 100  # true crossings below which a share says little

_VDOT = (
    "Virginia Transportation Research Council, report 26-R53 (2026), 'Developing a Standardized Acceptance Framework for Traffic "
    "Count Devices': a 5 % error threshold is the primary accuracy target."
)
_GEH = (
    "FHWA-HRT-04-040, Traffic Analysis Toolbox Volume III (2004), section 5 (Wisconsin DOT's criteria): GEH below 5 for individual "
    "link flows in more than 85 % of cases; likewise the United Kingdom's DMRB volume 12 and TAG unit M3.1. Written for models, "
    "used here on cells."
)
_SVZ = (
    "Germany's road traffic census (Strassenverkehrszaehlung, SVZ), classes of TLS 2012 (8+1). No public source for the rates it "
    "asks for was found: give those of your tender."
)
_TLS = {"motorcycle": "Krad", "car": "Pkw", "van": "Lfw", "truck": "Lkw", "bus": "Bus"}


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a sheet looks at: what was found, what is asked for, and whether it passes (None: not judged)."""

    what: str
    found: str
    asked: str
    passed: bool | None


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, its source, each check, and whether all pass. None: not judged, and ``note`` says why."""

    name: str
    rule: str
    source: str
    passed: bool | None
    checks: tuple[Check, ...]
    note: str = ""


class KindScore(msgspec.Struct, frozen=True, kw_only=True):
    """One kind: ``true`` crossings, of which ``right`` were counted as that kind; and ``counted`` ones, of which ``truly`` were."""

    true: int
    right: int
    counted: int
    truly: int


def vdot(flows: Mapping[str, tuple[int, int | None]], all_lines: LineScore | None) -> Sheet:
    """Volume of every flow ("line, direction": true, counted) within 5 %, and missed plus extra beside it."""
    checks = []
    for name, (true, counted) in flows.items():
        if true:
            off = None if counted is None else abs(counted - true) / true
            checks.append(
                Check(
                    what=name,
                    found="not observed" if off is None else f"{counted} of {true}, off by {off:.1%}",
                    asked="at most 5 %",
                    passed=off is not None and off <= VDOT_SHARE,
                )
            )
    notes = [
        "The report judges a device's volume; here each line and direction is judged over the whole truth.",
        "Its field protocol (24 hours, rain, fog, snow) is not part of this sheet.",
    ]
    if all_lines is not None and all_lines.wrong is not None:
        notes.append(f"Net error lets mistakes cancel: missed and extra together are {all_lines.wrong:.1%} of the true.")
    notes += _few(sum(true for true, _ in flows.values()))
    return _sheet("VDOT 5 %", "Volume error of each line and direction of at most 5 %.", _VDOT, checks, " ".join(notes))


def geh_85(cells: Sequence[Cell]) -> Sheet:
    """GEH below 5 in more than 85 % of the whole cells of all kinds."""
    judged = [cell for cell in cells if cell.road_user == ALL and cell.whole]
    good = sum(cell.geh is not None and cell.geh < GEH_GOOD for cell in judged)
    rule = "GEH below 5 in more than 85 % of the cells, each made an hourly flow."
    if not judged:
        return _sheet(
            "GEH < 5 in 85 %",
            rule,
            _GEH,
            [],
            "Not judged: the truth covers no whole cell. Give a longer truth or a shorter --cell.",
        )
    check = Check(
        what="whole cells",
        found=f"{good} of {len(judged)} ({good / len(judged):.1%})",
        asked="more than 85 %",
        passed=good > GEH_CASES * len(judged),
    )
    return _sheet("GEH < 5 in 85 %", rule, _GEH, [check], "")


def svz(kinds: Mapping[str, KindScore], rates: Mapping[str, float]) -> Sheet:
    """Of each kind the share that was counted as that kind, against ``rates`` (kind: least share)."""
    checks = []
    for name in [*_TLS, *(kind for kind in rates if kind not in _TLS)]:
        told, least = kinds.get(name), rates.get(name)
        if told is None or not told.true:
            continue
        share = told.right / told.true
        checks.append(
            Check(
                what=f"{name} ({_TLS[name]})" if name in _TLS else name,
                found=f"{told.right} of {told.true} ({share:.1%})",
                asked="no rate given" if least is None else f"at least {least:.1%}",
                passed=None if least is None else share >= least,
            )
        )
    note = "" if rates else "Not judged: no rates are set. Give a file with --svz-rates."
    note += " Trailers and articulated lorries (PkwA, LkwA, Sattel-Kfz) are not told apart."
    return _sheet("SVZ rates by class", "Of each class at least its rate counted as that class.", _SVZ, checks, note.strip())


def _sheet(name: str, rule: str, source: str, checks: Sequence[Check], note: str) -> Sheet:
    judged = [check.passed for check in checks if check.passed is not None]
    return Sheet(name=name, rule=rule, source=source, passed=all(judged) if judged else None, checks=tuple(checks), note=note)


def _few(true: int) -> list[str]:
    return [f"Only {true} true crossings: one mistake is {1 / true:.1%}."] if 0 < true < FEW else []
