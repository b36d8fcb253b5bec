from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.frame import U8
from catseye.core.health import CameraMinute, CameraState, HealthEpisode, HealthRecord
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S
from catseye.network.health import CLEAR_S, DETECT_S, LONGEST_STEP_S, HealthBook, StreamFacts
from catseye.vision.signs import Signs, SignsTaker

STREAM = StreamId("north")
START_NS = 1_800_000_000 * NS_PER_S
GOOD = StreamFacts(fps=25.0, bytes_a_s=50_000.0, lost_share=0.0, clock_error_ms=3.0, decoded=25, analysed=5, bytes_in=50_000)


def street(seed: int = 0) -> U8:
    """A picture with edges everywhere, uint8 (180, 320)."""
    draw = np.random.default_rng(seed)
    picture = np.full((180, 320), 110, np.uint8)
    for _ in range(150):
        x, y = draw.integers(0, 310), draw.integers(0, 170)
        picture[y : y + draw.integers(4, 40), x : x + draw.integers(4, 40)] = draw.integers(30, 220)
    return picture


def noisy(picture: U8, number: int) -> U8:
    noise = np.random.default_rng(number).normal(0, 2, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


SCENE = street()


def signs_of(pictures: list[U8]) -> list[Signs]:
    taker = SignsTaker()
    taker.take(noisy(SCENE, 999))
    return [taker.take(picture) for picture in pictures]


SOUND = signs_of([noisy(SCENE, number) for number in range(10)])


def looked(book: HealthBook, signs: list[Signs], begin_s: float, length_s: int, facts: StreamFacts = GOOD) -> list[HealthRecord]:
    records: list[HealthRecord] = []
    for second in range(length_s):
        records += book.see(START_NS + int((begin_s + second) * NS_PER_S), signs[second % len(signs)], facts)
    return records


def begun() -> HealthBook:
    book = HealthBook(STREAM)
    assert not [one for one in looked(book, SOUND, 0, 200) if isinstance(one, HealthEpisode)]
    return book


def covered(picture: U8) -> U8:
    changed = picture.copy()
    changed[:, :200] = 90
    return changed


def blurred(picture: U8) -> U8:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 3.0), np.uint8)


FAULTS: dict[CameraState, Callable[[int], U8]] = {
    CameraState.BLACK: lambda number: noisy(np.full_like(SCENE, 14), number),
    CameraState.WHITE_OUT: lambda number: noisy(np.full_like(SCENE, 250), number),
    CameraState.FROZEN: lambda _: SCENE,
    CameraState.OBSCURED: lambda number: noisy(covered(SCENE), number),
    CameraState.BLURRED: lambda number: noisy(blurred(SCENE), number),
    CameraState.MOVED: lambda number: noisy(np.roll(SCENE, (14, 40), (0, 1)), number),
    CameraState.GLARE: lambda number: np.where(np.hypot(*np.ogrid[-60:120, -80:240]) < 45, 255, noisy(SCENE, number)).astype(
        np.uint8
    ),
}


@pytest.mark.parametrize("state", FAULTS)
def test_a_fault_of_the_picture_is_told_in_its_time_and_ends(state: CameraState) -> None:
    book = begun()
    length_s = int(1.5 * DETECT_S[state]) + 5
    told = [
        one
        for one in looked(book, signs_of([FAULTS[state](number) for number in range(10)]), 200, length_s)
        if isinstance(one, HealthEpisode) and one.state is state and one.ended_ns is None
    ]
    assert len(told) == 1
    assert told[0].began_ns <= START_NS + 205 * NS_PER_S
    assert book.state is state
    looked(book, SOUND, 200 + length_s, int(CLEAR_S[state]) + 10)
    assert book.state is CameraState.OK


@pytest.mark.parametrize(
    ("state", "facts"),
    [
        (CameraState.PACKET_LOSS, StreamFacts(fps=25.0, bytes_a_s=50_000.0, lost_share=0.05)),
        (CameraState.LOW_BIT_RATE, StreamFacts(fps=25.0, bytes_a_s=5_000.0)),
        (CameraState.LOW_FRAME_RATE, StreamFacts(fps=6.0, bytes_a_s=50_000.0)),
        (CameraState.CLOCK_DRIFT, StreamFacts(fps=25.0, bytes_a_s=50_000.0, clock_error_ms=-5000.0)),
        (CameraState.OFFLINE, StreamFacts(away=CameraState.OFFLINE, reason="refused")),
        (CameraState.CONNECTING, StreamFacts(away=CameraState.CONNECTING)),
    ],
)
def test_a_fault_of_the_stream_is_told_in_its_time(state: CameraState, facts: StreamFacts) -> None:
    book = begun()
    looked(book, SOUND, 200, int(DETECT_S[state]) + 3, facts)
    assert book.state is state


def test_key_frames_alone_are_no_low_frame_rate() -> None:
    book = begun()
    looked(book, SOUND, 200, 200, StreamFacts(fps=0.5, bytes_a_s=50_000.0, key_frames_only=True))
    assert book.state is CameraState.OK


@settings(max_examples=25, deadline=None)
@given(st.lists(st.booleans(), min_size=200, max_size=400))
def test_it_never_flaps(bad: list[bool]) -> None:
    book = HealthBook(STREAM)
    told: list[HealthEpisode] = []
    for second, lossy in enumerate(bad):
        facts = StreamFacts(fps=25.0, lost_share=0.05 if lossy else 0.0)
        told += [one for one in book.see(START_NS + second * NS_PER_S, None, facts) if isinstance(one, HealthEpisode)]
    changes = [(one.told_ns if one.ended_ns is None else one.ended_ns) for one in told]
    least_ns = min(DETECT_S[CameraState.PACKET_LOSS], CLEAR_S[CameraState.PACKET_LOSS]) * NS_PER_S
    assert all(after - before >= least_ns - NS_PER_S for before, after in pairwise(changes))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.05, 30.0), min_size=2, max_size=60))
def test_unobserved_time_is_never_counted(steps_s: list[float]) -> None:
    book = HealthBook(STREAM)
    at_ns, observed_s = START_NS, 0.0
    records = book.see(at_ns, None, GOOD)
    for step_s in steps_s:
        step_ns = round(step_s * NS_PER_S)
        at_ns += step_ns
        observed_s += step_ns / NS_PER_S if step_ns / NS_PER_S <= LONGEST_STEP_S else 0.0
        records += book.see(at_ns, None, GOOD)
    minutes = [one for one in [*records, *book.close(at_ns)] if isinstance(one, CameraMinute)]
    assert sum(sum(one.seconds.values()) for one in minutes) == pytest.approx(observed_s, abs=1e-6)
    assert all(sum(one.seconds.values()) <= 60.000001 for one in minutes)
    assert len({one.start_ns for one in minutes}) == len(minutes)
    assert sum(one.frames_decoded for one in minutes) == 25 * (len(steps_s) + 1)


def test_an_episode_ends_once_and_revisions_grow() -> None:
    book = begun()
    records = looked(book, SOUND, 200, 40, StreamFacts(away=CameraState.OFFLINE, reason="refused"))
    records += looked(book, SOUND, 240, 40)
    told = [one for one in records if isinstance(one, HealthEpisode) and one.state is CameraState.OFFLINE]
    assert [one.revision for one in told] == [1, 2]
    assert told[0].id == told[1].id
    assert told[0].reason == "refused"
    assert told[1].ended_ns is not None


def test_a_history_survives_a_restart() -> None:
    book = begun()
    again = HealthBook.restored(STREAM, book.snapshot())
    assert again.snapshot() == book.snapshot()
    assert len(book.snapshot()) < 64 * 1024
    looked(again, signs_of([noisy(blurred(SCENE), number) for number in range(10)]), 300, 100)
    assert again.state is CameraState.BLURRED


def test_what_is_no_history_begins_anew() -> None:
    assert HealthBook.restored(STREAM, b"{broken").usual.looks == 0


def test_masked_parts_tell_nothing() -> None:
    open_ = np.full(SCENE.shape, 255, np.uint8)
    open_[:, :160] = 0
    taker = SignsTaker(open_)
    taker.take(SCENE)
    other = SCENE.copy()
    other[:, :150] = 255 - other[:, :150]
    signs = taker.take(other)
    assert signs.changed == 0
    assert not signs.open_[:, :8].any()
