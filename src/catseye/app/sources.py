"""Opens video."""

import os
from dataclasses import replace
from pathlib import Path

from catseye.core.ids import RunId, StreamId
from catseye.ports import Clock, FrameSource, SourceOptions


def open_source(
    spec: str,
    *,
    stream: StreamId,
    run: RunId,
    clock: Clock,
    start_ns: int | None = None,
    options: SourceOptions | None = None,
) -> FrameSource:
    """Open a file, a folder of pictures, ``/dev/video0``, ``rtsp(s)://`` or ``http(s)://`` (MJPEG, HLS) for one run.

    ``start_ns`` is the capture instant of a file's first frame; without it the file's own creation time is taken, else now. What
    ``options`` leave out of the credentials comes from CATSEYE_SOURCE_USER and CATSEYE_SOURCE_PASSWORD, but for the cameras of a
    network. Raises SourceError.
    """
    from catseye.adapters.image_folder import ImageFolder
    from catseye.adapters.pyav_source import open_pyav
    from catseye.core.address import NETWORK_SCHEMES, redacted, scheme
    from catseye.core.errors import SourceNotFoundError

    options = options or SourceOptions()
    if not options.user and options.judge is None:  # one pair for all cameras of a network would tell each the others' password
        user, password = os.environ.get("CATSEYE_SOURCE_USER", ""), os.environ.get("CATSEYE_SOURCE_PASSWORD", "")
        options = replace(options, user=user, password=password)
    if spec == "-" or (scheme(spec) and scheme(spec) not in NETWORK_SCHEMES):
        raise SourceNotFoundError(
            f"No source of the kind {redacted(spec)!r}.",
            "Give a file, a folder of pictures, /dev/video0, rtsp://, rtsps://, http:// or https://.",
        )
    if not scheme(spec) and Path(spec).is_dir():
        return ImageFolder(Path(spec), ids=(stream, run), clock=clock, start_ns=start_ns, options=options)
    return open_pyav(spec, ids=(stream, run), clock=clock, start_ns=start_ns, options=options)
