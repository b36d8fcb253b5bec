# SPDX-License-Identifier: GPL-3.0-or-later
"""Bicycles and motorcycles with their riders."""

import math

import numpy as np

from bodies.parts import F64, Parts
from bodies.people import SHIN_M, THIGH_M, Joints, Outfit, between, figure

FRAMES = ("red_bag", "steel", "white", "red_bag", "steel")  # what the frame of each kind of rider's bicycle is made of
LADEN = (0, 3, 4)  # the kinds of rider who carry panniers and a basket
TOP_CASES = (0, 3)  # the kinds of motorcyclist who carry a top case
TURN_M = 4.4  # how far a bicycle rolls in one turn of its pedals
_CRANK = np.array([-0.06, 0.0, 0.30])
_CRANK_M = 0.17

RIDERS: tuple[tuple[Outfit, str], ...] = (
    (Outfit(legs="dark_cloth"), "helmet"),
    (Outfit(legs="denim", bag="backpack"), "dark_helmet"),
    (Outfit(legs="khaki", short_sleeves=True, hair="brown_hair"), ""),
    (Outfit(legs="denim", hair="fair_hair", long_hair=True), ""),
    (Outfit(legs="dark_cloth", short_sleeves=True, bag="backpack", hair="grey_hair"), "helmet"),
)
BIKERS: tuple[tuple[Outfit, str], ...] = (
    (Outfit(upper="dark_cloth", legs="dark_cloth", broad=1.12), "helmet"),
    (Outfit(upper="cloth", legs="denim", broad=1.12), "dark_helmet"),
    (Outfit(upper="dark_cloth", legs="denim", broad=1.08, bag="backpack"), "dark_helmet"),
    (Outfit(upper="cloth", legs="dark_cloth", broad=1.1), "helmet"),
)


def bicycle(parts: Parts, phase: float | None, kind: int) -> None:
    """A city bicycle and its rider at ``phase`` 0..1 of a turn of the pedals; None: standing, a foot on the ground."""
    rider, helmet = RIDERS[kind]
    _frame(parts, FRAMES[kind])
    if kind in LADEN:
        _load(parts)
    hip, neck, bar = np.array([-0.3, 0.0, 1.02]), np.array([0.2, 0.0, 1.42]), np.array([0.4, 0.0, 1.06])
    ankles, knees = [], []
    for index, side in enumerate((-1, 1)):
        turn = 2 * math.pi * ((phase or 0.0) + index * 0.5)
        pedal = _CRANK + np.array([_CRANK_M * math.cos(turn), side * 0.12, -_CRANK_M * math.sin(turn)])
        parts.sweep(
            [_CRANK + np.array([0, side * 0.06, 0]), pedal - np.array([0, side * 0.03, 0])], np.array([0.016, 0.016]), "steel", 6
        )
        parts.box(pedal, (0.1, 0.09, 0.025), "black", 0.005)
        ankle = pedal + np.array([-0.05, 0.0, 0.09])
        if phase is None and side == 1:
            ankle = np.array([-0.05, 0.26, 0.08])
        ankles.append(ankle)
        knees.append(between(hip + np.array([0, side * 0.095, 0]), ankle, THIGH_M, SHIN_M, np.array([1.0, side * 0.15, 0.3])))
    figure(parts, _seated(hip, neck, np.array([0.32, 0.0, 1.55]), bar, 0.27, knees, ankles), rider, helmet)


def motorcycle(parts: Parts, kind: int) -> None:
    """A motorcycle with a fairing, and its rider."""
    rider, helmet = BIKERS[kind]
    if kind in TOP_CASES:
        parts.box((-0.86, 0, 1.12), (0.42, 0.46, 0.38), "black" if kind else "red_bag", 0.05)
        parts.box((-0.8, 0, 0.91), (0.4, 0.2, 0.06), "black", 0.01)
    for x in (0.72, -0.68):
        parts.ring((x, 0, 0.315), 0.245, 0.075, "tyre")
        parts.cylinder((x, 0, 0.315), 0.19, 0.05, "rim")
        parts.cylinder((x, 0, 0.315), 0.13, 0.09, "steel")
    parts.sweep([(-0.1, 0, 0.84), (0.1, 0, 0.87), (0.34, 0, 0.9)], [[0.1, 0.09], [0.17, 0.14], [0.1, 0.1]], "paint", 12)
    parts.ellipsoid((0.02, 0, 0.50), (0.34, 0.18, 0.22), "black")
    parts.box((0.06, 0, 0.36), (0.5, 0.26, 0.2), "steel", 0.06)
    parts.sweep([(-0.95, 0, 0.93), (-0.6, 0, 0.86), (-0.15, 0, 0.8)], [[0.06, 0.03], [0.14, 0.06], [0.14, 0.06]], "black", 10)
    parts.sweep([(-1.0, 0, 0.87), (-0.7, 0, 0.78), (-0.3, 0, 0.72)], [[0.05, 0.03], [0.11, 0.07], [0.12, 0.07]], "paint", 10)
    parts.sweep([(0.3, 0, 0.72), (0.52, 0, 0.84), (0.78, 0, 0.88)], [[0.14, 0.18], [0.2, 0.17], [0.09, 0.08]], "paint", 12)
    parts.sweep([(0.64, 0, 0.97), (0.50, 0, 1.2)], [[0.15, 0.05], [0.11, 0.02]], "glass", 10)
    parts.ellipsoid((0.78, 0, 0.9), (0.06, 0.1, 0.08), "headlamp")
    parts.box((-1.0, 0, 0.86), (0.05, 0.14, 0.07), "tail", 0.01)
    parts.box((-1.03, 0, 0.66), (0.02, 0.2, 0.15), "plate", 0.004)
    parts.sweep([(-1.0, 0, 0.62), (-0.75, 0, 0.72)], [[0.07, 0.02], [0.09, 0.03]], "black", 8)
    parts.sweep([(0.95, 0, 0.6), (0.72, 0, 0.67), (0.5, 0, 0.6)], [[0.06, 0.02], [0.085, 0.03], [0.06, 0.02]], "paint", 10)
    for side in (-1, 1):
        parts.sweep([(0.72, side * 0.1, 0.315), (0.46, side * 0.1, 1.02)], np.array([0.032, 0.032]), "steel", 8)
        parts.sweep([(-0.68, side * 0.1, 0.32), (-0.1, side * 0.12, 0.42)], np.array([0.035, 0.035]), "steel", 8)
        parts.sweep([(0.47, side * 0.08, 1.04), (0.36, side * 0.37, 1.08)], np.array([0.02, 0.02]), "black", 8)
        parts.sweep([(0.46, side * 0.2, 1.06), (0.46, side * 0.35, 1.22)], np.array([0.012, 0.012]), "black", 6)
        parts.ellipsoid((0.46, side * 0.36, 1.23), (0.03, 0.065, 0.045), "black", 8)
    parts.sweep([(-0.05, -0.17, 0.36), (-0.9, -0.2, 0.44)], np.array([0.05, 0.075]), "chrome", 10)
    hip, neck, bar = np.array([-0.32, 0.0, 0.93]), np.array([-0.04, 0.0, 1.44]), np.array([0.38, 0.0, 1.1])
    ankles = [np.array([-0.14, side * 0.2, 0.40]) for side in (-1, 1)]
    knees = [
        between(hip + np.array([0, side * 0.1, 0]), ankles[k], THIGH_M, SHIN_M, np.array([1.0, side * 0.35, 0.3]))
        for k, side in enumerate((-1, 1))
    ]
    joints = _seated(hip, neck, np.array([0.04, 0.0, 1.585]), bar, 0.34, knees, ankles)
    figure(parts, joints, rider, helmet)
    parts.ellipsoid(joints.head + np.array([0.0, 0.0, 0.0]), (0.145, 0.118, 0.135), helmet)
    parts.ellipsoid(joints.head + np.array([0.045, 0.0, 0.005]), (0.11, 0.1, 0.055), "glass")


def _seated(hip: F64, neck: F64, head: F64, bar: F64, grip_m: float, knees: list[F64], ankles: list[F64]) -> Joints:
    hands = [bar + np.array([0.0, side * grip_m, 0.0]) for side in (-1, 1)]
    up = (neck - hip) / np.linalg.norm(neck - hip)
    elbows = []
    for index, side in enumerate((-1, 1)):
        shoulder = neck - up * 0.07 + np.array([0.0, side * 0.19, 0.0])
        elbows.append(between(shoulder, hands[index], 0.30, 0.28, np.array([-0.2, side * 0.35, -0.8])))
    return Joints(hip=hip, neck=neck, head=head, elbows=elbows, hands=hands, knees=knees, ankles=ankles)


def _frame(parts: Parts, made: str) -> None:
    rear, front, crank = np.array([-0.555, 0, 0.34]), np.array([0.555, 0, 0.34]), _CRANK
    saddle, head, fork = np.array([-0.24, 0, 0.93]), np.array([0.36, 0, 0.84]), np.array([0.37, 0, 0.70])
    for hub in (rear, front):
        parts.ring(hub, 0.308, 0.032, "tyre")
        parts.ring(hub, 0.27, 0.010, "steel")
        parts.cylinder(hub, 0.035, 0.09, "steel", sides=8)
        for spoke in range(10):
            angle = spoke * math.pi / 5
            rim = hub + 0.27 * np.array([math.cos(angle), 0, math.sin(angle)])
            parts.sweep([hub, rim], np.array([0.0025, 0.0025]), "steel", 4)
    seat = crank + (saddle - crank) * 0.86
    for start, end, radius in (
        (crank, saddle, 0.032),
        (seat, head, 0.032),
        (crank, fork, 0.036),
        (rear, crank, 0.024),
        (rear, seat, 0.022),
    ):
        parts.sweep([start, end], np.array([radius, radius]), made, 8)
    bar = np.array([0.33, 0, 1.06])
    for side in (-1, 1):
        parts.sweep(
            [front + np.array([0, side * 0.06, 0]), fork + np.array([0, side * 0.05, 0]), head], np.array([0.023] * 3), made, 6
        )
        parts.sweep(
            [bar, bar + np.array([0.04, side * 0.2, 0]), bar + np.array([0.0, side * 0.31, 0.0])], np.array([0.02] * 3), "black", 6
        )
    parts.sweep([fork, head, bar], np.array([0.024, 0.024, 0.02]), "black", 8)
    parts.sweep([saddle + np.array([-0.14, 0, 0.02]), saddle + np.array([0.14, 0, 0.01])], [[0.1, 0.035], [0.03, 0.03]], "black", 8)
    parts.cylinder(crank, 0.1, 0.02, "steel", sides=14)
    parts.box(rear + np.array([0.02, 0, 0.42]), (0.36, 0.14, 0.025), "black", 0.008)
    for tilt in range(5):  # mudguard over the rear wheel
        angle = math.radians(60 + tilt * 28)
        parts.box(rear + 0.36 * np.array([math.cos(angle), 0, math.sin(angle)]), (0.1, 0.05, 0.06), "black", 0.01)
    parts.ellipsoid(head + np.array([0.07, 0, 0.05]), (0.045, 0.04, 0.045), "headlamp", 8)
    parts.box(rear + np.array([-0.18, 0, 0.41]), (0.03, 0.06, 0.05), "tail", 0.005)


def _load(parts: Parts) -> None:
    for side in (-1, 1):
        parts.box((-0.6, side * 0.15, 0.58), (0.38, 0.13, 0.34), "black", 0.03)
    parts.box((0.52, 0, 0.98), (0.3, 0.36, 0.24), "dark_cloth", 0.02)
