"""What a camera says of itself, and when it is asked."""

import threading
from pathlib import Path

import pytest

from catseye.core.cameras import Camera
from catseye.core.errors import SourceDeniedError, SourceUnreachableError
from catseye.core.health import CameraState
from catseye.core.ids import StreamId
from catseye.core.onvif import OnvifNow, TamperEvent, TamperKind
from catseye.core.time import NS_PER_S
from catseye.network.judging import Judged
from catseye.network.overseeing import CameraSays, Overseen, joined
from catseye.runtime.network.overseeing import Overseer
from catseye.testing.clock import FakeClock

CAMERA = Camera(
    name=StreamId("gate"),
    address="rtsp://10.0.0.1/sub",
    kind_of_place="street",
    purpose="counts",
    legal_basis="law",
    onvif="http://10.0.0.1/onvif/device_service",
)
HOME = (0.25, -0.5, 0.1)
NOW = OnvifNow(clock_offset_s=0.2, pan_tilt_zoom=HOME)
S = NS_PER_S
MOVED, OBSCURED, DRIFT = CameraState.MOVED, CameraState.OBSCURED, CameraState.CLOCK_DRIFT


def tampered(kind: TamperKind, *, active: bool) -> OnvifNow:
    return OnvifNow(tampering=(TamperEvent(kind=kind, active=active),))


@pytest.mark.parametrize(("offset_s", "off"), [(0.0, False), (2.0, False), (2.1, True), (-2.1, True), (3600.0, True)])
def test_a_clock_that_is_off_is_told_with_how_far(offset_s: float, off: bool) -> None:
    seen = Overseen()
    seen.take(0, OnvifNow(clock_offset_s=offset_s))
    says = seen.says(S)
    assert says.clock_offset_s == offset_s
    why = says.states[DRIFT]
    assert bool(why) is off
    if off:
        assert f"{abs(offset_s):g} s" in why
        assert ("behind" in why) is (offset_s < 0)


def test_a_clock_at_the_limit_does_not_flap() -> None:
    seen = Overseen()
    told = []
    for i, offset_s in enumerate([2.3, 1.7, 2.3, 1.7, 1.4, 1.7, 2.3]):
        seen.take(i * S, OnvifNow(clock_offset_s=offset_s))
        told.append(bool(seen.says(i * S).states[DRIFT]))
    assert told == [True, True, True, True, False, False, True]


def test_a_clock_that_is_not_said_is_not_known() -> None:
    seen = Overseen()
    seen.take(0, OnvifNow())
    assert seen.says(0) == CameraSays()


def test_home_is_where_it_looks_for_five_minutes_and_away_is_moved() -> None:
    seen = Overseen()
    for second in range(0, 331, 30):
        assert MOVED not in seen.says(second * S).states
        assert seen.home is None
        seen.take(second * S, OnvifNow(pan_tilt_zoom=HOME if second > 0 else (0.9, 0.0, 0.0)))  # it came home first
    assert seen.home == HOME
    assert seen.says(331 * S).states[MOVED] == ""
    for at, away in (((0.255, -0.5, 0.1), False), ((0.27, -0.5, 0.1), True), ((0.25, -0.45, 0.1), True), ((0.25, -0.5, 0.2), True)):
        seen.take(340 * S, OnvifNow(pan_tilt_zoom=at))
        assert bool(seen.says(341 * S).states[MOVED]) is away
    assert seen.home == HOME


def test_a_camera_on_the_move_has_no_home() -> None:
    seen = Overseen()
    for i in range(200):
        seen.take(i * 30 * S, OnvifNow(pan_tilt_zoom=((i % 4) / 10, 0.0, 0.0)))
    assert seen.home is None
    assert seen.says(6000 * S).states == {}


def test_what_is_old_is_not_said_and_the_trouble_is() -> None:
    seen = Overseen(HOME)
    seen.fail("It does not answer.")
    assert seen.says(0).note == "It cannot be asked over ONVIF: It does not answer."
    seen.take(0, NOW)
    seen.fail("It does not answer.")
    assert seen.says(100 * S).note == ""  # it will soon be asked again
    assert set(seen.says(100 * S).states) == {DRIFT, MOVED}
    assert seen.says(200 * S) == CameraSays(note="It cannot be asked over ONVIF: It does not answer.")


def test_tampering_is_believed_until_it_is_over_or_old() -> None:
    seen = Overseen()
    seen.take(0, tampered("scene_change", active=True))
    assert set(seen.says(S).hints) == {OBSCURED, MOVED}
    assert "covered" in seen.says(S).hints[OBSCURED]
    assert "covered" in seen.says(S).note
    seen.take(30 * S, OnvifNow())
    assert seen.says(31 * S).hints[OBSCURED] != ""
    seen.take(60 * S, tampered("scene_change", active=False))
    assert seen.says(61 * S).hints == {OBSCURED: "", MOVED: ""}
    assert seen.says(61 * S).note == ""
    seen.take(90 * S, tampered("too_blurry", active=True))
    seen.take(1000 * S, OnvifNow())
    assert seen.says(1001 * S).hints[CameraState.BLURRED] == ""


def judged(*holding: CameraState, unknown: tuple[CameraState, ...] = ()) -> Judged:
    return Judged(holding=dict.fromkeys(holding, "by its picture"), unknown=frozenset(unknown), still_s=20.0)


def test_without_a_word_nothing_changes() -> None:
    for says in (None, CameraSays(note="a note")):
        assert joined(judged(OBSCURED, unknown=(DRIFT,)), says, {OBSCURED: 1.2}) == judged(OBSCURED, unknown=(DRIFT,))


def test_what_it_measured_holds_and_its_reasons_stand_beside() -> None:
    says = CameraSays(states={DRIFT: "late", MOVED: "turned"})
    both = joined(judged(MOVED, unknown=(DRIFT,)), says, {MOVED: 1.5})
    assert both.holding == {MOVED: "by its picture; turned", DRIFT: "late"}
    assert both.unknown == frozenset()
    assert both.still_s == 20.0
    assert joined(judged(), says, {MOVED: 0.0}).holding == {DRIFT: "late", MOVED: "turned"}


def test_a_measure_that_is_well_ends_what_only_it_tells_of() -> None:
    well = CameraSays(states={DRIFT: "", MOVED: ""})
    assert joined(judged(unknown=(DRIFT, MOVED)), well, None).unknown == frozenset()
    assert joined(judged(unknown=(DRIFT, MOVED)), well, {MOVED: 0.2}).unknown == {MOVED}  # a look that is old: the picture decides
    assert joined(judged(MOVED), well, {MOVED: 1.5}).holding == {MOVED: "by its picture"}  # its mast was turned


@pytest.mark.parametrize(
    ("share", "unknown", "holds"),
    [(0.2, False, False), (0.49, False, False), (0.5, False, True), (0.9, False, True), (0.9, True, False)],
)
def test_tampering_is_believed_where_the_picture_agrees_by_half(share: float, unknown: bool, holds: bool) -> None:
    says = CameraSays(hints={OBSCURED: "it says so"})
    told = joined(judged(unknown=(OBSCURED,) if unknown else ()), says, {OBSCURED: share})
    assert (OBSCURED in told.holding) is holds
    assert (OBSCURED in told.unknown) is unknown


def test_tampering_is_believed_where_the_picture_tells_nothing_unless_it_measured_otherwise() -> None:
    hints = {OBSCURED: "it says so", MOVED: "it says so"}
    assert joined(judged(unknown=(OBSCURED, MOVED)), CameraSays(hints=hints), None).holding == hints
    at_home = CameraSays(hints=hints, states={MOVED: ""})
    assert joined(judged(unknown=(OBSCURED, MOVED)), at_home, None).holding == {OBSCURED: "it says so"}


def test_a_stream_that_is_gone_says_more_than_its_service() -> None:
    gone = judged(CameraState.OFFLINE, unknown=(MOVED, DRIFT))
    assert joined(gone, CameraSays(states={MOVED: "turned"}), None) == gone


class Scripted:
    """A service that answers with what it is given, and raises what is an error."""

    def __init__(self, *answers: OnvifNow | Exception) -> None:
        self.answers, self.opened, self.asked, self.closed = list(answers), 0, 0, 0

    def open(self, camera: Camera) -> "Scripted":
        assert camera is CAMERA
        self.opened += 1
        return self

    def ask(self) -> OnvifNow:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self.closed += 1


def run(overseer: Overseer, clock: FakeClock, seconds: float) -> None:
    """Let so much time pass, a second at a time."""
    for _ in range(round(seconds)):
        while overseer.step() == 0.0:
            pass
        clock.advance(1.0)


def test_it_is_asked_about_every_half_minute_over_one_service(tmp_path: Path) -> None:
    service, clock = Scripted(NOW), FakeClock()
    overseer = Overseer(service.open, clock, threads=0)
    watched = overseer.watch(CAMERA, tmp_path / "looks.json")
    assert watched.says() == CameraSays()
    run(overseer, clock, 300.0)
    assert service.opened == 1
    assert 9 <= service.asked <= 12
    assert watched.says().clock_offset_s == 0.2


def test_where_it_usually_looks_outlasts_a_restart_but_not_another_camera(tmp_path: Path) -> None:
    kept = tmp_path / "looks.json"
    service, clock = Scripted(NOW), FakeClock()
    overseer = Overseer(service.open, clock, threads=0)
    overseer.watch(CAMERA, kept)
    run(overseer, clock, 400.0)
    away = Scripted(OnvifNow(pan_tilt_zoom=(0.9, 0.0, 0.0)))
    again = Overseer(away.open, clock, threads=0)
    watched = again.watch(CAMERA, kept)
    run(again, clock, 10.0)
    assert watched.says().states[MOVED] != ""
    for spoilt in (kept.read_bytes().replace(b"10.0.0.1", b"10.0.0.2"), b"{", b"[]"):
        kept.write_bytes(spoilt)
        fresh = Overseer(away.open, clock, threads=0)
        other = fresh.watch(CAMERA, kept)
        run(fresh, clock, 10.0)
        assert MOVED not in other.says().states


def test_one_that_does_not_answer_is_opened_anew_after_growing_waits(tmp_path: Path) -> None:
    service, clock = Scripted(SourceUnreachableError("It does not answer.", "")), FakeClock()
    overseer = Overseer(service.open, clock, threads=0)
    watched = overseer.watch(CAMERA, tmp_path / "looks.json")
    run(overseer, clock, 3600.0)
    assert 3600 / 95 <= service.opened == service.asked == service.closed <= 3600 / 28  # 30 s and up to a minute more
    assert watched.says().note == "It cannot be asked over ONVIF: It does not answer."
    service.answers = [NOW]
    run(overseer, clock, 100.0)
    assert watched.says().note == ""
    assert watched.says().clock_offset_s == 0.2


def test_one_that_refuses_the_credentials_is_asked_seldom(tmp_path: Path) -> None:
    service, clock = Scripted(SourceDeniedError("It refuses these credentials.", "")), FakeClock()
    overseer = Overseer(service.open, clock, threads=0)
    overseer.watch(CAMERA, tmp_path / "looks.json")
    run(overseer, clock, 3600.0)
    assert service.asked <= 11  # accounts are locked by more


def test_a_fault_of_ours_takes_no_thread_with_it(tmp_path: Path) -> None:
    service, clock = Scripted(ZeroDivisionError()), FakeClock()
    overseer = Overseer(service.open, clock, threads=0)
    watched = overseer.watch(CAMERA, tmp_path / "looks.json")
    run(overseer, clock, 100.0)
    assert "fault of Catseye's own" in watched.says().note
    service.answers = [NOW]
    run(overseer, clock, 100.0)
    assert watched.says().clock_offset_s == 0.2


def test_one_that_is_forgotten_is_left_and_asked_no_more(tmp_path: Path) -> None:
    service, clock = Scripted(NOW), FakeClock()
    overseer = Overseer(service.open, clock, threads=0)
    watched = overseer.watch(CAMERA, tmp_path / "looks.json")
    run(overseer, clock, 60.0)
    asked = service.asked
    overseer.forget(watched)
    run(overseer, clock, 200.0)
    assert (service.asked, service.closed) == (asked, 1)
    assert overseer.step() is None


def test_threads_ask_all_and_end(tmp_path: Path) -> None:
    from catseye import app

    done = threading.Event()

    class Telling(Scripted):
        def ask(self) -> OnvifNow:
            done.set()
            return super().ask()

    overseer = Overseer(Telling(NOW).open, app.system_clock())
    overseer.watch(CAMERA, tmp_path / "looks.json")
    assert done.wait(20.0)
    overseer.close()
    assert not any(thread.name == "overseer" for thread in threading.enumerate())
