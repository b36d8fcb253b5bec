# SPDX-License-Identifier: GPL-3.0-or-later
"""The materials that road users share, by name. Paint and cloth take the colour of the thing they are on."""

import bpy

RGB = tuple[float, float, float]

# name: base colour, roughness, metal, clear coat
_PLAIN: dict[str, tuple[RGB, float, float, float]] = {
    "glass": ((0.010, 0.013, 0.016), 0.05, 0.0, 0.0),
    "black": ((0.014, 0.014, 0.015), 0.55, 0.0, 0.0),
    "tyre": ((0.017, 0.017, 0.017), 0.85, 0.0, 0.0),
    "rim": ((0.52, 0.53, 0.55), 0.28, 0.9, 0.0),
    "chrome": ((0.70, 0.70, 0.72), 0.15, 1.0, 0.0),
    "headlamp": ((0.62, 0.65, 0.70), 0.08, 0.35, 0.8),
    "tail": ((0.36, 0.008, 0.008), 0.15, 0.0, 0.5),
    "amber": ((0.75, 0.28, 0.02), 0.2, 0.0, 0.3),
    "plate": ((0.78, 0.77, 0.70), 0.5, 0.0, 0.0),
    "white": ((0.74, 0.74, 0.73), 0.42, 0.0, 0.2),
    "grey": ((0.24, 0.24, 0.25), 0.5, 0.0, 0.0),
    "steel": ((0.33, 0.34, 0.35), 0.4, 0.7, 0.0),
    "gravel": ((0.30, 0.25, 0.19), 0.95, 0.0, 0.0),
    "cardboard": ((0.42, 0.28, 0.15), 0.9, 0.0, 0.0),
    "denim": ((0.045, 0.065, 0.13), 0.9, 0.0, 0.0),
    "dark_cloth": ((0.022, 0.022, 0.026), 0.9, 0.0, 0.0),
    "khaki": ((0.30, 0.24, 0.15), 0.9, 0.0, 0.0),
    "skin": ((0.42, 0.25, 0.17), 0.55, 0.0, 0.0),
    "dark_hair": ((0.020, 0.014, 0.010), 0.6, 0.0, 0.0),
    "brown_hair": ((0.10, 0.055, 0.03), 0.6, 0.0, 0.0),
    "fair_hair": ((0.38, 0.26, 0.12), 0.6, 0.0, 0.0),
    "grey_hair": ((0.36, 0.35, 0.34), 0.6, 0.0, 0.0),
    "shoe": ((0.03, 0.026, 0.024), 0.6, 0.0, 0.0),
    "white_shoe": ((0.65, 0.65, 0.63), 0.6, 0.0, 0.0),
    "bag": ((0.06, 0.05, 0.07), 0.8, 0.0, 0.0),
    "red_bag": ((0.35, 0.03, 0.03), 0.8, 0.0, 0.0),
    "helmet": ((0.70, 0.70, 0.69), 0.25, 0.0, 0.6),
    "dark_helmet": ((0.02, 0.02, 0.022), 0.2, 0.0, 0.6),
}
# name: colour, strength of what shines
_SHINING: dict[str, tuple[RGB, float]] = {
    "lit_headlamp": ((1.0, 0.96, 0.88), 28.0),
    "lit_tail": ((1.0, 0.02, 0.01), 2.5),
    "lit_brake": ((1.0, 0.015, 0.008), 1.8),
    "lit_amber": ((1.0, 0.38, 0.02), 14.0),
    "lit_sign": ((1.0, 0.45, 0.05), 2.0),
}
# name: roughness, metal, clear coat of what takes its colour from its bearer
_COLOURED: dict[str, tuple[float, float, float]] = {"paint": (0.33, 0.12, 1.0), "cloth": (0.9, 0.0, 0.0)}

_made: dict[str, bpy.types.Material] = {}


def prepare() -> None:
    """Make all materials in the scene that is open; those of an earlier scene are forgotten."""
    _made.clear()
    for name, (colour, roughness, metal, coat) in _PLAIN.items():
        shader = _principled(name, roughness, metal, coat)
        shader.inputs["Base Color"].default_value = (*colour, 1.0)
    for name, (colour, strength) in _SHINING.items():
        shader = _principled(name, 0.3, 0.0, 0.0)
        shader.inputs["Base Color"].default_value = (*(0.2 * part for part in colour), 1.0)
        shader.inputs["Emission Color"].default_value = (*colour, 1.0)
        shader.inputs["Emission Strength"].default_value = strength
        _made[name].cycles.emission_sampling = "NONE"  # they are seen, but light nothing: the beam does that, and is cheaper
    for name, (roughness, metal, coat) in _COLOURED.items():
        shader = _principled(name, roughness, metal, coat)
        tree = _made[name].node_tree
        bearer = tree.nodes.new("ShaderNodeObjectInfo")
        tree.links.new(bearer.outputs["Color"], shader.inputs["Base Color"])


def material(name: str) -> bpy.types.Material:
    """One of the materials; KeyError where there is none of that name."""
    return _made[name]


def everything() -> dict[str, bpy.types.Material]:
    """All materials by name."""
    return dict(_made)


def _principled(name: str, roughness: float, metal: float, coat: float) -> bpy.types.ShaderNode:
    made = bpy.data.materials.new(f"body_{name}")
    made.use_nodes = True
    shader = made.node_tree.nodes["Principled BSDF"]
    shader.inputs["Roughness"].default_value = roughness
    shader.inputs["Metallic"].default_value = metal
    shader.inputs["Coat Weight"].default_value = coat
    shader.inputs["Coat Roughness"].default_value = 0.03
    _made[name] = made
    return shader
