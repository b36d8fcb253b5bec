"""Road users on calibrated ground, instant by instant."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroundSightings:
    """Who stood where at one instant, columns of N in order of ``number``.

    ``number`` int64 of the track (meaningless outside its run); ``road_user`` int16; ``xy_m`` float64 (N, 2), the middle of the
    footprint on the scene's plane; ``velocity_mps`` float64 (N, 2); ``place_error_m`` and ``speed_error_mps`` float64 (N,), one
    standard deviation each, of the tracking and of the calibration together; ``heading_rad`` float64, counter-clockwise from x,
    NaN where not known; ``length_m`` and ``width_m`` float64 of the body; ``seen`` bool: false where it was between two sightings,
    so that its place is interpolated.
    """

    at_ns: int
    number: npt.NDArray[np.int64]
    road_user: npt.NDArray[np.int16]
    xy_m: F64
    velocity_mps: F64
    place_error_m: F64
    speed_error_mps: F64
    heading_rad: F64
    length_m: F64
    width_m: F64
    seen: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """The number of road users."""
        return len(self.number)

    def __getitem__(self, index: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> "GroundSightings":
        """Those at ``index``, in that order."""
        columns = {field.name: getattr(self, field.name)[index] for field in fields(self) if field.name != "at_ns"}
        return GroundSightings(at_ns=self.at_ns, **columns)

    @property
    def speed_mps(self) -> F64:
        """How fast each goes, (N,)."""
        return np.asarray(np.hypot(*self.velocity_mps.T), np.float64)


def nobody(at_ns: int) -> GroundSightings:
    """An empty street."""
    none = np.zeros(0)
    return GroundSightings(
        at_ns=at_ns,
        number=np.zeros(0, np.int64),
        road_user=np.zeros(0, np.int16),
        xy_m=np.zeros((0, 2)),
        velocity_mps=np.zeros((0, 2)),
        place_error_m=none,
        speed_error_mps=none,
        heading_rad=none,
        length_m=none,
        width_m=none,
        seen=np.zeros(0, np.bool_),
    )
