"""What was seen at the lines of a scene, drawn on a redacted still, or on a blank sheet where there is none."""

import cv2
import numpy as np

from catseye.core.frame import U8
from catseye.core.geometry import F64
from catseye.core.scene import Scene
from catseye.placing.watching import Observation

_WIDE_PX = 1280
_GOOD, _BAD, _UNKNOWN, _BETTER = (115, 158, 0), (0, 94, 213), (150, 150, 150), (233, 180, 86)  # blue, green, red; Okabe-Ito
_END, _PAPER = (66, 228, 240), 250
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def observation_png(scene: Scene, seen: Observation) -> bytes:
    """A PNG file: lines green where nothing is wrong, vermilion with their faults, grey where too few passed.

    Better places are drawn in blue, tracks' ends at a line as yellow dots.
    """
    scale = _WIDE_PX / seen.size[0]
    size = (_WIDE_PX, max(round(seen.size[1] * scale), 1))
    if seen.still is None:
        sheet = np.full((size[1], size[0], 3), _PAPER, np.uint8)
    else:
        sheet = np.asarray(cv2.resize(seen.still.bgr, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    _draw(sheet, scene, seen, scale)
    _, png = cv2.imencode(".png", sheet)
    return png.tobytes()


def _draw(sheet: U8, scene: Scene, seen: Observation, scale: float) -> None:
    size = np.array(seen.size, np.float64)
    for line, told, ends in zip(scene.lines, seen.lines, seen.ends_px, strict=True):
        a, b = np.array(line.points) * size * scale
        colour = _UNKNOWN if not told.judged else _BAD if told.faults else _GOOD
        for x, y in ends:
            cv2.circle(sheet, (round(x * scale), round(y * scale)), 5, (40, 40, 40), cv2.FILLED, cv2.LINE_AA)
            cv2.circle(sheet, (round(x * scale), round(y * scale)), 4, _END, cv2.FILLED, cv2.LINE_AA)
        if told.better is not None:
            p, q = np.array(told.better) * size * scale
            _stroke(sheet, p, q, _BETTER)
            _label(sheet, "better", (p + q) / 2, _BETTER)
        _stroke(sheet, a, b, colour)
        said = ", ".join(told.faults) if told.faults else "" if told.judged else "not judged"
        _label(
            sheet, f"{line.name}: {told.crossings}" + (f" ({said})" if said else ""), (a + b) / 2 - np.array([0.0, 14.0]), colour
        )


def _stroke(sheet: U8, a: F64, b: F64, colour: tuple[int, int, int]) -> None:
    ends = [(round(float(x)), round(float(y))) for x, y in (a, b)]
    cv2.line(sheet, ends[0], ends[1], (40, 40, 40), 6, cv2.LINE_AA)
    cv2.line(sheet, ends[0], ends[1], colour, 3, cv2.LINE_AA)


def _label(sheet: U8, text: str, at: F64, colour: tuple[int, int, int]) -> None:
    (wide, high), below = cv2.getTextSize(text, _FONT, 0.55, 1)
    height, width = sheet.shape[:2]
    x = int(np.clip(at[0] - wide / 2, 2, max(width - wide - 2, 2)))
    y = int(np.clip(at[1], high + 2, max(height - below - 2, high + 2)))
    cv2.rectangle(sheet, (x - 3, y - high - 4), (x + wide + 3, y + below + 1), (30, 30, 30), cv2.FILLED)
    cv2.putText(sheet, text, (x, y), _FONT, 0.55, colour, 1, cv2.LINE_AA)
