"""What happened at a rule of the scene. Events are facts: one id each, never changed, kept for a short time."""

import msgspec

from catseye.core.ids import RunId, StreamId


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    """What every event says.

    ``at_ns`` is the interpolated instant it happened, ``seen_at_ns`` the capture instant of the frame that settled it. ``track`` is
    meaningless outside its run. ``point_unit`` is where, in 0..1 of the picture.
    """

    id: str
    stream: StreamId
    run: RunId
    track: int
    rule: str
    at_ns: int
    seen_at_ns: int
    road_user: str
    point_unit: tuple[float, float]
    scene_revision: str


class LineCrossed(_Event, frozen=True, kw_only=True, tag="line_crossed"):
    """A road user crossed the count line ``rule``. ``direction`` is one of the line's two."""

    direction: str


class ZoneEntered(_Event, frozen=True, kw_only=True, tag="zone_entered"):
    """A road user entered the detection zone ``rule``, or was first seen inside it (``appeared``)."""

    appeared: bool = False


class ZoneLeft(_Event, frozen=True, kw_only=True, tag="zone_left"):
    """A road user left the detection zone ``rule``, or was last seen inside it (``vanished``)."""

    dwell_s: float
    vanished: bool = False


class MovementCompleted(_Event, frozen=True, kw_only=True, tag="movement_completed"):
    """A road user left zone ``origin`` and later entered zone ``destination``, in this order: movement ``rule``."""

    origin: str
    destination: str


Event = LineCrossed | ZoneEntered | ZoneLeft | MovementCompleted


class Coverage(msgspec.Struct, frozen=True, kw_only=True, tag="coverage"):
    """The rules of one scene revision were watched during [start, end). What no coverage spans was not observed."""

    stream: StreamId
    run: RunId
    scene_revision: str
    start_ns: int
    end_ns: int
