"""What is in ONVIF answers, and encoder settings as requests have them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from catseye.adapters.onvif.soap import as_xml, every, find, number, text
from catseye.core.onvif import MediaProfile, TamperEvent, TamperKind

_CODECS = {"H264": "h264", "H265": "hevc", "JPEG": "mjpeg", "MPEG4": "mpeg4"}
_TAMPERING: dict[str, TamperKind] = {
    "GlobalSceneChange": "scene_change",
    "ImageTooBlurry": "too_blurry",
    "ImageTooDark": "too_dark",
    "ImageTooBright": "too_bright",
}
_ADDRESSING = "http://www.w3.org/2005/08/addressing"
_PARAMETERS_MOST, _REFERENCE_MOST = 8, 4000  # elements and characters of a subscription's reference
INSTANT: Final = (("Date", "Year"), ("Date", "Month"), ("Date", "Day"), ("Time", "Hour"), ("Time", "Minute"), ("Time", "Second"))


def path_of(address: str) -> str:
    """Path and query of an address, safe to ask for; "" where it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if path.startswith("/") and path.isascii() and path.isprintable() and " " not in path else ""


@dataclass(frozen=True, slots=True)
class PullPoint:
    """Where a camera's events are pulled from. ``to`` and ``reference`` (XML) are its own words, which it wants to hear again."""

    path: str
    to: str
    reference: str

    def header(self, action: str) -> str:
        """The header of WS-Addressing 1.0 that names the subscription."""
        own = f'xmlns:a="{_ADDRESSING}"'
        return f"<a:Action {own}>{escape(action)}</a:Action><a:To {own}>{escape(self.to)}</a:To>{self.reference}"


def pull_point(answer: Element, own_path: str) -> PullPoint:
    """What an answer to CreatePullPointSubscription names; ``own_path`` is the event service's, for one that names no path.

    Some makers have one address for all subscriptions and tell them apart by parameters (WS-Addressing 1.0, 2.2), which are sent
    back as headers as they came.
    """
    to = text(answer, "SubscriptionReference", "Address")
    told = find(answer, "SubscriptionReference", "ReferenceParameters")
    parts = [as_xml(one) for one in list(told)[:_PARAMETERS_MOST]] if told is not None else []
    reference = "".join(parts)
    return PullPoint(path_of(to) or own_path, to, reference if len(reference) <= _REFERENCE_MOST else "")


def _opening(coder: Element) -> str:
    written = as_xml(coder)
    return written[: written.index(">") + 1]


def as_configuration(coder: Element) -> str:
    """The same element as a request to set it has it: named Configuration, in the request's namespace."""
    written, opening = as_xml(coder), _opening(coder)
    declared = " ".join(part for part in opening[1:-1].split(" ") if part.startswith("xmlns:"))
    attributes = " ".join(f"{key}={quoteattr(value)}" for key, value in coder.attrib.items() if "}" not in key)
    inner = written[len(opening) : written.rindex("</")]
    return f"<t:Configuration {declared} {attributes}>{inner}</t:Configuration>"


def rotated(answer: Element) -> tuple[float, float, float] | None:
    """Pan, tilt and zoom of a GetStatus answer, as it counts them (-1 to 1); None where it says none."""
    turned, zoomed = find(answer, "Position", "PanTilt"), find(answer, "Position", "Zoom")
    if turned is None:
        return None
    try:
        return float(turned.get("x", "")), float(turned.get("y", "")), 0.0 if zoomed is None else float(zoomed.get("x", "0"))
    except ValueError:
        return None


def instant_s(answer: Element) -> int | None:
    """Seconds since 1970 of a GetSystemDateAndTime answer; None where it says none."""
    told = find(answer, "UTCDateTime")
    values = [] if told is None else [number(told, part, name) for part, name in INSTANT]
    try:
        year, month, day, hour, minute, second = (int(value) for value in values if value is not None)
        return int(datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).timestamp())
    except (ValueError, OverflowError):
        return None


def profile_of(one: Element, coder: Element) -> MediaProfile:
    """A profile of which ``coder`` is the video encoder."""
    width, height = number(coder, "Resolution", "Width"), number(coder, "Resolution", "Height")
    said = text(coder, "Encoding").upper()
    return MediaProfile(
        token=one.get("token", "")[:200],
        name=text(one, "Name"),
        codec=_CODECS.get(said, said.lower()),
        size=(int(width), int(height)) if width and height and width > 0 and height > 0 else None,
        fps=number(coder, "RateControl", "FrameRateLimit"),
    )


def tampering_of(message: Element) -> TamperEvent | None:
    """What a notification tells of tampering; None where it is of something else."""
    topic = text(message, "Topic")
    kind = next((kind for part, kind in _TAMPERING.items() if part in topic), None)
    if kind is None:
        return None
    told = [one for one in every(message, "Message") if "UtcTime" in one.attrib]
    states = [item.get("Value", "").lower() for item in every(message, "SimpleItem") if item.get("Name") in {"State", "IsTamper"}]
    when = told[0].get("UtcTime", "")[:40] if told else ""
    return TamperEvent(kind=kind, active=bool(states) and states[0] in {"true", "1"}, at=when)
