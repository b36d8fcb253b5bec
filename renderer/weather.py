# SPDX-License-Identifier: GPL-3.0-or-later
"""What weather does to the scene: wet bodies."""

from collections.abc import Mapping

import bpy


def wet_bodies(materials: Mapping[str, bpy.types.Material], wet: float) -> None:
    """Make what moves glossier in the rain; ``wet`` from 0 to 1."""
    if wet <= 0.0:
        return
    for material in materials.values():
        for node in material.node_tree.nodes:
            if node.type == "BSDF_PRINCIPLED" and not node.inputs["Roughness"].is_linked:
                rough = node.inputs["Roughness"]
                rough.default_value *= 1.0 - 0.4 * wet
