# SPDX-License-Identifier: GPL-3.0-or-later
"""All of a street that does not move."""

from collections.abc import Mapping

from street.buildings import building
from street.furniture import furnish
from street.ground import ground
from street.looks import looks
from street.markings import markings
from street.signals import Signals
from street.trees import Trees, hedge
from street.wear import ACROSS_M, wear_map


def build(street: Mapping, seed: int, *, wet: float, dark: float) -> Signals:
    """Build a street (``street`` of a shot) into the scene. ``wet`` and ``dark`` go from 0 to 1."""
    middle = _middle(street)
    materials = looks(wear_map(street["lanes"], middle, seed), middle, ACROSS_M, wet=wet, dark=dark)
    ground(street, middle, materials)
    markings(street["markings"], materials)
    trees = Trees(materials)
    for fixture in street["fixtures"]:
        if fixture["kind"] == "building":
            building(fixture, street["style"], materials)
        elif fixture["kind"] == "hedge":
            hedge(fixture, materials)
        elif fixture["kind"] == "tree":
            trees.plant(fixture)
    furnish(street["fixtures"], materials)
    return Signals(street["signals"], materials)


def _middle(street: Mapping) -> tuple[float, float]:
    points = [point for line in street["lines"] for point in line["points"]]
    points = points or [point for surface in street["surfaces"] for point in surface["polygon"]] or [(0.0, 0.0)]
    xs, ys = zip(*points, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
