#!/usr/bin/env python3
"""How often 95 % intervals hold the truth, on simulated streets: the tables of docs/measurements.md, section "The receipt".

Streets, truth samples and cells are drawn anew each time. Run it from the project's root.
"""

import argparse
import sys

import numpy as np

from catseye.core.receipt import ALL_KINDS, SAMPLE_VERSION, SampleClip, SampleRow, TruthSample
from catseye.receipt.interval import Rates
from catseye.receipt.sample import Evidence

WAY = ("line", "in")
CELLS = 10  # of each street


class Street:
    """Recall and precision of each cell are beta distributed around the street's; arrivals by the minute are negative binomial."""

    def __init__(self, rng: np.random.Generator, flow: float, alike: float) -> None:
        self.rng, self.flow, self.alike = rng, flow, alike
        self.recall, self.precision, self.dispersion = rng.uniform(0.75, 0.98), rng.uniform(0.85, 0.99), rng.uniform(1.2, 3.0)

    def cell(self, watched: int = 15) -> tuple[int, int, int, int]:
        """(true volume of 15 minutes; of the ``watched`` ones matched, missed, extra)."""
        spread = self.dispersion - 1
        minutes = self.rng.poisson(self.rng.gamma(self.flow / 15 / spread, spread, 15))
        recall, precision = (self.rng.beta(mean * self.alike, (1 - mean) * self.alike) for mean in (self.recall, self.precision))
        seen = int(minutes[:watched].sum())
        matched = int(self.rng.binomial(seen, recall))
        return int(minutes.sum()), matched, seen - matched, int(self.rng.negative_binomial(matched + 0.5, precision))

    def evidence(self, clips: int) -> Evidence:
        """What counting as many cells by hand tells."""
        told = [self.cell() for _ in range(clips)]
        rows = [
            SampleRow(rule=WAY[0], direction=WAY[1], road_user=ALL_KINDS, matched=matched, missed=missed, extra=extra)
            for _, matched, missed, extra in told
        ]
        found = [SampleClip(name=str(n), light="day", seconds=900.0, rows=(row,)) for n, row in enumerate(rows)]
        sample = TruthSample(
            version=SAMPLE_VERSION,
            scene_revision="",
            detector="",
            detector_sha256="",
            clips=tuple(found),
            dispersion=float(self.dispersion),
        )
        return Evidence(sample)


def coverage(seed: int, streets: int, *, flow: float, alike: float, clips: int, watched: int) -> tuple[int, int, float]:
    """(intervals, those that held the truth, their mean width as a share of the true volume)."""
    rng = np.random.default_rng([seed, int(flow), int(alike), clips, watched])
    widths, held = [], 0
    for _ in range(streets):
        street = Street(rng, flow, alike)
        rates = street.evidence(clips).rates(WAY, ALL_KINDS, {"day": 900.0})
        if not isinstance(rates, Rates):
            continue
        for _ in range(CELLS):
            true, matched, _, extra = street.cell(watched)
            low, high = rates.interval(matched + extra, 60.0 * watched, 60.0 * (15 - watched))
            held += low <= true <= high
            widths.append((high - low) / max(true, 1))
    return len(widths), held, float(np.mean(widths))


def say(line: str) -> None:
    """One line of the table, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streets", type=int, default=60, help="of each row (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    say("| true volume | clips counted | clips alike (kappa) | minutes watched | nominal | found | n | width |")
    say("|---|---|---|---|---|---|---|---|")
    total = np.zeros(2, np.int64)
    base = {"flow": 60.0, "alike": 60.0, "clips": 12, "watched": 15}
    changes: list[dict[str, float]] = [{}, {"flow": 10.0}, {"flow": 25.0}, {"flow": 200.0}, {"clips": 5}, {"clips": 30}]
    changes += [{"alike": 20.0}, {"alike": 300.0}, {"watched": 12}, {"watched": 7}, {"watched": 2}]
    for change in changes:
        row = base | change
        number, held, width = coverage(
            args.seed, args.streets, flow=row["flow"], alike=row["alike"], clips=int(row["clips"]), watched=int(row["watched"])
        )
        total += (number, held)
        what = f"{row['flow']:g} | {row['clips']:g} | {row['alike']:g} | {row['watched']:g}"
        say(f"| {what} | 95 % | {held / number:.1%} | {number} | {width:.0%} |")
    say(f"| all | | | | 95 % | {total[1] / total[0]:.1%} | {total[0]} | |")


if __name__ == "__main__":
    main()
