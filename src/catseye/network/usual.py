"""What a camera's pictures and stream usually are like, learned slowly. ``network.likeness`` compares the present with it."""

from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core.boxes import F32
from catseye.vision.signs import GRID, Bools, Signs

LEAST = 30  # looks of a light before its history is relied on
_SLOW = 1 / 900  # of the mean a look, from then on
_DOUBTED = 0.1  # of that for a part of the view that seems lost: it is not to be forgotten before that is told
_QUICK = 1 / 100  # of the mean of a figure of one look
_NIGHT = 60.0  # mean brightness below which a look belongs to the history of nights
_GROWN_A_S, _FORGOTTEN_A_S = 1 / 1800, 4e-6  # of the most of a day: in half an hour to two thirds, and less by a third in a day
_HAZE = 10.0  # levels: black is not quite black in a camera's picture


class Known(msgspec.Struct, kw_only=True):
    """The history of one kind of light. Arrays are float32 in row order, as bytes; none of them shows a picture.

    ``contrast`` is of edges to brightness, which light does not change, and ``swing`` how far it usually is from its mean.
    ``noise`` is ``noise_of`` its looks.
    ``gone``, ``dull`` and ``sway_px`` are how much seems covered, dirty and moved where nothing is.
    """

    looks: int = 0
    fine: bytes = b""
    rough: bytes = b""
    contrast: bytes = b""
    swing: bytes = b""
    bright: bytes = b""
    dazzled: bytes = b""
    edges: bytes = b""
    shape: tuple[int, int] = (0, 0)
    alike: float = 1.0
    spread: float = 0.0
    noise: float = 0.0
    blocky: float = 1.0
    gone: float = 0.0
    dull: float = 0.0
    sway_px: float = 0.0

    def relied_on(self, signs: Signs) -> bool:
        """Whether it says something of such a look."""
        return self.looks >= LEAST and self.fits(signs)

    def planes(self) -> "Planes":
        """Its arrays."""
        cells = (self.fine, self.rough, self.contrast, self.swing, self.bright, self.dazzled)
        fine, rough, contrast, swing, bright, dazzled = (np.frombuffer(one, np.float32).reshape(GRID) for one in cells)
        edges = np.frombuffer(self.edges, np.float32).reshape(self.shape)
        return Planes(fine, rough, contrast, swing, bright, dazzled, edges)

    def learn(self, signs: Signs, like: "Like | None", doubted: Bools) -> None:
        """Let a look be part of it; ``like`` is what it looked like by the history so far, cells ``doubted`` are learned slowly."""
        contrast = contrast_of(signs)
        now = {"fine": signs.fine, "rough": signs.rough, "contrast": contrast, "bright": signs.bright, "dazzled": signs.dazzled}
        now |= {"edges": signs.edges}
        if not self.fits(signs):
            self.looks, self.shape = 0, (signs.edges.shape[0], signs.edges.shape[1])
            for name, plane in now.items():
                setattr(self, name, plane.tobytes())
            self.swing = np.zeros(GRID, np.float32).tobytes()
        self.looks += 1
        share = max(1 / self.looks, _SLOW)
        before = self.planes()
        now["swing"] = np.asarray(np.abs(contrast - before.contrast), np.float32)
        for name, plane in now.items():
            old: F32 = getattr(before, name)
            by = share if name == "edges" else np.where(doubted, share * _DOUBTED, share)
            setattr(self, name, np.asarray(old + by * (plane - old), np.float32).tobytes())
        self.spread += share * (signs.spread - self.spread)
        self.noise += share * (noise_of(signs) - self.noise)
        self.blocky += share * (signs.blocky - self.blocky)
        if like is not None:
            self._learn_likeness(like, max(share, _QUICK))

    def _learn_likeness(self, like: "Like", share: float) -> None:
        first = self.looks == LEAST // 2 + 1
        self.alike = like.alike if first else self.alike + share * (like.alike - self.alike)
        self.gone += share * (like.gone - self.gone)
        self.dull += share * (like.dull - self.dull)
        self.sway_px += share * (like.sway_px - self.sway_px)

    def fits(self, signs: Signs) -> bool:
        """Whether it is of pictures of this shape, and of this way of keeping them."""
        return self.shape == signs.edges.shape and self.bright != b""


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """The arrays of ``Known``, float32 ``GRID`` each but for ``edges`` (h, w)."""

    fine: F32
    rough: F32
    contrast: F32
    swing: F32
    bright: F32
    dazzled: F32
    edges: F32


@dataclass(frozen=True, slots=True)
class Like:
    """How like a look is to what is usual: correlation of edges, shares of the view covered and dull, and motion."""

    alike: float
    gone: float
    dull: float
    sway_px: float


class Usual(msgspec.Struct, kw_only=True):
    """All that is kept of a camera: small JSON.

    ``changed`` is how little its pictures change where they change least, ``darkest`` the least mean brightness of a day and
    ``most_still`` the largest share of a minute's looks of a day that were the look before again.
    """

    day: Known = msgspec.field(default_factory=Known)
    night: Known = msgspec.field(default_factory=Known)
    looks: int = 0
    watched_s: float = 0.0
    changed: float | None = None
    darkest: float = 255.0
    most_still: float = 0.0
    fps: float | None = None
    bytes_a_s: float | None = None
    timed_s: float = 0.0

    def known(self, light: float) -> Known:
        """The history of a light, which is a mean brightness."""
        return self.night if light < _NIGHT else self.day

    def learn(self, signs: Signs, light: float, like: Like | None, passed_s: float, still: float, doubted: Bools) -> None:
        """Let a look that nothing is wrong with into the history, ``passed_s`` after the one before.

        ``light`` is as ``known`` has it.
        ``still`` is the share of the last minute's looks that were the look before again; cells ``doubted`` seem lost or dull.
        """
        self.looks += 1
        self.watched_s += passed_s
        self.most_still += passed_s * (_GROWN_A_S * max(0.0, still - self.most_still) - _FORGOTTEN_A_S)
        self.most_still = max(0.0, self.most_still)
        self.darkest = min(signs.mean, self.darkest + 1e-4 * passed_s)
        if signs.changed is not None:
            low = signs.changed if self.changed is None else self.changed
            self.changed = low + (0.05 if signs.changed < low else 0.002) * (signs.changed - low)
        self.known(light).learn(signs, like, doubted)


def contrast_of(signs: Signs) -> F32:
    """How strong edges are in percent of the brightness about them, float32 ``GRID``: Weber's contrast."""
    return np.asarray(100 * signs.rough / (signs.bright + _HAZE), np.float32)


def noise_of(signs: Signs) -> float:
    """How strong detail is where there is least of it: in the tenth of the cells with the least."""
    return at_share(signs.fine.ravel(), 0.1)


def at_share(values: npt.NDArray[np.floating], share: float) -> float:
    """The value that ``share`` of the values (N,) lie below; many times faster for few of them than NumPy's quantile."""
    return float(np.sort(values)[int(share * (len(values) - 1))])
