"""A zoo of cameras on loopback, good ones and bad ones: ``with zoo.camera("stall") as url``.

All but ``real`` are scripted in this process and need nothing installed. The faults of a picture and of the way begin ``after_s``
after each PLAY; a camera that is connected to again begins again, but for ``codec_change``, which then has another codec.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.zoo import footage as looks
from tests.zoo.footage import footage
from tests.zoo.real import real_camera
from tests.zoo.rtsp import Behaviour, RtspCamera
from tests.zoo.traps import Trap, http_redirect, trap

__all__ = ["NAMES", "PASSWORD", "USER", "Behaviour", "RtspCamera", "Trap", "behaviour", "camera", "scripted", "trap"]

USER, PASSWORD = "ann", "s3cr3t/@"
_LOOKS = {
    "frozen": looks.frozen,
    "black": looks.black,
    "defocused": looks.defocused,
    "covered": looks.covered,
    "turned": looks.turned,
}


def _way(after_s: float) -> dict[str, dict[str, Any]]:
    """The cameras whose pictures are good and whose stream is not."""
    return {
        "street": {},
        "stall": {"stall_after_s": after_s},
        "slow_drip": {"bytes_per_s": 2_000.0},
        "no_key_frames": {"no_keys_after_s": after_s},
        "packet_loss": {"lost": 0.1, "faults_after_s": after_s},
        "reordering": {"swapped": 0.3, "faults_after_s": after_s},
        "wrong_times": {"ticks": lambda k, fps: (k * 90_000 / fps) if k % 7 else k * 90_000 / fps - 900_000},
        "reconnect_storm": {"close_after_s": 1.0},
        "clock_drift": {"ticks": lambda k, fps: k * 90_000 / fps * 1.02},
        "auth_failure": {"user": USER, "password": PASSWORD},
    }


NAMES = (*_way(0.0), *_LOOKS, "size_change", "codec_change", "redirect_rtsp", "redirect_http", "real")


def behaviour(name: str, *, after_s: float = 1.0, to: str = "", **film: Any) -> Behaviour:
    """What the camera ``name`` does. ``film`` is as ``footage`` takes it: size, fps, seconds, clip, gop_s."""
    good = footage(**film)
    stretches: Callable[[int], list[Any]] = lambda _: [(good, 0.0)]  # noqa: E731  each kind has its own below
    if name in _LOOKS:
        bad = footage(_LOOKS[name], **film)
        stretches = lambda _: [(good, after_s), (bad, 0.0)]  # noqa: E731
    elif name == "size_change":
        width, height = good.size
        other = footage(**{**film, "size": (width * 2, height * 2)})
        stretches = lambda _: [(good, after_s), (other, 0.0)]  # noqa: E731
    elif name == "codec_change":
        newer = footage(**{**film, "codec": "libx265"})
        return Behaviour(connection=lambda k: [(newer if k else good, 0.0)], close_after_s=after_s)
    elif name == "redirect_rtsp":
        return Behaviour(redirect=to or "rtsp://127.0.0.1:1/elsewhere")
    return Behaviour(connection=stretches, **_way(after_s).get(name, {}))


@contextmanager
def scripted(how: Behaviour) -> Iterator[RtspCamera]:
    """A camera of one's own making."""
    made = RtspCamera(how)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def camera(name: str, *, after_s: float = 1.0, to: str = "", clip: Path | None = None, **film: Any) -> Iterator[str]:
    """The address of a camera. ``to`` is where a redirect leads; ``auth_failure`` wants USER and PASSWORD.

    ``real`` skips the test where GStreamer's RTSP server is not installed.
    """
    if name not in NAMES:
        raise KeyError(name)
    if clip is not None:
        film["clip"] = clip
    if name == "real":
        with real_camera(clip) as url:
            yield url
    elif name == "redirect_http":
        with http_redirect(to or "http://127.0.0.1:1/elsewhere") as url:
            yield url
    else:
        with scripted(behaviour(name, after_s=after_s, to=to, **film)) as made:
            yield made.url
