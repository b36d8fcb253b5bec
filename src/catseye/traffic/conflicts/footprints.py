"""The footprints of road users at one instant, as rectangles."""

import numpy as np

from catseye.core.ground import GroundSightings
from catseye.core.rectangles import Rectangles

_MOVES_MPS = 0.5


def footprints(seen: GroundSightings) -> Rectangles:
    """One rectangle each, in order; its ``row`` is that of ``seen``.

    Where a heading is not known that of its way is taken; of one that stands, too, the square of its width.
    """
    heading, length = seen.heading_rad.copy(), seen.length_m.copy()
    unknown = np.isnan(heading)
    heading[unknown] = np.arctan2(seen.velocity_mps[unknown, 1], seen.velocity_mps[unknown, 0])
    square = unknown & (seen.speed_mps < _MOVES_MPS)
    length[square] = seen.width_m[square]
    return Rectangles(seen.xy_m, heading, np.stack([length, seen.width_m], 1) / 2, np.arange(len(seen)))
