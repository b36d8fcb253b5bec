# SPDX-License-Identifier: GPL-3.0-or-later
"""The materials of the street, by name. Colours are linear and as measured on common building materials, roughly."""

from collections.abc import Callable

import bpy

from street.nodes import Colour, Look, Socket

WALLS: dict[str, Colour] = {
    "wall_sand": (0.50, 0.43, 0.33),
    "wall_white": (0.62, 0.60, 0.56),
    "wall_grey": (0.40, 0.40, 0.39),
    "wall_ochre": (0.48, 0.34, 0.18),
    "wall_rose": (0.46, 0.30, 0.25),
    "wall_green": (0.34, 0.39, 0.31),
}
BRICKS: dict[str, tuple[Colour, Colour]] = {
    "brick_red": ((0.30, 0.11, 0.075), (0.22, 0.085, 0.06)),
    "brick_brown": ((0.24, 0.14, 0.09), (0.17, 0.10, 0.07)),
    "brick_yellow": ((0.42, 0.32, 0.18), (0.34, 0.26, 0.15)),
}
_PLAIN: dict[str, Colour] = {
    "trim": (0.66, 0.65, 0.61),
    "stone": (0.33, 0.315, 0.29),
    "blind": (0.46, 0.43, 0.37),
    "curtain": (0.30, 0.27, 0.23),
    "door_dark": (0.035, 0.05, 0.06),
    "door_wood": (0.13, 0.065, 0.03),
    "shop_red": (0.32, 0.03, 0.03),
    "shop_blue": (0.03, 0.08, 0.26),
    "shop_green": (0.02, 0.13, 0.07),
    "shop_black": (0.025, 0.025, 0.028),
    "shop_cream": (0.55, 0.49, 0.36),
    "roof_flat": (0.16, 0.155, 0.15),
    "wood": (0.16, 0.09, 0.045),
    "bark": (0.085, 0.065, 0.05),
    "soil": (0.07, 0.05, 0.035),
    "rubber": (0.02, 0.02, 0.02),
}
_GLOSSY: dict[str, tuple[Colour, float, float]] = {
    "steel": ((0.36, 0.37, 0.38), 0.45, 0.7),
    "galvanised": ((0.42, 0.43, 0.44), 0.5, 0.6),
    "post": ((0.30, 0.31, 0.32), 0.5, 0.2),
    "housing": ((0.012, 0.012, 0.013), 0.5, 0.0),
    "casing": ((0.62, 0.40, 0.03), 0.5, 0.0),
    "green_box": ((0.05, 0.11, 0.08), 0.5, 0.0),
    "grey_box": ((0.32, 0.33, 0.33), 0.5, 0.0),
    "glass": ((0.045, 0.055, 0.065), 0.08, 0.0),
    "shop_glass": ((0.06, 0.06, 0.058), 0.08, 0.0),
    "lamp_glass": ((0.6, 0.6, 0.58), 0.25, 0.0),
    "sign_white": ((0.75, 0.75, 0.74), 0.35, 0.0),
    "sign_red": ((0.55, 0.015, 0.015), 0.35, 0.0),
    "sign_blue": ((0.01, 0.08, 0.42), 0.35, 0.0),
    "sign_green": ((0.01, 0.16, 0.07), 0.35, 0.0),
    "reflector": ((0.6, 0.25, 0.02), 0.3, 0.0),
    "lens_red": ((0.09, 0.006, 0.005), 0.3, 0.0),
    "lens_amber": ((0.09, 0.05, 0.004), 0.3, 0.0),
    "lens_green": ((0.006, 0.06, 0.03), 0.3, 0.0),
}
LAMPS: dict[str, Colour] = {"red": (1.0, 0.035, 0.015), "amber": (1.0, 0.38, 0.01), "green": (0.04, 1.0, 0.42)}
_LIT_WINDOW: Colour = (1.0, 0.72, 0.38)
_STREET_LAMP: Colour = (1.0, 0.78, 0.50)

Materials = dict[str, bpy.types.Material]


def looks(wear: bpy.types.Image, middle: tuple[float, float], across_m: float, *, wet: float, dark: float) -> Materials:
    """All of them. ``wet`` 0 to 1 is rain on the ground; ``dark`` 0 to 1 how far lamps and windows are lit."""
    made = {name: Look(name).matt(colour) for name, colour in _PLAIN.items()}
    made |= {name: _glossy(name, *how) for name, how in _GLOSSY.items()}
    made |= {name: _plaster(name, colour) for name, colour in WALLS.items()}
    made |= {name: _brick(name, *colours) for name, colours in BRICKS.items()}
    for name, sizes, seams in (("tiles_red", (0.26, 0.085, 0.05), 0.4), ("tiles_grey", (0.10, 0.10, 0.105), 0.4)):
        made[name] = _tiles(name, sizes, seams)
    made |= {f"lit_{name}": Look(f"lit_{name}").glow(colour, 5.0 + 6.0 * (1 - dark)) for name, colour in LAMPS.items()}
    lit = dark > 0
    made["window_lit"] = Look("window_lit").glow(_LIT_WINDOW, 0.22 * dark) if lit else _glossy("window_lit", *_GLOSSY["glass"])
    made["shop_lit"] = Look("shop_lit").glow((1.0, 0.84, 0.62), 0.30 * dark) if lit else _glossy("shop_lit", *_GLOSSY["shop_glass"])
    made["lamp_lit"] = Look("lamp_lit").glow(_STREET_LAMP, 9.0) if lit else made["lamp_glass"]
    ground: dict[str, Callable[[], bpy.types.Material]] = {
        "asphalt": lambda: _asphalt(wear, middle, across_m, wet),
        "parking": lambda: _cobbles(wet),
        "cycle": lambda: _coloured("cycle", (0.20, 0.075, 0.05), wet),
        "paving": lambda: _paving("paving", (0.24, 0.235, 0.22), 0.62, wet),
        "yard": lambda: _paving("yard", (0.26, 0.255, 0.24), 1.1, wet),
        "kerb": lambda: _coloured("kerb", (0.40, 0.39, 0.37), wet),
        "paint_white": lambda: _paint("paint_white", (0.66, 0.66, 0.63), wear, middle, across_m, wet),
        "paint_yellow": lambda: _paint("paint_yellow", (0.62, 0.40, 0.045), wear, middle, across_m, wet),
    }
    made |= {name: make() for name, make in ground.items()}
    made |= {"grass": _grass(), "leaf_a": _leaf("leaf_a", (0.085, 0.16, 0.03)), "leaf_b": _leaf("leaf_b", (0.12, 0.18, 0.042))}
    made["hedge"] = _leaf("hedge", (0.06, 0.12, 0.028))
    return made


def _glossy(name: str, colour: Colour, roughness: float, metal: float) -> bpy.types.Material:
    return Look(name).gloss(colour, roughness, metal=metal)


def _plaster(name: str, colour: Colour) -> bpy.types.Material:
    look = Look(name)
    look.moved(look.of_object("Random"), 90.0)
    streaks = look.noise(0.7, 0.86, 1.06, detail=3.0, stretch=(1.0, 1.0, 0.16))
    stains = look.noise(4.0, 0.88, 1.08)
    return look.matt(look.tinted(colour, look.product(streaks, stains)))


def _brick(name: str, light: Colour, dark: Colour) -> bpy.types.Material:
    look = Look(name)
    stones = look.bricks(0.24, 0.085, 0.012, (light, dark, (0.30, 0.28, 0.25)), look.upright())
    return look.matt(look.tinted(stones, look.noise(2.5, 0.82, 1.12, detail=3.0)))


def _tiles(name: str, colour: Colour, row_m: float) -> bpy.types.Material:
    look = Look(name)
    darker = (colour[0] * 0.72, colour[1] * 0.72, colour[2] * 0.75)
    rows = look.bricks(0.3, row_m, 0.03, (colour, darker, (0.03, 0.025, 0.025)), look.place)
    return look.matt(look.tinted(rows, look.noise(1.5, 0.75, 1.15, detail=3.0)))


def _wetted(look: Look, colour: Socket, wet: float, *, dry: float, depth: Socket | None) -> bpy.types.Material:
    """Ground in the rain: darker and glossier, a mirror where water stands."""
    if wet <= 0.0:
        return look.gloss(colour, dry, specular=0.35) if dry < 1.0 else look.matt(colour)
    dim = look.ranged(depth, 0.45, 0.8, 1.0 - 0.36 * wet, 1.0 - 0.5 * wet) if depth is not None else None
    rough = look.ranged(depth, 0.52, 0.80, 0.40, 0.30) if depth is not None else 0.4
    darker = look.tinted(colour, dim) if dim is not None else look.mixed(colour, (0.0, 0.0, 0.0), _fixed(look, 0.42 * wet))
    return look.gloss(darker, rough, specular=0.55)


def _fixed(look: Look, number: float) -> Socket:
    return look.ranged(look.of_object("Random"), 0.0, 1.0, number, number)


def _asphalt(wear: bpy.types.Image, middle: tuple[float, float], across_m: float, wet: float) -> bpy.types.Material:
    look = Look("asphalt")
    bright, depth = look.image(wear, middle, across_m)
    grain = look.noise(0.035, 0.88, 1.12, detail=1.0)
    factor = look.product(look.ranged(bright, 0.0, 1.0, 0.0, 2.0), grain)
    return _wetted(look, look.tinted((0.104, 0.102, 0.099), factor), wet, dry=0.82, depth=depth)


def _paint(
    name: str, colour: Colour, wear: bpy.types.Image, middle: tuple[float, float], across_m: float, wet: float
) -> bpy.types.Material:
    """Road paint: worn to the asphalt in flecks, most where wheels go."""
    look = Look(name)
    bright, depth = look.image(wear, middle, across_m)
    flecks = look.noise(0.16, 0.0, 1.0, detail=4.0)
    tracks = look.ranged(bright, 0.36, 0.5, 0.75, 0.12)
    gone = look.ranged(look.product(flecks, tracks), 0.28, 0.42, 0.0, 0.8)
    dirt = look.noise(1.3, 0.82, 1.04, detail=2.0)
    return _wetted(look, look.mixed(look.tinted(colour, dirt), (0.104, 0.102, 0.099), gone), wet, dry=0.62, depth=depth)


def _paving(name: str, colour: Colour, slab_m: float, wet: float) -> bpy.types.Material:
    look = Look(name)
    lighter, darker = (tuple(n * k for n in colour) for k in (1.07, 0.90))
    slabs = look.bricks(slab_m, slab_m * 0.66, 0.014, (lighter, darker, (0.15, 0.147, 0.14)), look.place)
    stained = look.tinted(slabs, look.product(look.noise(2.2, 0.84, 1.08, detail=3.0), look.noise(0.25, 0.93, 1.06)))
    return _wetted(look, stained, wet, dry=1.0, depth=look.noise(2.6, 0.25, 0.7) if wet else None)


def _cobbles(wet: float) -> bpy.types.Material:
    look = Look("parking")
    stones = look.bricks(0.22, 0.16, 0.018, ((0.17, 0.165, 0.16), (0.13, 0.125, 0.12), (0.07, 0.068, 0.065)), look.place)
    return _wetted(look, look.tinted(stones, look.noise(1.6, 0.8, 1.12, detail=3.0)), wet, dry=1.0, depth=None)


def _coloured(name: str, colour: Colour, wet: float) -> bpy.types.Material:
    look = Look(name)
    return _wetted(look, look.tinted(colour, look.noise(0.8, 0.85, 1.1, detail=3.0)), wet, dry=1.0, depth=None)


def _grass() -> bpy.types.Material:
    look = Look("grass")
    colour = look.mixed((0.055, 0.105, 0.022), (0.135, 0.145, 0.045), look.noise(3.2, 0.0, 1.0, detail=3.0))
    return look.matt(look.tinted(colour, look.product(look.noise(0.12, 0.6, 1.35, detail=2.0), look.noise(14.0, 0.8, 1.15))))


def _leaf(name: str, colour: Colour) -> bpy.types.Material:
    look = Look(name)
    shade = look.product(look.noise(0.25, 0.55, 1.4, detail=2.0), look.ranged(look.of_object("Random"), 0.0, 1.0, 0.8, 1.2))
    return look.matt(look.tinted(colour, shade))
