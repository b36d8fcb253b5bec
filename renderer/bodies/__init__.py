# SPDX-License-Identifier: GPL-3.0-or-later
"""Road users of the renderer: cars, vans, trucks, buses, riders and people on foot, all made by rule from a seed."""

import bpy

from bodies import models, paint
from bodies.outline import shapes
from bodies.rigs import Rig, make

__all__ = ["Rig", "library", "make", "materials", "shapes"]


def library() -> None:
    """Begin a new scene: make the materials anew and forget the meshes of the last one."""
    models.forget()
    paint.prepare()


def materials() -> dict[str, bpy.types.Material]:
    """The materials of all road users by name, so that weather can wet them."""
    return paint.everything()
