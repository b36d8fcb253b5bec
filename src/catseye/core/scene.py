"""What a person drew over a camera's view: count lines, detection zones, movements, masks.

Everything is in unit coordinates (0..1 of the picture, origin top left), so a scene fits any size of the same view.
``Scene.fit`` turns it into pixels, once.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np

from catseye.core.calibration import Calibration
from catseye.core.geometry import F64, XY

ASPECT_TOLERANCE = 0.02

ZoneUse = Literal["any", "carriageway", "crossing", "waiting", "junction", "no_stopping", "parking"]
LaneUse = Literal["all", "bus", "bicycle"]
Permission = Literal["allowed", "forbidden"]
_LATER = {"lanes", "signals", "calibration"}  # keys that came later: a scene without them keeps its revision


class CountLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line on the ground that volumes are counted over.

    ``directions`` names the two ways over it: first the way of someone who passes from the left hand to the right hand of a walker
    from ``points[0]`` to ``points[1]``, then the way back.
    """

    name: str
    points: tuple[XY, XY]
    directions: tuple[str, str] = ("forward", "backward")


class Zone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A detection zone: a simple polygon on the ground. ``use`` says what the ground is for, where rules depend on it.

    ``waiting`` is where those on foot wait to cross, ``junction`` what must be kept clear, ``carriageway`` where nobody walks.
    """

    name: str
    polygon: tuple[XY, ...]
    use: ZoneUse = "any"


class Movement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way through the scene: out of the zone ``origin``, later into the zone ``destination``. A forbidden one is a violation."""

    name: str
    origin: str
    destination: str
    permission: Permission = "allowed"


class Lane(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One lane on calibrated ground: its centre line, in the way it is driven.

    ``approach`` names the arm that it leads in from: its last point is then the stop line, before which queues stand; "" elsewhere.
    ``use`` says whom it is for. ``signal`` names the signal that lets its traffic go, "" where none does.
    """

    name: str
    points: tuple[XY, ...]
    width_m: float = 3.25
    approach: str = ""
    limit_kmh: float | None = None
    use: LaneUse = "all"
    signal: str = ""


class Signal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signal head. ``region`` is where its lamps are in the picture; without one a controller tells its state."""

    name: str
    region: tuple[XY, ...] = ()


class Mask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the view that is not analysed and never shown, such as private property."""

    name: str
    polygon: tuple[XY, ...]


class Scene(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is drawn over one view. ``drawn_for`` is the picture size (width, height) it was drawn on, if known.

    ``homography`` holds nine numbers, row by row, from unit coordinates to metres on the ground; ``error_m`` its standard error.
    ``calibration`` says more exactly what is uncertain about it.
    """

    timezone: str = "UTC"
    drawn_for: tuple[int, int] | None = None
    lines: tuple[CountLine, ...] = ()
    zones: tuple[Zone, ...] = ()
    movements: tuple[Movement, ...] = ()
    masks: tuple[Mask, ...] = ()
    lanes: tuple[Lane, ...] = ()
    signals: tuple[Signal, ...] = ()
    homography: tuple[float, float, float, float, float, float, float, float, float] | None = None
    error_m: float | None = None
    calibration: Calibration | None = None

    @property
    def revision(self) -> str:
        """A hash of what decides the counts; the same drawing always has the same one. What is not drawn adds nothing to it."""
        drawn = {key: value for key, value in msgspec.to_builtins(self).items() if key not in _LATER or value}
        drawn["zones"] = [{k: v for k, v in zone.items() if (k, v) != ("use", "any")} for zone in drawn["zones"]]
        drawn["movements"] = [{k: v for k, v in way.items() if (k, v) != ("permission", "allowed")} for way in drawn["movements"]]
        return hashlib.sha256(msgspec.json.encode(drawn, order="deterministic")).hexdigest()[:12]

    @property
    def visited(self) -> tuple[Zone, ...]:
        """The zones whose visits are counted: those for no use of their own, and those that a movement leads from or to."""
        named = {name for way in self.movements for name in (way.origin, way.destination)}
        return tuple(zone for zone in self.zones if zone.use == "any" or zone.name in named)

    def directions(self, rule: str) -> tuple[str, ...]:
        """The directions of a rule, in order: two of a line, one (its own name) of a movement."""
        for line in self.lines:
            if line.name == rule:
                return line.directions
        return (rule,)

    def fits(self, size: tuple[int, int]) -> bool:
        """Whether the view it was drawn for has the shape of a picture of ``size`` (width, height)."""
        if self.drawn_for is None:
            return True
        drawn = self.drawn_for[0] / self.drawn_for[1]
        return abs(size[0] / size[1] / drawn - 1) <= ASPECT_TOLERANCE

    def fit(self, size: tuple[int, int]) -> "FittedScene":
        """The scene in pixels of a picture of ``size`` (width, height)."""
        return FittedScene(scene=self, size=size)


@dataclass(frozen=True, slots=True)
class FittedScene:
    """A scene over a picture of ``size`` (width, height)."""

    scene: Scene
    size: tuple[int, int]

    def to_px(self, points_unit: F64) -> F64:
        """Pixels of unit points (N, 2)."""
        return np.asarray(points_unit, np.float64) * np.asarray(self.size, np.float64)

    def to_unit(self, points_px: F64) -> F64:
        """Unit coordinates of pixels (N, 2)."""
        return np.asarray(points_px, np.float64) / np.asarray(self.size, np.float64)

    def polygon_px(self, polygon: tuple[XY, ...]) -> F64:
        """A unit polygon as pixels (M, 2)."""
        return self.to_px(np.asarray(polygon, np.float64).reshape(-1, 2))

    def line_px(self, line: CountLine) -> tuple[XY, XY]:
        """The two ends of a line in pixels."""
        (ax, ay), (bx, by) = self.to_px(np.asarray(line.points, np.float64)).tolist()
        return (ax, ay), (bx, by)
