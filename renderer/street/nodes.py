# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials out of nodes, in few words."""

import bpy

Socket = bpy.types.NodeSocket
Colour = tuple[float, float, float]


class Look:
    """A material under construction. Its methods add nodes and give the sockets where their results come out."""

    def __init__(self, name: str) -> None:
        self.material = bpy.data.materials.new(name)
        self._tree = self.material.node_tree
        self._tree.nodes.clear()
        self._out = self._tree.nodes.new("ShaderNodeOutputMaterial")
        self._place: Socket | None = None

    @property
    def place(self) -> Socket:
        """Coordinates of the object: metres on the street for what was built there."""
        if self._place is None:
            self._place = self._tree.nodes.new("ShaderNodeTexCoord").outputs["Object"]
        return self._place

    def of_object(self, what: str) -> Socket:
        """``Random``, ``Color`` or ``Object Index`` of the object."""
        return self._tree.nodes.new("ShaderNodeObjectInfo").outputs[what]

    def moved(self, by: Socket, far: float) -> None:
        """Shift the coordinates by a random number, so that no two objects look alike."""
        node = self._tree.nodes.new("ShaderNodeVectorMath")
        node.operation = "MULTIPLY_ADD"
        self._link(by, node.inputs[0])
        node.inputs[1].default_value = (far, far * 0.7, far * 0.3)
        self._link(self.place, node.inputs[2])
        self._place = node.outputs[0]

    def noise(self, size_m: float, low: float, high: float, *, detail: float = 2.0, stretch: Colour | None = None) -> Socket:
        """Cloudy noise with features of ``size_m``, from ``low`` to ``high``."""
        node = self._tree.nodes.new("ShaderNodeTexNoise")
        node.inputs["Scale"].default_value = 1.0 / size_m
        node.inputs["Detail"].default_value = detail
        at = self.place
        if stretch is not None:
            scaled = self._tree.nodes.new("ShaderNodeVectorMath")
            scaled.operation = "MULTIPLY"
            self._link(at, scaled.inputs[0])
            scaled.inputs[1].default_value = stretch
            at = scaled.outputs[0]
        self._link(at, node.inputs["Vector"])
        return self.ranged(node.outputs["Fac"], 0.32, 0.68, low, high)

    def bricks(self, width_m: float, height_m: float, joint_m: float, colours: tuple[Colour, Colour, Colour], at: Socket) -> Socket:
        """A wall or a pavement: two colours of stones and the colour of their joints."""
        node = self._tree.nodes.new("ShaderNodeTexBrick")
        for name, value in (("Scale", 1.0), ("Brick Width", width_m), ("Row Height", height_m), ("Mortar Size", joint_m)):
            node.inputs[name].default_value = value
        for name, colour in zip(("Color1", "Color2", "Mortar"), colours, strict=True):
            node.inputs[name].default_value = (*colour, 1.0)
        self._link(at, node.inputs["Vector"])
        return node.outputs["Color"]

    def upright(self) -> Socket:
        """Coordinates for a wall: along it, whichever way it faces, and up."""
        split = self._tree.nodes.new("ShaderNodeSeparateXYZ")
        self._link(self.place, split.inputs[0])
        join = self._tree.nodes.new("ShaderNodeCombineXYZ")
        self._link(self.sum(split.outputs[0], split.outputs[1]), join.inputs[0])
        self._link(split.outputs[2], join.inputs[1])
        return join.outputs[0]

    def image(self, image: bpy.types.Image, middle: tuple[float, float], across_m: float) -> tuple[Socket, Socket]:
        """Red and green of an image laid on the ground, ``across_m`` wide, round ``middle``."""
        scaled = self._tree.nodes.new("ShaderNodeMapping")
        self._link(self.place, scaled.inputs["Vector"])
        scaled.inputs["Location"].default_value = (0.5 - middle[0] / across_m, 0.5 - middle[1] / across_m, 0.0)
        scaled.inputs["Scale"].default_value = (1 / across_m, 1 / across_m, 1.0)
        node = self._tree.nodes.new("ShaderNodeTexImage")
        node.image, node.extension = image, "EXTEND"
        self._link(scaled.outputs[0], node.inputs["Vector"])
        split = self._tree.nodes.new("ShaderNodeSeparateColor")
        self._link(node.outputs["Color"], split.inputs[0])
        return split.outputs[0], split.outputs[1]

    def ranged(self, value: Socket, low: float, high: float, to_low: float, to_high: float) -> Socket:
        """Map a value from one range to another, held at the ends."""
        node = self._tree.nodes.new("ShaderNodeMapRange")
        self._link(value, node.inputs["Value"])
        for name, number in (("From Min", low), ("From Max", high), ("To Min", to_low), ("To Max", to_high)):
            node.inputs[name].default_value = number
        return node.outputs["Result"]

    def sum(self, a: Socket, b: Socket) -> Socket:
        """Two values added."""
        return self._math("ADD", a, b)

    def product(self, *values: Socket) -> Socket:
        """Values multiplied."""
        result = values[0]
        for value in values[1:]:
            result = self._math("MULTIPLY", result, value)
        return result

    def tinted(self, colour: "Colour | Socket", factor: Socket) -> Socket:
        """A colour made brighter or darker."""
        node = self._tree.nodes.new("ShaderNodeVectorMath")
        node.operation = "SCALE"
        self._set(colour, node.inputs[0])
        self._link(factor, node.inputs["Scale"])
        return node.outputs[0]

    def mixed(self, a: "Colour | Socket", b: "Colour | Socket", share: Socket) -> Socket:
        """From colour ``a`` at 0 to colour ``b`` at 1."""
        node = self._tree.nodes.new("ShaderNodeMix")
        node.data_type = "RGBA"
        ends = [socket for socket in node.inputs if socket.identifier in {"A_Color", "B_Color"}]
        for colour, socket in zip((a, b), ends, strict=True):
            self._set(colour, socket)
        self._link(share, next(socket for socket in node.inputs if socket.identifier == "Factor_Float"))
        return next(socket for socket in node.outputs if socket.identifier == "Result_Color")

    def matt(self, colour: "Colour | Socket") -> bpy.types.Material:
        """Finish it as a surface without gloss."""
        node = self._tree.nodes.new("ShaderNodeBsdfDiffuse")
        self._set(colour, node.inputs["Color"])
        return self._end(node)

    def gloss(
        self, colour: "Colour | Socket", roughness: "float | Socket", *, metal: float = 0.0, specular: "float | Socket" = 0.5
    ) -> bpy.types.Material:
        """Finish it as a surface that reflects."""
        node = self._tree.nodes.new("ShaderNodeBsdfPrincipled")
        self._set(colour, node.inputs["Base Color"])
        self._set(roughness, node.inputs["Roughness"])
        self._set(specular, node.inputs["Specular IOR Level"])
        node.inputs["Metallic"].default_value = metal
        return self._end(node)

    def glow(self, colour: Colour, strength: float) -> bpy.types.Material:
        """Finish it as a light."""
        node = self._tree.nodes.new("ShaderNodeEmission")
        node.inputs["Color"].default_value = (*colour, 1.0)
        node.inputs["Strength"].default_value = strength
        self.material.cycles.emission_sampling = "NONE"
        return self._end(node)

    def _end(self, node: bpy.types.Node) -> bpy.types.Material:
        self._link(node.outputs[0], self._out.inputs["Surface"])
        return self.material

    def _math(self, operation: str, a: Socket, b: Socket) -> Socket:
        node = self._tree.nodes.new("ShaderNodeMath")
        node.operation = operation
        self._link(a, node.inputs[0])
        self._link(b, node.inputs[1])
        return node.outputs[0]

    def _set(self, value: "float | Colour | Socket", socket: Socket) -> None:
        if isinstance(value, bpy.types.NodeSocket):
            self._link(value, socket)
        elif isinstance(value, tuple) and socket.type == "RGBA":
            socket.default_value = (*value, 1.0)
        else:
            socket.default_value = value

    def _link(self, a: Socket, b: Socket) -> None:
        self._tree.links.new(a, b)
