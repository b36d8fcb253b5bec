"""Watches over the health of one camera while a worker watches its stream.

A thread of its own, for a worker that waits for a camera cannot say that it waits. The worker shows it pictures and asks whether
what it sees may be counted.
"""

import dataclasses
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from catseye.core.frame import Frame
from catseye.core.health import UNUSABLE, CameraState, HealthNow, HealthRecord, StreamHealth
from catseye.core.ids import StreamId
from catseye.core.scene import Mask
from catseye.core.time import NS_PER_S, seconds
from catseye.network.health import LONGEST_STEP_S, HealthBook, Taken
from catseye.network.judging import Facts, Judge
from catseye.network.likeness import Likeness
from catseye.network.overseeing import CameraSays, joined
from catseye.network.usual import Usual
from catseye.ports import Clock, StreamTraffic
from catseye.privacy.masks import MaskedPicture, MaskLayer
from catseye.runtime.vitals import Vitals
from catseye.vision.signs import SignsTaker

log = logging.getLogger(__name__)

_STEP_S = 1.0
_RATES_OVER = 11  # steps: ten seconds
_KEEP_EVERY_NS = 300 * NS_PER_S
_LOOK_EVERY_NS = NS_PER_S
_LEARNED_IN = frozenset({CameraState.OK, CameraState.PACKET_LOSS, CameraState.LOW_FRAME_RATE, CameraState.CLOCK_DRIFT})

TellHealth = Callable[[Sequence[HealthRecord]], None]


class HealthKeeper:
    """The health of ``stream``, told to ``tell`` from the keeper's own thread; ``show`` is called from the worker's."""

    def __init__(self, stream: StreamId, clock: Clock, vitals: Vitals, tell: TellHealth) -> None:
        self._stream, self._clock, self._vitals, self._tell = stream, clock, vitals, tell
        self._book = HealthBook(stream)
        self._usual = Usual()
        self._judge = Judge(self._usual)
        self._lock = threading.Lock()
        self._taker = SignsTaker()
        self._likeness = Likeness(self._usual)
        self._looked_ns = 0
        self._drawn: tuple[tuple[Mask, ...], tuple[int, int]] | None = None
        self._masks = MaskLayer(())
        self._shares: tuple[int, dict[CameraState, float]] | None = None
        self._counted = (0, 0, 0)
        self._traffic: StreamTraffic | None = None
        self._came: deque[tuple[int, int, int | None]] = deque(maxlen=_RATES_OVER)
        self._kept_ns = 0
        self._stepped_ns: int | None = None
        self.history: Path | None = None
        self.says: Callable[[], CameraSays | None] = lambda: None
        self._now = HealthNow(state=CameraState.CONNECTING, reason="", since_ns=clock.now_ns())
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def now(self) -> HealthNow:
        """The present state; may be asked from any thread."""
        return self._now

    @property
    def unusable_since_ns(self) -> int | None:
        """Since when nothing that is seen may be counted; None while it may."""
        now = self._now
        return now.since_ns if now.state in UNUSABLE and now.state is not CameraState.CONNECTING else None

    def begin(self) -> None:
        """Watch from now on, with what ``history`` holds of the camera; harmless when called twice."""
        if self._thread is None:
            self._recall()
            self._ended.clear()
            self._thread = threading.Thread(target=self._run, name=f"health-{self._stream}", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Watch no more, and tell what is left."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._ended.set()
            thread.join()

    def show(self, frame: Frame, masks: tuple[Mask, ...]) -> None:
        """A frame that came; it is looked at when a look is due, and not kept."""
        if self._thread is None or frame.arrived_ns - self._looked_ns < _LOOK_EVERY_NS:
            return
        self._looked_ns = frame.arrived_ns
        if self._drawn != (masks, frame.size):
            self._drawn, self._masks = (masks, frame.size), MaskLayer(masks)
            open_ = self._masks.apply(np.full((frame.size[1], frame.size[0]), 255, np.uint8)) if masks else None
            self._taker = SignsTaker(open_)
        signs = self._taker.take(MaskedPicture(frame.picture, self._masks).luma())
        shares = self._likeness.judge(signs, frame.arrived_ns)
        if self._now.state in _LEARNED_IN and max(shares.values()) < 1:
            self._likeness.learn(signs)
        with self._lock:
            self._shares = self._clock.now_ns(), shares

    def _run(self) -> None:
        while True:
            ended = self._ended.is_set()
            try:
                self._step(last=ended)
            except Exception:
                log.exception("%s: its health could not be told", self._stream)
            if ended:
                return
            self._ended.wait(_STEP_S)

    def _step(self, *, last: bool) -> None:
        now_ns, health = self._clock.now_ns(), self._vitals.health()
        with self._lock:
            looked_ns, shares = self._shares or (0, None)
        taken = self._taken(now_ns)
        fps, bytes_a_s, lost_share = self._rates(health)
        judged = self._judge.judge(
            Facts(
                now_ns=now_ns,
                state=health.state,
                reason=health.reason,
                shares=shares,
                looked_ns=looked_ns,
                fps=fps,
                bytes_a_s=bytes_a_s,
                lost_share=lost_share,
            )
        )
        says = self.says()
        judged = joined(judged, says, shares)
        if says is not None and says.clock_offset_s is not None:
            taken = dataclasses.replace(taken, clock_error_ms=1000 * says.clock_offset_s)
        records = self._book.step(now_ns, judged.holding, judged.unknown, taken, still_s=judged.still_s)
        if last:
            records += self._book.close(now_ns)
        if last or now_ns - self._kept_ns >= _KEEP_EVERY_NS:
            self._keep(now_ns)
        note = "" if says is None else says.note
        self._now = HealthNow(state=self._book.state, reason=self._book.reason, since_ns=self._book.since_ns, note=note)
        if records:
            self._tell(records)

    def _taken(self, now_ns: int) -> Taken:
        """What came in since the last step."""
        vitals = self._vitals
        stepped_ns, self._stepped_ns = self._stepped_ns, now_ns
        step_s = 0.0 if stepped_ns is None else seconds(max(0, now_ns - stepped_ns))
        counted = vitals.decoded, vitals.analysed, vitals.dropped
        decoded, analysed, dropped = (max(0, now - before) for now, before in zip(counted, self._counted, strict=True))
        self._counted = counted
        traffic, before = vitals.traffic(), self._traffic
        self._traffic = traffic
        came = 0 if traffic is None else traffic.bytes_in
        was = 0 if before is None or before.bytes_in > came else before.bytes_in
        if traffic is None or (before is not None and before.bytes_in > came):
            self._came.clear()
        if traffic is not None:
            self._came.append((traffic.bytes_in, traffic.packets, traffic.lost_packets))
        return Taken(
            frames_decoded=decoded,
            frames_analysed=analysed,
            frames_shed=dropped,
            bytes_in=came - was,
            key_frames_only_s=step_s if vitals.thinned and step_s <= LONGEST_STEP_S else 0.0,
            lag_s=vitals.lag_s if analysed else None,
        )

    def _rates(self, health: StreamHealth) -> tuple[float | None, float | None, float | None]:
        """Frames and bytes a second and the share of packets that were lost, lately; None where not known."""
        if len(self._came) < _RATES_OVER:
            return None, None, None
        (bytes_0, packets_0, lost_0), (bytes_1, packets_1, lost_1) = self._came[0], self._came[-1]
        lost_share = None
        if lost_0 is not None and lost_1 is not None and (all_ := packets_1 - packets_0 + lost_1 - lost_0) > 0:
            lost_share = (lost_1 - lost_0) / all_
        return health.fps_in, (bytes_1 - bytes_0) / (_STEP_S * (_RATES_OVER - 1)), lost_share

    def _recall(self) -> None:
        """Take up the history that is kept; one that cannot be read is begun anew."""
        if self.history is None or not self.history.exists():
            return
        try:
            usual = msgspec.json.decode(self.history.read_bytes(), type=Usual)
        except (OSError, msgspec.DecodeError) as error:
            log.warning("%s: what was known of its pictures cannot be read and is learned anew: %s", self._stream, error)
            return
        self._usual = usual
        self._judge, self._likeness = Judge(usual), Likeness(usual)

    def _keep(self, now_ns: int) -> None:
        """Keep what is known of the camera, so that a fault is known after a restart too."""
        self._kept_ns = now_ns
        if self.history is None or not self._usual.looks:
            return
        part = self.history.with_name(self.history.name + ".part")
        try:
            part.write_bytes(msgspec.json.encode(self._usual))
            part.replace(self.history)
        except OSError as error:
            log.warning("%s: what is known of its pictures cannot be kept: %s", self._stream, error)
