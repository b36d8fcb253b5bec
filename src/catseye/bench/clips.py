"""The clips the bench decodes, made once: a made-up street in H.264, as dense in bits as street cameras send."""

from dataclasses import dataclass
from pathlib import Path

from catseye.bench.street import Painter, Street
from catseye.bench.tools import Tools

FPS = 25
SECONDS = 4
FRAMES = FPS * SECONDS
BITS_A_PIXEL = 0.1  # recordings of street cameras at hand hold 0.03 to 0.14
SIZES = {"360p": (640, 360), "720p": (1280, 720), "1080p": (1920, 1080)}
BUSY_ROAD_USERS = 20
_RECIPE = 2  # counts up when the pictures change, so that old clips are not used


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A clip of ``SECONDS`` at ``FPS`` and the street it shows."""

    name: str
    path: Path
    street: Street

    @property
    def bytes_a_frame(self) -> float:
        """How many bytes a frame takes in the file."""
        return self.path.stat().st_size / FRAMES


def make_clip(tools: Tools, name: str, *, busy: bool = True) -> Clip:
    """The clip of a size of ``SIZES``, taken from the folder or made. An idle street is the busy one without road users."""
    size = SIZES[name]
    street = Street(size, BUSY_ROAD_USERS if busy else 0)
    path = tools.folder / f"street-{name}-{'busy' if busy else 'idle'}-{_RECIPE}.mp4"
    if not path.exists():
        tools.folder.mkdir(parents=True, exist_ok=True)
        painter = Painter(street)
        unfinished = path.with_suffix(".part.mp4")
        bit_rate = round(size[0] * size[1] * BITS_A_PIXEL * FPS)
        tools.write_clip(unfinished, (painter.picture(k / FPS) for k in range(FRAMES)), size, fps=FPS, bit_rate=bit_rate)
        unfinished.replace(path)
    return Clip(name, path, street)
