# SPDX-License-Identifier: GPL-3.0-or-later
"""Cycles on the processor, set for speed: few samples, few bounces, a quick denoiser, and data that stays between frames."""

import os
from collections.abc import Mapping
from pathlib import Path

import bpy
import numpy as np
from lights import Light
from mathutils import Matrix

_SENSOR_MM = 36.0
_FARTHEST_M = 1500.0


def empty() -> None:
    """An empty scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)


def set_up(camera: Mapping, light: Light, seed: int) -> None:
    """The camera and how the picture is made. The same seed in every frame keeps what noise is left where it is."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y = camera["size"]
    scene.render.resolution_percentage = 100
    scene.render.use_persistent_data = True
    scene.render.threads_mode, scene.render.threads = "FIXED", len(os.sched_getaffinity(0))
    picture = scene.render.image_settings
    picture.file_format, picture.color_mode, picture.compression = "PNG", "RGB", 15
    scene.view_settings.view_transform, scene.view_settings.look = "AgX", "AgX - Medium High Contrast"
    scene.view_settings.exposure = light.exposure
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.seed = "CPU", light.samples, seed % (1 << 31)
    cycles.use_adaptive_sampling, cycles.use_light_tree = False, light.dark > 0
    cycles.use_denoising, cycles.denoiser, cycles.denoising_quality = True, "OPENIMAGEDENOISE", "FAST"
    cycles.denoising_prefilter, cycles.denoising_input_passes = "NONE", "RGB_ALBEDO_NORMAL"
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 3, 2, 2
    cycles.transmission_bounces, cycles.transparent_max_bounces = 1, 4
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect, cycles.sample_clamp_direct = 4.0, 0.0
    cycles.use_fast_gi, cycles.fast_gi_method, cycles.ao_bounces_render = True, "REPLACE", 1
    scene.world.light_settings.distance = 12.0
    _camera(camera)


def _camera(camera: Mapping) -> None:
    data = bpy.data.cameras.new("camera")
    data.sensor_fit, data.sensor_width = "HORIZONTAL", _SENSOR_MM
    data.lens = camera["focal_px"] * _SENSOR_MM / camera["size"][0]
    data.clip_start, data.clip_end = 0.1, _FARTHEST_M
    made = bpy.data.objects.new("camera", data)
    bpy.context.scene.collection.objects.link(made)
    right, down, forward = camera["axes"]
    # Blender's camera looks along its own -z and has y up.
    turn = Matrix(([*right], [-n for n in down], [-n for n in forward])).transposed()
    made.matrix_world = Matrix.Translation(camera["position_m"]) @ turn.to_4x4()
    bpy.context.scene.camera = made


def looks_at(camera: Mapping) -> tuple[float, float, float]:
    """Where the middle of the picture meets the ground, or 60 m ahead where that is farther or never."""
    (x, y, z), (dx, dy, dz) = camera["position_m"], camera["axes"][2]
    far = min(z / max(-dz, 1e-6), 60.0)
    return x + far * dx, y + far * dy, z + far * dz


def picture(path: Path) -> None:
    """Render the scene as it stands to a PNG."""
    bpy.context.scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)


def pixels(scratch: Path, samples: int | None = None) -> np.ndarray:
    """Render the scene as it stands; uint8 (H, W, 3). ``scratch`` is a file to go by; ``samples`` a pixel, if not the usual."""
    scene = bpy.context.scene
    settings, usual = scene.render.image_settings, scene.cycles.samples
    settings.file_format = "BMP"
    scene.cycles.samples = samples or usual
    picture(scratch)
    settings.file_format, scene.cycles.samples = "PNG", usual
    data = scratch.read_bytes()
    start, width, height = int.from_bytes(data[10:14], "little"), scene.render.resolution_x, scene.render.resolution_y
    row = (3 * width + 3) // 4 * 4
    rows = np.frombuffer(data, np.uint8, row * height, start).reshape(height, row)
    return rows[::-1, : 3 * width].reshape(height, width, 3)[..., ::-1]


def only(across: tuple[float, float], down: tuple[float, float]) -> None:
    """From here on render only this part of the picture, in shares of it from its left and its top; the rest comes out black."""
    settings = bpy.context.scene.render
    settings.use_border, settings.use_crop_to_border = (across, down) != ((0.0, 1.0), (0.0, 1.0)), False
    settings.border_min_x, settings.border_max_x = across
    settings.border_min_y, settings.border_max_y = 1.0 - down[1], 1.0 - down[0]


def set_up_masks() -> None:
    """From here on pictures show body numbers: 16-bit grey, one sample in the middle of each pixel, nothing lit or smoothed."""
    scene = bpy.context.scene
    material = bpy.data.materials.new("number")
    tree = material.node_tree
    tree.nodes.clear()
    info, scale = tree.nodes.new("ShaderNodeObjectInfo"), tree.nodes.new("ShaderNodeMath")
    glow, out = tree.nodes.new("ShaderNodeEmission"), tree.nodes.new("ShaderNodeOutputMaterial")
    scale.operation = "DIVIDE"
    scale.inputs[1].default_value = 65535.0
    tree.links.new(info.outputs["Object Index"], scale.inputs[0])
    tree.links.new(scale.outputs[0], glow.inputs["Strength"])
    tree.links.new(glow.outputs[0], out.inputs["Surface"])
    material.cycles.emission_sampling = "NONE"
    scene.view_layers[0].material_override = material
    black = bpy.data.worlds.new("black")
    black.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.0
    scene.world = black
    for light in [found for found in scene.objects if found.type == "LIGHT"]:
        light.hide_render = True
    scene.cycles.samples, scene.cycles.use_denoising, scene.cycles.use_fast_gi = 1, False, False
    scene.cycles.pixel_filter_type, scene.cycles.filter_width = "BOX", 0.01
    scene.render.dither_intensity, scene.render.use_compositing = 0.0, False
    scene.view_settings.view_transform, scene.view_settings.look = "Raw", "None"
    scene.view_settings.exposure, scene.view_settings.gamma = 0.0, 1.0
    scene.render.image_settings.color_mode, scene.render.image_settings.color_depth = "BW", "16"
