"""Redacted pictures of faults: one an episode, few, and not for long."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from catseye.core.errors import RedactionError
from catseye.core.health import CameraMinute, CameraState, HealthEpisode
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S
from catseye.runtime.network.pictures import PictureSink
from catseye.runtime.network.shelf import MOST, FaultShelf
from catseye.testing.clock import FakeClock

GATE = StreamId("gate")
FROZEN = CameraState.FROZEN


def episode(began_ns: int, state: CameraState = FROZEN, ended_ns: int | None = None) -> HealthEpisode:
    told = {"id": f"gate/{state}/{began_ns}", "stream": GATE, "state": state, "began_ns": began_ns, "told_ns": began_ns + 5}
    return HealthEpisode(revision=1 if ended_ns is None else 2, ended_ns=ended_ns, reason="why", **told)  # type: ignore[arg-type]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def shelf(tmp_path: Path, clock: FakeClock) -> FaultShelf:
    (tmp_path / GATE).mkdir()
    return FaultShelf(tmp_path, clock, lambda _: 2.0)


def test_a_picture_is_found_by_its_episode_until_it_is_too_old(shelf: FaultShelf, clock: FakeClock, tmp_path: Path) -> None:
    began_ns = clock.now_ns()
    shelf.keep(episode(began_ns), b"jpeg")
    assert shelf.find(GATE, FROZEN, began_ns) == b"jpeg"
    assert shelf.of(GATE) == {(FROZEN, began_ns)}
    assert shelf.find(GATE, CameraState.BLACK, began_ns) is None
    assert shelf.find(StreamId("other"), FROZEN, began_ns) is None
    clock.advance(2 * 3600 + 1)
    assert shelf.find(GATE, FROZEN, began_ns) is None
    assert shelf.of(GATE) == frozenset()
    assert len(list(tmp_path.rglob("*.jpg"))) == 1
    shelf.tidy_all()
    assert list(tmp_path.rglob("*.jpg")) == []


def test_only_the_latest_are_kept(shelf: FaultShelf, clock: FakeClock) -> None:
    began = [clock.now_ns() - k * NS_PER_S for k in range(MOST + 10)]
    for began_ns in reversed(began):
        shelf.keep(episode(began_ns), b"jpeg")
    assert shelf.of(GATE) == {(FROZEN, began_ns) for began_ns in began[:MOST]}


def test_what_else_is_in_the_folder_is_left_alone(shelf: FaultShelf, clock: FakeClock, tmp_path: Path) -> None:
    shelf.keep(episode(clock.now_ns()), b"jpeg")
    for name in ("notes.txt", "1_unheard_of.jpg", ".1_frozen.jpg.part"):
        (tmp_path / GATE / "faults" / name).write_text("x")
    clock.advance(1e6)
    shelf.tidy_all()
    assert len(list((tmp_path / GATE / "faults").iterdir())) == 3


def test_a_folder_that_cannot_be_written_to_is_logged(tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    FaultShelf(tmp_path / "nowhere", clock, lambda _: 2.0).keep(episode(clock.now_ns()), b"jpeg")
    assert "cannot be kept" in caplog.text


class Sink(PictureSink):
    """Remembers what it gave and kept."""

    def __init__(self) -> None:
        self.given: list[bytes] = []
        self.kept: list[tuple[CameraState, bytes]] = []
        super().__init__(lambda shown: shown, self.given.append, lambda one, jpeg: self.kept.append((one.state, jpeg)))  # type: ignore[arg-type, return-value]

    def see(self, picture: bytes | None) -> None:
        def redacted() -> bytes:
            if picture is None:
                raise RedactionError("It has to be withheld.")
            return picture

        self.take(SimpleNamespace(picture=redacted))  # type: ignore[arg-type]


def test_the_first_picture_after_a_fault_is_told_is_kept() -> None:
    sink = Sink()
    sink.see(b"1")
    sink.told([CameraMinute(stream=GATE, start_ns=0, seconds={}), episode(7)])
    sink.see(b"2")
    sink.see(b"3")
    assert (sink.given, sink.kept) == ([], [(FROZEN, b"2")])
    sink.told([episode(9)])
    sink.want()
    sink.see(b"4")
    assert (sink.given, sink.kept[1:]) == ([b"4"], [(FROZEN, b"4")])


def test_no_picture_of_a_fault_that_is_over_has_none_or_must_be_withheld() -> None:
    sink = Sink()
    sink.told([episode(7), episode(7, ended_ns=8)])
    sink.see(b"1")
    sink.told([episode(9, CameraState.OFFLINE)])
    sink.see(b"2")
    sink.told([episode(11)])
    sink.see(None)
    sink.see(b"3")
    assert (sink.given, sink.kept) == ([], [])


def test_a_fault_that_follows_another_is_the_one_that_is_pictured() -> None:
    sink = Sink()
    sink.told([episode(7)])
    sink.told([episode(7, ended_ns=8), episode(8, CameraState.BLACK)])
    sink.see(b"1")
    assert sink.kept == [(CameraState.BLACK, b"1")]
