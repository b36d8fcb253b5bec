# SPDX-License-Identifier: GPL-3.0-or-later
"""Paint on the road."""

from collections.abc import Mapping, Sequence

from street.looks import Materials
from street.mesh import Pieces

_THICK_M = 0.006


def markings(found: Sequence[Mapping], materials: Materials) -> None:
    """Lay each marking some millimetres over the asphalt; those on top of others a little higher."""
    pieces = Pieces()
    for k, marking in enumerate(found):
        pieces.flat(marking["polygon"], _THICK_M + (k % 16) * 1e-4, f"paint_{marking['colour']}")
    if found:
        pieces.place("markings", materials)
