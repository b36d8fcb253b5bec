"""Where the road users stand, as the rules of a scene see it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.road_users import RoadUser
from catseye.core.tracks import Tracks, TrackState
from catseye.rules.footprint import Footprints

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """The confirmed road users seen in one frame, columns of N.

    ``number`` int64 ascending; ``point`` float64 (N, 2) px, where each meets the ground; ``reach`` float64 (N,) px, the length that
    its position can be trusted to (a share of its size); ``road_user`` int16; ``cut`` bool: its box ends at the picture's edge;
    ``sure`` bool: it was not seen doubtfully.

    Doubtful boxes carry a track on, so that who is faint for a while stays one road user. But of what a detector invents there are
    always some about, and where nobody is any more they wander over lines. So rules take sure sightings alone: who crosses a line
    while it is faint is found to have crossed at its next sure sighting.
    """

    at_ns: int
    number: npt.NDArray[np.int64]
    point: F64
    reach: F64
    road_user: npt.NDArray[np.int16]
    cut: npt.NDArray[np.bool_]
    sure: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """The number of road users."""
        return len(self.number)

    def __getitem__(self, index: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Positions":
        """Those at ``index``, in that order."""
        number, point, reach = self.number[index], self.point[index], self.reach[index]
        return Positions(self.at_ns, number, point, reach, self.road_user[index], self.cut[index], self.sure[index])

    def sure_ones(self) -> "Positions":
        """Those that were not seen doubtfully."""
        return self if self.sure.all() else self[self.sure]


TRUST = 0.12  # a detected foot point jitters by a few hundredths of the box; a true passage goes far beyond this share of it


def positions(tracks: Tracks, footprints: Footprints | None = None) -> Positions:
    """The positions of the tracks that are confirmed and were seen in this frame. Others are guesses: they have none.

    On calibrated ground (``footprints``) a road user is where the middle of its footprint is, else where its box's lower edge is.
    """
    return sighted(tracks, footprints)[0]


def sighted(tracks: Tracks, footprints: Footprints | None = None) -> tuple[Positions, Positions]:
    """The ``positions``, and those of the tracks seen in this frame that are not confirmed yet."""
    rows = np.flatnonzero(tracks.detection >= 0)
    rows = rows[tracks.number[rows].argsort(kind="stable")]
    xyxy = tracks.xyxy[rows]
    seen = Positions(
        at_ns=tracks.at_ns,
        number=tracks.number[rows],
        point=boxes.foot(xyxy)
        if footprints is None
        else footprints.points(tracks.number[rows], xyxy, tracks.velocity[rows], tracks.road_user[rows]),
        reach=TRUST * np.sqrt(np.maximum(boxes.area(xyxy), 16.0)),
        road_user=tracks.road_user[rows],
        cut=np.asarray(boxes.at_edge(xyxy, tracks.size).any(axis=1), np.bool_),
        sure=tracks.sure[rows],
    )
    confirmed = tracks.state[rows] == TrackState.CONFIRMED
    return seen[confirmed], seen[~confirmed]


def label(kind: int) -> str:
    """The name of a kind of road user."""
    return RoadUser(kind).label
