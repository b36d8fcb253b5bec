# SPDX-License-Identifier: GPL-3.0-or-later
"""What each model is made of: its meshes, axles and lamps. Built once for each size and shared by all road users of it."""

from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np

from bodies import cars, cycles, heavy, lamps, people
from bodies.parts import F64, Parts
from bodies.wheels import axle

Size = tuple[float, float, float]

# The usual outer sizes (length, width, height) in metres and the trailer's length.
SIZES: dict[str, tuple[Size, float]] = {
    "hatchback": ((4.05, 1.77, 1.49), 0.0),
    "saloon": ((4.70, 1.83, 1.45), 0.0),
    "estate": ((4.75, 1.84, 1.50), 0.0),
    "suv": ((4.60, 1.88, 1.69), 0.0),
    "van": ((5.60, 2.02, 2.45), 0.0),
    "box_truck": ((8.50, 2.50, 3.45), 0.0),
    "tipper": ((8.00, 2.50, 3.05), 0.0),
    "articulated": ((16.50, 2.55, 4.00), 13.60),
    "bus": ((12.00, 2.55, 3.10), 0.0),
    "motorcycle": ((2.15, 0.85, 1.72), 0.0),
    "bicycle": ((1.80, 0.65, 1.80), 0.0),
    "walker": ((0.50, 0.55, 1.75), 0.0),
    "debris": ((0.90, 0.70, 0.55), 0.0),
}


@dataclass(frozen=True, kw_only=True)
class Axle:
    """An axle at (x, height of its middle) of its body; the height is the wheels' radius."""

    at: tuple[float, float]
    parts: Parts


@dataclass(frozen=True, kw_only=True)
class Body:
    """A rigid piece of a vehicle with its wheels and lamps."""

    parts: Parts
    axles: tuple[Axle, ...] = ()
    places: lamps.Places | None = None

    def points(self) -> F64:
        """All vertices with the wheels in their places, (N, 3)."""
        wheels = [one.parts.vertices + np.array([one.at[0], 0.0, one.at[1]]) for one in self.axles]
        return np.concatenate([self.parts.vertices, *wheels])


def vehicle(model: str, size: Size) -> Body:
    """A vehicle in one piece, in the frame of the middle of its footprint."""
    length, width, height = size
    if model in cars.BUILDS:
        return _car(model, size)
    build = {"box_truck": heavy.box_truck, "tipper": heavy.tipper, "bus": heavy.bus}[model]
    axles = {
        "box_truck": (length / 2 - 1.35, -length / 2 + 2.3),
        "tipper": (length / 2 - 1.35, -length / 2 + 2.7, -length / 2 + 1.35),
        "bus": (length / 2 - 2.65, -length / 2 + 3.35),
    }[model]
    tail_z, tail_size = (1.15, (0.1, 0.17, 0.5)) if model == "bus" else (0.93, (0.06, 0.38, 0.14))
    head = (length / 2 - 0.12, width * 0.37, 0.74 if model == "bus" else 0.78)
    places = lamps.Places(
        head=head,
        head_size=(0.26, 0.36, 0.19),
        tail=(-length / 2 + 0.02, width * (0.44 if model == "bus" else 0.38), tail_z),
        tail_size=tail_size,
    )
    wheel = axle(heavy.TRUCK_WHEEL_M, width - 0.06, 0.32, spokes=8)
    return Body(
        parts=build(length, width, height),
        axles=tuple(Axle(at=(x, heavy.TRUCK_WHEEL_M), parts=wheel) for x in axles),
        places=places,
    )


def _car(model: str, size: Size) -> Body:
    length, width, height = size
    build = cars.BUILDS[model]
    wheel = axle(build.wheel_m, width - 0.03, 0.23)
    tail, radii = cars.tail_lamp(build, length, width, height)
    places = lamps.Places(
        head=(length / 2 - 0.16, width * 0.36, build.lamp * height),
        head_size=(0.32, width * 0.19, 0.16),
        tail=tail,
        tail_size=tuple(2 * radius for radius in radii),
        round_tail=True,
    )
    axles = tuple(Axle(at=(length / 2 - x, build.wheel_m), parts=wheel) for x in (build.front_axle_m, build.rear_axle_m))
    return Body(parts=cars.car(model, *size), axles=axles, places=places)


def articulated(size: Size, trailer_m: float) -> tuple[Body, Body]:
    """Tractor and trailer. The tractor's origin is the middle of its front bumper, the trailer's its kingpin, both on the ground.

    The kingpin is length - trailer_m behind the front bumper; the tractor reaches on below the trailer.
    """
    length, width, height = size
    back = length - trailer_m + 2.6
    radius = heavy.TRUCK_WHEEL_M
    steer, drive = axle(radius, width - 0.08, 0.32, spokes=8), axle(radius, width - 0.1, 0.56, spokes=8)
    head = lamps.Places(
        head=(-0.12, width * 0.37, 0.78),
        head_size=(0.26, 0.36, 0.19),
        tail=(-back + 0.05, width * 0.36, 0.9),
        tail_size=(0.08, 0.3, 0.12),
    )
    rear = lamps.Places(
        head=(-trailer_m + 0.4, 0.0, 0.9),
        head_size=(0.05, 0.05, 0.05),
        tail=(-trailer_m + 0.02, width * 0.38, 0.93),
        tail_size=(0.06, 0.38, 0.14),
    )
    tractor = Body(
        parts=heavy.tractor(back, width, height),
        axles=(Axle(at=(-1.4, radius), parts=steer), Axle(at=(-back + 1.0, radius), parts=drive)),
        places=head,
    )
    trailer = Body(
        parts=heavy.trailer(trailer_m, width, height),
        axles=tuple(Axle(at=(-trailer_m + x, radius), parts=steer) for x in (4.4, 3.1, 1.8)),
        places=rear,
    )
    return tractor, trailer


def debris(size: Size) -> Parts:
    """A lost load: a burst box and a plank."""
    parts = Parts()
    parts.box((0.0, 0.0, 0.2), (0.62, 0.5, 0.4), "cardboard", 0.01)
    parts.box((-0.3, 0.22, 0.44), (0.3, 0.24, 0.02), "cardboard", 0.0, turn=_tilt(0.7))
    parts.box((0.2, -0.18, 0.46), (0.34, 0.22, 0.02), "cardboard", 0.0, turn=_tilt(-0.5))
    parts.box((0.1, 0.3, 0.04), (0.9, 0.12, 0.05), "khaki", 0.005)
    parts.fit(*size)
    return parts


def _tilt(angle: float) -> F64:
    return np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])


_meshes: dict[object, bpy.types.Mesh | bpy.types.Light] = {}
_bodies: dict[object, Body | tuple[Body, Body]] = {}


def forget() -> None:
    """Forget what belongs to an earlier scene."""
    _meshes.clear()
    _bodies.clear()


def body(model: str, size: Size, trailer_m: float) -> Body | tuple[Body, Body]:
    """The shared build of a vehicle of this size."""
    key = (model, size, trailer_m)
    if key not in _bodies:
        _bodies[key] = articulated(size, trailer_m) if model == "articulated" else vehicle(model, size)
    return _bodies[key]


def shared(key: object, build: Callable[[], Parts]) -> bpy.types.Mesh:
    """The mesh under ``key``, built the first time."""
    if key not in _meshes:
        _meshes[key] = build().mesh(str(key))
    return _meshes[key]


def shared_beam() -> bpy.types.Light:
    """The one light datum of all headlamps."""
    if "beam" not in _meshes:
        _meshes["beam"] = lamps.beam()
    return _meshes["beam"]


def on_foot(outfit: int, phase: int | None) -> Parts:
    """A walker in one phase of the stride, or standing."""
    parts = Parts()
    people.walker(parts, None if phase is None else phase / people.PHASES, people.OUTFITS[outfit])
    return parts


def on_bicycle(rider: int, phase: int | None) -> Parts:
    """A cyclist in one phase of pedalling, or standing."""
    parts = Parts()
    cycles.bicycle(parts, None if phase is None else phase / people.PHASES, rider)
    parts.fit(*SIZES["bicycle"][0])
    return parts


def on_motorcycle(rider: int) -> Parts:
    """A motorcyclist."""
    parts = Parts()
    cycles.motorcycle(parts, rider)
    parts.fit(*SIZES["motorcycle"][0])
    return parts
