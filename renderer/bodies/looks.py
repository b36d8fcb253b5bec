# SPDX-License-Identifier: GPL-3.0-or-later
"""Paint and clothes drawn from a body's seed."""

import random

RGB = tuple[float, float, float]

# Linear colours with their share of the fleet (new registrations in Europe are mostly white, grey and black).
_CARS: tuple[tuple[RGB, int], ...] = (
    ((0.72, 0.72, 0.71), 22),
    ((0.46, 0.47, 0.49), 16),
    ((0.16, 0.165, 0.175), 14),
    ((0.016, 0.016, 0.018), 14),
    ((0.03, 0.06, 0.22), 8),
    ((0.07, 0.2, 0.46), 6),
    ((0.43, 0.016, 0.016), 9),
    ((0.05, 0.14, 0.07), 3),
    ((0.36, 0.31, 0.23), 4),
    ((0.6, 0.28, 0.03), 2),
    ((0.22, 0.03, 0.05), 2),
)
_VANS = (
    ((0.74, 0.74, 0.73), 65),
    ((0.42, 0.43, 0.45), 12),
    ((0.03, 0.06, 0.2), 8),
    ((0.72, 0.46, 0.02), 8),
    ((0.35, 0.02, 0.02), 7),
)
_TRUCKS = (
    ((0.72, 0.72, 0.71), 40),
    ((0.04, 0.1, 0.34), 18),
    ((0.42, 0.02, 0.02), 16),
    ((0.62, 0.3, 0.02), 10),
    ((0.06, 0.2, 0.09), 8),
    ((0.2, 0.2, 0.21), 8),
)
_BUSES = (((0.5, 0.02, 0.025), 4), ((0.04, 0.16, 0.44), 3), ((0.7, 0.69, 0.64), 3), ((0.05, 0.27, 0.13), 2), ((0.72, 0.5, 0.03), 3))
_CYCLES = (
    ((0.03, 0.03, 0.032), 5),
    ((0.45, 0.02, 0.02), 2),
    ((0.05, 0.15, 0.42), 2),
    ((0.62, 0.62, 0.6), 2),
    ((0.5, 0.36, 0.04), 1),
    ((0.07, 0.25, 0.1), 1),
)
_CLOTHES = (
    ((0.40, 0.04, 0.04), 2),
    ((0.05, 0.09, 0.28), 3),
    ((0.58, 0.57, 0.54), 1),
    ((0.035, 0.035, 0.04), 4),
    ((0.22, 0.15, 0.07), 1),
    ((0.09, 0.26, 0.13), 1),
    ((0.62, 0.44, 0.08), 2),
    ((0.20, 0.33, 0.50), 2),
    ((0.42, 0.20, 0.28), 1),
    ((0.15, 0.15, 0.16), 2),
)
_PALETTES = {"van": _VANS, "box_truck": _TRUCKS, "tipper": _TRUCKS, "articulated": _TRUCKS, "bus": _BUSES}


def dice(seed: int, about: str) -> random.Random:
    """Draws that depend on the seed and on what they decide, and on nothing else."""
    return random.Random(f"{seed}/{about}")


def paint(model: str, seed: int, about: str = "paint") -> RGB:
    """The colour of a vehicle, a bicycle's frame or a motorcycle."""
    palette = _CYCLES if model in ("bicycle", "motorcycle") else _PALETTES.get(model, _CARS)
    return _shade(palette, seed, about)


def cloth(seed: int) -> RGB:
    """The colour of someone's upper garment."""
    return _shade(_CLOTHES, seed, "cloth")


def _shade(palette: tuple[tuple[RGB, int], ...], seed: int, about: str) -> RGB:
    draw = dice(seed, about)
    (colour,) = draw.choices([each for each, _ in palette], [share for _, share in palette])
    light = draw.uniform(0.85, 1.15)
    return tuple(min(1.0, part * light * draw.uniform(0.97, 1.03)) for part in colour)
