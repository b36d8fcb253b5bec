"""How much a source may ask of this machine. No camera comes near; what a stranger sends may."""

from typing import Final

from catseye.core.errors import SourceFormatError

MAX_SIDE: Final = 8192
MAX_PIXELS: Final = 40_000_000
MAX_PACKET_BYTES: Final = 32 * 1024 * 1024
PROBE_BYTES: Final = 5_000_000
ANALYSE_S: Final = 5


def refuse_beyond(width: int, height: int, name: str) -> None:
    """Raises SourceFormatError where a picture of this size, in pixels, is not decoded."""
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise SourceFormatError(
            f"{name} has pictures of {width}x{height}; {MAX_SIDE} a side and {MAX_PIXELS // 1_000_000} megapixels are the most.",
            "Set the camera to a smaller size; a sub-stream of 640 wide is enough to count.",
        )
