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
    boxy: bool = False
    rails: bool = False
    cladding: bool = False


_NOSE = [
    (0.0, 0.8, 0.41, 0.33),
    (0.004, 0.87, 0.475, 0.27),
    (0.022, 0.93, 0.525, 0.21),
    (0.065, 0.97, 0.56, 0.19),
    (0.14, 0.99, 0.59, 0.18),
]
_TAIL = [(0.94, 0.965, 0.66, 0.21), (0.98, 0.935, 0.655, 0.26), (0.996, 0.885, 0.615, 0.3), (1.0, 0.83, 0.54, 0.36)]
_FOUR_DOORS = ((0.0, "paint"), (0.05, "glass"), (0.46, "black"), (0.5, "glass"), (0.9, "paint"))
_SIX_WINDOWS = ((0.0, "paint"), (0.06, "glass"), (0.37, "black"), (0.41, "glass"), (0.7, "black"), (0.74, "glass"), (0.93, "paint"))

BUILDS: dict[str, Build] = {
    "hatchback": Build(
        stations=[*_NOSE, (0.23, 1, 0.615, 0.18), (0.4, 1, 0.635, 0.18), (0.6, 1, 0.645, 0.18), (0.85, 0.99, 0.66, 0.19), *_TAIL],
        wheel_m=0.325,
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
        stations=[*_NOSE, (0.25, 1, 0.615, 0.18), (0.4, 1, 0.635, 0.18), (0.6, 1, 0.645, 0.18), (0.85, 0.985, 0.665, 0.19), *_TAIL],
        wheel_m=0.335,
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
        stations=[*_NOSE, (0.25, 1, 0.6, 0.18), (0.4, 1, 0.62, 0.18), (0.6, 1, 0.63, 0.18), (0.85, 0.99, 0.645, 0.19), *_TAIL],
        wheel_m=0.335,
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
            (0.0, 0.84, 0.45, 0.36),
            (0.004, 0.9, 0.53, 0.3),
            (0.022, 0.95, 0.57, 0.26),
            (0.065, 0.975, 0.59, 0.24),
            (0.14, 0.99, 0.605, 0.24),
            (0.24, 1, 0.62, 0.24),
            (0.4, 1, 0.63, 0.24),
            (0.6, 1, 0.64, 0.24),
            (0.85, 0.99, 0.65, 0.26),
            (0.98, 0.95, 0.64, 0.3),
            (0.996, 0.9, 0.6, 0.34),
            (1.0, 0.85, 0.52, 0.4),
        ],
        wheel_m=0.38,
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
            (0.0, 0.84, 0.36, 0.34),
            (0.004, 0.9, 0.415, 0.26),
            (0.02, 0.945, 0.44, 0.22),
            (0.06, 0.975, 0.46, 0.2),
            (0.14, 1, 0.485, 0.2),
            (0.4, 1, 0.49, 0.2),
            (0.7, 1, 0.49, 0.2),
            (0.96, 1, 0.49, 0.24),
            (0.99, 0.99, 0.49, 0.28),
            (1.0, 0.97, 0.45, 0.34),
        ],
        wheel_m=0.355,
        front_axle_m=0.98,
        rear_axle_m=4.4,
        cowl=0.15,
        screen_top=0.30,
        roof_end=0.985,
        rear_base=0.995,
        belt=0.47,
        roof_width=0.93,
        windows=((0.0, "paint"), (0.035, "glass"), (0.215, "paint"), (0.6, "paint"), (0.97, "paint")),
        rear_glass=False,
        boxy=True,
        lamp=0.36,
    ),
}


# The section of the lower body from sill to shoulder: shares of the half width, and of the height between underside and top.
_SIDE = ((0.965, 0.06), (0.985, 0.14), (0.978, 0.38), (1.0, 0.72), (0.985, 0.93), (0.955, 0.995))


def car(name: str, length_m: float, width_m: float, height_m: float) -> Parts:
    """The bodywork of a car or van, without its wheels and lit lamps."""
    build, parts = BUILDS[name], Parts()
    _lower(parts, build, length_m, width_m, height_m)
    _cabin(parts, build, length_m, width_m, height_m)
    parts.fit(length_m, width_m, height_m)
    _front(parts, build, length_m, width_m, height_m)
    _rear(parts, build, length_m, width_m, height_m)
    _sides(parts, build, length_m, width_m, height_m)
    _seams(parts, build, length_m, width_m, height_m)
    return parts


def tail_lamp(build: Build, length_m: float, width_m: float, height_m: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The left tail lamp's middle and radii."""
    deck = build.stations[-3][2] * height_m
    if build.boxy:
        return (-length_m / 2 + 0.06, width_m * 0.455, deck * 0.86), (0.075, 0.07, 0.27)
    if build.tall_tail:
        return (-length_m / 2 + 0.12, width_m * 0.405, deck * 0.9), (0.15, 0.13, 0.16)
    return (-length_m / 2 + 0.11, width_m * 0.375, deck - 0.11), (0.15, 0.21, 0.085)


def _lower(parts: Parts, build: Build, length_m: float, width_m: float, height_m: float) -> None:
    rows = []
    for share, wide, top, under in build.stations:
        x, half, deck = length_m * (0.5 - share), width_m / 2 * wide, height_m * top
        side = [(x, half * out, under + (deck - under) * up) for out, up in _SIDE]
        lid = [(x, half * 0.88, deck + 0.006), (x, half * 0.45, deck + 0.018), (x, 0.0, deck + 0.024)]
        rows.append([(x, 0.0, under), (x, half * 0.8, under), *side, *lid])
    black_columns = 3 if build.cladding else 2
    arches = []
    for axle in (build.front_axle_m, build.rear_axle_m):
        for side_sign in (-1, 1):
            arch = Parts()
            centre = (length_m / 2 - axle, side_sign * (width_m / 2 - 0.1), build.wheel_m * 1.02)
            arch.cylinder(centre, build.wheel_m * 1.14, 0.46, "black", sides=28)
            arches.append(arch)
    shell(parts, np.array(rows), lambda _, column: "black" if column < black_columns else "paint", "paint", 2, arches)


def _cabin(parts: Parts, build: Build, length_m: float, width_m: float, height_m: float) -> None:
    half, roof = width_m / 2 * (0.985 if build.boxy else 0.93), width_m / 2 * build.roof_width
    starts = [start for start, _ in build.windows]
    base = _outline(length_m, build.cowl, build.rear_base, half, starts, boxy=build.boxy)
    top = _outline(length_m, build.screen_top, build.roof_end, roof, starts, boxy=build.boxy)
    heights = [build.belt - 0.06, build.belt + 0.012, 0.925, 0.965, 0.99, 1.0]
    shares = [0.0, 0.05, 0.88, 0.97, 1.0, 1.0]
    inset = [1.0, 1.0, 1.0, 0.985, 0.9, 0.5]
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


def _outline(length_m: float, front: float, rear: float, half_m: float, cuts: Sequence[float], *, boxy: bool) -> F64:
    front_x, rear_x = length_m * (0.5 - front), length_m * (0.5 - rear)
    tail = 0.02 if boxy else 0.06
    return side_columns(
        (front_x - 0.13, half_m), (rear_x + tail, half_m * (0.99 if boxy else 0.96)), [*cuts, 1.0], 0.13, tail * 1.6
    )


def _front(parts: Parts, build: Build, length_m: float, width_m: float, height_m: float) -> None:
    nose, lamp_z, half = length_m / 2, build.lamp * height_m, width_m / 2
    for side in (-1, 1):
        sweep = turned(0.45 * side)
        parts.ellipsoid((nose - 0.15, side * half * 0.73, lamp_z), (0.13, half * 0.25, 0.068), "black", 14, sweep)
        parts.ellipsoid((nose - 0.135, side * half * 0.73, lamp_z), (0.125, half * 0.21, 0.055), "headlamp", 14, sweep)
        parts.box((nose - 0.07, side * half * 0.7, lamp_z - 0.27), (0.1, 0.26, 0.1), "black", 0.03)
    parts.box((nose - 0.045, 0, lamp_z - 0.02), (0.1, half * 0.86, 0.15), "black", 0.03)
    for bar in (-0.035, 0.02):
        parts.box((nose - 0.0, 0, lamp_z - 0.02 + bar), (0.02, half * 0.8, 0.014), "chrome", 0.004)
    parts.box((nose - 0.04, 0, lamp_z - 0.29), (0.09, half * 1.2, 0.16), "black", 0.03)
    parts.box((nose + 0.0, 0, lamp_z - 0.17), (0.02, 0.52, 0.11), "plate", 0.004)
    cowl = length_m * (0.5 - build.cowl)
    parts.box((cowl - 0.02, 0, build.belt * height_m + 0.03), (0.12, half * 1.3, 0.03), "black", 0.01)


def _rear(parts: Parts, build: Build, length_m: float, width_m: float, height_m: float) -> None:
    tail, half = -length_m / 2, width_m / 2
    deck = build.stations[-3][2] * height_m
    (x, y, z), radii = tail_lamp(build, length_m, width_m, height_m)
    for side in (-1, 1):
        parts.ellipsoid((x, side * y, z), radii, "tail", 14)
        if build.boxy:
            parts.box((tail + 0.04, side * width_m * 0.22, height_m * 0.7), (0.06, width_m * 0.32, height_m * 0.22), "glass", 0.02)
    if build.boxy:
        parts.box((tail + 0.012, 0, height_m * 0.55), (0.03, 0.02, height_m * 0.75), "black", 0.004)
    elif build.tall_tail:
        parts.box((length_m * (0.5 - build.roof_end) - 0.1, 0, height_m * 0.965), (0.22, half * 1.2, 0.035), "black", 0.012)
    parts.box((tail + 0.005, 0, deck - 0.27), (0.03, 0.52, 0.11), "plate", 0.004)
    parts.box((tail + 0.05, 0, build.stations[-1][3] + 0.05), (0.1, half * 1.55, 0.17), "black", 0.03)


def _sides(parts: Parts, build: Build, length_m: float, width_m: float, height_m: float) -> None:
    half, belt = width_m / 2, build.belt * height_m
    door = length_m * (0.5 - build.cowl) - 0.28
    for side in (-1, 1):
        mirror = (door - (0.1 if build.boxy else 0.0), side * (half + 0.06), belt + (0.15 if build.boxy else 0.07))
        size = (0.13, 0.2, 0.3) if build.boxy else (0.11, 0.2, 0.14)
        parts.box(mirror, size, "black" if build.boxy else "paint", 0.04)
        if build.rails:
            start, end = length_m * (0.47 - build.screen_top), length_m * (0.54 - build.roof_end)
            rail = half * (build.roof_width * 0.93)
            ends = [(start, side * rail, height_m * 0.985), (end, side * rail, height_m * 0.985)]
            parts.sweep(ends, np.array([0.025, 0.025]), "black", sides=6)
        if build.cladding:
            _arch_rims(parts, build, length_m, side * half * 0.985)


def _arch_rims(parts: Parts, build: Build, length_m: float, y_m: float) -> None:
    angle = np.linspace(-0.15, np.pi + 0.15, 15)
    for axle in (build.front_axle_m, build.rear_axle_m):
        reach = build.wheel_m * 1.2
        path = np.column_stack(
            [length_m / 2 - axle + reach * np.cos(angle), np.full(15, y_m), build.wheel_m * 1.02 + reach * np.sin(angle)]
        )
        parts.sweep(path, np.tile([0.02, 0.04], (15, 1)), "black", 6)


def _seams(parts: Parts, build: Build, length_m: float, width_m: float, height_m: float) -> None:
    """The gaps round the doors, and their handles."""
    half = width_m / 2
    under, deck = build.stations[len(build.stations) // 2][3], build.stations[len(build.stations) // 2][2] * height_m
    front = length_m * (0.5 - build.cowl) - 0.13
    rear = length_m * (0.5 - build.rear_base)
    shares = (0.03, 0.235, 0.58, 0.985) if build.boxy else (0.08, *[at for at, made in build.windows if made == "black"][:1], 0.86)
    doors = [front + (rear - front) * share for share in shares]
    for side in (-1, 1):
        for x in doors:
            path = [(x, side * half * out * 0.998, under + (deck - under) * up) for out, up in _SIDE[1:]]
            if build.boxy and x != doors[0]:
                path.append((x, side * half * build.roof_width * 0.995, height_m * 0.9))
            parts.sweep(path, np.full(len(path), 0.009), "black", 5, (1, 0, 0))
        for x in doors[1:3]:
            parts.box((x + 0.17, side * half * 0.985, deck - 0.09), (0.18, 0.035, 0.032), "black" if build.boxy else "paint", 0.01)
        if build.boxy:
            parts.box(
                ((doors[1] + doors[3]) / 2, side * half * 0.985, deck * 0.62), (abs(doors[3] - doors[1]), 0.04, 0.07), "black", 0.01
            )
            parts.box(
                ((doors[2] + doors[3]) / 2, side * half * 0.975, deck + 0.02),
                (abs(doors[3] - doors[2]), 0.03, 0.025),
                "black",
                0.005,
            )


def turned(angle_rad: float) -> F64:
    """The rotation about the vertical."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
