"""How far a look at a camera is from what is usual of that camera, as a share of the limit of each state."""

import math

import cv2
import numpy as np

from catseye.core.boxes import F32
from catseye.core.health import CameraState
from catseye.core.time import seconds
from catseye.network.registering import UNMOVED, Motion, motion
from catseye.network.sudden import MinuteAgo, alike
from catseye.network.usual import LEAST, Known, Like, Planes, Usual, at_share, contrast_of, noise_of
from catseye.vision.signs import GRID, Bools, Signs

_TEXTURE = 3.0  # levels of brightness a pixel that a cell usually has
_STEADY = 0.4  # of its edges a cell of the street itself varies less, in the mean: traffic comes and goes
_NOISY, _SURE = 1.6, 6.0  # times what the evenest tenth has, or levels from where on it is no noise
_BOTH = 0.4  # of its contrast a part of the street has by the other light too
_LEAST_CELLS = 8  # that must have texture before anything is said of how sharp they are
_MANY_CELLS = 24  # a sixth of the view, before anything is said of where they are
_REACH_PX = 6  # of the edge picture, how far a moved scene is sought
_LOST, _COVERED = 0.35, 0.35  # a cell that keeps less of its edges is lost; share of cells
_SOFT = 0.5
_OVER_S, _FOR_GOOD, _DOUBT = 60.0, 0.85, 0.3  # a mean over so long of whether a cell is lost or dull; where it stays so, may
_PART, _DIRTY = 0.10, 0.04  # of the cells, for good, in one piece and in all
_PART_CELLS, _DIRTY_CELLS = 5, 3
_ELSEWHERE = 0.15  # more alike than where it usually is
_USUALLY = 3.0  # times what seems covered, dull or moved where nothing is
_SHARP = 0.7  # of its usual detail, relative to its edges: 0.96 at least in sound clips
_FOCUSED, _EDGED = 0.6, 0.4  # from where on edges that are less alike, and those that are more so elsewhere, tell of a motion
_ALIKE = 0.55  # of its usual likeness to the background
_MOVED_PX, _MOVED_GAIN, _MOTION_EVERY = 0.45, 0.01, 5  # pixels of the edge picture; of likeness; looks
_BLACK, _BLACK_SPREAD = 28.0, 9.0
_WHITE, _WHITE_SPREAD = 225.0, 18.0
_DAZZLED, _HALO = 0.012, 20.0  # of the picture, beyond what is usual; levels that a light adds around itself
_NEARLY_WHITE = 205.0
_RECODED, _RECODED_OF = 3.0, 0.4  # levels that coding one picture anew changes at most; of the least change that is usual
_REPEATED, _FROZEN_S = 0.4, 20.0  # of the looks of a minute; longer than so at once is frozen
_NOISE = 25.0  # levels of detail that noise of a deviation of 7 leaves, twice that of the noisiest nights
_BLOCKY = 0.15  # of the steps in a picture, more than usual at the borders of squares
_STILL = 0.02  # levels of brightness: less change than any sensor's noise leaves
_DARK, _LIT_NIGHT = 0.4, 35.0
_DAY_S = 72_000.0  # about 20 h: the darkest of a whole day has been seen
_LONGEST_GAP_S = 10.0


class Likeness:
    """Judges each look against ``usual`` and lets it learn. ``shares`` are 1 where a state's limit is met, less below."""

    def __init__(self, usual: Usual) -> None:
        self.usual = usual
        self._edges: F32 | None = None
        self._ago = MinuteAgo()
        self._at_ns: int | None = None
        self._passed_s, self._light = 1.0, 0.0
        self._gone, self._dull = np.zeros(GRID, np.float32), np.zeros(GRID, np.float32)
        self._motion, self._since_motion = UNMOVED, 0
        self._like: Like | None = None
        self._still, self._still_s = 0.0, 0.0

    def judge(self, signs: Signs, at_ns: int) -> dict[CameraState, float]:
        """How near each state told by pictures is: 1 or more where this look, taken at ``at_ns``, alone would say so."""
        state = CameraState
        self._passed_s = 1.0 if self._at_ns is None else float(np.clip(seconds(at_ns - self._at_ns), 0.0, _LONGEST_GAP_S))
        self._at_ns, self._like = at_ns, None
        told = {
            state.BLACK: self._black(signs),
            state.WHITE_OUT: min(signs.mean / _WHITE, _WHITE_SPREAD / max(signs.spread, 0.1)),
            state.FROZEN: self._frozen(signs),
        }
        told[state.LOW_FRAME_RATE] = self._repeats(still=told[state.FROZEN] >= 1)
        unlit = self._unlit(signs)
        dark = self._ago.darkness(signs)
        if self._ago.lit_by_lamps(self._day()):
            unlit = max(unlit, dark)
        elif dark >= 1:
            told[state.BLACK] = max(told[state.BLACK], dark)
        self._light = self._ago.light(signs)  # a dark thing before the lens makes no night
        if told[state.BLACK] >= 1 or told[state.WHITE_OUT] >= 1:
            still = told[state.FROZEN] if dark >= 1 and signs.spread > _BLACK_SPREAD else 0.0
            return told | {state.FROZEN: still, state.INFRARED_FAILED: unlit}  # an even picture has nothing that could change
        known = self.usual.known(self._light)
        told[state.INFRARED_FAILED] = unlit
        if self._edges is None or self._edges.shape != signs.edges.shape:
            self._edges = signs.edges
        self._edges = np.asarray(0.7 * self._edges + 0.3 * signs.edges, np.float32)
        if known.relied_on(signs):
            planes = known.planes()
            told |= self._compared(signs, known, planes)
        elif known.looks > LEAST // 2 and known.fits(signs):
            self._like = Like(alike(known.planes().edges, self._edges), 0.0, 0.0, 0.0)
        if dark < 1 and told.get(state.OBSCURED, 0.0) < 1:
            self._ago.take(signs, self._passed_s)
        return told

    def learn(self, signs: Signs) -> None:
        """Let the look judged last, that nothing is wrong with, into the history."""
        doubted = (self._gone >= _DOUBT) | (self._dull >= _DOUBT)
        self.usual.learn(signs, self._light, self._like, self._passed_s, self._still, doubted)

    def _day(self) -> float | None:
        """The mean brightness of this camera by day."""
        day = self.usual.day
        return float(day.planes().bright.mean()) if day.looks >= LEAST and day.bright else None

    def _frozen(self, signs: Signs) -> float:
        if signs.changed is None or signs.peak is None:
            return 0.0
        usually = self.usual.changed
        limit = _STILL if usually is None else min(_STILL, usually / 4)
        if usually is not None and signs.peak <= _RECODED:
            limit = max(limit, usually * _RECODED_OF)
        return 2.0 if signs.changed <= limit else min(0.7, limit / signs.changed)

    def _repeats(self, *, still: bool) -> float:
        """Pictures that come again and again, and change in between; more of them than in any minute of a day."""
        self._still_s = self._still_s + self._passed_s if still else 0.0
        if self._still_s > _FROZEN_S:
            self._still = 0.0  # that is frozen
        self._still += (1 - math.exp(-self._passed_s / _OVER_S)) * (still - self._still)
        if self.usual.watched_s < _DAY_S:
            return 0.0
        return self._still / max(_REPEATED, _USUALLY * self.usual.most_still)

    def _black(self, signs: Signs) -> float:
        """Dark and even, and more even than this camera's nights are."""
        night = self.usual.night
        even = min(_BLACK_SPREAD, night.spread / 2) if night.looks >= LEAST and night.spread else _BLACK_SPREAD
        return min(_BLACK / max(signs.mean, 1.0), even / max(signs.spread, 0.1))

    def _unlit(self, signs: Signs) -> float:
        lit = self.usual.watched_s >= _DAY_S and self.usual.darkest >= _LIT_NIGHT
        return _DARK * self.usual.darkest / max(signs.mean, 1.0) if lit else 0.0

    def _compared(self, signs: Signs, known: Known, usual: Planes) -> dict[CameraState, float]:
        texture = max(_TEXTURE, min(_SURE, _NOISY * at_share(usual.rough.ravel(), 0.1)))
        textured = (usual.rough >= texture) & (usual.swing <= _STEADY * usual.contrast) & signs.open_
        assert self._edges is not None
        here = alike(usual.edges, self._edges)
        glare = _glare(signs, usual)
        other = self.usual.day if known is self.usual.night else self.usual.night
        if other.relied_on(signs):  # what stood there all of one night or day is no part of the street
            textured &= other.planes().contrast >= _BOTH * usual.contrast
        told = {CameraState.GLARE: glare, CameraState.LOW_BIT_RATE: (signs.blocky - max(1.0, known.blocky)) / _BLOCKY}
        self._like = Like(here, 0.0, 0.0, 0.0)
        if textured.sum() < _LEAST_CELLS:
            return told
        kept = (contrast_of(signs) / np.maximum(usual.contrast, 0.1))[textured]
        edged = (signs.rough / np.maximum(usual.rough, 0.1))[textured]
        detail = (_without(signs.fine, noise_of(signs)) + 0.3) / (_without(usual.fine, known.noise) + 0.3)
        sharp = detail[textured] / np.clip(edged, 0.2, 5.0)
        blur = at_share(sharp, 0.5)
        told[CameraState.BLURRED] = max((1 - blur) / (1 - _SHARP), (noise_of(signs) - known.noise) / _NOISE)
        if textured.sum() < _MANY_CELLS:
            return told
        all_ = at_share(kept, 0.5)
        lost, soft = np.zeros(GRID, np.bool_), np.zeros(GRID, np.bool_)
        lost[textured] = kept < _LOST
        soft[textured] = (kept < _SOFT * min(1.0, all_)) | (sharp < _SOFT * blur)  # rain and haze take from all of the view
        if glare >= 1:  # what a light washes out is not covered
            lost &= signs.bright < usual.bright + _HALO
        return told | self._of_place(known, usual.edges, lost, soft, int(textured.sum()), all_ >= _LOST, blur)

    def _of_place(
        self, known: Known, edges: F32, lost: Bools, soft: Bools, cells: int, seeing: bool, blur: float
    ) -> dict[CameraState, float]:
        """What hangs on where edges are. ``lost`` and ``soft`` (``GRID``) are of ``cells`` with texture; ``seeing`` is that most
        of these still have edges, so that what the camera sees lies elsewhere.
        """
        assert self._edges is not None
        assert self._like is not None
        here = self._like.alike
        moved = (1 - here / max(known.alike, 0.2)) / (1 - _ALIKE)
        elsewhere = _best_alike(edges, self._edges) - here if moved >= 0.5 and blur > _EDGED else 0.0
        covered = float(lost.sum()) / cells
        swayed = self._swayed(edges)
        slid = swayed.rms_px / max(_MOVED_PX, _USUALLY * known.sway_px) if swayed.gain >= _MOVED_GAIN else 0.0
        part, dull = self._for_good(lost, soft, cells)
        self._like = Like(here, part, dull, swayed.rms_px)
        part /= max(_PART, _PART_CELLS / cells, _USUALLY * known.gone)
        state = CameraState
        return {
            state.OBSCURED: max(covered / _COVERED, part) if elsewhere < _ELSEWHERE and slid < 1 else 0.0,
            state.MOVED: max(
                moved if seeing and blur > _FOCUSED and covered < _COVERED else 0.0,
                elsewhere / _ELSEWHERE,
                slid if seeing else 0.0,
            ),
            state.LENS_DIRTY: dull / max(_DIRTY, _DIRTY_CELLS / cells, _USUALLY * known.dull),
        }

    def _for_good(self, lost: Bools, soft: Bools, cells: int) -> tuple[float, float]:
        """The share of cells that are lost and stay so, of the largest piece of them, and of those that are and stay soft."""
        share = np.float32(1 - np.exp(-self._passed_s / _OVER_S))
        self._gone += share * (lost - self._gone)
        self._dull += share * (soft - self._dull)
        gone = (self._gone >= _FOR_GOOD).astype(np.uint8)
        piece = 0.0
        if gone.any():
            _, labels = cv2.connectedComponents(cv2.dilate(gone, np.ones((3, 3), np.uint8)))
            piece = float(np.bincount(labels[gone > 0]).max())
        return piece / cells, float((self._dull >= _FOR_GOOD).sum()) / cells

    def _swayed(self, edges: F32) -> Motion:
        """How far the view has moved; looked at seldom, for it takes most of the time of a look."""
        self._since_motion -= 1
        if self._since_motion <= 0:
            assert self._edges is not None
            self._motion, self._since_motion = motion(edges, self._edges), _MOTION_EVERY
        return self._motion


def _glare(signs: Signs, usual: Planes) -> float:
    """A saturated spot that is not usual, with a light around it that a white body does not have."""
    brighter = max(1.0, at_share((signs.bright / np.maximum(usual.bright, 1.0)).ravel(), 0.5))  # the sun comes out
    expected = usual.bright * brighter
    new = np.where(expected < _NEARLY_WHITE, np.clip(signs.dazzled - 2 * usual.dazzled - 0.05, 0.0, 1.0), 0.0)
    spot = (new >= 0.3).astype(np.uint8)
    around = (cv2.dilate(spot, np.ones((3, 3), np.uint8)) > 0) & (signs.dazzled < 0.5)
    size = float(new.mean()) / _DAZZLED
    if not around.any():
        return size if spot.all() else 0.0
    halo = float((signs.bright - expected)[around].mean())
    return size * min(1.0, max(0.0, halo) / _HALO)


def _without(fine: F32, noise: float) -> F32:
    """How strong detail is without that which is everywhere: what is independent adds up in squares."""
    return np.asarray(np.sqrt(np.maximum(fine * fine - np.float32(noise * noise), 0.0)), np.float32)


def _best_alike(reference: F32, now: F32) -> float:
    """The best likeness over shifts of ``now``."""
    part = reference[_REACH_PX:-_REACH_PX, _REACH_PX:-_REACH_PX]
    if part.size == 0 or part.std() == 0:
        return 0.0
    return float(np.asarray(cv2.matchTemplate(now, np.ascontiguousarray(part), cv2.TM_CCOEFF_NORMED)).max())
