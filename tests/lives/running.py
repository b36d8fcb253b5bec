"""Networks that run, and waiting for what becomes of them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from catseye.app.network import Running, open_network
from catseye.core.ids import StreamId
from catseye.core.network import CameraStatus

Begin = Callable[[str], Running]


@contextmanager
def beginning(folder: Path, listen: tuple[str, int] | None) -> Iterator[Begin]:
    """Begins networks of the texts that it is given, and ends them afterwards."""
    begun: list[Running] = []

    def start(network: str) -> Running:
        (folder / "network.toml").write_text(network)
        begun.append(open_network(folder / "network.toml", listen=listen))
        return begun[-1]

    yield start
    for running in begun:
        running.close()


def status(running: Running, name: StreamId) -> CameraStatus:
    return next(one for one in running.supervisor.statuses() if one.camera.name == name)


def until(wanted: Callable[[], bool], patience_s: float = 150.0) -> None:
    """Wait for something that takes a moment, on a busy machine many."""
    pause = threading.Event()
    for _ in range(round(patience_s / 0.1)):
        if wanted():
            return
        pause.wait(0.1)
    raise AssertionError("it never came true")
