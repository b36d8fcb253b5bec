"""Makes a long clip of a short one without encoding it again."""

from fractions import Fraction
from pathlib import Path

import av

from catseye.core.errors import OutputError


def repeat_clip(short: Path, long: Path, times: int, fps: int) -> None:
    """Write the pictures of ``short`` one after another ``times`` over, ``fps`` a second whatever they had. Raises OutputError.

    ``short`` has no B-frames (as ``write_clip`` writes them) and begins with a key frame.
    """
    tick = Fraction(1, fps)
    try:
        with av.open(f"file:{short}") as source, av.open(f"file:{long}", "w", format="mp4") as container:
            track = source.streams.video[0]
            copy = container.add_stream_from_template(track)
            copy.time_base = tick
            frames = 0
            for _ in range(times):
                source.seek(0)
                for packet in source.demux(track):
                    if packet.size == 0:  # the mark of the end
                        continue
                    packet.stream, packet.time_base = copy, tick
                    packet.pts = packet.dts = frames
                    packet.duration = 1
                    container.mux(packet)
                    frames += 1
    except (av.error.FFmpegError, OSError) as error:
        raise OutputError(f"Cannot write {long}: {error.strerror}.", "Check free space and permissions of the folder.") from error
