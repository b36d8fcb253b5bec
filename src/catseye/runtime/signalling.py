"""What the signals of a scene show, told before the moments that need it: by a controller, or by their lamps in the picture."""

from dataclasses import dataclass, field

import numpy as np

from catseye.core.frame import Frame
from catseye.core.geometry import XY
from catseye.core.scene import Scene
from catseye.core.signals import SignalState
from catseye.ports import SignalFeed
from catseye.privacy.masks import MaskLayer
from catseye.traffic.signals import SignalStates
from catseye.vision.lamps import LampReader

_Rectangle = tuple[int, int, int, int]


@dataclass(slots=True, eq=False)
class Signalling:
    """The signals of one stream, run after run. What ``feed`` tells of is not looked at any more."""

    feed: SignalFeed | None = None
    states: SignalStates = field(default_factory=SignalStates)
    _lamps: dict[str, tuple[LampReader, _Rectangle]] = field(default_factory=dict)
    _fed: set[str] = field(default_factory=set)
    _latest_ns: dict[str, int] = field(default_factory=dict)
    _begins: bool = False

    def begin(self, scene: Scene, size: tuple[int, int]) -> None:
        """Another run, with pictures of (width, height). Heads in masked parts are not looked at."""
        rectangles = {one.name: _around(one.region, size) for one in scene.signals if one.region and one.name not in self._fed}
        open_ = MaskLayer(scene.masks).apply(np.full((size[1], size[0]), 255, np.uint8)) if rectangles else None
        self._lamps = {
            name: (LampReader(), (x1, y1, x2, y2))
            for name, (x1, y1, x2, y2) in rectangles.items()
            if open_ is not None and open_[y1:y2, x1:x2].all()
        }
        self._begins = True

    def take(self, frame: Frame) -> None:
        """Take in an analysed frame, and what the controller has told since the last."""
        for change in () if self.feed is None else self.feed.until(frame.at_ns):
            self._fed.add(change.name)
            self._lamps.pop(change.name, None)
            self._tell(change.name, change.at_ns, change.state)
        if not self._lamps:
            return
        bgr = frame.picture.bgr()
        for name, (reader, (x1, y1, x2, y2)) in self._lamps.items():
            if self._begins:
                self._tell(name, frame.at_ns, "unknown")
            for at_ns, state in reader.look(bgr[y1:y2, x1:x2], frame.at_ns):
                self._tell(name, at_ns, state)
        self._begins = False

    def _tell(self, name: str, at_ns: int, state: SignalState) -> None:
        if at_ns >= self._latest_ns.get(name, at_ns):  # else a clock was set back: what was known by then stays
            self._latest_ns[name] = at_ns
            self.states.told(name, at_ns, state)


def _around(region: tuple[XY, ...], size: tuple[int, int]) -> _Rectangle:
    """The rectangle x1, y1, x2, y2 in pixels around a region of a picture of (width, height)."""
    corners = np.asarray(region) * size
    (x1, y1), (x2, y2) = np.floor(corners.min(axis=0)).astype(int).tolist(), np.ceil(corners.max(axis=0)).astype(int).tolist()
    return x1, y1, x2, y2
