# ruff: noqa: INP001, S603, T201 - a script that prints, and starts what it is told to
"""Print the table of the torture cases, Catseye's counts beside those of ByteTrack and LineZone, as Markdown.

    python scripts/torture_table.py PYTHON

PYTHON is a Python of its own with `supervision` and `trackers` from PyPI (python -m venv peers; peers/bin/pip install supervision
trackers). They are no dependencies of Catseye.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from catseye.testing.torture import CASES, counted
from catseye.testing.torture_script import BACKWARD, FORWARD, Case

Both = tuple[int, int]


def both(volumes: Counter[str]) -> Both:
    """Forward and backward."""
    return volumes[FORWARD], volumes[BACKWARD]


def verdict(case: Case, found: Both) -> tuple[int, int]:
    """Missed and extra, whatever their kind."""
    true = {way: sum(n for (w, _), n in case.truth.items() if w == way) for way in (FORWARD, BACKWARD)}
    bound = case.truth if case.most is None else case.most
    most = {way: sum(n for (w, _), n in bound.items() if w == way) for way in (FORWARD, BACKWARD)}
    pairs = list(zip(found, (FORWARD, BACKWARD), strict=True))
    return sum(max(0, true[w] - n) for n, w in pairs), sum(max(0, n - most[w]) for n, w in pairs)


def told(missed: int, extra: int) -> str:
    """One field of the table."""
    return "right" if missed == extra == 0 else ", ".join([f"{missed} missed"] * (missed > 0) + [f"{extra} extra"] * (extra > 0))


def main() -> None:
    """Count with all three and print."""
    cases = [named.make() for named in CASES]
    asked = [
        {"line": case.line, "runs": [[(t, [row[:5] for row in rows]) for t, rows in run] for run in case.runs]} for case in cases
    ]
    peers = Path(__file__).with_name("peer_lines.py")
    answer = subprocess.run([sys.argv[1], str(peers)], input=json.dumps(asked), capture_output=True, text=True, check=True)
    theirs = json.loads(answer.stdout)
    print("| case | true | Catseye | LineZone, corners | LineZone, foot |\n|---|---|---|---|---|")
    sums = [[0, 0], [0, 0], [0, 0]]
    right = [0, 0, 0]
    for named, case, other in zip(CASES, cases, theirs, strict=True):
        ours = both(Counter(event.direction for event in counted(case)))
        found = [verdict(case, counts) for counts in (ours, tuple(other["corners"]), tuple(other["foot"]))]
        for k, (missed, extra) in enumerate(found):
            sums[k][0] += missed
            sums[k][1] += extra
            right[k] += missed == extra == 0
        true = sum(case.truth.values())
        print(f"| {named.name} | {true if case.most is None else 'open'} | " + " | ".join(told(*one) for one in found) + " |")
    print(
        "| **all** | | " + " | ".join(f"{n} of {len(cases)} right, {a} + {b}" for n, (a, b) in zip(right, sums, strict=True)) + " |"
    )


if __name__ == "__main__":
    main()
