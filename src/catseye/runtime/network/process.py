"""A worker process: takes orders from the supervisor, and ends when it does."""

import gc
import logging
import threading
from multiprocessing.connection import Connection
from time import process_time

import msgspec

from catseye.ports import Clock
from catseye.runtime.network.holder import Holder, OpenWorker
from catseye.runtime.network.messages import DropCamera, News, Order, Pace, PutCamera, Quit, WantPicture
from catseye.runtime.network.shared_detector import SharedDetector

log = logging.getLogger(__name__)

TELL_EVERY_S = 1.0


class Line:
    """One end of the pipe between the supervisor and a process. Sending is safe from any thread; a broken pipe swallows it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._encoder = msgspec.msgpack.Encoder()

    def send(self, message: Order | News) -> None:
        """Send one message; where nobody is at the other end any more it is lost, as the receiver is."""
        data = self._encoder.encode(message)
        try:
            with self._lock:
                self._connection.send_bytes(data)
        except OSError:
            log.debug("Nobody hears %s.", type(message).__name__)


def serve(connection: Connection, detector: SharedDetector, open_worker: OpenWorker, clock: Clock) -> None:
    """Do what is ordered until told to quit, or until the supervisor is gone."""
    gc.freeze()  # what the engine and the libraries are made of stays, and need not be gone through again and again
    line = Line(connection)
    holder = Holder(detector, open_worker, line.send, clock)
    decoder = msgspec.msgpack.Decoder(Order)
    holder.told(process_time())  # what the start took is not what the cameras take
    told_s = clock.monotonic_ns() / 1e9
    try:
        while True:
            if connection.poll(0.2):
                order = decoder.decode(connection.recv_bytes())
                if isinstance(order, Quit):
                    return
                _do(holder, order)
            now_s = clock.monotonic_ns() / 1e9
            if now_s - told_s >= TELL_EVERY_S:
                told_s = now_s
                line.send(holder.told(process_time()))
    except (EOFError, OSError):
        log.info("The supervisor is gone.")
    finally:
        holder.close()


def _do(holder: Holder, order: Order) -> None:
    match order:
        case PutCamera():
            holder.put(order.camera)
        case DropCamera():
            holder.drop(order.name)
        case Pace():
            holder.pace(order.name, order.fps)
        case WantPicture():
            holder.want_picture(order.name)
        case Quit():
            pass
