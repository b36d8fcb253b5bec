# SPDX-License-Identifier: GPL-3.0-or-later
"""Road users in the scene: placed, turned, lit and hidden from frame to frame."""

import math
from collections.abc import Mapping

import bpy
import mathutils

from bodies import cycles, lamps, looks, models, people
from bodies.parts import Parts

_STANDS_MPS = 0.25
_BLINK_HZ = 1.5
_RIDERS_LAMPS = {
    "bicycle": lamps.Places(
        head=(0.45, 0.0, 0.9), head_size=(0.1, 0.1, 0.1), tail=(-0.74, 0.0, 0.75), tail_size=(0.04, 0.07, 0.06)
    ),
    "motorcycle": lamps.Places(
        head=(0.78, 0.0, 0.9), head_size=(0.14, 0.22, 0.18), tail=(-1.0, 0.0, 0.86), tail_size=(0.07, 0.16, 0.08)
    ),
}


class Rig:
    """One road user. All that it shows carries its number as pass index."""

    def __init__(self, body: Mapping) -> None:
        self.number: int = body["number"]
        self._things: list[bpy.types.Object] = []

    def pose(self, pose: Mapping, *, lamps: bool, at_s: float | None = None) -> None:
        """Put it where ``pose`` says. ``at_s`` makes indicators blink; without it they shine steadily."""
        raise NotImplementedError

    def hide(self) -> None:
        """Take it out of the picture."""
        for thing in self._things:
            _show(thing, shown=False)

    def add(self, data: bpy.types.ID, name: str, parent: bpy.types.Object | None = None) -> bpy.types.Object:
        thing = bpy.data.objects.new(f"{name} {self.number}", data)
        bpy.context.scene.collection.objects.link(thing)
        thing.pass_index = self.number
        thing.parent = parent
        self._things.append(thing)
        return thing


class _Lights:
    """The lamps of one piece of a vehicle; only those that shine are in the picture."""

    def __init__(self, rig: Rig, base: bpy.types.Object, places: lamps.Places, key: object, parts: tuple[str, ...]) -> None:
        self._covers = {
            part: rig.add(models.shared((key, part), lambda part=part: lamps.lit(places, part)), part, base) for part in parts
        }

    def shine(self, shining: Mapping[str, bool]) -> None:
        for part, cover in self._covers.items():
            _show(cover, shown=shining.get(part, False))


class _Piece:
    """A body with its axles and lamps."""

    def __init__(self, rig: Rig, body: models.Body, key: object, colour: looks.RGB, lit: tuple[str, ...], *, throws: bool) -> None:
        self.base = rig.add(models.shared(key, lambda: body.parts), "body")
        self.base.color = (*colour, 1.0)
        self._axles = []
        for axle in body.axles:
            wheels = rig.add(models.shared((key, "axle", id(axle.parts)), lambda axle=axle: axle.parts), "axle", self.base)
            wheels.location = (axle.at[0], 0.0, axle.at[1])
            self._axles.append((wheels, axle.at[1]))
        self._lights = _Lights(rig, self.base, body.places, key, lit) if body.places else None
        self._beam = None
        if throws and body.places:
            self._beam = rig.add(models.shared_beam(), "beam", self.base)
            x, _, z = body.places.head
            self._beam.location = (x + 0.35, 0.0, z)
            self._beam.rotation_euler = (0.0, math.radians(-84), 0.0)

    def place(self, at: tuple[float, float, float], yaw_rad: float, pose: Mapping, shining: Mapping[str, bool]) -> None:
        _put(self.base, at, yaw_rad)
        for wheels, radius in self._axles:
            _show(wheels, shown=True)
            wheels.rotation_euler.y = pose["walked_m"] / radius % (2 * math.pi)
        if self._lights:
            self._lights.shine(shining)
        if self._beam:
            _show(self._beam, shown=shining.get("head", False))


class VehicleRig(Rig):
    """A motor vehicle, with a trailer where it is articulated."""

    def __init__(self, body: Mapping) -> None:
        super().__init__(body)
        model, seed = body["model"], body["seed"]
        size = (body["length_m"], body["width_m"], body["height_m"])
        self._length_m, self._trailer_m = body["length_m"], body["trailer_m"]
        made, key = models.body(model, size, body["trailer_m"]), (model, size, body["trailer_m"])
        colour = looks.paint(model, seed)
        self._trailer: _Piece | None = None
        if isinstance(made, tuple):
            self._front = _Piece(self, made[0], (key, "tractor"), colour, ("head", "left", "right"), throws=True)
            load = looks.paint(model, seed, "load")
            self._trailer = _Piece(self, made[1], (key, "trailer"), load, ("rear", "brake", "left", "right"), throws=False)
        else:
            self._front = _Piece(self, made, key, colour, ("head", "rear", "brake", "left", "right"), throws=True)

    def pose(self, pose: Mapping, *, lamps: bool, at_s: float | None = None) -> None:
        blink = at_s is None or (at_s * _BLINK_HZ + self.number * 0.37) % 1.0 < 0.55
        shining = {
            "head": lamps,
            "rear": lamps and not pose["braking"],
            "brake": pose["braking"],
            "left": pose["turning"] > 0 and blink,
            "right": pose["turning"] < 0 and blink,
        }
        x, y, z, yaw = pose["x_m"], pose["y_m"], pose["z_m"], pose["yaw_rad"]
        if self._trailer is None:
            self._front.place((x, y, z), yaw, pose, shining)
            return
        # The tractor hangs on the front bumper, the trailer on the kingpin length - trailer_m behind it.
        half, neck = self._length_m / 2, self._length_m / 2 - (self._length_m - self._trailer_m)
        self._front.place((x + half * math.cos(yaw), y + half * math.sin(yaw), z), yaw, pose, shining)
        kingpin = (x + neck * math.cos(yaw), y + neck * math.sin(yaw), z)
        self._trailer.place(kingpin, pose["trailer_yaw_rad"], pose, shining)


class LivingRig(Rig):
    """Someone on foot, on a bicycle or on a motorcycle: a mesh for each phase of the movement, exchanged as it goes."""

    def __init__(self, body: Mapping) -> None:
        super().__init__(body)
        model, seed = body["model"], body["seed"]
        usual, _ = models.SIZES[model]
        draw = looks.dice(seed, "person")
        self._stride_m = {"walker": people.STRIDE_M, "bicycle": cycles.TURN_M}.get(model)
        tall = draw.uniform(0.94, 1.06) if model == "walker" else 1.0
        phases: tuple[int | None, ...] = (None, *range(people.PHASES)) if self._stride_m else (None,)
        kinds = {"walker": len(people.OUTFITS), "bicycle": len(cycles.RIDERS), "motorcycle": len(cycles.BIKERS)}[model]
        self._kind = draw.randrange(kinds)
        self._meshes = [
            models.shared((model, self._kind, phase), lambda phase=phase: _living(model, self._kind, phase)) for phase in phases
        ]
        self._base = self.add(self._meshes[0], model)
        self._base.scale = tuple(body[f"{side}_m"] / own for side, own in zip(("length", "width", "height"), usual, strict=True))
        self._base.scale *= tall
        self._base.color = (*(looks.paint(model, seed) if model == "motorcycle" else looks.cloth(seed)), 1.0)
        self._lights = _Lights(self, self._base, _RIDERS_LAMPS[model], model, ("head", "rear")) if model in _RIDERS_LAMPS else None

    def pose(self, pose: Mapping, *, lamps: bool, at_s: float | None = None) -> None:
        del at_s  # nothing blinks
        phase = 0
        if self._stride_m and pose["speed_mps"] > _STANDS_MPS:
            phase = 1 + int(pose["walked_m"] / self._stride_m % 1.0 * people.PHASES) % people.PHASES
        if self._base.data != self._meshes[phase]:
            self._base.data = self._meshes[phase]
        if self._lights:
            self._lights.shine({"head": lamps, "rear": lamps or pose["braking"]})
        _put(self._base, (pose["x_m"], pose["y_m"], pose["z_m"]), pose["yaw_rad"])


class DebrisRig(Rig):
    """Something that lies on the road."""

    def __init__(self, body: Mapping) -> None:
        super().__init__(body)
        size = (body["length_m"], body["width_m"], body["height_m"])
        self._base = self.add(models.shared(("debris", size), lambda: models.debris(size)), "debris")

    def pose(self, pose: Mapping, *, lamps: bool, at_s: float | None = None) -> None:
        del lamps, at_s  # nothing shines
        _put(self._base, (pose["x_m"], pose["y_m"], pose["z_m"]), pose["yaw_rad"])


def make(body: Mapping) -> Rig:
    """The rig of one body, hidden until its first pose. KeyError where the model is unknown."""
    model = body["model"]
    if model not in models.SIZES:
        raise KeyError(f"There is no model {model!r}.")
    kind = DebrisRig if model == "debris" else LivingRig if model in ("walker", "bicycle", "motorcycle") else VehicleRig
    rig = kind(body)
    rig.hide()
    return rig


def _living(model: str, kind: int, phase: int | None) -> Parts:
    if model == "motorcycle":
        return models.on_motorcycle(kind)
    return models.on_bicycle(kind, phase) if model == "bicycle" else models.on_foot(kind, phase)


def _put(thing: bpy.types.Object, at: tuple[float, float, float], yaw_rad: float) -> None:
    _show(thing, shown=True)
    thing.location = mathutils.Vector(at)
    thing.rotation_euler.z = yaw_rad


def _show(thing: bpy.types.Object, *, shown: bool) -> None:
    if thing.hide_render == shown:
        thing.hide_render = not shown
