"""Follows road users from frame to frame by where they are and how they move, and by nothing else.

Sure detections are given out first, then doubtful ones to tracks that would otherwise be missed (Zhang et al. 2022, ByteTrack), to
whom they are likeliest (``associate.fitting``). All lifetimes are seconds of watched
time: a frame that was not looked at, or a region not searched, ages nothing. There is no appearance model, so a track cannot be
joined to another one of a different view or run.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import F64
from catseye.core.detection import Detections
from catseye.core.ids import RunId, track_number
from catseye.core.road_users import RoadUser
from catseye.core.time import seconds
from catseye.core.tracks import Tracks, TrackState, no_tracks
from catseye.vision.associate import assign, doubles, fitting, of_one, overlapping, without_doubles
from catseye.vision.attributes import Votes
from catseye.vision.kalman import KalmanBoxes, to_centre

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerParams:
    """Confidence from ``sure`` up begins and carries tracks, from ``doubtful`` up carries them only.

    A track is confirmed once seen ``confirm_hits`` times over ``confirm_s``, a pedestrian only once gone ``confirm_travel`` of
    its size or ``confirm_margin`` surer than need be on average: detectors see people in cones and posts, but those neither move
    nor convince. A confirmed one lives ``coast_s`` unseen, a tentative one ``tentative_s``. A detection goes to a track if it is
    likelier there than from a newcomer: ``newcomers`` is the density of those (see ``fitting``), ``newcomers_doubtful`` that of
    doubtful boxes of nobody, and ``pace_on_foot`` how agile a pedestrian is beside a vehicle. What is left may go to an unseen
    track that it overlaps by ``least_overlap`` (IoU). Who was unseen for more than ``brief_s`` reaches no further than
    ``coast_reach`` lengths: where a track coasts, others are as likely. A track is proven once the seconds it was looked for, each
    times confidence / ``sure`` - 1/2 (confidence 0 where it was not found), sum to ``proof_s``: a road user that is seen at all is
    seen often or surely, and sightings in seconds say the same at any frame rate.
    """

    sure: float = 0.4
    doubtful: float = 0.15
    confirm_hits: int = 3
    confirm_s: float = 0.15
    confirm_travel: float = 0.3
    confirm_margin: float = 0.15
    coast_s: float = 2.0
    tentative_s: float = 0.35
    pace_on_foot: float = 0.5
    newcomers: float = 0.005
    newcomers_doubtful: float = 0.2
    least_overlap: float = 0.2
    brief_s: float = 0.35
    coast_reach: float = 1.0
    proof_s: float = 0.17


@dataclass(slots=True, eq=False)
class Ended:
    """A track that has ended: its number, whether it was ever confirmed, its kind, and why it ended."""

    number: int
    confirmed: bool
    road_user: int
    confidence: float
    reason: str


class Tracker:
    """The tracks of one run. ``update`` takes the detections of each looked-at frame, in order of capture."""

    def __init__(self, run: RunId, params: TrackerParams | None = None) -> None:
        self._run = run
        self._params = params or TrackerParams()
        self._births = 0
        self._at_ns: int | None = None
        self._kalman = KalmanBoxes()
        self._votes = Votes()
        self._number = np.zeros(0, np.int64)
        self._hits = np.zeros(0, np.int32)
        self._born_ns = np.zeros(0, np.int64)
        self._unseen_s = np.zeros(0)
        self._proof_s = np.zeros(0)
        self._confirmed = np.zeros(0, bool)
        self._proven = np.zeros(0, bool)
        self._confidence = np.zeros(0, np.float32)
        self._sum_confidence = np.zeros(0)
        self._birthplace = np.zeros((0, 2))
        self._detection = np.zeros(0, np.int32)

    def __len__(self) -> int:
        """The number of live tracks."""
        return len(self._number)

    @property
    def votes(self) -> Votes:
        """What each track was taken for, row by row of the tracks."""
        return self._votes

    def update(self, found: Detections) -> tuple[Tracks, list[Ended]]:
        """Take one looked-at frame in. Returns the tracks alive after it and those that ended with it."""
        elapsed_s = 0.0 if self._at_ns is None else max(0.0, seconds(found.at_ns - self._at_ns))
        self._at_ns = found.at_ns
        self._kalman.predict(elapsed_s)
        self._detection = np.full(len(self), -1, np.int32)
        free = self._associate(found)
        self._judge(elapsed_s * self._was_searched(found))
        self._confirm(found.at_ns)
        ended = self._end(found.size)
        self._begin(found, free)
        return self._columns(found.at_ns, found.size), ended

    def hold(self, at_ns: int, size: tuple[int, int]) -> Tracks:
        """Nothing moved since the last frame, so nobody looked: everyone stands where they stood."""
        self._at_ns = at_ns
        if not len(self):
            return no_tracks(at_ns, size)
        self._kalman.velocity[:] = 0.0
        self._detection = np.full(len(self), -1, np.int32)
        return self._columns(at_ns, size)

    def close(self, reason: str = "run_ended") -> list[Ended]:
        """End every track, with the run unless ``reason`` says otherwise."""
        ended = [self._ended(row, reason) for row in range(len(self))]
        self._keep(np.zeros(len(self), bool))
        return ended

    def _associate(self, found: Detections) -> Rows:
        """Give detections to tracks; returns the sure detections that nobody took."""
        params, kinds = self._params, self._votes.kinds()
        sure = np.flatnonzero(found.confidence >= params.sure)
        doubtful = np.flatnonzero((found.confidence < params.sure) & (found.confidence >= params.doubtful))

        expected, centre = self._kalman.expected(), to_centre(found.xyxy)
        most = np.where(self._unseen_s > params.brief_s, params.coast_reach, np.inf)

        def round_of(rows: Rows, columns: Rows, density: float | None) -> Rows:
            if not len(rows) or not len(columns):
                return columns
            if density is None:
                candidates = overlapping(expected[rows], found.xyxy[columns], params.least_overlap)
            else:
                candidates = fitting(expected[rows], centre[columns], density, most[rows])
            taken, given = assign(of_one(candidates, kinds[rows], found.road_user[columns]))
            self._take(rows[taken], columns[given], found)
            left = np.ones(len(columns), bool)
            left[given] = False
            return columns[left]

        settled = np.flatnonzero(self._confirmed)
        sure = round_of(settled, sure, params.newcomers)
        unseen = settled[(self._detection[settled] < 0) & (self._unseen_s[settled] < params.coast_s / 2)]
        round_of(unseen, doubtful, params.newcomers_doubtful)
        sure = round_of(np.flatnonzero(~self._confirmed), sure, params.newcomers)
        # A box cut short by an edge or by whoever stands before it is an unlikely one, but it still lies where the track is.
        return round_of(np.flatnonzero(self._detection < 0), sure, None)

    def _take(self, rows: Rows, columns: Rows, found: Detections) -> None:
        confidence = found.confidence[columns]
        self._kalman.update(rows, found.xyxy[columns], np.clip(confidence / self._params.sure, 0.5, 1.0))
        self._votes.add(rows, found.road_user[columns], confidence)
        self._hits[rows] += 1
        self._confidence[rows] = confidence
        self._sum_confidence[rows] += confidence
        self._detection[rows] = columns

    def _was_searched(self, found: Detections) -> F64:
        """1.0 for each track whose centre lies in a searched region, else 0.0: what was not looked at cannot be missed."""
        centre = self._kalman.mean[:, None, :2]
        low, high = found.searched[None, :, :2], found.searched[None, :, 2:]
        within = np.concatenate([centre >= low, centre <= high], axis=2).all(axis=2)
        return np.asarray(np.asarray(within, np.float64).max(axis=1, initial=0.0), np.float64)

    def _judge(self, searched_s: F64) -> None:
        """Age and weigh the tracks by what this look, after ``searched_s`` (N,), found of them."""
        seen = self._detection >= 0
        share = np.where(seen, self._confidence, 0.0) / self._params.sure
        self._unseen_s = np.where(seen, 0.0, self._unseen_s + searched_s)
        self._proof_s += searched_s * (share - 0.5)
        self._proven |= self._proof_s >= self._params.proof_s

    def _confirm(self, at_ns: int) -> None:
        rows = np.flatnonzero(~self._confirmed & (self._detection >= 0))
        if not len(rows):
            return
        hits, mean, age_s = self._hits[rows], self._kalman.mean[rows], (at_ns - self._born_ns[rows]) / 1e9
        enough = (hits >= self._params.confirm_hits) | ((hits >= 2) & (age_s >= 0.5))
        gone_px = np.hypot(*(mean[:, :2] - self._birthplace[rows]).T)
        moved = gone_px >= self._params.confirm_travel * np.sqrt(mean[:, 2] * mean[:, 3])
        clear = self._sum_confidence[rows] >= (self._params.sure + self._params.confirm_margin) * hits
        upright = self._votes.kinds()[rows] == RoadUser.PEDESTRIAN  # what a detector takes cones and posts for
        self._confirmed[rows] = enough & (moved | clear | ~upright) & (age_s >= self._params.confirm_s)

    def _end(self, size: tuple[int, int]) -> list[Ended]:
        limit = np.where(self._confirmed, self._params.coast_s, self._params.tentative_s)
        lost = self._unseen_s > limit
        centre = self._kalman.mean[:, :2]
        inside = (centre[:, 0] >= 0) & (centre[:, 1] >= 0) & (centre[:, 0] <= size[0]) & (centre[:, 1] <= size[1])
        outside = ~inside & (self._detection < 0)
        gone = lost | outside
        ended = [self._ended(int(row), "left" if outside[row] else "lost") for row in np.flatnonzero(gone)]
        self._keep(~gone)
        return ended

    def _ended(self, row: int, reason: str) -> Ended:
        kind, share = self._votes.winner(row)
        return Ended(int(self._number[row]), bool(self._confirmed[row]), int(kind), share, reason)

    def _begin(self, found: Detections, free: Rows) -> None:
        if not len(free):
            return
        held = self._kalman.xyxy()[self._detection >= 0]
        fresh = without_doubles(found, free[~doubles(found.xyxy[free], held)])
        fresh = fresh[np.lexsort(found.xyxy[fresh].T)]  # so that numbers do not depend on the detector's order
        if not (n := len(fresh)):
            return
        numbers = [track_number(self._run, self._births + k) for k in range(n)]
        self._births += n
        on_foot = found.road_user[fresh] == RoadUser.PEDESTRIAN
        self._kalman.add(found.xyxy[fresh], np.where(on_foot, self._params.pace_on_foot, 1.0))
        self._votes.begin(found.road_user[fresh], found.confidence[fresh])
        self._number = np.concatenate([self._number, np.array(numbers, np.int64)])
        self._hits = np.concatenate([self._hits, np.ones(n, np.int32)])
        self._born_ns = np.concatenate([self._born_ns, np.full(n, found.at_ns, np.int64)])
        self._unseen_s = np.concatenate([self._unseen_s, np.zeros(n)])
        self._proof_s = np.concatenate([self._proof_s, np.zeros(n)])
        self._confirmed = np.concatenate([self._confirmed, np.zeros(n, bool)])
        self._proven = np.concatenate([self._proven, np.zeros(n, bool)])
        self._confidence = np.concatenate([self._confidence, found.confidence[fresh]])
        self._sum_confidence = np.concatenate([self._sum_confidence, found.confidence[fresh]])
        self._birthplace = np.concatenate([self._birthplace, boxes.centre(found.xyxy[fresh])])
        self._detection = np.concatenate([self._detection, fresh.astype(np.int32)])

    def _keep(self, kept: npt.NDArray[np.bool_]) -> None:
        if kept.all():
            return
        self._kalman.keep(kept)
        self._votes.keep(kept)
        self._number, self._hits, self._born_ns = self._number[kept], self._hits[kept], self._born_ns[kept]
        self._unseen_s, self._confirmed = self._unseen_s[kept], self._confirmed[kept]
        self._proof_s, self._proven = self._proof_s[kept], self._proven[kept]
        self._confidence, self._detection = self._confidence[kept], self._detection[kept]
        self._sum_confidence, self._birthplace = self._sum_confidence[kept], self._birthplace[kept]

    def _columns(self, at_ns: int, size: tuple[int, int]) -> Tracks:
        unseen = self._unseen_s > 0
        state = np.where(self._confirmed, np.where(unseen, TrackState.COASTING, TrackState.CONFIRMED), TrackState.TENTATIVE)
        return Tracks(
            at_ns=at_ns,
            size=size,
            number=self._number.copy(),
            xyxy=boxes.clip(self._kalman.xyxy(), size),
            velocity=self._kalman.velocity.astype(np.float32),
            state=state.astype(np.int8),
            detection=self._detection.copy(),
            road_user=self._votes.kinds(),
            confidence=self._confidence.copy(),
            proven=self._proven.copy(),
            sure=(self._detection >= 0) & (self._confidence >= self._params.sure),
        )
