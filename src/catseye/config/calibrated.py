"""The table ``[calibration]`` of a scene file: judged, and written."""

from itertools import combinations

import msgspec
import numpy as np

from catseye.config.findings import Findings
from catseye.core.calibration import Calibration
from catseye.core.geometry import XY

_PATH = ("calibration",)
_LEAST_AREA = 1e-4  # of the picture
_REMEDY = "Let 'catseye calibrate --write' write it anew."


def judge(usable: dict[str, object], homography: tuple[float, ...] | None, size: XY, findings: Findings) -> Calibration | None:
    """Report what is wrong with the table, and give what it says in unit coordinates. ``size`` is a picture in the file's units."""
    if "calibration" not in usable:
        return None
    if homography is None:
        findings.error(_PATH, "'calibration' says how exact a homography is, and there is none.", "Remove it, or add homography.")
        return None
    told = msgspec.convert(usable["calibration"], Calibration)
    points = np.array(told.points, np.float64) / size
    flat = np.column_stack([[*points, (0.5, 1.0)], np.ones(5)]) @ np.array(homography).reshape(3, 3)[2]
    if not (flat * np.sign(flat[4]) > 0).all():
        findings.error((*_PATH, "points"), "a point of the calibration lies on the horizon or above.", _REMEDY)
    for a, b, c in combinations(points, 3):
        (px, py), (qx, qy) = b - a, c - a
        if abs(px * qy - py * qx) / 2 < _LEAST_AREA:
            findings.error((*_PATH, "points"), "three of the four points lie on one line, or two are one.", _REMEDY)
            break
    if not np.any(told.shifts_m):
        findings.error((*_PATH, "shifts_m"), "by these shifts nothing is uncertain, and no calibration is exact.", _REMEDY)
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return msgspec.structs.replace(told, points=(a, b, c, d))


def written(told: Calibration, size: XY = (1.0, 1.0)) -> str:
    """The table as TOML. ``size`` is what one picture measures in the file's units."""
    places = ", ".join(f"[{round(x * size[0], 6)!r}, {round(y * size[1], 6)!r}]" for x, y in told.points)
    rows = "".join(f"  [{', '.join(map(repr, row))}],\n" for row in told.shifts_m)
    return f'[calibration]\nmethod = "{told.method}"\npoints = [{places}]\nshifts_m = [\n{rows}]\n'
