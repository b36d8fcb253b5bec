"""The network's file: read when it changes, and changed camera by camera. One that cannot be used changes nothing."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from catseye.config.network_edit import edit_network, with_camera, with_paused, without_camera
from catseye.config.network_file import load_network
from catseye.core.cameras import Camera, Network
from catseye.core.errors import CatseyeError
from catseye.core.ids import StreamId

log = logging.getLogger(__name__)


class Register:
    """The file at ``path``. ``wrong`` says why it is not in force as it stands, "" where it is. Making it raises ConfigError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._mark = self._marked()
        self.network: Network = load_network(path)
        self.wrong = ""

    def changed(self) -> bool:
        """Whether the file was changed since, by anybody, to something that can be used; ``network`` is that then."""
        with self._lock:
            mark = self._marked()
            if mark == self._mark:
                return False
            self._mark = mark
            try:
                network = load_network(self._path)
            except CatseyeError as error:
                self.wrong = str(error)
                log.warning("The network's file was changed and cannot be used; what was there before stays. %s", error)
                return False
            self.wrong = ""
            same, self.network = network == self.network, network
            return not same

    def put(self, camera: Camera) -> None:
        """Add or change a camera in the file. Raises ConfigError, OutputError, and the file is as it was then."""
        self._edit(lambda text: with_camera(text, camera))

    def pause(self, name: StreamId, *, paused: bool) -> None:
        """Pause or resume a camera in the file. Raises ConfigError, OutputError."""
        self._edit(lambda text: with_paused(text, name, paused=paused))

    def remove(self, name: StreamId) -> None:
        """Take a camera out of the file. Raises ConfigError, OutputError."""
        self._edit(lambda text: without_camera(text, name))

    def _edit(self, change: Callable[[str], str]) -> None:
        with self._lock:
            edit_network(self._path, change)

    def _marked(self) -> tuple[int, int, int] | None:
        try:
            told = self._path.stat()
        except OSError:
            return None
        return told.st_mtime_ns, told.st_size, told.st_ino
