"""Opens the page on which a view is calibrated."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.privacy.redaction import RedactedPicture

if TYPE_CHECKING:
    from catseye.api.server import ApiServer
    from catseye.calibration.fit import Noise
    from catseye.groundpoints.desk import PointsDesk

_QUALITY = 92  # of the picture; corners of markings are clicked on


def open_points(scene: Path, file: Path, stills: Iterator[RedactedPicture], noise: "Noise") -> "PointsDesk":
    """A desk with the ground points of ``scene``. Raises CatseyeError."""
    from catseye.adapters.jpeg import encode_jpeg
    from catseye.groundpoints.desk import PointsDesk

    return PointsDesk(scene, file, stills=stills, encode_jpeg=partial(encode_jpeg, quality=_QUALITY), noise=noise)


def serve_points(desk: "PointsDesk", port: int) -> "ApiServer":
    """The server of a desk's page, for this machine alone, not begun yet."""
    from catseye.api.server import ApiServer
    from catseye.groundpoints.application import create_app

    return ApiServer(create_app(desk, Path(__file__).parents[1] / "api" / "static"), "127.0.0.1", port)
