"""What stands behind a volume: the truth samples that say how wrong counts are, and the receipt that each cell carries."""

import hashlib
from typing import Literal

import msgspec

from catseye.core.ids import RunId, StreamId

Light = Literal["day", "dusk", "night", "glare", "rain", "unknown"]
Status = Literal["verified", "unverified"]
SAMPLE_VERSION = 1
ALL_KINDS = ""  # the road user of a row that holds all kinds together, whatever each was called


class LightSeen(msgspec.Struct, frozen=True, kw_only=True, tag="light_seen"):
    """The light and weather that a stream's pictures showed during [start, end)."""

    stream: StreamId
    run: RunId
    light: Light
    start_ns: int
    end_ns: int


class SampleRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One direction of one rule in one clip, for one kind of road user, or (``ALL_KINDS``) for all together.

    ``matched`` were counted as what they are, ``missed`` were not, ``extra`` are counts of nothing. One counted as another kind is
    missed in one row and extra in another, and matched in the row of all kinds.
    """

    rule: str
    direction: str
    road_user: str
    matched: int
    missed: int
    extra: int


class SampleClip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of video that was counted by somebody who knows, and by Catseye.

    ``weight`` is one over the chance with which it was picked; only its ratio to that of other clips matters.
    """

    name: str
    light: Light
    seconds: float
    rows: tuple[SampleRow, ...]
    weight: float = 1.0


class TruthSample(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Clips of one view, read by one detector, whose truth is known: what intervals rest on.

    ``dispersion`` is the variance over the mean of true volumes of 2.5 minutes: 1 where road users come at random, more where they
    come in platoons.
    """

    version: int
    scene_revision: str
    detector: str
    detector_sha256: str
    clips: tuple[SampleClip, ...]
    dispersion: float = 1.0

    @property
    def identity(self) -> str:
        """A hash of all that it says."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:12]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """How far a cell's volume can be trusted, and what that rests on.

    ``interval`` holds the true volume of this row with 95 %, ``way_interval`` that of all kinds in this direction together: over
    the whole cell once it is final, over its observed seconds before. Both are None without a truth sample that fits, and ``why``
    says what is missing; no interval is ever made up. ``light`` is what was seen longest, ``light_s`` the seconds of each. Where
    several detectors or scenes shared a cell, their names stand side by side. Empty means that there is none.
    """

    status: Status = "unverified"
    interval: tuple[int, int] | None = None
    way_interval: tuple[int, int] | None = None
    why: str = ""
    light: Light = "unknown"
    light_s: dict[str, float] = {}
    detector: str = ""
    detector_sha256: str = ""
    scene_revision: str = ""
    calibration: str = ""
    truth_sample: str = ""
