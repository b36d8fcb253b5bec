"""The paths of live tracks, and the sightings that flows are learned from."""

from collections import deque

import numpy as np

from catseye.core.ids import RunId, StreamId
from catseye.core.tracks import Trajectory
from catseye.rules.positions import F64, Positions, label
from catseye.vision.tracker import Ended

LONGEST_PATH = 512  # points; a longer path is thinned to every second one, so an hour in view costs no more than a minute


class PathBook:
    """Collects each live track's ground points and gives them back as a Trajectory when it ends."""

    def __init__(self, stream: StreamId, run: RunId) -> None:
        self._stream, self._run = stream, run
        self._paths: dict[int, list[tuple[int, float, float]]] = {}

    def update(self, seen: Positions, size: tuple[int, int]) -> None:
        """Add a sighting of each road user."""
        unit = (seen.point / np.asarray(size, np.float64)).round(5).tolist()
        for number, (x, y) in zip(seen.number.tolist(), unit, strict=True):
            path = self._paths.setdefault(number, [])
            path.append((seen.at_ns, x, y))
            if len(path) > LONGEST_PATH:
                del path[1::2]

    def end(self, ended: Ended) -> Trajectory | None:
        """The trajectory of an ended track; None if it was never confirmed."""
        path = self._paths.pop(ended.number, None)
        if not path or not ended.confirmed:
            return None
        return Trajectory(
            stream=self._stream,
            run=self._run,
            track=ended.number,
            road_user=label(ended.road_user),
            confidence=round(ended.confidence, 3),
            times_ns=tuple(at for at, _, _ in path),
            path_unit=tuple((x, y) for _, x, y in path),
            end_reason=ended.reason,
        )


class Sightings:
    """The last sightings of a street without count lines, so that lines proposed later count them too."""

    def __init__(self, most: int = 12_000) -> None:
        self._kept: deque[Positions] = deque(maxlen=most)

    def add(self, seen: Positions) -> None:
        """Keep one frame's sightings."""
        self._kept.append(seen)

    def starts_ns(self) -> int | None:
        """The instant of the oldest kept frame."""
        return self._kept[0].at_ns if self._kept else None

    def frames(self) -> list[Positions]:
        """The kept frames, in order."""
        return list(self._kept)

    def numbers(self) -> set[int]:
        """The tracks in them."""
        return {number for seen in self._kept for number in seen.number.tolist()}

    def paths(self) -> list[F64]:
        """The path (M, 2) px of each road user, in the order they appeared."""
        paths: dict[int, list[F64]] = {}
        for seen in self._kept:
            for number, point in zip(seen.number.tolist(), seen.point, strict=True):
                paths.setdefault(number, []).append(point)
        return [np.array(points) for points in paths.values()]
