"""What the bench is handed from outside: it names no adapter itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from catseye.core.frame import U8
from catseye.ports import Clock, Detector, FrameSource, Store
from catseye.privacy.redaction import RedactedPicture
from catseye.runtime.network.supervisor import Supervisor
from catseye.studio.camera import PoleCamera
from catseye.studio.truth import StudioTruth

OpenSource = Callable[[Path], FrameSource]


class WriteClip(Protocol):
    """Writes planar 4:2:0 pictures, uint8 (H * 3 / 2, W), as H.264 at ``fps`` and ``bit_rate`` bits a second."""

    def __call__(self, path: Path, pictures: Iterable[U8], size: tuple[int, int], *, fps: int, bit_rate: int) -> None:
        """Raises OutputError."""
        ...


class RunningNetwork(Protocol):
    """A network that runs, as ``catseye serve`` runs it."""

    supervisor: Supervisor

    def close(self) -> None:
        """End its processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """``folder`` keeps the clips from run to run. ``decode_bare`` decodes a clip and does nothing else; it returns its frames.

        ``open_detector`` takes the number of threads, None for all; it raises ModelError where no detector is installed.
    ``drive_junction`` drives so many minutes; ``render`` films so many seconds of a truth into a folder and returns the median
    seconds a picture takes; both raise ToolError where their program is missing. ``repeat_clip`` writes a clip so many times
    over, at so many frames a second; ``open_network`` runs the network of a file without a page. All but the clock are
    functions of a module, so that another process can be given them.
    """

    clock: Clock
    folder: Path
    open_source: OpenSource
    decode_bare: Callable[[Path], int]
    write_clip: WriteClip
    open_store: Callable[[Path], Store]
    open_detector: Callable[[int | None], Detector]
    encode_jpeg: Callable[[RedactedPicture], bytes]
    repeat_clip: Callable[[Path, Path, int, int], None]
    open_network: Callable[[Path], RunningNetwork]
    drive_junction: Callable[[float], StudioTruth]
    render: Callable[[Path, StudioTruth, PoleCamera, float], float]
