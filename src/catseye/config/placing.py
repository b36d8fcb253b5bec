"""Whether road users can be counted where a scene's lines and zones are drawn, as far as the drawing alone tells.

The limits come from lines laid all over the studio's streets: docs/guide/where-to-put-a-line.md says how.
"""

from collections.abc import Mapping

import numpy as np

from catseye.config import rooms
from catseye.config.findings import Findings
from catseye.config.locate import KeyPath
from catseye.core.geometry import F64, along, inside, rim_distance, segments_cross, signed_distance
from catseye.core.scene import CountLine, FittedScene, Movement, Scene, Zone
from catseye.rules.ground import GroundView, ground_view
from catseye.rules.positions import TRUST

ROOM_M = 3.0  # of way that a car needs in view on either side
ROOM_UNIT = 0.05  # the same without calibration, of the picture's diagonal
SMALL_PX = 16.0  # height of a car, below which many are not found
NARROW_M = 1.0  # a shorter line is passed at its ends
MASKED = 0.67  # share of a line in masks
ALONG_DEG = 15.0
SAME_UNIT = 0.01  # of the diagonal: nearer lines are one
_CAR, _WALKER = (4.2, 1.8, 1.5), (0.5, 0.55, 1.7)  # length, width, height in metres
_LANE_M = 2.4
_ASPECT = (1600, 900)  # of a picture whose size nobody told


def judge(scene: Scene, lines: Mapping[KeyPath, CountLine], size: tuple[int, int] | None, findings: Findings) -> None:
    """Warn of each of ``lines`` (of ``scene``, by their paths in the file) over which little or nothing can be counted.

    ``size`` (width, height) is the picture's; None where it is not known, and then no pixels and no metres are told either.
    """
    fitted = scene.fit(size or _ASPECT)
    view = None if size is None else ground_view(fitted)
    for path, line in lines.items():
        key = (*path, "points")
        if _masked(key, line, fitted, findings):
            continue
        if view is None or not np.isfinite(rooms.line_m(view, fitted, line)).all():
            _room(key, rooms.in_picture(fitted, line), ROOM_UNIT, "of the picture's diagonal", findings)
        else:
            _on_ground(key, line, view, fitted, findings)
        _along_ways(key, line, fitted, findings)
    _twice(lines, fitted, findings)
    _zones(scene, fitted, view, findings)


def _masked(key: KeyPath, line: CountLine, fitted: FittedScene, findings: Findings) -> bool:
    """Whether two thirds of a line or more lie in masks, and that is reported; one wholly in masks has been reported before."""
    a, b = np.asarray(line.points, np.float64)
    points = a + np.linspace(0.0, 1.0, 41)[:, None] * (b - a)
    hidden = np.zeros(len(points), np.bool_)
    for mask in fitted.scene.masks:
        hidden |= inside(points, np.asarray(mask.polygon, np.float64))
    share = float(hidden.mean())
    if MASKED <= share < 1.0:
        findings.warning(key, f"{share:.0%} of the line lies in a mask, where nobody is tracked.", "Draw it clear of the mask.")
    return share >= MASKED


def _on_ground(key: KeyPath, line: CountLine, view: GroundView, fitted: FittedScene, findings: Findings) -> None:
    ends_m = rooms.line_m(view, fitted, line)
    length_m = float(np.hypot(*(ends_m[1] - ends_m[0])))
    if length_m < NARROW_M:
        why = "who passes is off by some decimetres, so many go round its ends"
        findings.warning(key, f"the line is {length_m:.1f} m long: {why}.", "Draw it across the whole road, and a little beyond.")
    car = rooms.on_ground(view, fitted, ends_m, _CAR)
    # A path too narrow for cars is judged by someone on foot.
    body = car if length_m >= _LANE_M else rooms.on_ground(view, fitted, ends_m, _WALKER)
    _room(key, body, ROOM_M, "m", findings)
    tall_px = float(np.nanmedian(car.height_px)) if np.isfinite(car.height_px).any() else np.nan
    if tall_px < SMALL_PX:
        walker_px = float(np.nanmedian(rooms.on_ground(view, fitted, ends_m, _WALKER).height_px))
        message = f"a car is {tall_px:.0f} px high there and someone on foot {walker_px:.0f} px: many are not found."
        findings.warning(key, message, "Move it nearer to the camera, or take a larger picture or a longer lens.")


def _room(key: KeyPath, room: rooms.Room, needed: float, unit: str, findings: Findings) -> None:
    """Report a line of which half or more has too little way in view on one side, unless it has been warned of before."""
    if findings.on(key):
        return
    clear = ~((room.room == 0.0) & room.masked).any(axis=1)  # what lies in a mask itself is told apart
    if not clear.any():
        return
    room = room.at(clear)
    least = room.room.min(axis=1)
    short = least < needed
    if short.mean() < 0.5:
        return
    sides = room.room.argmin(axis=1)
    by_mask = bool(room.masked[np.arange(len(sides)), sides][short].mean() >= 0.5)
    what = "a mask hides the way" if by_mask else "the picture ends"
    shown = f"{float(np.median(least[short])):.1f} m" if unit == "m" else f"{float(np.median(least[short])):.0%} {unit}"
    asked = f"{needed:.0f} m" if unit == "m" else f"{needed:.0%}"
    findings.warning(
        key,
        f"{what} {shown} beside the line; a passage must be seen for {asked} on either side.",
        "Make the mask smaller or move the line away from it." if by_mask else "Move the line further into the picture.",
    )


def _along_ways(key: KeyPath, line: CountLine, fitted: FittedScene, findings: Findings) -> None:
    """Report a line that every movement which passes it goes along, taken straight from zone to zone."""
    a, b = fitted.line_px(line)
    middles = {zone.name: fitted.polygon_px(zone.polygon).mean(axis=0) for zone in fitted.scene.zones}
    angles = []
    for movement in fitted.scene.movements:
        start, end = middles[movement.origin], middles[movement.destination]
        if segments_cross((float(start[0]), float(start[1])), (float(end[0]), float(end[1])), a, b):
            angles.append(_angle_deg(end - start, np.subtract(b, a)))
    if angles and max(angles) < ALONG_DEG:
        message = (
            f"the line runs along the movements that pass it ({max(angles):.0f} degrees at most): they cross it late or never."
        )
        findings.warning(key, message, "Draw it square to the way they go.")


def _angle_deg(way: F64, line: F64) -> float:
    cross, dot = abs(way[0] * line[1] - way[1] * line[0]), abs(float(way @ line))
    return float(np.degrees(np.arctan2(cross, dot)))


def _twice(lines: Mapping[KeyPath, CountLine], fitted: FittedScene, findings: Findings) -> None:
    """Report lines that lie on one another. Two across one road are no fault: a screenline has several."""
    near_px = SAME_UNIT * float(np.hypot(*fitted.size))
    drawn = list(lines.items())
    for n, (path, line) in enumerate(drawn):
        for _, other in drawn[:n]:
            points, ends = np.array(fitted.line_px(line)), fitted.line_px(other)
            share = along(points, *ends)
            if (np.abs(signed_distance(points, *ends)) <= near_px).all() and min(share.max(), 1.0) - max(share.min(), 0.0) > 0.5:
                message = f"the line lies on {other.name!r}: each passage is counted by both."
                findings.warning((*path, "points"), message, "Remove one, unless nobody adds them up.")


def _zones(scene: Scene, fitted: FittedScene, view: GroundView | None, findings: Findings) -> None:
    polygons = {zone.name: fitted.polygon_px(zone.polygon) for zone in scene.zones}
    for index, zone in enumerate(scene.zones):
        if zone in scene.visited:
            _depth(("zones", index, "polygon"), zone, polygons[zone.name], view, findings)
    for index, movement in enumerate(scene.movements):
        _apart(("movements", index), movement, polygons, findings)


def _depth(key: KeyPath, zone: Zone, polygon: F64, view: GroundView | None, findings: Findings) -> None:
    """Report a zone that a car goes through without having been in it: shallower than its position can be trusted to."""
    if view is None or not zone.polygon:
        return
    points = _grid(polygon)
    within = points[inside(points, polygon)]
    if not len(within):
        return
    deepest = within[rim_distance(within, polygon).argmax()]
    ground = view.metres(deepest[None])
    if not np.isfinite(ground).all():
        return
    reach_px = TRUST * float(np.sqrt(rooms.box_area(view, ground[0], _CAR)))
    if rim_distance(deepest[None], polygon)[0] < reach_px:
        message = "the zone is so shallow that who goes through it is not known to have been in it."
        findings.warning(key, message, "Make it about as large as a car or larger.")


def _apart(key: KeyPath, movement: Movement, polygons: Mapping[str, F64], findings: Findings) -> None:
    """Report a movement between zones of which one lies (nearly) within the other: it cannot complete."""
    origin, destination = polygons[movement.origin], polygons[movement.destination]
    shares = []
    for one, other in ((origin, destination), (destination, origin)):
        points = _grid(one)
        within = points[inside(points, one)]
        shares.append(float(inside(within, other).mean()) if len(within) else 0.0)
    if max(shares) > 0.9:
        message = f"{movement.origin!r} and {movement.destination!r} lie within one another: the movement never completes."
        findings.warning(key, message, "Keep zones apart.")


def _grid(polygon: F64) -> F64:
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    x, y = np.meshgrid(*(np.linspace(low[k], high[k], 41) for k in (0, 1)))
    return np.stack([x.ravel(), y.ravel()], axis=1)
