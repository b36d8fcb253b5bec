"""The server's thread."""

import contextlib
import errno
import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn

from catseye.api.guard import Guard
from catseye.core.errors import CatseyeError

_GRACE_S = 1
_START_WAIT_S = 0.02


class ApiServer:
    """Serves the app from a thread of its own between ``start`` and ``stop``. Port 0 takes any free one."""

    def __init__(self, app: Guard, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                log_level="error",
                access_log=False,
                lifespan="on",
                server_header=False,
                ws_max_size=1024,  # a viewer has nothing to say
                ws_per_message_deflate=False,  # JPEG does not shrink
                timeout_graceful_shutdown=_GRACE_S,
            ),
        )
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port that is listened on, once started."""
        return self._port

    @property
    def url(self) -> str:
        """Where the page is, for people."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self._host, self._host)  # noqa: S104  translated, not bound to
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{self._port}"

    def start(self) -> None:
        """Listen and serve; returns once requests are answered.

        Raises CatseyeError where the address cannot be listened on.
        """
        listener = _listen(self._host, self._port)
        self._port = listener.getsockname()[1]
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, name="catseye-api", daemon=True)
        self._thread.start()
        while not self._server.started:
            self._thread.join(_START_WAIT_S)
            if not self._thread.is_alive():
                listener.close()
                raise CatseyeError("The server of the live page did not start.", "Watch without it: --no-web.")

    def stop(self) -> None:
        """Close every connection and end the thread; harmless when called twice."""
        if self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def _listen(host: str, port: int) -> socket.socket:
    """A bound listening socket."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError) as error:
        raise CatseyeError(f"No such address to serve on: {host}.", "Give this machine's name or address with --host.") from error
    with contextlib.ExitStack() as undo:
        listener = undo.enter_context(socket.socket(family, kind, protocol))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            raise _bind_error(error, host, port) from error
        undo.pop_all()
    return listener


def _bind_error(error: OSError, host: str, port: int) -> CatseyeError:
    if error.errno == errno.EADDRINUSE:
        return CatseyeError(f"Port {port} is in use.", "Choose another one with --port, or stop what uses it.")
    if error.errno == errno.EACCES:
        return CatseyeError(f"Port {port} may not be opened by this user.", "Choose one above 1023 with --port.")
    return CatseyeError(f"Cannot serve on {host}:{port}: {error.strerror}.", "Give an address of this machine with --host.")
