"""Whether a scene makes sense as a drawing over a street."""

from collections.abc import Iterable
from typing import TypeVar, cast

import msgspec
import numpy as np

from catseye.config import calibrated, names, placing
from catseye.config import lanes as lane_rules
from catseye.config.findings import Findings
from catseye.config.locate import KeyPath
from catseye.config.names import Named
from catseye.config.shape import NAMELESS, UNUSABLE
from catseye.core.geometry import XY, crosses_itself, inside, polygon_area
from catseye.core.scene import CountLine, Lane, Mask, Movement, Scene, Signal, Zone

SHORT_UNIT = 0.02
EDGE_UNIT = 0.02
MOST_CORNERS = 100  # the test for crossing sides takes the square of it
UNIT: XY = (1.0, 1.0)

Drawn = TypeVar("Drawn", bound=CountLine | Zone | Mask | Lane | Signal)
Entry = TypeVar("Entry", bound=CountLine | Zone | Mask | Movement | Lane | Signal)
Homography = tuple[float, float, float, float, float, float, float, float, float]


def judge(
    usable: dict[str, object], findings: Findings, *, meant_for: tuple[int, int] | None = None, to_be_calibrated: bool = False
) -> Scene:
    """Report what is wrong with a drawing and give the scene of what is left of it, in unit coordinates.

    ``usable`` is a document as ``shape.clean`` leaves it; ``meant_for`` the size of the picture it is to be used on, if known.
    ``to_be_calibrated``: what needs a homography is no error without one.
    """
    lines = _entries(usable, "lines", CountLine)
    zones = _entries(usable, "zones", Zone)
    masks = _entries(usable, "masks", Mask)
    movements = _entries(usable, "movements", Movement)
    lanes = _entries(usable, "lanes", Lane)
    signals = _entries(usable, "signals", Signal)
    timezone = str(usable.get("timezone", "UTC"))
    names.judge_timezone(timezone, findings)
    drawn: dict[KeyPath, Named] = {**lines, **zones, **movements, **lanes, **masks}
    names.judge_names(drawn, findings)
    names.judge_names(signals, findings)  # not rules: a signal may be called like what it lets go
    broken = [NAMELESS] if UNUSABLE in cast("list[object]", usable.get("zones", [])) else []
    names.judge_movements(movements, [*(zone.name for zone in zones.values()), *broken], findings)

    drawn_for = _drawn_for(usable, findings)
    size = _file_size(usable, drawn_for, findings)
    if size is not None:
        lines = _in_picture(lines, "points", size, findings)
        zones = _in_picture(zones, "polygon", size, findings)
        masks = _in_picture(masks, "polygon", size, findings)
        for path, line in lines.items():
            _line(path, line, findings)
        lanes = _in_picture(lanes, "points", size, findings)
        signals = _in_picture(signals, "region", size, findings)
        polygons = {path: zone.polygon for path, zone in zones.items()} | {path: mask.polygon for path, mask in masks.items()}
        for path, polygon in polygons.items():
            _polygon((*path, "polygon"), polygon, findings)
        for path, signal in signals.items():
            if signal.region:
                _polygon((*path, "region"), signal.region, findings)
        _masked(lines, masks.values(), findings)
    homography = _ground(usable, size or UNIT, findings)
    has_ground = to_be_calibrated or "homography" in usable
    lane_rules.judge(lanes, [signal.name for signal in signals.values()], calibrated=has_ground, findings=findings)
    if homography is not None and size is not None:
        lane_rules.judge_overlaps(lanes, homography, findings)
    if not findings.any_error and not lines and not zones:
        findings.warning((), "no count lines and no zones: nothing will be counted.", "Draw at least one [[lines]].")
    scene = Scene(
        timezone=timezone,
        drawn_for=drawn_for,
        lines=tuple(lines.values()),
        zones=tuple(zones.values()),
        movements=tuple(movements.values()),
        masks=tuple(masks.values()),
        lanes=tuple(lanes.values()),
        signals=tuple(signals.values()),
        homography=homography,
        error_m=cast("float | None", usable.get("error_m")),
        calibration=calibrated.judge(usable, homography, size or UNIT, findings),
    )
    if not findings.any_error:
        placing.judge(scene, lines, meant_for or drawn_for, findings)
    return scene


def _entries(usable: dict[str, object], table: str, kind: type[Entry]) -> dict[KeyPath, Entry]:
    """The usable entries of a list of tables, by their path in the file."""
    entries = cast("list[object]", usable.get(table, []))
    return {(table, i): msgspec.convert(entry, kind) for i, entry in enumerate(entries) if entry is not UNUSABLE}


def _file_size(usable: dict[str, object], drawn_for: tuple[int, int] | None, findings: Findings) -> XY | None:
    """What one picture measures in the file's units; None when that is not known."""
    if usable.get("units") != "pixel":
        return UNIT
    if drawn_for is None and "drawn_for" not in usable:
        findings.error(("units",), 'units = "pixel" needs the size of the picture.', "Add drawn_for = [width, height].")
    return drawn_for


def _drawn_for(usable: dict[str, object], findings: Findings) -> tuple[int, int] | None:
    if "drawn_for" not in usable:
        return None
    width, height = cast("list[int]", usable["drawn_for"])
    if not (0 < width <= 65_536 and 0 < height <= 65_536):
        findings.error(
            ("drawn_for",), f"'drawn_for' is {width} by {height}, no size of a picture.", "Write [width, height] in pixels."
        )
        return None
    return width, height


def _in_picture(drawn: dict[KeyPath, Drawn], key: str, size: XY, findings: Findings) -> dict[KeyPath, Drawn]:
    """The entries that lie in the picture, in unit coordinates. ``size`` is what one picture measures in the file's units."""
    out = {}
    for path, entry in drawn.items():
        points: tuple[XY, ...] = getattr(entry, key)
        if _lies_inside((*path, key), points, size, findings):
            unit = tuple((x / size[0], y / size[1]) for x, y in points)
            out[path] = msgspec.structs.replace(entry, **{key: unit})
    return out


def _lies_inside(path: KeyPath, points: tuple[XY, ...], size: XY, findings: Findings) -> bool:
    outside = [(i, axis) for i, point in enumerate(points) for axis in (0, 1) if not 0 <= point[axis] <= size[axis]]
    in_px = size == UNIT and any(points[i][axis] > 2 for i, axis in outside)
    for i, axis in outside[:1] if in_px else outside:
        message = f"{'xy'[axis]} = {points[i][axis]:g} in '{path[-1]}' is outside the picture (0 to {size[axis]:g})."
        remedy = f"0 is the {('left', 'top')[axis]} edge, {size[axis]:g} the {('right', 'bottom')[axis]} edge."
        if in_px:
            remedy = 'If these are pixels, set units = "pixel" and drawn_for = [width, height] at the top of the file.'
        findings.error((*path, i, axis), message, remedy)
    return not outside


def _line(path: KeyPath, line: CountLine, findings: Findings) -> None:
    (ax, ay), (bx, by) = line.points
    length = float(np.hypot(bx - ax, by - ay))
    points = (*path, "points")
    if length == 0.0:
        findings.error(points, "the line has no length.", "Give it two different points.")
    elif length < SHORT_UNIT:
        findings.warning(points, "the line is shorter than 2 % of the picture.", "Draw it across the whole road.")
    edges = (max(ax, bx) < EDGE_UNIT, min(ax, bx) > 1 - EDGE_UNIT, max(ay, by) < EDGE_UNIT, min(ay, by) > 1 - EDGE_UNIT)
    if length > 0.0 and any(edges):
        why = "tracks begin and end there, so crossings are missed"
        findings.warning(points, f"the line runs along the edge of the picture: {why}.", "Move it further in.")
    if line.directions[0] == line.directions[1]:
        findings.error((*path, "directions"), f"both directions are called {line.directions[0]!r}.", "Give each way its own name.")


def _polygon(path: KeyPath, polygon: tuple[XY, ...], findings: Findings) -> None:
    if len(polygon) < 3:
        findings.error(path, f"a polygon needs at least 3 points, this one has {len(polygon)}.", "Add the missing corners.")
    elif len(polygon) > MOST_CORNERS:
        findings.error(path, f"a polygon of {len(polygon)} points.", f"Draw it with at most {MOST_CORNERS}.")
    elif crosses_itself(polygon):
        findings.error(path, "the polygon crosses itself.", "List its corners in order around it.")
    elif polygon_area(polygon) < 1e-9:
        findings.error(path, "the polygon has no area.", "Its corners lie on one line; move one aside.")


def _masked(lines: dict[KeyPath, CountLine], masks: Iterable[Mask], findings: Findings) -> None:
    """Report lines that masks hide from end to end."""
    along = np.linspace(0.0, 1.0, 41)[:, None]
    corners = [np.asarray(mask.polygon, np.float64) for mask in masks if len(mask.polygon) >= 3]
    for path, line in lines.items():
        a, b = np.asarray(line.points, np.float64)
        hidden = np.zeros(len(along), np.bool_)
        for polygon in corners:
            hidden |= inside(a + along * (b - a), polygon)
        if hidden.all():
            findings.warning((*path, "points"), "the line lies in a mask: nothing can be counted on it.", "Move one of them.")


def _ground(usable: dict[str, object], size: XY, findings: Findings) -> Homography | None:
    """The homography from unit coordinates to metres."""
    error_m = cast("float | None", usable.get("error_m"))
    if error_m is not None and error_m <= 0:
        findings.error(("error_m",), f"'error_m' is {error_m:g}.", "Give a standard error in metres, above 0.")
    if "homography" not in usable:
        if error_m is not None:
            remedy = "Remove it, or add homography."
            findings.error(("error_m",), "'error_m' says how exact a homography is, and there is none.", remedy)
        return None
    matrix = np.asarray(usable["homography"], np.float64).reshape(3, 3) @ np.diag([*size, 1.0])
    spread = np.linalg.svd(matrix, compute_uv=False)
    if spread[2] <= spread[0] * 1e-12:
        message = "the homography is singular: it maps the whole picture to one line."
        findings.error(("homography",), message, "Measure four points of which no three lie on one line.")
    a, b, c, d, e, f, g, h, i = matrix.ravel().tolist()
    return a, b, c, d, e, f, g, h, i
