"""What the supervisor knows of one of its processes."""

from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from catseye.core.cameras import Camera
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S
from catseye.runtime.network.messages import Told
from catseye.runtime.network.process import Line

_SILENT_NS = 15 * NS_PER_S  # a process that tells nothing for so long is taken for dead
_STARTING_NS = 180 * NS_PER_S  # the same for one that has told nothing yet: a busy machine takes long to begin one
_OPENING_NS = 60 * NS_PER_S  # longer a camera is not waited for: it may be off


@dataclass(slots=True, eq=False)
class WorkerProcess:
    """One process, the cameras that are its, and what it said last."""

    number: int
    process: BaseProcess
    connection: Connection
    line: Line
    begun_ns: int
    cameras: dict[StreamId, Camera] = field(default_factory=dict)
    opening: dict[StreamId, int] = field(default_factory=dict)  # handed when, and no picture of it analysed yet
    told: Told | None = None
    heard_ns: int = 0
    opened_ns: int = 0

    def is_gone(self, now_ns: int) -> bool:
        """Whether it died, or has been silent for so long that it is taken for dead."""
        patience_ns = _SILENT_NS if self.told is not None else _STARTING_NS
        return not self.process.is_alive() or now_ns - self.heard_ns >= patience_ns

    def hear(self, told: Told, now_ns: int) -> None:
        """Take in how its cameras are. While some are being opened it counts as just opened."""
        seen = {health.stream for health in told.health if health.frames_analysed}
        self.opening = {
            name: since_ns for name, since_ns in self.opening.items() if name not in seen and now_ns - since_ns < _OPENING_NS
        }
        if self.opening or not self.opened_ns:
            self.opened_ns = now_ns
        self.told = told
