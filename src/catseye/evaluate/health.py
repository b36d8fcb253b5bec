"""How well faults of cameras are told: put into real clips at graded strength, and looked for where there are none.

A clip is a camera's day in short: its pictures, one a second of fast time, over and over. First the camera learns what is usual,
then a fault is there until it is told or its time is over. The same pictures in a changing light, with what a street does to a
picture that is no fault, say how often a fault is told that is none.
"""

import copy
import math
from collections.abc import Sequence

import msgspec
import numpy as np

from catseye.core.frame import U8
from catseye.core.health import CameraState, StreamState
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S
from catseye.evaluate.health_faults import FAULTS, FPS, noisy
from catseye.evaluate.health_street import Street
from catseye.network.health import TOLD_S, HealthBook
from catseye.network.judging import Facts, Judge
from catseye.network.likeness import Likeness
from catseye.network.usual import Usual
from catseye.vision.signs import Signs, SignsTaker

LEARN_S = 240
DAY_S = 86_400
_WAITED, _GRACE_S = 1.5, 150.0  # times of telling, and what comes on top, for which a fault is there
_REPEATING = frozenset({"freeze", "repeat"})  # no sensor's noise comes anew
_START_NS = 1_800_000_000 * NS_PER_S


class Watched:
    """One camera as ``runtime.health`` watches it, but by the time of its pictures. It is copied with its history."""

    def __init__(self) -> None:
        self._taker = SignsTaker()
        self.usual = Usual()
        self._likeness, self._judge = Likeness(self.usual), Judge(self.usual)
        self._book = HealthBook(StreamId("clip"))

    def live_on(self, by_s: float) -> None:
        """As if it had been watched as it was for so much longer."""
        self.usual.watched_s += by_s

    def look(self, luma: U8, at_ns: int) -> CameraState:
        """The state told after brightness uint8 (H, W) of ``at_ns``."""
        return self.take(self._taker.take(luma), at_ns)

    def take(self, signs: Signs, at_ns: int, fps: float = FPS) -> CameraState:
        """The state told after a look at ``at_ns``, at so many frames a second."""
        shares = self._likeness.judge(signs, at_ns)
        if self._book.state is CameraState.OK and max(shares.values()) < 1:
            self._likeness.learn(signs)
        facts = Facts(now_ns=at_ns, state=StreamState.RUNNING, shares=shares, looked_ns=at_ns, fps=fps)
        judged = self._judge.judge(facts)
        self._book.step(at_ns, judged.holding, judged.unknown, still_s=judged.still_s)
        return self._book.state


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One fault at one strength on one clip. ``told_s`` is after how long it was told, None where it was not in its time.

    ``instead`` is the state other than those right for it that was told meanwhile, "" for none.
    """

    clip: str
    fault: str
    strength: float
    told_s: float | None
    state: CameraState | None = None
    instead: str = ""


class FalseAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """A fault told where there was none, ``at_s`` seconds into the looped clip."""

    clip: str
    at_s: int
    state: CameraState


class Clean(msgspec.Struct, frozen=True, kw_only=True):
    """What was told over ``days`` camera-days without a fault."""

    days: float
    alarms: tuple[FalseAlarm, ...]

    @property
    def a_day(self) -> float | None:
        """False alarms a camera-day; None where nothing was watched."""
        return len(self.alarms) / self.days if self.days else None

    @property
    def at_most_a_day(self) -> float | None:
        """What the true rate is below with 95 % confidence (Poisson, one-sided); None where nothing was watched."""
        return most_likely(len(self.alarms)) / self.days if self.days else None


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """Over clips: how often a fault of this strength was told, and after how long in the median."""

    fault: str
    strength: float
    unit: str
    trials: int
    told: int
    median_s: float | None


def most_likely(seen: int) -> float:
    """The mean of a Poisson number that is ``seen`` or less in one of twenty cases: 3.0 for none."""
    low, high = float(seen), 10.0 + 3 * seen
    for _ in range(60):
        middle = (low + high) / 2
        at_most = sum(math.exp(n * math.log(middle) - middle - math.lgamma(n + 1)) for n in range(seen + 1))
        low, high = (middle, high) if at_most > 0.05 else (low, middle)
    return high


def trials(clip: str, pictures: Sequence[U8], seed: int = 1) -> list[Trial]:
    """Every fault at every strength on one clip of pictures uint8 (H, W, 3)."""
    chance = np.random.default_rng(seed)
    learned: dict[object, Watched] = {None: Watched()}
    _teach(learned[None], pictures, seed)
    done = []
    for name, fault in FAULTS.items():
        shown = pictures
        if fault.before is not None:
            shown = fault.before(pictures, chance)
            learned[name] = copy.deepcopy(learned[None])
            _teach(learned[name], shown, seed, after_s=LEARN_S)
        camera = learned[name if fault.before is not None else None]
        done += [_trial(clip, name, strength, shown, copy.deepcopy(camera), seed) for strength in fault.strengths]
    return done


def _teach(camera: Watched, pictures: Sequence[U8], seed: int, *, after_s: int = 0) -> None:
    taught = _signs([luma_of(one) for one in _with_noise(pictures, seed)])
    for second in range(after_s, after_s + LEARN_S):
        camera.take(taught[second % len(taught)], _START_NS + second * NS_PER_S)
    camera.live_on(DAY_S)


def _signs(lumas: Sequence[U8]) -> list[Signs]:
    """The signs of each picture of a loop, the first as it is after the last."""
    taker = SignsTaker()
    taker.take(lumas[-1])
    return [taker.take(luma) for luma in lumas]


def clean(clip: str, pictures: Sequence[U8], *, length_s: int, every_s: int = 8, seed: int = 1) -> Clean:
    """Loop a clip through ``length_s`` seconds of changing light, a look every ``every_s`` seconds."""
    camera, street = Watched(), Street(pictures, np.random.default_rng(seed))
    alarms: list[FalseAlarm] = []
    before = CameraState.OK
    for second in range(0, length_s, every_s):
        state = camera.look(street.luma(second), _START_NS + second * NS_PER_S)
        if state not in {before, CameraState.OK, CameraState.CONNECTING}:
            alarms.append(FalseAlarm(clip=clip, at_s=second, state=state))
        before = state
    return Clean(days=length_s / DAY_S, alarms=tuple(alarms))


def rates(done: Sequence[Trial]) -> list[Rate]:
    """The trials of all clips put together, by fault and strength."""
    found = []
    for name, fault in FAULTS.items():
        for strength in fault.strengths:
            of = [one for one in done if (one.fault, one.strength) == (name, strength)]
            told = [one.told_s for one in of if one.told_s is not None]
            middle = float(np.median(told)) if told else None
            found.append(Rate(fault=name, strength=strength, unit=fault.unit, trials=len(of), told=len(told), median_s=middle))
    return found


def _trial(
    clip: str,
    name: str,
    strength: float,
    pictures: Sequence[U8],
    camera: Watched,
    seed: int,
) -> Trial:
    fault = FAULTS[name]
    faulty = fault.put(pictures, strength, np.random.default_rng(seed))
    signs = _signs([luma_of(one) for one in (faulty if name in _REPEATING else _with_noise(faulty, seed + 1))])
    instead = ""
    last_s = int(_WAITED * max(TOLD_S[state] for state in fault.told) + _GRACE_S)
    for second in range(last_s):
        at_ns = _START_NS + (2 * LEARN_S + second) * NS_PER_S
        state = camera.take(signs[second % len(signs)], at_ns, fault.fps(strength))
        if state in fault.told:
            return Trial(clip=clip, fault=name, strength=strength, told_s=float(second), state=state, instead=instead)
        if state is not CameraState.OK:
            instead = state.value
    return Trial(clip=clip, fault=name, strength=strength, told_s=None, instead=instead)


def _with_noise(pictures: Sequence[U8], seed: int) -> list[U8]:
    """Pictures that differ as those of a sensor do, also where a clip's own were coded alike."""
    chance = np.random.default_rng(seed)
    return [noisy(one, 1.0, chance) for one in pictures]


def luma_of(picture: U8) -> U8:
    return np.asarray((picture.astype(np.uint16) @ np.array([29, 150, 77], np.uint16)) >> 8, np.uint8)
