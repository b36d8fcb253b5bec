"""Redacted pictures as JPEG."""

import cv2

from catseye.core.errors import OutputError
from catseye.privacy.redaction import RedactedPicture


def encode_jpeg(picture: RedactedPicture, quality: int = 80) -> bytes:
    """A baseline JPEG of ``quality`` 1..100. Raises OutputError for a picture larger than JPEG can hold (65 500 px a side)."""
    if not isinstance(picture, RedactedPicture):
        raise TypeError(f"Only a RedactedPicture may leave the process, not {type(picture).__name__}.")
    try:
        _, coded = cv2.imencode(".jpg", picture.bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    except cv2.error:
        coded = None
    if coded is None:
        width, height = picture.size
        raise OutputError(f"A picture of {width} x {height} px cannot be a JPEG.", "Use a smaller picture.")
    return coded.tobytes()
