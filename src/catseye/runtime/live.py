"""Turns analysed frames into messages for the live page."""

from collections.abc import Callable

import numpy as np

from catseye.core.errors import RedactionError
from catseye.core.road_users import RoadUser
from catseye.core.tracks import TrackState
from catseye.privacy.redaction import RedactedPicture
from catseye.runtime.analysed import Analysed
from catseye.runtime.feed import Feed
from catseye.runtime.worker import StreamWorker
from catseye.vision.stillness import STILL_S
from catseye.wire.live import LineView, LiveHeader, Tag, ZoneView, encode


class LiveSink:
    """Publishes each analysed frame on a feed; makes no picture while nobody listens."""

    def __init__(self, feed: Feed, worker: StreamWorker, encode_jpeg: Callable[[RedactedPicture], bytes]) -> None:
        self._feed, self._worker, self._encode_jpeg = feed, worker, encode_jpeg

    def take(self, analysed: Analysed) -> None:
        """Redact, encode, publish; a picture that cannot be made safe is withheld and the tags go alone."""
        if not self._feed.listened:
            return
        jpeg, withheld = b"", ""
        try:
            jpeg = self._encode_jpeg(analysed.picture())
        except RedactionError as error:
            withheld = error.message
        self._feed.publish(encode(self._header(analysed, withheld), jpeg))

    def close(self) -> None:
        """Nothing to finish."""

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
            lines=tuple(
                LineView(
                    name=line.name,
                    points=line.points,
                    directions=line.directions,
                    volumes=analysed.volumes.of(line.name, line.directions),
                )
                for line in pipeline.scene.lines
            ),
            zones=tuple(ZoneView(name=z.name, polygon=z.polygon, present=present.get(z.name, 0)) for z in pipeline.scene.zones),
            health=self._worker.vitals.health(),
            withheld=withheld,
            learning_s=pipeline.learning_s,
            scene_proposed=self._worker.scene_proposed,
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
