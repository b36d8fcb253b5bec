"""What signals show, read off drawn heads; and how it comes to the engines."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.frame import U8, ArrayPicture, Frame
from catseye.core.scene import Mask, Scene, Signal
from catseye.core.signals import SignalChange, SignalState
from catseye.core.time import NS_PER_S, nanoseconds
from catseye.runtime.signalling import Signalling
from catseye.testing.scripted import START_NS, blank_frame
from catseye.vision.lamps import LampReader

FPS = 5.0
CYCLE: tuple[tuple[float, SignalState], ...] = ((0.0, "red"), (4.0, "red_amber"), (5.0, "green"), (9.0, "amber"), (11.0, "red"))
PERIOD_S = 15.0
_LIT = ((40, 40, 235), (20, 160, 240), (140, 230, 30))
_ON: dict[SignalState, tuple[int, ...]] = {"red": (0,), "red_amber": (0, 1), "amber": (1,), "green": (2,), "off": ()}


def state_at(at_s: float) -> SignalState:
    phase = at_s % PERIOD_S
    return [state for begin, state in CYCLE if begin <= phase][-1]


def drawn(
    state: SignalState, *, height: int = 36, housing: tuple[int, int, int] = (30, 30, 30), light: float = 1.0, seed: int = 0
) -> U8:
    """A head of three lamps with noise, in a housing of a colour, uint8 (H, W, 3)."""
    width = max(3, height // 3)
    head = np.full((height, width, 3), housing, np.float64) * light
    for lamp in range(3):
        at = width // 2, round((lamp + 0.5) * height / 3)
        unlit = tuple(0.15 * v * light for v in _LIT[lamp])
        cv2.circle(head, at, max(1, width // 3), _LIT[lamp] if lamp in _ON[state] else unlit, -1)
    noise = np.random.default_rng(seed).normal(0, 3, head.shape)
    return np.clip(head + noise, 0, 255).astype(np.uint8)


@given(
    height=st.integers(12, 60),
    housing=st.sampled_from([(30, 30, 30), (40, 170, 220), (60, 60, 60)]),
    light=st.floats(0.1, 1.0),
    seed=st.integers(0, 9),
)
@settings(max_examples=8, deadline=None)
def test_a_drawn_head_is_read_once_its_lamps_were_seen_both_ways(
    height: int, housing: tuple[int, int, int], light: float, seed: int
) -> None:
    reader = LampReader()
    told: list[tuple[int, SignalState]] = []
    for k in range(round(3 * PERIOD_S * FPS)):
        at_s = k / FPS
        told += reader.look(drawn(state_at(at_s), height=height, housing=housing, light=light, seed=seed + k), nanoseconds(at_s))
    second = [(at / NS_PER_S, state) for at, state in told if at / NS_PER_S >= PERIOD_S]
    due = [(turn * PERIOD_S + begin, state) for turn in (1, 2) for begin, state in CYCLE if turn or begin]
    due = [(at, state) for at, state in due if state != state_at(at - 0.05)]  # red lasts over the turn
    assert [state for _, state in second] == [state for _, state in due]
    assert [at for at, _ in second] == pytest.approx([at for at, _ in due], abs=0.21)
    assert {state for at, state in told if at < nanoseconds(4.0)} == set()  # one state alone tells nothing


def test_rendered_heads_are_read() -> None:
    """Eleven pictures of one head of the studio's crossroads by day, lit lamps overexposed, housing and some road around."""
    strip = cv2.imread(str(Path(__file__).parent / "pictures" / "heads.png"))
    assert strip is not None
    heads = np.split(np.asarray(strip, np.uint8), 11, axis=1)
    true: list[SignalState] = [*["red"] * 3, "red_amber", *["green"] * 3, *["amber"] * 2, *["red"] * 2]  # type: ignore[list-item]
    reader, shown = LampReader(), "unknown"
    for k in range(round(2 * 11 * 2 * FPS)):
        for _, state in reader.look(heads[k // 10 % 11], nanoseconds(k / FPS)):
            shown = state
        if k >= 110 and k % 10 == 9:
            assert shown == true[k // 10 % 11]


@pytest.mark.parametrize("colour", [(40, 40, 230), (230, 230, 230), (20, 20, 20)])
def test_what_drives_before_the_head_makes_it_unknown_and_nothing_else(colour: tuple[int, int, int]) -> None:
    reader = LampReader()
    told: list[tuple[int, SignalState]] = []
    for k in range(round(2 * PERIOD_S * FPS)):
        at_s = k / FPS
        head = drawn(state_at(at_s), housing=(60, 110, 110), seed=k)
        if 20.5 <= at_s < 23.5:  # green would be shown
            head = np.full_like(head, colour)
        told += reader.look(head, nanoseconds(at_s))
    meanwhile = [state for at, state in told if 20.4 <= at / NS_PER_S < 24.0]
    assert meanwhile[0] == "unknown"
    assert set(meanwhile) <= {"unknown", "green"}


def test_a_head_too_small_or_never_lit_is_unknown() -> None:
    for height, states in ((6, ("red", "green")), (36, ("off", "off"))):
        reader = LampReader()
        for k in range(100):
            state: SignalState = states[k // 20 % 2]  # type: ignore[assignment]
            assert reader.look(drawn(state, height=height, seed=k), nanoseconds(k / FPS)) == []


def test_after_a_gap_nothing_is_known() -> None:
    reader = LampReader()
    for k in range(round(PERIOD_S * FPS)):
        last = nanoseconds(k / FPS)
        reader.look(drawn(state_at(k / FPS), seed=k), last)
    assert reader.look(drawn("red"), last + 10 * NS_PER_S) == [(last, "unknown")]


class Told:
    """A controller that reports what it was given."""

    def __init__(self, changes: list[SignalChange]) -> None:
        self.changes = changes

    def until(self, at_ns: int) -> list[SignalChange]:
        due = [one for one in self.changes if one.at_ns <= at_ns]
        self.changes = [one for one in self.changes if one.at_ns > at_ns]
        return due


SIZE = (64, 60)
TOLD: tuple[tuple[float, SignalState], ...] = ((0.0, "off"), (25.0, "green"))
SCENE = Scene(signals=(Signal(name="head", region=((0.25, 0.2), (0.4375, 0.2), (0.4375, 0.8), (0.25, 0.8))),))


def filmed(seconds: float) -> list[Frame]:
    frames = []
    for k in range(round(seconds * FPS)):
        picture = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
        picture[12:48, 16:28] = drawn(state_at(k / FPS), seed=k)
        frame = blank_frame(k, size=(8, 8), at_ns=START_NS + nanoseconds(k / FPS))
        frames.append(replace(frame, picture=ArrayPicture(picture)))
    return frames


def shown(scene: Scene, feed: Told | None = None) -> list[SignalState]:
    signals = Signalling(feed)
    signals.begin(scene, SIZE)
    for frame in filmed(2 * PERIOD_S):
        signals.take(frame)
    return [signals.states.at("head", START_NS + nanoseconds(PERIOD_S + at_s)) for at_s in (1.0, 4.5, 7.0, 10.0, 12.0)]


def test_the_region_of_a_scene_is_read_and_a_masked_one_is_not() -> None:
    assert shown(SCENE) == ["red", "red_amber", "green", "amber", "red"]
    mask = Mask(name="house", polygon=((0.3, 0.1), (0.9, 0.1), (0.9, 0.9), (0.3, 0.9)))
    assert shown(Scene(signals=SCENE.signals, masks=(mask,))) == ["unknown"] * 5


def test_a_controller_is_believed_rather_than_the_picture() -> None:
    feed = Told([SignalChange(name="head", at_ns=START_NS + nanoseconds(at), state=s) for at, s in TOLD])
    assert shown(SCENE, feed) == ["off", "off", "off", "green", "green"]


def test_a_clock_that_is_set_back_changes_nothing_that_was_told() -> None:
    feed = Told([SignalChange(name="head", at_ns=START_NS, state="green")])
    signals = Signalling(feed)
    signals.begin(Scene(signals=(Signal(name="head"),)), SIZE)
    frame = filmed(0.2)[0]
    signals.take(frame)
    feed.changes = [SignalChange(name="head", at_ns=START_NS - 5, state="red")]
    signals.take(frame)
    assert signals.states.at("head", START_NS) == "green"
