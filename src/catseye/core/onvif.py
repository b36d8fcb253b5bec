"""What a camera says of itself over ONVIF, and which of its streams is asked for."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

WANTED_WIDTH_PX: Final = 640
WANTED_FPS: Final = (5.0, 8.0)

TamperKind = Literal["scene_change", "too_blurry", "too_dark", "too_bright"]


class MediaProfile(msgspec.Struct, frozen=True, kw_only=True):
    """One stream that a camera offers (an ONVIF media profile). ``size`` in pixels; None is not said."""

    token: str
    name: str = ""
    codec: str = ""
    size: tuple[int, int] | None = None
    fps: float | None = None


class OnvifFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A camera as it describes itself. ``clock_offset_s`` is its clock less ours, to half a second.

    ``pan_tilt_zoom`` is where it points, -1 to 1. ``address`` is the stream of ``chosen``, without credentials. ``notes`` are
    sentences for the user.
    """

    maker: str = ""
    model: str = ""
    firmware: str = ""
    clock_offset_s: float | None = None
    profiles: tuple[MediaProfile, ...] = ()
    chosen: MediaProfile | None = None
    address: str = ""
    pan_tilt_zoom: tuple[float, float, float] | None = None
    notes: tuple[str, ...] = ()


class TamperEvent(msgspec.Struct, frozen=True, kw_only=True):
    """The camera tells that its view was changed or spoilt (``active``), or is so no more. ``at`` is its own clock's text."""

    kind: TamperKind
    active: bool
    at: str = ""


class OnvifNow(msgspec.Struct, frozen=True, kw_only=True):
    """What a camera says at one asking. None is not said, and ``tampering`` is what it told since it was asked last, in order.

    ``clock_offset_s`` and ``pan_tilt_zoom`` are as in ``OnvifFacts``.
    """

    clock_offset_s: float | None = None
    pan_tilt_zoom: tuple[float, float, float] | None = None
    tampering: tuple[TamperEvent, ...] = ()


class Discovered(msgspec.Struct, frozen=True, kw_only=True):
    """A device that answered a probe. ``addresses`` are of its ONVIF service; ``allowed`` those that may be reached."""

    endpoint: str
    answered_from: str
    addresses: tuple[str, ...]
    allowed: tuple[str, ...]
    name: str = ""
    hardware: str = ""


def choose_profile(profiles: Sequence[MediaProfile]) -> MediaProfile | None:
    """The stream to count on: nearest to 640 wide, then nearest to 5-8 frames a second, then the first. None where there is none.

    A profile that does not say its size comes last.
    """
    return min(profiles, key=_distance, default=None)


def _distance(profile: MediaProfile) -> tuple[bool, float, float]:
    width = profile.size[0] if profile.size else 0
    off = max(width, WANTED_WIDTH_PX) / max(1, min(width, WANTED_WIDTH_PX))
    low, high = WANTED_FPS
    fps = low if profile.fps is None else profile.fps
    return width == 0, off, max(low - fps, fps - high, 0.0)
