# ruff: noqa: INP001, T201 - a script that prints
"""How often the 95 % interval of a before-and-after study holds the true effect, and how far its mean is from it, by simulation.

Nothing is changed, so the true index of effectiveness is 1. Each place has its own mean, gamma distributed about 8 conflicts; the
places with the most conflicts before are those that are "changed".

    python scripts/study_coverage.py
"""

import numpy as np

from catseye.traffic.conflicts.study import Site, effect, reference

MEAN, TRIALS, MILLION = 8.0, 300, 1e6
CASES = ((5, 3, 20, 0.5), (10, 10, 80, 0.5), (40, 10, 80, 0.5), (40, 10, 80, 0.05))


def sites(counts: list[int]) -> list[Site]:
    """Places with these counts of conflicts, each for a million road users."""
    return [Site(name=f"{k}", conflicts=n, crossings=MILLION) for k, n in enumerate(counts)]


def trial(rng: np.random.Generator, case: tuple[int, int, int, float]) -> tuple[float, bool, float]:
    """Theta, whether its interval holds 1, and the plain ratio of after to before."""
    references, changed, places, dispersion = case
    like = rng.poisson(rng.gamma(1 / dispersion, dispersion * MEAN, references))
    means = rng.gamma(1 / dispersion, dispersion * MEAN, places)
    before = rng.poisson(means)
    worst = np.argsort(-before)[:changed]
    after = rng.poisson(means[worst])
    told = effect(sites(before[worst].tolist()), sites(after.tolist()), reference(sites(like.tolist())))
    if told.theta is None or told.low is None or told.high is None:
        raise ValueError("nothing was expected")
    return told.theta, told.low <= 1 <= told.high, float(after.sum() / before[worst].sum())


def main() -> None:
    """Print a row for each case."""
    print("references changed of dispersion | theta | holds 1 | plain after/before")
    for case in CASES:
        rng = np.random.default_rng(3)
        theta, holds, plain = np.mean([trial(rng, case) for _ in range(TRIALS)], axis=0)
        print(*case, "|", f"{theta:.2f} | {holds:.0%} | {plain:.2f}")


if __name__ == "__main__":
    main()
