"""A camera served by GStreamer's RTSP server, a program of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SERVER = Path(__file__).with_name("gstreamer_server.py")


@contextmanager
def real_camera(clip: Path | None = None, user: str = "", password: str = "") -> Iterator[str]:
    """The address of a moving test picture, or of a clip (MP4 with H.264) that is sent as it is. Skips where it cannot be run."""
    arguments = [f"--clip={clip}"] * (clip is not None) + [f"--user={user}", f"--password={password}"] * bool(user)
    try:
        process = subprocess.Popen(
            ["/usr/bin/python3", str(SERVER), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    except FileNotFoundError:
        pytest.skip("no /usr/bin/python3 here to run GStreamer's RTSP server (scripts/system.sh)")
    assert process.stdout
    port = process.stdout.readline().strip()
    if not port:
        _, why = process.communicate()
        pytest.skip(f"GStreamer's RTSP server is not installed (scripts/system.sh): {why.strip().splitlines()[-1]}")
    try:
        yield f"rtsp://127.0.0.1:{port}/street"
    finally:
        process.terminate()
        process.communicate()
