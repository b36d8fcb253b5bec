"""What a user may say of a junction beyond its scene: names of its legs, turns that geometry gets wrong, where north is."""

from typing import Literal

import msgspec

from catseye.config.findings import Findings, did_you_mean
from catseye.core.known import TurnKind
from catseye.core.scene import Scene

Turn = TurnKind
TURNS: tuple[Turn, ...] = ("u", "left", "through", "right")
TURN_NAMES: dict[Turn, str] = {"u": "U-turn", "left": "left", "through": "through", "right": "right"}


class LegName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A leg of the junction: what ``zone`` is called in the report, and over which count lines people cross it.

    ``crosswalks`` None: those that the geometry tells.
    """

    zone: str
    name: str = ""
    crosswalks: tuple[str, ...] | None = None


class TurnName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The turn that a movement is."""

    name: str
    turn: Turn


class Layout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A layout file. ``up_deg`` is the compass bearing of the ground's y axis, or where the scene has no homography of what is up
    in the picture; None: north for calibrated ground, not known for a picture.
    """

    title: str = ""
    up_deg: float | None = None
    drives_on: Literal["right", "left"] = "right"
    legs: tuple[LegName, ...] = ()
    movements: tuple[TurnName, ...] = ()


def judge_layout(layout: Layout, scene: Scene, findings: Findings) -> None:
    """Report names that the scene does not have."""
    lines = [line.name for line in scene.lines]
    ends = [zone for movement in scene.movements for zone in (movement.origin, movement.destination)]
    for i, leg in enumerate(layout.legs):
        _known(("legs", i, "zone"), leg.zone, ends, "begins or ends no movement", findings)
        for j, name in enumerate(leg.crosswalks or ()):
            _known(("legs", i, "crosswalks", j), name, lines, "is no count line of the scene", findings)
    for i, movement in enumerate(layout.movements):
        names = [one.name for one in scene.movements]
        _known(("movements", i, "name"), movement.name, names, "is no movement of the scene", findings)


def _known(path: tuple[str | int, ...], name: str, names: list[str], fault: str, findings: Findings) -> None:
    if name not in names:
        findings.error(path, f"{name!r} {fault}.", did_you_mean(name, names))
