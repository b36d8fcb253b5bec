# SPDX-License-Identifier: GPL-3.0-or-later
"""The light of a shot: sky, sun, street lamps, and how the picture is exposed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import bpy
from mathutils import Vector
from street.furniture import lamp_head
from street.mesh import put

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Light:
    """``horizon`` and ``zenith`` colour the sky, ``sky`` is its strength. The sun of ``sun`` W/m2 (0: hidden) stands at a bearing
    (counter-clockwise from east) and a height, ``sun_at_deg``. ``exposure`` in stops. ``dark`` 0 to 1: how far windows and street
    lamps are lit; ``lamps``: whether vehicles drive with headlamps; ``wet`` 0 to 1: rain on the ground; ``mist_m``: how far one
    sees, 0 where it is clear; ``samples`` of each pixel.
    """

    horizon: Colour
    zenith: Colour
    sky: float
    sun: float = 0.0
    sun_at_deg: tuple[float, float] = (0.0, 90.0)
    sun_colour: Colour = (1.0, 1.0, 1.0)
    sun_size_deg: float = 1.0
    exposure: float = 0.0
    dark: float = 0.0
    lamps: bool = False
    wet: float = 0.0
    mist_m: float = 0.0
    samples: int = 2


_LAMP_W = 620.0  # for a head _LAMP_AT_M up; higher ones are as much stronger as the ground below them gets the same light
_LAMP_AT_M = 8.0
_NEAREST_LAMPS = 16
_LEVEL = (
    2.4  # a street lamp throws more light aside than down, as the cosine to the power of minus this, so that the road is lit evenly
)
_STEEPEST = 5.0  # how much more at most
LIGHTS: dict[str, Light] = {
    "day": Light((0.80, 0.84, 0.90), (0.20, 0.36, 0.68), 0.9, 5.6, (285.0, 46.0), (1.0, 0.92, 0.79), 0.7, 0.4),
    "low_sun": Light((1.0, 0.72, 0.46), (0.30, 0.38, 0.56), 0.55, 4.2, (184.0, 10.0), (1.0, 0.62, 0.32), 0.9, 1.1),
    "overcast": Light((0.74, 0.77, 0.80), (0.86, 0.88, 0.91), 1.05, 0.7, (215.0, 55.0), (1.0, 0.98, 0.96), 50.0, 0.3),
    "dusk": Light((0.50, 0.40, 0.44), (0.14, 0.22, 0.44), 0.34, dark=0.7, lamps=True, exposure=1.7),
    "night": Light((0.10, 0.085, 0.08), (0.014, 0.017, 0.032), 0.40, dark=1.0, lamps=True, exposure=2.0),
    "rain": Light((0.44, 0.47, 0.51), (0.54, 0.57, 0.61), 0.66, dark=0.25, lamps=True, wet=1.0, exposure=0.9),
    "fog": Light((0.70, 0.72, 0.74), (0.78, 0.80, 0.82), 0.85, lamps=True, mist_m=180.0, exposure=0.4),
}


def light_up(light: Light, fixtures: Sequence[Mapping], looks_at: tuple[float, float, float]) -> None:
    """Hang up the sky, the sun, and after dark the street lamps nearest to what the camera looks at."""
    _sky(light)
    if light.sun > 0.0:
        _sun(light)
    if light.dark > 0.5:
        heads = [lamp_head(fixture) for fixture in fixtures if fixture["kind"] == "lamp_post"]
        for head in sorted(heads, key=lambda at: math.dist(at, looks_at))[:_NEAREST_LAMPS]:
            _lamp(head)


def _sky(light: Light) -> None:
    world = bpy.data.worlds.new("sky")
    bpy.context.scene.world = world
    world.cycles.sampling_method = "MANUAL"
    world.cycles.sample_map_resolution = 64
    tree = world.node_tree
    place, split = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeSeparateXYZ")
    tree.links.new(place.outputs["Generated"], split.inputs[0])
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    low, high = ramp.color_ramp.elements
    low.color, high.color, high.position = (*light.horizon, 1), (*light.zenith, 1), 0.7
    tree.links.new(split.outputs["Z"], ramp.inputs["Fac"])
    background = tree.nodes["Background"]
    tree.links.new(ramp.outputs["Color"], background.inputs["Color"])
    background.inputs["Strength"].default_value = light.sky


def toward_sun(light: Light) -> Vector:
    """The unit vector to where the sun stands."""
    round_, up = (math.radians(angle) for angle in light.sun_at_deg)
    return Vector((math.cos(round_) * math.cos(up), math.sin(round_) * math.cos(up), math.sin(up)))


def _sun(light: Light) -> None:
    data = bpy.data.lights.new("sun", "SUN")
    data.energy, data.angle, data.color = light.sun, math.radians(light.sun_size_deg), light.sun_colour
    put(data).rotation_euler = toward_sun(light).to_track_quat("Z", "Y").to_euler()


def _lamp(head: tuple[float, float, float]) -> None:
    data = bpy.data.lights.new("street lamp", "SPOT")
    data.energy, data.color = _LAMP_W * (head[2] / _LAMP_AT_M) ** 2, (1.0, 0.77, 0.50)
    data.spot_size, data.spot_blend, data.shadow_soft_size = math.radians(152), 0.4, 0.12
    data.use_nodes = True
    tree = data.node_tree
    place, split = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeSeparateXYZ")
    tree.links.new(place.outputs["Normal"], split.inputs[0])
    result = split.outputs["Z"]
    for operation, number in (("ABSOLUTE", 0.0), ("MAXIMUM", 0.05), ("POWER", -_LEVEL), ("MINIMUM", _STEEPEST)):
        node = tree.nodes.new("ShaderNodeMath")
        node.operation = operation
        node.inputs[1].default_value = number
        tree.links.new(result, node.inputs[0])
        result = node.outputs[0]
    tree.links.new(result, tree.nodes["Emission"].inputs["Strength"])
    put(data).location = (head[0], head[1], head[2] - 0.08)
