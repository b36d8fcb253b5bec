"""Turns analysed frames into messages for the live page."""

from collections.abc import Callable

import msgspec
import numpy as np

from catseye.core.compared import Compared
from catseye.core.errors import RedactionError
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.core.tracks import TrackState
from catseye.privacy.redaction import RedactedPicture
from catseye.runtime.analysed import Analysed, Volumes
from catseye.runtime.comparing import Comparing
from catseye.runtime.feed import Feed
from catseye.runtime.worker import StreamWorker
from catseye.vision.stillness import STILL_S
from catseye.wire.live import LineView, LiveHeader, Tag, ZoneView, encode


class LiveSink:
    """Publishes each analysed frame on a feed, and once more the last one with the results when the watch is over.

    No picture is made while nobody listens, unless it is ``always`` asked for: whoever comes after the end sees the last one.
    """

    def __init__(
        self,
        feed: Feed,
        worker: StreamWorker,
        encode_jpeg: Callable[[RedactedPicture], bytes],
        *,
        comparing: Comparing | None = None,
        always: bool = False,
    ) -> None:
        self._feed, self._worker, self._encode_jpeg = feed, worker, encode_jpeg
        self._comparing, self._always = comparing, always
        self._last: tuple[LiveHeader, bytes, Scene] | None = None

    def take(self, analysed: Analysed) -> None:
        """Redact, encode, publish; a picture that cannot be made safe is withheld and the tags go alone."""
        if not self._feed.listened and not self._always:
            self._last = None
            return
        jpeg, withheld = b"", ""
        try:
            jpeg = self._encode_jpeg(analysed.picture())
        except RedactionError as error:
            withheld = error.message
        header = self._header(analysed, withheld)
        self._last = (header, jpeg, analysed.pipeline.scene)
        self._feed.publish(encode(header, jpeg))

    def close(self) -> None:
        """Publish the last frame again, with all that is known by now."""
        if self._last is None:
            return
        (header, jpeg, scene), self._last = self._last, None
        worker = self._worker
        final = msgspec.structs.replace(
            header,
            lines=_lines(scene, worker.volumes),
            health=worker.stream_health(),
            compared=self._compared(worker.last_ns, ended=True),
        )
        self._feed.conclude(encode(final, jpeg))

    def _header(self, analysed: Analysed, withheld: str) -> LiveHeader:
        frame, pipeline = analysed.frame, analysed.pipeline
        present = pipeline.present
        return LiveHeader(
            stream=frame.stream,
            run=frame.run,
            seq=frame.seq,
            at_ns=frame.at_ns,
            captured_ns=analysed.captured_ns,
            size=frame.size,
            timezone=pipeline.scene.timezone,
            tags=tags(analysed),
            lines=_lines(pipeline.scene, analysed.volumes),
            zones=tuple(ZoneView(name=z.name, polygon=z.polygon, present=present.get(z.name, 0)) for z in pipeline.scene.zones),
            health=self._worker.stream_health(),
            withheld=withheld,
            learning_s=pipeline.learning_s,
            scene_proposed=self._worker.scene_proposed,
            compared=self._compared(frame.at_ns),
        )

    def _compared(self, now_ns: int | None, *, ended: bool = False) -> Compared | None:
        return None if self._comparing is None else self._comparing.at(self._worker.first_ns, now_ns, ended=ended)


def _lines(scene: Scene, volumes: Volumes) -> tuple[LineView, ...]:
    return tuple(
        LineView(
            name=line.name,
            points=line.points,
            directions=line.directions,
            volumes=volumes.of(line.name, line.directions),
        )
        for line in scene.lines
    )


def tags(analysed: Analysed) -> tuple[Tag, ...]:
    """A tag for each road user that is followed, the confirmed ones only. Boxes are in unit coordinates."""
    tracks = analysed.pipeline.tracks
    unit = (tracks.xyxy / np.array(tracks.size * 2, np.float32)).round(4)
    return tuple(
        Tag(
            tag=f"{int(tracks.number[row]) & 0xFFF:03x}",
            road_user=RoadUser(int(tracks.road_user[row])).label,
            confidence=round(float(tracks.confidence[row]), 2),
            box=tuple(unit[row].tolist()),
            seen=bool(tracks.state[row] == TrackState.CONFIRMED),
            parked=bool(analysed.pipeline.still_s[row] >= STILL_S),
        )
        for row in np.flatnonzero(tracks.state != TrackState.TENTATIVE)
    )
