# SPDX-License-Identifier: GPL-3.0-or-later
"""Cars and vans: a body with wheel arches, a cabin of glass and pillars, and what hangs on them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bodies.parts import F64, Parts
from bodies.shells import shell, side_columns

# A station of the body, from the front bumper: share of the length, of the half width, height of the top as a share of the height,
# height of the underside in metres.
Station = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Build:
    """How a car is drawn. Shares of the length are measured from the front bumper, heights as shares of the whole height.

    ``windows`` are the side's pieces from the windscreen to the rear corner: where each begins as a share of the way, and what it
    is made of.
    """

    stations: Sequence[Station]
    wheel_m: float
    front_axle_m: float
    rear_axle_m: float
    cowl: float
    screen_top: float
    roof_end: float
    rear_base: float
    belt: float
    roof_width: float
    windows: Sequence[tuple[float, str]]
    rear_glass: bool = True
    lamp: float = 0.47
    tall_tail: bool = True
    rails: bool = False
    cladding: bool = False


_NOSE = [(0.0, 0.76, 0.42, 0.32), (0.012, 0.86, 0.47, 0.24), (0.045, 0.935, 0.505, 0.2), (0.12, 0.98, 0.55, 0.18)]
_TAIL = [(0.975, 0.93, 0.66, 0.26), (0.993, 0.87, 0.6, 0.3), (1.0, 0.8, 0.52, 0.36)]
_FOUR_DOORS = ((0.0, "paint"), (0.07, "glass"), (0.47, "black"), (0.52, "glass"), (0.9, "paint"))
_SIX_WINDOWS = ((0.0, "paint"), (0.06, "glass"), (0.37, "black"), (0.41, "glass"), (0.7, "black"), (0.74, "glass"), (0.93, "paint"))

BUILDS: dict[str, Build] = {
    "hatchback": Build(
        stations=[*_NOSE, (0.22, 1, 0.6, 0.18), (0.4, 1, 0.63, 0.18), (0.6, 1, 0.645, 0.18), (0.85, 0.99, 0.66, 0.2), *_TAIL],
        wheel_m=0.31,
        front_axle_m=0.82,
        rear_axle_m=3.37,
        cowl=0.24,
        screen_top=0.43,
        roof_end=0.88,
        rear_base=0.985,
        belt=0.61,
        roof_width=0.74,
        windows=((0.0, "paint"), (0.06, "glass"), (0.46, "black"), (0.51, "glass"), (0.84, "paint")),
    ),
    "saloon": Build(
        stations=[*_NOSE, (0.24, 1, 0.6, 0.18), (0.4, 1, 0.64, 0.18), (0.6, 1, 0.65, 0.18), (0.85, 0.98, 0.67, 0.2), *_TAIL],
        wheel_m=0.325,
        front_axle_m=0.9,
        rear_axle_m=3.7,
        cowl=0.26,
        screen_top=0.43,
        roof_end=0.70,
        rear_base=0.87,
        belt=0.62,
        roof_width=0.72,
        windows=_FOUR_DOORS,
        tall_tail=False,
    ),
    "estate": Build(
        stations=[*_NOSE, (0.24, 1, 0.59, 0.18), (0.4, 1, 0.62, 0.18), (0.6, 1, 0.63, 0.18), (0.85, 0.99, 0.64, 0.2), *_TAIL],
        wheel_m=0.325,
        front_axle_m=0.9,
        rear_axle_m=3.7,
        cowl=0.26,
        screen_top=0.42,
        roof_end=0.91,
        rear_base=0.985,
        belt=0.6,
        roof_width=0.74,
        windows=_SIX_WINDOWS,
        rails=True,
    ),
    "suv": Build(
        stations=[
            (0.0, 0.78, 0.46, 0.36),
            (0.012, 0.88, 0.51, 0.28),
            (0.045, 0.95, 0.55, 0.25),
            (0.12, 0.985, 0.58, 0.24),
            (0.22, 1, 0.61, 0.24),
            (0.4, 1, 0.63, 0.24),
            (0.6, 1, 0.64, 0.24),
            (0.85, 0.99, 0.65, 0.26),
            (0.975, 0.94, 0.64, 0.3),
            (0.993, 0.88, 0.6, 0.34),
            (1.0, 0.82, 0.52, 0.4),
        ],
        wheel_m=0.365,
        front_axle_m=0.9,
        rear_axle_m=3.6,
        cowl=0.25,
        screen_top=0.41,
        roof_end=0.90,
        rear_base=0.985,
        belt=0.61,
        roof_width=0.77,
        windows=_SIX_WINDOWS,
        lamp=0.5,
        rails=True,
        cladding=True,
    ),
    "van": Build(
        stations=[
            (0.0, 0.82, 0.36, 0.34),
            (0.01, 0.9, 0.4, 0.26),
            (0.04, 0.95, 0.43, 0.22),
            (0.1, 0.985, 0.46, 0.2),
            (0.16, 1, 0.49, 0.2),
            (0.4, 1, 0.5, 0.2),
            (0.7, 1, 0.5, 0.2),
            (0.95, 1, 0.5, 0.24),
            (0.985, 0.98, 0.5, 0.28),
            (1.0, 0.95, 0.45, 0.34),
        ],
        wheel_m=0.345,
        front_axle_m=0.98,
        rear_axle_m=4.4,
        cowl=0.15,
        screen_top=0.30,
        roof_end=0.985,
        rear_base=0.995,
        belt=0.47,
        roof_width=0.88,
        windows=((0.0, "paint"), (0.04, "glass"), (0.23, "paint")),
        rear_glass=False,
        lamp=0.34,
    ),
}


def car(name: str, length_m: float, width_m: float, height_m: float) -> Parts:
    """The bodywork of a car or van, without its wheels and lit lamps."""
    build, parts = BUILDS[name], Parts()
    _lower(parts, build, length_m, width_m, height_m)
    _cabin(parts, build, length_m, width_m, height_m)
    parts.fit(length_m, width_m, height_m)
    _front(parts, build, length_m, width_m, height_m)
    _rear(parts, build, length_m, width_m, height_m)
    _sides(parts, build, length_m, width_m, height_m)
    return parts


def _lower(parts: Parts, build: Build, length_m: float, width_m: float, height_m: float) -> None:
    rows = []
    for share, wide, top, under in build.stations:
        x, half, deck = length_m * (0.5 - share), width_m / 2 * wide, height_m * top
        rise = deck - under
        rows.append(
            [
                (x, 0.0, under),
                (x, half * 0.8, under),
                (x, half * 0.965, under + 0.05),
                (x, half * 0.995, under + 0.16 * rise),
                (x, half, under + 0.55 * rise),
                (x, half * 0.985, deck - 0.09 * rise),
                (x, half * 0.93, deck),
                (x, half * 0.5, deck + 0.012),
                (x, 0.0, deck + 0.02),
            ]
        )
    black_columns = 3 if build.cladding else 2
    arches = []
    for axle in (build.front_axle_m, build.rear_axle_m):
        for side in (-1, 1):
            arch = Parts()
            centre = (length_m / 2 - axle, side * (width_m / 2 - 0.1), build.wheel_m * 1.02)
            arch.cylinder(centre, build.wheel_m * 1.16, 0.46, "black", sides=28)
            arches.append(arch)
    shell(parts, np.array(rows), lambda _, column: "black" if column < black_columns else "paint", "paint", 2, arches)


def _cabin(parts: Parts, build: Build, length_m: float, width_m: float, height_m: float) -> None:
    half, roof = width_m / 2 * 0.925, width_m / 2 * build.roof_width
    starts = [start for start, _ in build.windows]
    base = _outline(length_m, build.cowl, build.rear_base, half, starts)
    top = _outline(length_m, build.screen_top, build.roof_end, roof, starts)
    heights = [build.belt - 0.06, build.belt + 0.015, 0.93, 0.975, 0.995, 1.0]
    shares = [0.0, 0.06, 0.88, 1.0, 1.0, 1.0]
    inset = [1.0, 1.0, 1.0, 0.97, 0.85, 0.5]
    rows = []
    for height, share, shrink in zip(heights, shares, inset, strict=True):
        outline = base + (top - base) * share
        middle = np.array([length_m * (0.5 - (build.screen_top + build.roof_end) / 2), 0.0])
        outline = middle + (outline - middle) * shrink
        rows.append(np.column_stack([outline, np.full(len(outline), height * height_m)]))
    pieces = ["glass", "glass", "glass", *[made for _, made in build.windows], *["glass" if build.rear_glass else "paint"] * 3]

    def made_of(row: int, column: int) -> str:
        return pieces[column] if row in (0, 1) else "paint"

    shell(parts, np.array(rows), made_of, "paint", 2)


def _outline(length_m: float, front: float, rear: float, half_m: float, cuts: Sequence[float]) -> F64:
    front_x, rear_x = length_m * (0.5 - front), length_m * (0.5 - rear)
    return side_columns((front_x - 0.13, half_m), (rear_x + 0.06, half_m * 0.96), [*cuts, 1.0], 0.13)


def _front(parts: Parts, build: Build, length_m: float, width_m: float, height_m: float) -> None:
    nose, lamp_z, half = length_m / 2, build.lamp * height_m, width_m / 2
    for side in (-1, 1):
        parts.ellipsoid((nose - 0.17, side * half * 0.72, lamp_z), (0.16, half * 0.19, 0.075), "headlamp")
        parts.ellipsoid((nose - 0.09, side * half * 0.66, lamp_z - 0.24), (0.07, 0.1, 0.05), "black")
    parts.box((nose - 0.055, 0, lamp_z - 0.02), (0.1, half * 0.95, 0.12), "black", 0.03)
    parts.box((nose - 0.045, 0, lamp_z - 0.27), (0.09, half * 1.15, 0.15), "black", 0.03)
    parts.box((nose - 0.005, 0, lamp_z - 0.14), (0.02, 0.52, 0.11), "plate", 0.004)
    parts.box((nose - 0.02, 0, lamp_z + 0.01), (0.05, 0.14, 0.05), "chrome", 0.01)


def _rear(parts: Parts, build: Build, length_m: float, width_m: float, height_m: float) -> None:
    tail, half = -length_m / 2, width_m / 2
    deck = build.stations[-3][2] * height_m
    van = not build.rear_glass
    for side in (-1, 1):
        if build.tall_tail:
            parts.box((tail + 0.07, side * half * 0.86, deck * (0.92 if van else 0.96)), (0.14, 0.14, 0.34), "tail", 0.04)
        else:
            parts.ellipsoid((tail + 0.13, side * half * 0.7, deck - 0.08), (0.15, half * 0.24, 0.075), "tail")
        if van:
            parts.box((tail + 0.022, side * width_m * 0.21, height_m * 0.7), (0.04, width_m * 0.32, height_m * 0.24), "glass", 0.02)
    parts.box((tail + 0.01, 0, deck - 0.27), (0.03, 0.52, 0.11), "plate", 0.004)
    parts.box((tail + 0.05, 0, build.stations[-1][3] + 0.06), (0.1, half * 1.5, 0.16), "black", 0.03)


def _sides(parts: Parts, build: Build, length_m: float, width_m: float, height_m: float) -> None:
    half, belt = width_m / 2, build.belt * height_m
    door = length_m * (0.5 - build.cowl) - 0.28
    for side in (-1, 1):
        mirror = (door - (0.0 if build.rear_glass else 0.1), side * (half + 0.06), belt + (0.07 if build.rear_glass else 0.15))
        size = (0.11, 0.2, 0.14) if build.rear_glass else (0.13, 0.2, 0.3)
        parts.box(mirror, size, "paint" if build.rear_glass else "black", 0.04)
        handles = (-0.75, -1.75) if build.rear_glass else (-0.75,)
        for offset in handles:
            parts.box((door + offset, side * half * 0.985, belt - 0.1), (0.17, 0.03, 0.03), "black", 0.008)
        if build.rails:
            start, end = length_m * (0.47 - build.screen_top), length_m * (0.54 - build.roof_end)
            rail = half * (build.roof_width * 0.93)
            ends = [(start, side * rail, height_m * 0.985), (end, side * rail, height_m * 0.985)]
            parts.sweep(ends, np.array([0.025, 0.025]), "black", sides=6)
