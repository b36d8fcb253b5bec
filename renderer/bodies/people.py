# SPDX-License-Identifier: GPL-3.0-or-later
"""People: a figure from its joints, and how it walks. They differ by clothes, hair and build, and by nothing else."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bodies.parts import F64, Parts

THIGH_M, SHIN_M = 0.44, 0.43
ANKLE_M = 0.075
HIP_M = THIGH_M + SHIN_M + ANKLE_M
STRIDE_M = 1.42  # two steps
PHASES = 12

_THIGH_SWING_RAD = 0.43


@dataclass(frozen=True, kw_only=True)
class Outfit:
    """What someone wears. Materials by name; ``upper`` "cloth" takes the bearer's colour. ``broad`` widens the figure."""

    upper: str = "cloth"
    legs: str = "denim"
    shoes: str = "shoe"
    hair: str = "dark_hair"
    long_hair: bool = False
    coat: bool = False
    skirt: bool = False
    short_sleeves: bool = False
    bag: str = ""  # "", "backpack" or "shoulder"
    broad: float = 1.0
    phone: bool = False  # looks at one while standing


OUTFITS: tuple[Outfit, ...] = (
    Outfit(phone=True),
    Outfit(legs="dark_cloth", hair="brown_hair", long_hair=True, bag="shoulder"),
    Outfit(legs="dark_cloth", short_sleeves=True, shoes="white_shoe", hair="brown_hair", phone=True),
    Outfit(legs="dark_cloth", coat=True, hair="grey_hair", broad=1.06),
    Outfit(legs="denim", bag="backpack", shoes="white_shoe"),
    Outfit(legs="cloth", skirt=True, hair="fair_hair", long_hair=True, short_sleeves=True),
    Outfit(legs="denim", hair="fair_hair", broad=0.95, phone=True),
    Outfit(upper="dark_cloth", legs="denim", hair="dark_hair", long_hair=True, bag="backpack"),
    Outfit(legs="dark_cloth", upper="cloth", coat=True, long_hair=True, hair="brown_hair", bag="shoulder", broad=0.97),
    Outfit(legs="denim", short_sleeves=True, hair="grey_hair", broad=1.1, phone=True),
)


@dataclass(frozen=True, kw_only=True)
class Joints:
    """Where the joints of a figure are, each (3,); pairs are right, left."""

    hip: F64
    neck: F64
    head: F64
    elbows: Sequence[F64]
    hands: Sequence[F64]
    knees: Sequence[F64]
    ankles: Sequence[F64]


def figure(parts: Parts, joints: Joints, outfit: Outfit, helmet: str = "") -> None:
    """Add a person with these joints; ``helmet`` is a material, "" for bare hair."""
    hip, neck = np.asarray(joints.hip, np.float64), np.asarray(joints.neck, np.float64)
    broad, up = outfit.broad, (neck - hip) / np.linalg.norm(neck - hip)
    fore = np.cross((0.0, 1.0, 0.0), up)
    _torso(parts, hip, neck, outfit)
    for index, side in enumerate((-1, 1)):
        shoulder = neck - up * 0.07 + np.array([0.0, side * 0.19 * broad, 0.0])
        elbow, hand = np.asarray(joints.elbows[index]), np.asarray(joints.hands[index])
        lower = "skin" if outfit.short_sleeves else outfit.upper
        parts.sweep(
            [shoulder, (shoulder + elbow) / 2, elbow, (elbow + hand) / 2, hand],
            np.array([0.062, 0.056, 0.048, 0.044, 0.036]) * (0.9 + 0.1 * broad),
            [outfit.upper, outfit.upper, lower, lower],
            sides=8,
        )
        parts.ellipsoid(hand, (0.05, 0.035, 0.06), "skin", 8)
        socket = hip + np.array([0.0, side * 0.095 * broad, 0.0])
        knee, ankle = np.asarray(joints.knees[index]), np.asarray(joints.ankles[index])
        bare = outfit.skirt
        parts.sweep(
            [socket, (socket + knee) / 2, knee, knee * 0.55 + ankle * 0.45, ankle],
            np.array([0.095, 0.083, 0.064, 0.062, 0.046]) * (0.85 + 0.15 * broad),
            [outfit.legs, outfit.legs, "skin" if bare else outfit.legs, "skin" if bare else outfit.legs],
        )
        parts.ellipsoid(ankle + np.array([0.065, side * 0.01, -0.035]), (0.14, 0.05, 0.045), outfit.shoes, 10)
    _head(parts, np.asarray(joints.head, np.float64), neck, outfit, helmet)
    if outfit.bag == "backpack":
        parts.ellipsoid((hip + neck * 2) / 3 - fore * 0.19, (0.11, 0.15, 0.22), "bag", 10)
    elif outfit.bag == "shoulder":
        parts.box(hip + np.array([-0.02, 0.25, 0.0]), (0.3, 0.1, 0.24), "red_bag", 0.03)
        strap = [neck + np.array([0.02, -0.12, -0.03]), (hip + neck) / 2 + fore * 0.14, hip + np.array([0.02, 0.22, 0.08])]
        parts.sweep(strap, np.array([0.016, 0.016, 0.016]), "red_bag", sides=6)


def _torso(parts: Parts, hip: F64, neck: F64, outfit: Outfit) -> None:
    shares = np.array([-0.12, 0.05, 0.3, 0.55, 0.8, 0.93, 1.0])
    across = np.array([0.155, 0.17, 0.15, 0.17, 0.205, 0.17, 0.07]) * outfit.broad
    deep = np.array([0.105, 0.125, 0.11, 0.12, 0.125, 0.10, 0.065]) * (0.5 + 0.5 * outfit.broad)
    made = [outfit.legs, *[outfit.upper] * 5]
    path = hip + shares[:, None] * (neck - hip)
    if outfit.coat or outfit.skirt:
        drop = 0.36 if outfit.coat else 0.46
        path = np.concatenate([[hip + np.array([0.0, 0.0, -drop])], path[1:]])
        across[:2] = [0.215 * outfit.broad, 0.18 * outfit.broad]
        deep[:2] = [0.19, 0.14]
        made[0] = outfit.upper if outfit.coat else outfit.legs
    parts.sweep(path, np.column_stack([across, deep]), made, sides=14)


def _head(parts: Parts, head: F64, neck: F64, outfit: Outfit, helmet: str) -> None:
    parts.sweep([neck - (head - neck) * 0.1, head], np.array([0.055, 0.052]), "skin", sides=8)
    parts.ellipsoid(head, (0.098, 0.078, 0.118), "skin")
    if helmet:
        parts.ellipsoid(head + np.array([-0.008, 0.0, 0.035]), (0.135, 0.108, 0.1), helmet)
        return
    parts.ellipsoid(head + np.array([-0.018, 0.0, 0.028]), (0.098, 0.088, 0.1), outfit.hair)
    if outfit.long_hair:
        parts.ellipsoid(head + np.array([-0.06, 0.0, -0.07]), (0.055, 0.085, 0.15), outfit.hair, 10)


def walker(parts: Parts, phase: float | None, outfit: Outfit) -> None:
    """Add someone on foot at ``phase`` 0..1 of the stride, or standing (None)."""
    figure(parts, _standing(outfit) if phase is None else _walking(phase, outfit), outfit)


def _walking(phase: float, outfit: Outfit) -> Joints:
    knees, ankles, elbows, hands = [], [], [], []
    for index, side in enumerate((-1, 1)):
        turn = 2 * math.pi * (phase + index * 0.5)
        swing = math.sin(turn)
        thigh = _THIGH_SWING_RAD * swing + 0.05
        knee = np.array([THIGH_M * math.sin(thigh), side * 0.095, HIP_M - THIGH_M * math.cos(thigh)])
        shin = thigh - (0.10 + 0.8 * max(0.0, math.cos(turn + 0.25)))
        knees.append(knee)
        ankles.append(knee + np.array([SHIN_M * math.sin(shin), 0.0, -SHIN_M * math.cos(shin)]))
        arm = -0.45 * swing
        elbow = np.array([0.29 * math.sin(arm), side * 0.232 * outfit.broad, 1.40 - 0.29 * math.cos(arm)])
        elbows.append(elbow)
        hands.append(elbow + np.array([0.26 * math.sin(arm + 0.35), side * 0.01, -0.26 * math.cos(arm + 0.35)]))
    return _grounded(0.03, elbows, hands, knees, ankles)


def _standing(outfit: Outfit) -> Joints:
    """Feet apart, the weight on the right leg; a hand before the chest with a phone, or both arms loose."""
    knees = [np.array([0.0, -0.10, HIP_M - THIGH_M]), np.array([0.09, 0.15, HIP_M - THIGH_M * 0.97])]
    ankles = [np.array([-0.02, -0.12, ANKLE_M]), np.array([0.06, 0.21, ANKLE_M])]
    elbows = [np.array([-0.04, side * 0.29 * outfit.broad, 1.13]) for side in (-1, 1)]
    hands = [elbow + np.array([0.1, side * 0.03, -0.24]) for elbow, side in zip(elbows, (-1, 1), strict=True)]
    if outfit.phone:
        hands[0] = np.array([0.27, -0.1, 1.24])
    return _grounded(0.0, elbows, hands, knees, ankles)


def _grounded(lean_m: float, elbows: list[F64], hands: list[F64], knees: list[F64], ankles: list[F64]) -> Joints:
    """All of them, let down until the lower foot stands."""
    fall = np.array([0.0, 0.0, ANKLE_M - min(float(ankle[2]) for ankle in ankles)])
    return Joints(
        hip=np.array([0.0, 0.0, HIP_M]) + fall,
        neck=np.array([lean_m, 0.0, 1.475]) + fall,
        head=np.array([lean_m + 0.025, 0.0, 1.622]) + fall,
        elbows=[elbow + fall for elbow in elbows],
        hands=[hand + fall for hand in hands],
        knees=[knee + fall for knee in knees],
        ankles=[ankle + fall for ankle in ankles],
    )


def between(start: F64, end: F64, first_m: float, second_m: float, towards: F64) -> F64:
    """The joint between the ends of a limb with these two lengths, bent ``towards``; straight where it cannot reach."""
    reach = end - start
    distance = min(float(np.linalg.norm(reach)), (first_m + second_m) * 0.999)
    along = reach / np.linalg.norm(reach)
    share = (first_m**2 - second_m**2 + distance**2) / (2 * distance)
    side = towards - np.dot(towards, along) * along
    return start + along * share + side / np.linalg.norm(side) * math.sqrt(max(first_m**2 - share**2, 0.0))
