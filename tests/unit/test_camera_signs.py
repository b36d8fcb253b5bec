"""Faults of a picture, from pictures to what is told: signs, what is usual of the camera, judgement and patience."""

from collections.abc import Callable

import cv2
import msgspec
import numpy as np
import pytest

from catseye.core.frame import U8
from catseye.core.health import CameraState, HealthEpisode, StreamState
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S
from catseye.network.health import OVER_S, TOLD_S, HealthBook
from catseye.network.judging import MOST_STILL_S, STILL_S, Facts, Judge
from catseye.network.likeness import Likeness
from catseye.network.usual import Usual
from catseye.vision.signs import SignsTaker

START_NS = 1_800_000_000 * NS_PER_S
KNOWN_S = 60


def street(seed: int = 0) -> U8:
    """A picture with edges everywhere, uint8 (180, 320)."""
    draw = np.random.default_rng(seed)
    picture = np.full((180, 320), 110, np.uint8)
    for _ in range(150):
        x, y = draw.integers(0, 310), draw.integers(0, 170)
        picture[y : y + draw.integers(4, 40), x : x + draw.integers(4, 40)] = draw.integers(30, 220)
    return picture


NOISE = [np.random.default_rng(number).normal(0, 2, (180, 320)).astype(np.float32) for number in range(10)]


def noisy(picture: U8, number: int) -> U8:
    return np.asarray(np.clip(picture + NOISE[number % 10], 0, 255), np.uint8)


SCENE = street()
Look = Callable[[int], U8]


def sound(number: int) -> U8:
    return noisy(SCENE, number)


def covered(number: int) -> U8:
    picture = SCENE.copy()
    picture[:, :200] = 90
    return noisy(picture, number)


def dazzled(number: int) -> U8:
    far = np.hypot(*np.ogrid[-60:120, -80:240])
    return np.where(far < 45, 255, noisy(SCENE, number)).astype(np.uint8)


FAULTS: dict[CameraState, Look] = {
    CameraState.BLACK: lambda number: noisy(np.full_like(SCENE, 14), number),
    CameraState.WHITE_OUT: lambda number: noisy(np.full_like(SCENE, 250), number),
    CameraState.FROZEN: lambda _: SCENE,
    CameraState.OBSCURED: covered,
    CameraState.BLURRED: lambda number: noisy(np.asarray(cv2.GaussianBlur(SCENE, (0, 0), 3.0), np.uint8), number),
    CameraState.MOVED: lambda number: noisy(np.roll(SCENE, (14, 40), (0, 1)), number),
    CameraState.GLARE: dazzled,
}


class Watched:
    """A camera of which one look is taken each second, from a picture to what is told."""

    def __init__(self, usual: Usual | None = None, open_: U8 | None = None) -> None:
        usual = usual or Usual()
        self.taker, self.likeness, self.judge = SignsTaker(open_), Likeness(usual), Judge(usual)
        self.book = HealthBook(StreamId("gate"))
        self.told: list[HealthEpisode] = []
        self.second = 0

    def look(self, pictures: Look, seconds: float) -> None:
        for _ in range(int(seconds)):
            signs = self.taker.take(pictures(self.second))
            shares = self.likeness.judge(signs, START_NS + self.second * NS_PER_S)
            if self.book.state is CameraState.OK and max(shares.values()) < 1:
                self.likeness.learn(signs)
            now_ns = START_NS + self.second * NS_PER_S
            judged = self.judge.judge(Facts(now_ns=now_ns, state=StreamState.RUNNING, shares=shares, looked_ns=now_ns))
            said = self.book.step(now_ns, judged.holding, judged.unknown, still_s=judged.still_s)
            self.told += [record for record in said if isinstance(record, HealthEpisode)]
            self.second += 1


@pytest.mark.parametrize("state", FAULTS)
def test_a_fault_of_the_picture_is_told_in_its_time_and_ends(state: CameraState) -> None:
    camera = Watched()
    camera.look(sound, KNOWN_S)
    assert camera.told == []
    camera.look(FAULTS[state], TOLD_S[state] + 8)
    (told,) = camera.told
    assert told.state is state
    assert told.began_ns <= START_NS + (KNOWN_S + 5) * NS_PER_S
    camera.look(sound, OVER_S[state] + 10)
    assert camera.book.state is CameraState.OK
    assert len(camera.told) == 2


def test_a_frozen_picture_that_is_coded_anew_each_second_is_frozen_and_a_street_without_noise_is_not() -> None:
    camera = Watched()
    camera.look(sound, KNOWN_S)
    camera.look(lambda number: np.where(NOISE[number % 10] > 4, SCENE + 1, SCENE).astype(np.uint8), TOLD_S[CameraState.FROZEN] + 5)
    assert [told.state for told in camera.told] == [CameraState.FROZEN]
    quiet = Watched()
    quiet.look(lambda number: _with_a_car(SCENE, number), 300)
    assert quiet.told == []


def _with_a_car(picture: U8, number: int) -> U8:
    """A small body that drives over a picture without noise."""
    out = picture.copy()
    out[100:110, number % 30 * 10 : number % 30 * 10 + 12] = 200
    return out


def test_a_light_that_changes_slowly_is_no_fault() -> None:
    camera = Watched()
    camera.look(lambda number: np.clip(sound(number) * (0.65 + 0.35 * np.cos(number / 120)), 0, 255).astype(np.uint8), 400)
    assert camera.told == []


def test_a_bus_before_the_lens_for_half_a_minute_is_no_fault() -> None:
    camera = Watched()
    camera.look(sound, KNOWN_S)
    camera.look(covered, 30)
    camera.look(sound, 60)
    assert camera.told == []


def test_bare_ground_where_vehicles_were_while_it_was_learned_is_not_covered_once_they_are_gone() -> None:
    bare = np.full_like(SCENE, 110)

    def standing(number: int) -> U8:
        picture = bare.copy()
        if number % 4:
            left = number % 7 * 20
            picture[:, left : left + 180] = SCENE[:, left : left + 180]
        return noisy(picture, number)

    camera = Watched()
    camera.look(standing, KNOWN_S)
    camera.look(lambda number: noisy(bare, number), 2 * TOLD_S[CameraState.OBSCURED])
    assert camera.told == []


def test_what_lies_under_a_mask_says_nothing() -> None:
    open_ = np.full(SCENE.shape, 255, np.uint8)
    open_[:, :205] = 0
    camera = Watched(open_=open_)
    camera.look(lambda number: np.minimum(sound(number), open_), KNOWN_S)
    camera.look(lambda number: np.minimum(covered(number), open_), 2 * TOLD_S[CameraState.OBSCURED])
    assert camera.told == []


def test_history_is_small_json_and_a_camera_that_comes_back_blurred_is_known_by_it() -> None:
    camera = Watched()
    camera.look(sound, KNOWN_S)
    kept = msgspec.json.encode(camera.likeness.usual)
    assert len(kept) < 100_000
    again = Watched(msgspec.json.decode(kept, type=Usual))
    again.look(FAULTS[CameraState.BLURRED], TOLD_S[CameraState.BLURRED] + 8)
    assert again.book.state is CameraState.BLURRED


def test_a_history_kept_before_there_were_as_many_figures_is_learned_anew() -> None:
    camera = Watched()
    camera.look(sound, KNOWN_S)
    kept = msgspec.json.decode(msgspec.json.encode(camera.likeness.usual))
    for name in ("bright", "contrast", "dazzled"):
        del kept["day"][name]
    again = Watched(msgspec.convert(kept, Usual))
    again.look(sound, KNOWN_S)
    assert again.told == []
    assert again.likeness.usual.day.bright


# The weak faults of a made-up view: each is less than half of the strength that the rules before these told.
WEAK: dict[CameraState, Look] = {
    CameraState.BLACK: lambda number: noisy(np.asarray(16 + 0.2 * SCENE, np.uint8), number),
    CameraState.OBSCURED: lambda number: noisy(np.where(np.arange(320) < 64, 90, SCENE).astype(np.uint8), number),
    CameraState.MOVED: lambda number: noisy(turned(1.5), number),
    CameraState.LENS_DIRTY: lambda number: noisy(smeared(), number),
    CameraState.LOW_BIT_RATE: lambda number: in_squares(sound(number)),
    CameraState.BLURRED: lambda number: np.clip(noisy(SCENE, number) + 6 * NOISE[(number + 3) % 10], 0, 255).astype(np.uint8),
}


def turned(degrees: float) -> U8:
    return np.asarray(
        cv2.warpAffine(SCENE, cv2.getRotationMatrix2D((160, 90), degrees, 1.0), (320, 180), borderMode=cv2.BORDER_REFLECT_101),
        np.uint8,
    )


def smeared() -> U8:
    picture = SCENE.copy()
    soft = np.asarray(cv2.GaussianBlur(SCENE, (0, 0), 10), np.uint8)
    for x, y in ((60, 60), (200, 100), (260, 40)):
        far = np.hypot(np.arange(320)[None] - x, np.arange(180)[:, None] - y) < 30
        picture[far] = soft[far]
    return picture


def in_squares(picture: U8) -> U8:
    small = cv2.resize(picture, (40, 22), interpolation=cv2.INTER_AREA)
    return np.asarray(np.vstack([np.kron(small, np.ones((8, 8))), picture[176:]]) // 2 + picture // 2, np.uint8)


@pytest.mark.parametrize("state", WEAK)
def test_a_weak_fault_is_told_against_the_cameras_own_history(state: CameraState) -> None:
    camera = Watched()
    camera.look(sound, 4 * KNOWN_S)
    assert camera.told == []
    camera.look(WEAK[state], TOLD_S[state] + 140)
    assert [told.state for told in camera.told][:1] == [state]


def test_dusk_of_a_quarter_of_an_hour_is_no_lost_light_and_what_is_lost_in_a_second_is() -> None:
    def dusk(number: int) -> U8:
        return noisy(np.asarray(16 + (SCENE - 16.0) * 10 ** (-number / 900), np.uint8), number)

    camera = Watched()
    camera.look(dusk, 650)
    assert camera.told == []
    lamp_lost = camera.second
    camera.look(lambda number: noisy(np.asarray(16 + (SCENE - 16.0) * 0.1 * 10 ** (-lamp_lost / 900), np.uint8), number), 140)
    assert camera.told
    assert camera.told[0].state in {CameraState.BLACK, CameraState.INFRARED_FAILED}


def test_a_dark_thing_before_most_of_the_lens_is_no_night() -> None:
    camera = Watched()
    camera.look(sound, KNOWN_S)
    camera.look(lambda number: noisy(np.where(np.arange(320) < 250, 20, SCENE).astype(np.uint8), number), 90)
    assert [told.state for told in camera.told] == [CameraState.OBSCURED]


def test_a_view_far_out_of_focus_is_not_taken_for_one_that_lies_elsewhere() -> None:
    camera = Watched()
    camera.look(sound, KNOWN_S)
    camera.look(lambda number: noisy(np.asarray(cv2.GaussianBlur(SCENE, (0, 0), 8), np.uint8), number), 90)
    assert camera.told
    assert camera.told[0].state in {CameraState.BLURRED, CameraState.OBSCURED}


def test_pictures_that_come_again_and_again_are_a_low_frame_rate_where_a_day_had_none() -> None:
    usual = Usual()
    camera = Watched(usual)
    camera.look(sound, KNOWN_S)
    camera.look(lambda number: sound(number // 3), 150)
    assert camera.told == []  # nothing is known of its days yet
    later = Watched(Usual())
    later.look(sound, KNOWN_S)
    later.likeness.usual.watched_s = 80_000.0
    later.look(lambda number: sound(number // 3), 150)
    assert [told.state for told in later.told] == [CameraState.LOW_FRAME_RATE]


def test_a_street_that_was_still_before_and_moved_again_is_given_longer() -> None:
    judge, second = Judge(Usual()), 0

    def last(lasting_s: float, *, still: bool) -> bool:
        nonlocal second
        frozen = False
        for _ in range(int(lasting_s)):
            now_ns = START_NS + second * NS_PER_S
            shares = {CameraState.FROZEN: 2.0 if still else 0.5}
            judged = judge.judge(Facts(now_ns=now_ns, state=StreamState.RUNNING, shares=shares, looked_ns=now_ns))
            frozen |= CameraState.FROZEN in judged.holding
            second += 1
        return frozen

    assert judge.still_s == STILL_S
    assert last(18, still=True)
    assert not last(5, still=False)
    assert judge.still_s == 36
    for _ in range(10):
        last(judge.still_s - 2, still=True)
        last(3, still=False)
    assert judge.still_s == MOST_STILL_S
    last(MOST_STILL_S + 60, still=True)  # it was told as frozen: no longer stillness is believed in for that
    last(3, still=False)
    assert judge.still_s == MOST_STILL_S


def away(now_s: float, state: StreamState) -> Facts:
    return Facts(now_ns=START_NS + round(now_s * NS_PER_S), state=state, reason="no route")


def test_a_camera_that_never_gave_a_picture_is_being_connected_to_for_a_while_and_then_offline() -> None:
    judge = Judge(Usual())
    assert CameraState.CONNECTING in judge.judge(away(0, StreamState.CONNECTING)).holding
    assert CameraState.OFFLINE in judge.judge(away(10, StreamState.FAILED)).holding
    assert CameraState.OFFLINE in judge.judge(away(50, StreamState.CONNECTING)).holding


def test_a_look_that_is_old_says_nothing() -> None:
    judge = Judge(Usual())
    shares = {CameraState.BLACK: 2.0}
    facts = Facts(now_ns=START_NS, state=StreamState.RUNNING, shares=shares, looked_ns=START_NS)
    assert CameraState.BLACK in judge.judge(facts).holding
    late = Facts(now_ns=START_NS + 4 * NS_PER_S, state=StreamState.RUNNING, shares=shares, looked_ns=START_NS)
    assert judge.judge(late).holding == {}
    assert CameraState.BLACK in judge.judge(late).unknown


def streaming(*, fps: float | None = None, bytes_a_s: float | None = None, lost_share: float | None = None) -> Facts:
    return Facts(now_ns=START_NS, state=StreamState.RUNNING, fps=fps, bytes_a_s=bytes_a_s, lost_share=lost_share)


@pytest.mark.parametrize(
    ("state", "now"),
    [
        (CameraState.PACKET_LOSS, {"fps": 25.0, "bytes_a_s": 50_000.0, "lost_share": 0.05}),
        (CameraState.LOW_BIT_RATE, {"fps": 25.0, "bytes_a_s": 1_500.0, "lost_share": 0.0}),
        (CameraState.LOW_FRAME_RATE, {"fps": 8.0, "bytes_a_s": 50_000.0, "lost_share": 0.0}),
    ],
)
def test_a_fault_of_the_stream_is_seen_against_the_usual_rates_and_another_rate_is_usual_in_time(
    state: CameraState, now: dict[str, float]
) -> None:
    judge = Judge(Usual())
    for _ in range(600):
        assert judge.judge(streaming(fps=25.0, bytes_a_s=50_000.0, lost_share=0.0)).holding == {}
    assert set(judge.judge(streaming(**now)).holding) == {state}
    assert state in judge.judge(streaming()).unknown
    for _ in range(4 * 3600):
        judge.judge(streaming(**{**now, "lost_share": 0.0}))
    assert judge.judge(streaming(**{**now, "lost_share": 0.0})).holding == {}
