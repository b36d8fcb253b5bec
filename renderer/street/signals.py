# SPDX-License-Identifier: GPL-3.0-or-later
"""Signal heads on their poles, whose lamps show states."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import bpy

from street.looks import Materials
from street.mesh import Pieces, Point, put

_SHOWS = {"red": ("red",), "red_amber": ("red", "amber"), "amber": ("amber",), "green": ("green",), "off": ()}
_LAMPS = {"vehicle": ("red", "amber", "green"), "pedestrian": ("red", "green")}
_PITCH_M = {"vehicle": 0.31, "pedestrian": 0.26}
_RADIUS_M = {"vehicle": 0.105, "pedestrian": 0.085}


class Signals:
    """All heads of a street."""

    def __init__(self, heads: Sequence[Mapping], materials: Materials) -> None:
        self._materials = materials
        self._lamps: dict[str, dict[str, bpy.types.Object]] = {}
        self._states: dict[str, str] = {}
        pieces = Pieces()
        for head in heads:
            self._lamps[head["name"]] = self._head(pieces, head)
        if heads:
            pieces.place("signals", materials)

    def show(self, states: Mapping[str, str]) -> None:
        """Light the lamps of each head; a head without a state is dark."""
        for name, lamps in self._lamps.items():
            state = states.get(name, "off")
            if self._states.get(name) == state:
                continue
            self._states[name] = state
            for colour, lamp in lamps.items():
                lit = colour in _SHOWS[state]
                lamp.material_slots[0].material = self._materials[f"lit_{colour}" if lit else f"lens_{colour}"]

    def _head(self, pieces: Pieces, head: Mapping) -> dict[str, bpy.types.Object]:
        kind, (x, y), facing, height = head["kind"], head["position_m"], head["facing_rad"], head["height_m"]
        arm = head["arm_m"]
        # The arm reaches to the left of a driver who sees the lamps.
        at = (x + arm * math.sin(facing), y - arm * math.cos(facing))
        top = height + 0.55 if arm else height + 0.35
        pieces.tube(
            [(x, y, 0.0), (x, y, 0.25), (x, y, top)], [0.09, 0.055, 0.05] if kind == "vehicle" else [0.06, 0.04, 0.04], "post"
        )
        if arm:
            pieces.tube([(x, y, top - 0.15), (*at, top)], [0.05, 0.04], "post", sides=6)
        count = len(_LAMPS[kind])
        pitch = _PITCH_M[kind]
        tall = count * pitch + 0.06
        ahead = (math.cos(facing), math.sin(facing))
        front = 0.16 if not arm else 0.0
        body = (at[0] + front * ahead[0], at[1] + front * ahead[1], height)
        pieces.box(body, (0.2, 0.3, tall), "casing", yaw=facing)
        if kind == "vehicle":
            back = (body[0] - 0.07 * ahead[0], body[1] - 0.07 * ahead[1], height)
            pieces.box(back, (0.02, 0.52, tall + 0.2), "casing", yaw=facing)
        lamps = {}
        for k, colour in enumerate(_LAMPS[kind]):
            z = height + ((count - 1) / 2 - k) * pitch
            face = (body[0] + 0.105 * ahead[0], body[1] + 0.105 * ahead[1], z)
            _visor(pieces, face, facing, _RADIUS_M[kind] + 0.02)
            lamps[colour] = self._lamp(face, facing, _RADIUS_M[kind], colour)
        return lamps

    def _lamp(self, at: Point, facing: float, radius: float, colour: str) -> bpy.types.Object:
        pieces = Pieces()
        ring = [(0.006, radius * math.cos(t), radius * math.sin(t)) for t in (2 * math.pi * k / 14 for k in range(14))]
        pieces.face(ring, f"lens_{colour}")
        lamp = put(pieces.build("lamp", self._materials))
        lamp.location, lamp.rotation_euler = at, (0.0, 0.0, facing)
        lamp.material_slots[0].link = "OBJECT"
        lamp.material_slots[0].material = self._materials[f"lens_{colour}"]
        return lamp


def _visor(pieces: Pieces, at: Point, facing: float, radius: float) -> None:
    """The hood over a lens: the upper half of a short tube."""
    c, s = math.cos(facing), math.sin(facing)

    def point(turn: float, out: float) -> Point:
        side, up = radius * math.cos(turn), radius * math.sin(turn)
        return at[0] + out * c - side * s, at[1] + out * s + side * c, at[2] + up

    turns = [math.pi * (k / 6 * 1.3 - 0.15) for k in range(7)]
    for a, b in pairwise(turns):
        pieces.face([point(a, 0.0), point(a, 0.17), point(b, 0.17), point(b, 0.0)], "housing")
