"""Reading ahead in a thread: a file waits for its reader, a live stream drops what is old and counts it."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from catseye.core.errors import SourceFormatError
from catseye.core.frame import Frame
from catseye.ports import SourceInfo
from catseye.runtime.reader import Reader
from catseye.testing.scripted import ScriptedSource, blank_frame

PATIENCE_S = 5.0


def source(frames: int, *, fps: float = 25.0, error: Exception | None = None) -> ScriptedSource:
    script: list[Frame | Exception] = [blank_frame(k, size=(8, 8), fps=fps) for k in range(frames)]
    info = SourceInfo(name="scripted", live=False, size=(8, 8), fps=fps)
    return ScriptedSource([*script, error] if error else script, info=info)


def read(reader: Reader) -> list[int]:
    return [frame.seq for frame in reader.frames(patience_s=PATIENCE_S) if frame is not None]


class Endless(ScriptedSource):
    """A live source that gives a frame when told and otherwise waits, as a camera does; closing it wakes it."""

    def __init__(self, first: int) -> None:
        super().__init__((), info=SourceInfo(name="endless", live=True, size=(8, 8), fps=25.0))
        self._first = first
        self._gone = threading.Event()
        self.given = threading.Event()

    def frames(self) -> Iterator[Frame]:
        for k in range(self._first):
            yield blank_frame(k, size=(8, 8))
        self.given.set()
        self._gone.wait()

    def close(self) -> None:
        self._gone.set()


def test_a_file_is_read_wholly_in_order_however_slow_its_reader() -> None:
    reader = Reader(source(50), analysed_fps=25.0, may_drop=False)
    frames = reader.frames(patience_s=PATIENCE_S)
    got = []
    for frame in frames:
        assert frame is not None
        assert len(reader._waiting) <= 4
        got.append(frame.seq)
    assert got == list(range(50))
    assert (reader.decoded, reader.dropped) == (50, 0)
    reader.close()


@pytest.mark.parametrize(
    ("fps", "analysed", "expected"),
    [(25.0, 10.0, 10.0), (30.0, 10.0, 10.0), (10.0, 10.0, 10.0), (5.0, 10.0, 5.0), (25.0, 1.0, 1.0)],
)
def test_frames_are_due_at_the_asked_rate_on_average(fps: float, analysed: float, expected: float) -> None:
    reader = Reader(source(round(20 * fps), fps=fps), analysed_fps=analysed, may_drop=False)
    assert len(read(reader)) == pytest.approx(20 * expected, abs=1)
    assert reader.decoded == round(20 * fps)
    reader.close()


def test_a_live_stream_drops_the_older_frame_and_counts_it() -> None:
    camera = Endless(30)
    reader = Reader(camera, analysed_fps=25.0, may_drop=True)
    assert camera.given.wait(PATIENCE_S)  # nobody has read yet
    newest = next(reader.frames(patience_s=PATIENCE_S))
    assert newest is not None
    assert newest.seq == 29
    assert (reader.decoded, reader.dropped) == (30, 29)
    reader.close()


def test_silence_is_told_and_is_no_end() -> None:
    camera = Endless(1)
    reader = Reader(camera, analysed_fps=25.0, may_drop=True)
    frames = reader.frames(patience_s=0.01)
    seen = [frame for frame in (next(frames) for _ in range(6)) if frame is not None]
    assert len(seen) <= 1
    assert next(frames) is None
    reader.close()
    assert not any(frames)


@pytest.mark.parametrize("may_drop", [True, False])
def test_an_error_of_the_source_reaches_the_reader_after_the_last_frame(may_drop: bool) -> None:
    reader = Reader(source(3, error=SourceFormatError("Torn.")), analysed_fps=25.0, may_drop=may_drop)
    seen: list[int] = []
    with pytest.raises(SourceFormatError, match="Torn"):
        seen.extend(frame.seq for frame in reader.frames(patience_s=PATIENCE_S) if frame is not None)
    assert seen[-1] == 2
    reader.close()


@pytest.mark.parametrize("may_drop", [True, False])
def test_closing_from_another_thread_ends_a_waiting_reader(may_drop: bool) -> None:
    camera = Endless(0)
    reader = Reader(camera, analysed_fps=25.0, may_drop=may_drop)
    seen: list[Frame | None] = []
    waiting = threading.Thread(target=lambda: seen.extend(reader.frames(patience_s=600.0)))
    waiting.start()
    reader.close()
    waiting.join(PATIENCE_S)
    assert not waiting.is_alive()
    assert not reader._thread.is_alive()
    assert not any(seen)


def test_closing_ends_a_decoder_that_is_far_ahead() -> None:
    scripted = source(1000)
    reader = Reader(scripted, analysed_fps=25.0, may_drop=False)
    assert next(reader.frames(patience_s=PATIENCE_S)) is not None
    reader.close()
    assert scripted.closed
    assert not reader._thread.is_alive()
    assert reader.decoded < 20


def test_closing_ends_a_rest() -> None:
    at_s = (0.0, 74.9, 75.1, 75.3, 75.5)  # the third is due, and the one after it a hundred seconds later
    shots = [replace(blank_frame(k, size=(8, 8)), at_ns=round(t * 1e9), arrived_ns=round(t * 1e9)) for k, t in enumerate(at_s)]
    info = SourceInfo(name="scripted", live=True, size=(8, 8), fps=25.0, keeps=True)
    reader = Reader(ScriptedSource(shots, info=info), analysed_fps=0.01, may_drop=True)
    assert next(frame for frame in reader.frames(patience_s=0.01) if frame is not None and frame.seq == 2) is shots[2]
    reader.close()
    assert not reader._thread.is_alive()
    assert reader.decoded <= 4


def test_all_that_a_resting_reader_finds_is_read() -> None:
    script = [blank_frame(k, size=(8, 8), fps=25.0) for k in range(25)]
    info = SourceInfo(name="scripted", live=True, size=(8, 8), fps=25.0, keeps=True)
    reader = Reader(ScriptedSource(script, info=info), analysed_fps=12.5, may_drop=True)
    got = read(reader)
    assert reader.decoded == 25
    assert got[-1] == 24
    assert (reader.due, len(got) + reader.dropped) == (13, 13)
    reader.close()
