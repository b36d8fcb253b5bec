"""What a camera's pictures and stream usually are like, learned slowly, and how far the present is from that."""

import cv2
import msgspec
import numpy as np

from catseye.core.boxes import F32
from catseye.core.health import CameraState
from catseye.vision.signs import GRID, Signs

_LEAST = 30  # looks of a light before its history is relied on
_SLOW = 1 / 900  # of the mean a look, from then on
_NIGHT = 60.0  # mean brightness below which a look belongs to the history of nights
_TEXTURE = 3.0  # levels of brightness a pixel that a cell usually has
_STEADY = 0.4  # of its edges a cell of the street itself varies less, in the mean: traffic comes and goes
_LEAST_CELLS = 8  # that must have texture before anything is said of them
_REACH_PX = 6  # of the edge picture, how far a moved scene is sought
_LOST, _COVERED = 0.35, 0.35  # a cell that keeps less of its edges is lost; share of cells
_SOFT, _DIRTY = 0.5, 0.15
_SHARP = 0.6  # of its usual detail, relative to its edges
_ALIKE = 0.55  # of its usual likeness to the background
_BLACK, _BLACK_SPREAD = 28.0, 9.0
_WHITE, _WHITE_SPREAD = 225.0, 18.0
_BLOB = 0.05  # of the picture, beyond what is usual
_RECODED, _RECODED_OF = 3.0, 0.4  # levels that coding one picture anew changes at most; of the least change that is usual
_STILL = 0.02  # levels of brightness: less change than any sensor's noise leaves
_DARK, _LIT_NIGHT = 0.4, 35.0
_DAY_LOOKS = 72_000  # about 20 h: the darkest of a whole day has been seen


class Known(msgspec.Struct, kw_only=True):
    """The history of one kind of light. Arrays are float32 in row order, as bytes; none of them shows a picture.

    ``swing`` is how far ``rough`` usually is from its mean.
    """

    looks: int = 0
    fine: bytes = b""
    rough: bytes = b""
    swing: bytes = b""
    edges: bytes = b""
    shape: tuple[int, int] = (0, 0)
    alike: float = 1.0
    blob: float = 0.0


class Usual(msgspec.Struct, kw_only=True):
    """All that is kept of a camera: small JSON. ``changed`` is how little its pictures change where they change least."""

    day: Known = msgspec.field(default_factory=Known)
    night: Known = msgspec.field(default_factory=Known)
    looks: int = 0
    changed: float | None = None
    darkest: float = 255.0
    fps: float | None = None
    bytes_a_s: float | None = None
    timed_s: float = 0.0


class Likeness:
    """Judges each look against ``usual`` and lets it learn. ``shares`` are 1 where a state's limit is met, less below."""

    def __init__(self, usual: Usual) -> None:
        self.usual = usual
        self._edges: F32 | None = None

    def judge(self, signs: Signs) -> dict[CameraState, float]:
        """How near each state told by pictures is: 1 or more where this look alone would say so."""
        state = CameraState
        told = {
            state.BLACK: min(_BLACK / max(signs.mean, 1.0), _BLACK_SPREAD / max(signs.spread, 0.1)),
            state.WHITE_OUT: min(signs.mean / _WHITE, _WHITE_SPREAD / max(signs.spread, 0.1)),
            state.FROZEN: self._frozen(signs),
        }
        if told[state.BLACK] >= 1 or told[state.WHITE_OUT] >= 1:
            return told | {state.FROZEN: 0.0}  # such a picture has nothing in it that could change
        known = self._known(signs)
        told[state.INFRARED_FAILED] = self._unlit(signs)
        told[state.GLARE] = max(0.0, signs.blob - 2 * known.blob) / _BLOB
        if self._edges is None or self._edges.shape != signs.edges.shape:
            self._edges = signs.edges
        self._edges = np.asarray(0.7 * self._edges + 0.3 * signs.edges, np.float32)
        if known.looks >= _LEAST and known.shape == signs.edges.shape:
            told |= self._compared(signs, known)
        return told

    def learn(self, signs: Signs) -> None:
        """Let a look that nothing is wrong with into the history."""
        usual, known = self.usual, self._known(signs)
        usual.looks += 1
        usual.darkest = min(signs.mean, usual.darkest + 1e-4)
        if signs.changed is not None:
            low = signs.changed if usual.changed is None else usual.changed
            usual.changed = low + (0.05 if signs.changed < low else 0.002) * (signs.changed - low)
        if known.shape != signs.edges.shape:
            known.looks, known.shape = 0, (signs.edges.shape[0], signs.edges.shape[1])
            known.fine, known.rough, known.edges = (plane.tobytes() for plane in (signs.fine, signs.rough, signs.edges))
            known.swing = np.zeros_like(signs.rough).tobytes()
        known.looks += 1
        share = max(1 / known.looks, _SLOW)
        fine, rough, edges, swing = _planes(known)
        known.fine, known.rough, known.edges, known.swing = (
            np.asarray(old + share * (new - old), np.float32).tobytes()
            for old, new in (
                (fine, signs.fine),
                (rough, signs.rough),
                (edges, signs.edges),
                (swing, np.abs(signs.rough - rough)),
            )
        )
        known.blob += share * (signs.blob - known.blob)
        if self._edges is not None and known.looks > _LEAST // 2:
            here = _alike(edges, self._edges)
            known.alike = here if known.looks == _LEAST // 2 + 1 else known.alike + max(share, 1 / 100) * (here - known.alike)

    def _known(self, signs: Signs) -> Known:
        return self.usual.night if signs.mean < _NIGHT else self.usual.day

    def _frozen(self, signs: Signs) -> float:
        if signs.changed is None or signs.peak is None:
            return 0.0
        usually = self.usual.changed
        limit = _STILL if usually is None else min(_STILL, usually / 4)
        if usually is not None and signs.peak <= _RECODED:
            limit = max(limit, usually * _RECODED_OF)
        return 2.0 if signs.changed <= limit else min(0.7, limit / signs.changed)

    def _unlit(self, signs: Signs) -> float:
        lit = self.usual.looks >= _DAY_LOOKS and self.usual.darkest >= _LIT_NIGHT
        return _DARK * self.usual.darkest / max(signs.mean, 1.0) if lit else 0.0

    def _compared(self, signs: Signs, known: Known) -> dict[CameraState, float]:
        fine, rough, edges, swing = _planes(known)
        textured = (rough >= _TEXTURE) & (swing <= _STEADY * rough) & signs.open_
        assert self._edges is not None
        if textured.sum() < _LEAST_CELLS:
            return {}
        kept = signs.rough[textured] / rough[textured]
        detail = (signs.fine[textured] + 0.3) / (fine[textured] + 0.3)
        lost = kept < _LOST
        sharp = detail / np.clip(kept, 0.2, 5.0)
        blur = float(np.median(sharp))
        soft = ((kept < _SOFT) & ~lost) | lost | (sharp < _SOFT * blur)
        here = _alike(edges, self._edges)
        likeness = here / max(known.alike, 0.2)
        moved = (1 - likeness) / (1 - _ALIKE)
        elsewhere = _best_alike(edges, self._edges) - here if moved >= 0.5 else 0.0
        covered = float(lost.mean())
        even = float(np.median(kept)) >= _LOST  # the camera still sees: what it sees lies elsewhere
        return {
            CameraState.OBSCURED: covered / _COVERED if elsewhere < 0.15 else 0.0,
            CameraState.BLURRED: (1 - blur) / (1 - _SHARP),
            CameraState.MOVED: max(moved if even and blur > _SHARP and covered < _COVERED else 0.0, elsewhere / 0.15),
            CameraState.LENS_DIRTY: float(soft.mean()) / _DIRTY,
        }


def _planes(known: Known) -> tuple[F32, F32, F32, F32]:
    fine, rough, swing = (np.frombuffer(plane, np.float32).reshape(GRID) for plane in (known.fine, known.rough, known.swing))
    return fine, rough, np.frombuffer(known.edges, np.float32).reshape(known.shape), swing


def _alike(one: F32, other: F32) -> float:
    """How alike two edge pictures are, -1..1 (Pearson's correlation); 0 where one of them is flat."""
    a, b = one - one.mean(), other - other.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size > 0 else 0.0


def _best_alike(reference: F32, now: F32) -> float:
    """The best likeness over shifts of ``now``."""
    part = reference[_REACH_PX:-_REACH_PX, _REACH_PX:-_REACH_PX]
    if part.size == 0 or part.std() == 0:
        return 0.0
    return float(np.asarray(cv2.matchTemplate(now, np.ascontiguousarray(part), cv2.TM_CCOEFF_NORMED)).max())
