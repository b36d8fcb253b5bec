"""Opens a desk at which clips are counted by hand."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.app.detectors import open_detector, open_face_finder
from catseye.app.machine import system_clock
from catseye.app.sources import open_source
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import Scene
from catseye.ports import FrameSource

if TYPE_CHECKING:
    from catseye.api.server import ApiServer
    from catseye.byhand.desk import Desk, Job

ROOM_BYTES = 512 << 20  # of pictures: five minutes at 640x360 and 10 a second, or the part of larger ones around what is shown


def open_desk(
    jobs: "Sequence[Job]",
    scene: Scene,
    *,
    keys: dict[str, str],
    who: str | None,
    detector: str | None,
    threads: int | None,
    fps: float,
) -> "Desk":
    """A desk with the clips of ``jobs``, none of them opened yet. Raises CatseyeError."""
    from catseye.adapters.jpeg import encode_jpeg
    from catseye.byhand.desk import Desk, Tools

    clock = system_clock()

    def opened(path: Path) -> FrameSource:
        return open_source(str(path), stream=StreamId("truth"), run=RunId("truth"), clock=clock)

    tools = Tools(
        open_source=opened,
        detector=open_detector(detector, threads=threads),
        face_finder=open_face_finder(),
        encode_jpeg=encode_jpeg,
        fps=fps,
        room_bytes=ROOM_BYTES,
    )
    return Desk(jobs, scene, tools, keys=keys, who=who)


def serve_desk(desk: "Desk", port: int) -> "ApiServer":
    """The server of a desk's page, for this machine alone, not begun yet."""
    from catseye.api.server import ApiServer
    from catseye.byhand.application import create_app

    return ApiServer(create_app(desk, Path(__file__).parents[1] / "api" / "static"), "127.0.0.1", port)
