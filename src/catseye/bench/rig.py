"""A network of made-up cameras to measure on: clips that play at their own pace, as many as are asked for."""

import mmap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from catseye.bench.clips import FRAMES, make_clip
from catseye.bench.tools import RunningNetwork, Tools
from catseye.core.health import CameraState
from catseye.core.network import CameraStatus
from catseye.core.time import seconds
from catseye.ports import Clock

ANALYSED_FPS = 5.0
PRIORITIES = (1, 3)
_CLIP_S = 120  # between two openings of the clip, which a camera does not have
_LOOK_S = 0.2
_PATIENCE_S = 120.0


def film(tools: Tools, name: str, *, busy: bool, fps: int) -> Path:
    """The street of a size as ``make_clip`` has it, two minutes of it at ``fps``; taken from the folder or made."""
    clip = make_clip(tools, name, busy=busy)
    path = tools.folder / f"{clip.path.stem}-{fps}fps-{_CLIP_S}s.mp4"
    if not path.exists():
        unfinished = path.with_suffix(".part.mp4")
        tools.repeat_clip(clip.path, unfinished, -(-_CLIP_S * fps // FRAMES), fps)
        unfinished.replace(path)
    return path


@dataclass(slots=True)
class Rig:
    """A running network whose cameras all show ``clip``, half of them of each of ``PRIORITIES``."""

    running: RunningNetwork
    file: Path
    clip: Path
    workers: int
    clock: Clock

    def hold(self, count: int) -> None:
        """Have so many cameras from now on; those that are there already are left alone."""
        self.file.write_text(network_text(self.clip, count, workers=self.workers), encoding="utf-8")
        self.until(lambda: len(self.statuses()) == count)

    def statuses(self) -> tuple[CameraStatus, ...]:
        """Every camera."""
        return self.running.supervisor.statuses()

    def analysed(self) -> dict[str, int]:
        """How many frames of each camera were analysed so far."""
        return {one.camera.name: one.stream.frames_analysed for one in self.statuses() if one.stream is not None}

    def looks(self, over_s: float) -> Iterator[None]:
        """Give a turn now and then for so long."""
        end_ns = self.clock.monotonic_ns() + round(over_s * 1e9)
        while self.clock.monotonic_ns() < end_ns:
            self.clock.sleep(_LOOK_S)
            yield

    def wait(self, over_s: float) -> None:
        """Let it run for so long."""
        for _ in self.looks(over_s):
            pass

    def until(self, wanted: Callable[[], bool]) -> float | None:
        """Wait until something is so; the seconds it took, None where it never was."""
        began_ns = self.clock.monotonic_ns()
        for _ in self.looks(_PATIENCE_S):
            if wanted():
                return seconds(self.clock.monotonic_ns() - began_ns)
        return None

    def all_run(self, names: Sequence[str] | None = None) -> bool:
        """Whether those cameras (None: all) are watched and give pictures."""
        told = [one for one in self.statuses() if names is None or one.camera.name in names]
        return bool(told) and all(one.state is CameraState.OK for one in told)

    def settled(self) -> bool:
        """Whether all give pictures and nothing is shed (any more)."""
        return self.all_run() and self.running.supervisor.load().shed == 0

    def resident_bytes(self) -> int:
        """What the worker processes hold in memory now."""
        pids = [pid for pid in self.running.supervisor.pids() if pid is not None]
        return sum(int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) for pid in pids) * mmap.PAGESIZE


@contextmanager
def rig(tools: Tools, clip: Path, count: int, *, workers: int) -> Iterator[Rig]:
    """A network of ``count`` cameras in ``workers`` processes; its stores are thrown away afterwards."""
    with TemporaryDirectory(dir=tools.folder) as folder:
        file = Path(folder) / "network.toml"
        file.write_text(network_text(clip, count, workers=workers), encoding="utf-8")
        running = tools.open_network(file)
        try:
            yield Rig(running, file, clip, workers, tools.clock)
        finally:
            running.close()


def network_text(clip: Path, count: int, *, workers: int) -> str:
    """The file of such a network."""
    cameras = "".join(
        f'[[cameras]]\nname = "camera-{nth:03d}"\naddress = "{clip}"\nkind_of_place = "street"\npurpose = "measuring"\n'
        f'legal_basis = "made-up pictures"\nanalysed_fps = {ANALYSED_FPS}\npriority = {PRIORITIES[nth % len(PRIORITIES)]}\n\n'
        for nth in range(count)
    )
    return f'[network]\nname = "Bench"\nworkers = {workers}\n\n{cameras}'
