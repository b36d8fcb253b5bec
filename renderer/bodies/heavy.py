# SPDX-License-Identifier: GPL-3.0-or-later
"""Trucks and the bus. What carries the paint colour: a truck's cab, a bus's body."""

import numpy as np

from bodies.parts import Parts
from bodies.shells import shell, side_columns

TRUCK_WHEEL_M = 0.49
FIFTH_WHEEL_M = 1.15  # height of the plate that a trailer rests on


def cab(parts: Parts, front_m: float, depth_m: float, width_m: float, roof_m: float, windows_m: tuple[float, float]) -> None:
    """A forward-control cab whose front is at x = ``front_m``; ``windows_m`` are the heights of its window line and their top."""
    belt, lintel = windows_m
    half = width_m / 2
    heights = [0.42, 0.52, 1.0, belt, belt + 0.04, lintel, lintel + 0.05, roof_m - 0.12, roof_m - 0.02, roof_m]
    back = [0.03, 0.0, 0.0, 0.03, 0.04, 0.20, 0.22, 0.34, 0.45, 0.6]
    narrow = [0.97, 1.0, 1.0, 1.0, 0.995, 0.97, 0.965, 0.93, 0.86, 0.6]
    cuts = [0.0, 0.08, 0.6, 0.68, 0.97, 1.0]
    rows = []
    for height, lean, share in zip(heights, back, narrow, strict=True):
        outline = side_columns((front_m - 0.12 - lean, half * share), (front_m - depth_m + 0.03, half * share), cuts, 0.12)
        rows.append(np.column_stack([outline, np.full(len(outline), height)]))

    def made_of(row: int, column: int) -> str:
        if row < 2:
            return "black" if column < 3 else "paint"
        if row == 4 and (column < 3 or column == 4):
            return "glass"
        return "paint"

    shell(parts, np.array(rows), made_of, "paint", 2)
    parts.box((front_m - 0.02, 0, belt - 0.42), (0.05, half * 1.3, 0.42), "black", 0.02)
    parts.box((front_m - 0.015, 0, 0.62), (0.03, 0.52, 0.12), "plate", 0.004)
    parts.box((front_m - 0.16, 0, lintel + 0.09), (0.28, half * 1.7, 0.06), "black", 0.02)
    for side in (-1, 1):
        parts.box((front_m - 0.09, side * half * 0.76, 0.78), (0.16, half * 0.36, 0.17), "headlamp", 0.04)
        parts.box((front_m - 0.14, side * (half + 0.1), lintel - 0.28), (0.12, 0.18, 0.6), "black", 0.04)
        parts.box((front_m - 0.75, side * half * 0.985, 0.62), (0.5, 0.05, 0.34), "black", 0.01)


def box_truck(length_m: float, width_m: float, height_m: float) -> Parts:
    """A lorry with a box body."""
    parts, front, rear = Parts(), length_m / 2, -length_m / 2
    cab(parts, front, 2.0, width_m * 0.97, 2.75, (1.75, 2.4))
    box_front = front - 2.1
    _chassis(parts, box_front + 0.8, rear + 0.1, width_m)
    floor = 1.02
    middle, size = ((box_front + rear) / 2, 0, (floor + height_m) / 2), (box_front - rear, width_m, height_m - floor)
    parts.box(middle, size, "white", 0.025)
    for side in (-1, 1):  # a frame round the box, so that its edges show
        parts.box((middle[0], side * (width_m / 2 - 0.03), floor + 0.05), (size[0], 0.065, 0.1), "steel", 0.01)
        parts.box((middle[0], side * (width_m / 2 - 0.03), height_m - 0.06), (size[0], 0.065, 0.1), "steel", 0.01)
        parts.box(
            (middle[0], side * (width_m / 2 - 0.02), (floor + height_m) / 2 + 0.15), (size[0] * 0.6, 0.045, 0.55), "paint", 0.01
        )
        parts.box((rear - 0.0, side * 0.02, (floor + height_m) / 2), (0.03, 0.02, size[2] * 0.94), "grey", 0.004)
        parts.box((rear + 0.01, side * width_m * 0.32, floor + 0.6), (0.05, 0.04, size[2] * 0.85), "steel", 0.01)
    parts.box((front - 1.1, 0, 3.0), (1.1, width_m * 0.72, 0.55), "paint", 0.18)
    _lorry_rear(parts, rear, width_m)
    return parts


def tipper(length_m: float, width_m: float, height_m: float) -> Parts:
    """A lorry with an open skip of gravel."""
    parts, front, rear = Parts(), length_m / 2, -length_m / 2
    cab(parts, front, 1.9, width_m * 0.97, 2.85, (1.8, 2.45))
    start, floor, rim = front - 2.0, 1.05, 2.55
    _chassis(parts, start + 0.7, rear + 0.1, width_m)
    middle, long = (start + rear) / 2, start - rear
    parts.box((middle, 0, floor + 0.1), (long, width_m * 0.94, 0.2), "steel", 0.02)
    for side in (-1, 1):
        parts.box((middle, side * (width_m / 2 - 0.06), (floor + rim) / 2), (long, 0.1, rim - floor), "paint", 0.02)
        for rib in range(6):
            x = rear + 0.2 + rib * (long - 0.4) / 5
            parts.box((x, side * (width_m / 2 - 0.04), (floor + rim) / 2), (0.12, 0.08, rim - floor), "paint", 0.01)
        parts.box((middle, side * (width_m / 2 - 0.06), rim), (long, 0.12, 0.1), "paint", 0.02)
    parts.box((start - 0.04, 0, (floor + height_m) / 2), (0.1, width_m * 0.96, height_m - floor), "paint", 0.02)
    parts.box((start + 0.3, 0, height_m - 0.06), (0.8, width_m * 0.8, 0.1), "paint", 0.03)
    parts.box((rear + 0.06, 0, (floor + rim) / 2), (0.1, width_m * 0.95, rim - floor - 0.1), "paint", 0.02)
    parts.box((middle, 0, rim - 0.22), (long - 0.2, width_m - 0.2, 0.1), "gravel", 0.0)
    for heap, (offset, rise) in enumerate(((-0.28, 0.42), (0.02, 0.5), (0.28, 0.4))):
        parts.ellipsoid((middle + offset * long, 0.1 * (heap - 1), rim - 0.3), (long * 0.24, width_m * 0.42, rise), "gravel")
    _lorry_rear(parts, rear, width_m)
    return parts


def tractor(length_m: float, width_m: float, height_m: float) -> Parts:
    """A tractor unit; x = 0 is its front bumper. ``length_m`` is how far it reaches back."""
    parts = Parts()
    cab(parts, 0.0, 2.25, width_m * 0.98, height_m - 0.75, (1.95, 2.6))
    parts.box((-1.35, 0, height_m - 0.5), (1.5, width_m * 0.86, 0.7), "paint", 0.3)
    _chassis(parts, -2.0, -length_m, width_m)
    for side in (-1, 1):
        parts.box((-2.75, side * (width_m / 2 - 0.22), 0.75), (0.9, 0.4, 0.55), "steel", 0.08)
        parts.box((-length_m + 0.05, side * width_m * 0.36, 0.9), (0.08, 0.35, 0.14), "tail", 0.01)
        for axle in (-1.4, -length_m + 1.0):
            parts.box((axle, side * (width_m / 2 - 0.17), 1.06), (1.15, 0.34, 0.06), "black", 0.02)
    return parts


def trailer(length_m: float, width_m: float, height_m: float) -> Parts:
    """A curtain-sided trailer; x = 0 is its kingpin, which is at its front here, and it lies behind."""
    parts = Parts()
    floor, middle = 1.25, -length_m / 2
    parts.box((middle, 0, (floor + height_m) / 2), (length_m, width_m, height_m - floor), "paint", 0.03)
    for side in (-1, 1):
        parts.box((middle, side * (width_m / 2 - 0.02), floor - 0.04), (length_m, 0.05, 0.16), "steel", 0.01)
        parts.box((middle, side * (width_m / 2 - 0.03), height_m - 0.07), (length_m, 0.065, 0.12), "white", 0.01)
        for post in range(5):
            x = -0.1 - post * (length_m - 0.2) / 4
            parts.box((x, side * (width_m / 2 - 0.015), (floor + height_m) / 2), (0.09, 0.04, height_m - floor), "steel", 0.01)
        parts.box((middle + 0.3, side * (width_m / 2 - 0.08), 0.75), (length_m * 0.36, 0.05, 0.5), "grey", 0.01)
        parts.box((-3.0, side * 0.8, 0.62), (0.12, 0.1, 1.1), "black", 0.02)
        for axle in (-length_m + 4.4, -length_m + 3.1, -length_m + 1.8):
            parts.box((axle, side * (width_m / 2 - 0.18), 1.1), (1.12, 0.34, 0.05), "black", 0.01)
        parts.box((-length_m - 0.0, side * 0.02, (floor + height_m) / 2), (0.03, 0.02, 2.5), "grey", 0.004)
        parts.box((-length_m + 0.005, side * width_m * 0.3, (floor + height_m) / 2), (0.05, 0.05, 2.5), "steel", 0.01)
    parts.box((middle, 0, 1.0), (length_m - 0.6, width_m * 0.42, 0.32), "black", 0.03)
    _lorry_rear(parts, -length_m, width_m)
    return parts


def bus(length_m: float, width_m: float, height_m: float) -> Parts:
    """A low-floor city bus; doors on its right."""
    parts, front, half = Parts(), length_m / 2, width_m / 2
    heights = [0.26, 0.34, 1.02, 1.08, 2.42, 2.47, height_m - 0.22, height_m - 0.06, height_m]
    lean = [0.05, 0.0, 0.0, 0.0, 0.07, 0.08, 0.12, 0.3, 0.8]
    narrow = [0.97, 1.0, 1.0, 1.0, 0.995, 0.99, 0.98, 0.92, 0.75]
    windows = 7
    cuts = [0.0, 0.012]
    for window in range(windows):
        cuts += [0.015 + 0.965 * window / windows + 0.006, 0.015 + 0.965 * (window + 1) / windows - 0.006]
    cuts += [0.99, 1.0]
    rows = []
    for height, inset, share in zip(heights, lean, narrow, strict=True):
        outline = side_columns((front - 0.16 - inset, half * share), (-front + 0.06 + inset * 0.4, half * share), cuts, 0.16)
        rows.append(np.column_stack([outline, np.full(len(outline), height)]))
    last = len(rows[0]) - 1

    def made_of(row: int, column: int) -> str:
        if row == 0:
            return "black"
        if row == 3:
            if column < 4 or last - 3 <= column:
                return "glass"
            return "black" if column % 2 == 0 else "glass"
        return "black" if row == 5 and column < 3 else "paint"

    arches = []
    for axle in (front - 2.65, -front + 3.35):
        for side in (-1, 1):
            arch = Parts()
            arch.cylinder((axle, side * (half - 0.1), TRUCK_WHEEL_M), TRUCK_WHEEL_M * 1.15, 0.6, "black", sides=28)
            arches.append(arch)
    shell(parts, np.array(rows), made_of, "black", 1, arches)
    parts.fit(length_m, width_m, height_m - 0.1)
    parts.box((0.6, 0, height_m - 0.09), (length_m * 0.3, width_m * 0.6, 0.18), "white", 0.06)
    parts.box((-front + 1.9, 0, height_m - 0.11), (1.4, width_m * 0.5, 0.14), "grey", 0.04)
    parts.box((front - 0.1, 0, height_m - 0.36), (0.1, width_m * 0.6, 0.2), "lit_sign", 0.02)
    for door in (front - 1.15, -0.6):
        parts.box((door, -half + 0.015, 1.32), (1.25, 0.05, 2.05), "glass", 0.02)
        parts.box((door, -half + 0.01, 1.32), (0.05, 0.07, 2.05), "black", 0.01)
    for side in (-1, 1):
        parts.ellipsoid((front - 0.14, side * half * 0.74, 0.72), (0.16, 0.26, 0.11), "headlamp")
        parts.box((-front + 0.03, side * half * 0.88, 1.15), (0.08, 0.17, 0.5), "tail", 0.02)
        parts.box((front + 0.0, side * (half + 0.08), 2.2), (0.16, 0.16, 0.42), "black", 0.04)
    parts.box((front - 0.03, 0, 0.5), (0.06, 0.52, 0.12), "plate", 0.004)
    parts.box((-front + 0.03, 0, 0.75), (0.08, width_m * 0.6, 0.5), "grey", 0.02)
    return parts


def _chassis(parts: Parts, start_m: float, end_m: float, width_m: float) -> None:
    parts.box(((start_m + end_m) / 2, 0, 0.82), (start_m - end_m, width_m * 0.4, 0.28), "black", 0.02)


def _lorry_rear(parts: Parts, rear_m: float, width_m: float) -> None:
    parts.box((rear_m + 0.1, 0, 0.55), (0.12, width_m * 0.94, 0.14), "steel", 0.02)
    parts.box((rear_m + 0.05, 0, 0.93), (0.08, width_m * 0.94, 0.16), "black", 0.01)
    parts.box((rear_m + 0.005, 0, 0.92), (0.02, 0.52, 0.11), "plate", 0.004)
    for side in (-1, 1):
        parts.box((rear_m + 0.015, side * width_m * 0.38, 0.93), (0.04, 0.38, 0.14), "tail", 0.01)
