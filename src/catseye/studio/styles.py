"""What a style of street puts beside it: rows of buildings, and things strung along."""

import msgspec

from catseye.studio.street import FixtureKind


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row of buildings: metres behind the street, ranges of width, depth and gap, heights to choose from."""

    setback_m: float
    width_m: tuple[float, float]
    depth_m: tuple[float, float]
    gap_m: tuple[float, float]
    heights_m: tuple[float, ...]
    joined: float = 0.0  # share that stands wall to wall


class Strung(msgspec.Struct, frozen=True, kw_only=True):
    """Things along a frontage, one every ``spacing_m`` with the given chance; ``length_m`` > 0 makes them walls that long."""

    kind: FixtureKind
    setback_m: float
    spacing_m: float
    chance: float
    height_m: tuple[float, float]
    length_m: float = 0.0


_TOWN = (
    Row(setback_m=3.0, width_m=(9, 19), depth_m=(10, 13), gap_m=(2.5, 6), heights_m=(7, 10, 10, 13, 16), joined=0.8),
    Row(setback_m=24.0, width_m=(14, 26), depth_m=(12, 18), gap_m=(2, 9), heights_m=(13, 16, 19, 25), joined=0.3),
    Strung(kind="lamp_post", setback_m=1.2, spacing_m=27, chance=1.0, height_m=(7.5, 8.5)),
    Strung(kind="tree", setback_m=1.5, spacing_m=12, chance=0.45, height_m=(5, 8)),
    Strung(kind="cabinet", setback_m=1.8, spacing_m=40, chance=0.6, height_m=(1.1, 1.25)),
    Strung(kind="bench", setback_m=1.6, spacing_m=31, chance=0.5, height_m=(0.8, 0.9)),
    Strung(kind="bollard", setback_m=0.8, spacing_m=7, chance=0.2, height_m=(0.9, 1.0)),
)
_SUBURB = (
    Row(setback_m=8.0, width_m=(8, 13), depth_m=(8, 10), gap_m=(4, 11), heights_m=(6.5, 7, 7.5, 9), joined=0.25),
    Row(setback_m=34.0, width_m=(9, 14), depth_m=(8, 11), gap_m=(6, 16), heights_m=(7, 8, 9)),
    Strung(kind="lamp_post", setback_m=1.2, spacing_m=32, chance=1.0, height_m=(6, 7)),
    Strung(kind="hedge", setback_m=1.6, spacing_m=8, chance=0.55, height_m=(0.9, 1.25), length_m=6.5),
    Strung(kind="tree", setback_m=4.5, spacing_m=10, chance=0.5, height_m=(4, 9)),
    Strung(kind="cabinet", setback_m=1.0, spacing_m=60, chance=0.5, height_m=(1.1, 1.25)),
    Strung(kind="bench", setback_m=1.0, spacing_m=47, chance=0.4, height_m=(0.8, 0.9)),
)
_COUNTRY = (
    Row(setback_m=55.0, width_m=(12, 22), depth_m=(9, 12), gap_m=(30, 90), heights_m=(7, 8, 10)),
    Strung(kind="hedge", setback_m=9.0, spacing_m=12, chance=0.5, height_m=(1.2, 2.2), length_m=11),
    Strung(kind="tree", setback_m=12.0, spacing_m=9, chance=0.5, height_m=(5, 11)),
    Strung(kind="tree", setback_m=22.0, spacing_m=11, chance=0.6, height_m=(6, 13)),
    Strung(kind="tree", setback_m=45.0, spacing_m=12, chance=0.6, height_m=(8, 15)),
)
FAST = (
    Strung(kind="barrier", setback_m=0.8, spacing_m=8, chance=1.0, height_m=(0.75, 0.75), length_m=8),
    Strung(kind="lamp_post", setback_m=1.8, spacing_m=45, chance=0.8, height_m=(11, 12)),
)
STYLES: dict[str, tuple[Row | Strung, ...]] = {"town": _TOWN, "suburb": _SUBURB, "country": _COUNTRY}
