# SPDX-License-Identifier: GPL-3.0-or-later
"""Outlines of the models for those who project boxes: few points with nearly the extent of the whole in every direction."""

from typing import Any

import numpy as np

from bodies import cycles, models, people
from bodies.parts import F64

MOST_POINTS = 40


def shapes() -> dict[str, Any]:
    """For each model the points [x / length, y / width, z / height] of its outline, one list for each phase of its movement.

    ``stride_m`` is how far it moves in one turn of the phases (null: it has one), ``standing`` the outline below ``stands_mps``.
    The articulated vehicle has ``tractor`` and ``trailer`` in metres, from the middle of its front bumper and its kingpin, both
    on the ground, x forward along the yaw of the piece; the kingpin is length - trailer_m behind the front bumper.
    """
    return {"version": 1, "models": {model: _shape(model) for model in models.SIZES}}


def _shape(model: str) -> dict[str, Any]:
    size, trailer_m = models.SIZES[model]
    scale = np.array(size)
    shape: dict[str, Any] = {"size_m": list(size), "stride_m": None}
    if model == "articulated":
        tractor, trailer = models.body(model, size, trailer_m)
        return {
            **shape,
            "trailer_m": trailer_m,
            "tractor": _rounded(few(tractor.points())),
            "trailer": _rounded(few(trailer.points())),
        }
    if model in ("walker", "bicycle"):
        build = models.on_foot if model == "walker" else models.on_bicycle
        shape["stride_m"] = people.STRIDE_M if model == "walker" else cycles.TURN_M
        shape["phases"] = [_rounded(few(build(0, phase).vertices / scale)) for phase in range(people.PHASES)]
        shape["stands_mps"] = 0.25
        shape["standing"] = _rounded(few(build(0, None).vertices / scale))
        return shape
    if model == "motorcycle":
        points = models.on_motorcycle(0).vertices
    elif model == "debris":
        points = models.debris(size).vertices
    else:
        points = models.body(model, size, trailer_m).points()
    shape["phases"] = [_rounded(few(points / scale))]
    return shape


def few(points: F64) -> F64:
    """At most MOST_POINTS of ``points`` (N, 3) whose extent in any direction is nearly that of all.

    Greedy: of many directions, take the farthest point in the one where the chosen fall short the most.
    """
    turns = np.arange(1500) + 0.5
    polar, around = np.arccos(1 - 2 * turns / 1500), np.pi * (1 + 5**0.5) * turns  # a Fibonacci sphere
    ways = np.stack([np.cos(around) * np.sin(polar), np.sin(around) * np.sin(polar), np.cos(polar)])
    reach = points @ ways
    farthest, most = reach.argmax(axis=0), reach.max(axis=0)
    chosen = [int(farthest[ways[0].argmax()])]
    got = reach[chosen[0]].copy()
    while len(chosen) < MOST_POINTS:
        worst = int((most - got).argmax())
        if most[worst] - got[worst] < 1e-6:
            break
        chosen.append(int(farthest[worst]))
        got = np.maximum(got, reach[chosen[-1]])
    return points[sorted(chosen)]


def _rounded(points: F64) -> list[list[float]]:
    return np.round(points, 4).tolist()
