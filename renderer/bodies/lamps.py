# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the lamps of a road user are, and what is laid over them when they shine."""

import math
from dataclasses import dataclass

import bpy

from bodies.parts import Parts

XYZ = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Places:
    """The left lamps' middles and outer sizes; the right ones mirror them. y = 0: a single lamp. Boxes, or ``round_tail``."""

    head: XYZ
    head_size: XYZ
    tail: XYZ
    tail_size: XYZ
    round_tail: bool = False


def lit(places: Places, part: str) -> Parts:
    """What covers the lamps when they shine: ``head``, ``rear`` (tail lamps), ``brake``, ``left`` or ``right`` (indicators)."""
    parts = Parts()
    if part in ("left", "right"):
        side = 1 if part == "left" else -1
        for place, size, away in ((places.head, places.head_size, 1), (places.tail, places.tail_size, -1)):
            x, y, z = place
            middle = (x - away * 0.05, side * (y + size[1] * 0.38), z - size[2] * 0.3)
            parts.ellipsoid(middle, (size[0] * 0.55, max(size[1] * 0.28, 0.06), max(size[2] * 0.34, 0.045)), "lit_amber", 10)
        return parts
    head = part == "head"
    place, size = (places.head, places.head_size) if head else (places.tail, places.tail_size)
    glow = {"head": "lit_headlamp", "rear": "lit_tail", "brake": "lit_brake"}[part]
    grow = 0.54 if part == "brake" else 0.53
    for side in (-1, 1) if place[1] else (1,):
        x, y, z = place
        radii = (size[0] * grow, size[1] * grow * (0.7 if head else 1.0), size[2] * grow * (0.8 if head else 1.0))
        if head:
            parts.ellipsoid((x + 0.02, side * y, z), radii, glow, 10)
        elif places.round_tail:
            parts.ellipsoid((x, side * y, z), radii, glow, 10)
        else:
            parts.box((x, side * y, z + size[2] * 0.1), tuple(2 * r for r in radii), glow, 0.01)
    return parts


def beam() -> bpy.types.Light:
    """The light that a vehicle's headlamps throw ahead, as one spot for both."""
    light = bpy.data.lights.new("headlamps", "SPOT")
    light.energy = 900.0
    light.color = (1.0, 0.93, 0.8)
    light.spot_size = math.radians(64)
    light.spot_blend = 0.7
    light.shadow_soft_size = 0.15
    return light
