# SPDX-License-Identifier: GPL-3.0-or-later
"""What weather does: wet bodies, and mist that swallows what is far."""

from collections.abc import Mapping

import bpy

_START_M = 4.0


def wet_bodies(materials: Mapping[str, bpy.types.Material], wet: float) -> None:
    """Make what moves glossier in the rain; ``wet`` from 0 to 1."""
    if wet <= 0.0:
        return
    for material in materials.values():
        for node in material.node_tree.nodes:
            if node.type == "BSDF_PRINCIPLED" and not node.inputs["Roughness"].is_linked:
                node.inputs["Roughness"].default_value *= 1.0 - 0.4 * wet


def mist(far_m: float, colour: tuple[float, float, float]) -> None:
    """Lay mist over finished pictures by distance: 5 % of what is ``far_m`` away comes through (Koschmieder's law).

    Done on the picture, not in the air: it costs next to nothing.
    """
    scene = bpy.context.scene
    scene.view_layers[0].use_pass_mist = True
    settings = scene.world.mist_settings
    settings.start, settings.depth, settings.falloff = _START_M, far_m * 4, "LINEAR"
    tree = bpy.data.node_groups.new("mist", "CompositorNodeTree")
    tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
    layers, out = tree.nodes.new("CompositorNodeRLayers"), tree.nodes.new("NodeGroupOutput")
    through = tree.nodes.new("ShaderNodeMath")
    through.operation = "POWER"
    # 0.05 ** (distance / far_m), and the pass runs from 0 to 1 over four times that far.
    through.inputs[0].default_value = 0.05**4
    tree.links.new(layers.outputs["Mist"], through.inputs[1])
    mix = tree.nodes.new("ShaderNodeMix")
    mix.data_type = "RGBA"
    ends = {socket.identifier: socket for socket in mix.inputs}
    ends["A_Color"].default_value = (*colour, 1.0)
    tree.links.new(layers.outputs["Image"], ends["B_Color"])
    tree.links.new(through.outputs[0], ends["Factor_Float"])
    tree.links.new(next(s for s in mix.outputs if s.identifier == "Result_Color"), out.inputs["Image"])
    scene.compositing_node_group = tree
    scene.render.use_compositing = True
