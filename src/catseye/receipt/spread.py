"""How far clips of one light differ in recall."""

import numpy as np

from catseye.core.receipt import ALL_KINDS, TruthSample


def spreads(sample: TruthSample) -> dict[str, float]:
    """The standard deviation of recall between clips, by light, of all kinds and ways together; lights with 3 clips or more."""
    found: dict[str, list[float]] = {}
    for clip in sample.clips:
        rows = [row for row in clip.rows if row.road_user == ALL_KINDS]
        true = sum(row.matched + row.missed for row in rows)
        if true:
            found.setdefault(clip.light, []).append(sum(row.matched for row in rows) / true)
    return {light: max(0.005, float(np.std(shares, ddof=1))) for light, shares in found.items() if len(shares) >= 3}
