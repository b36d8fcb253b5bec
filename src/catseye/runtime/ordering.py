"""Opens, closes and delivers work orders while a network runs."""

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from catseye.core.errors import CatseyeError
from catseye.core.ids import StreamId
from catseye.core.orders import Orders
from catseye.core.time import nanoseconds
from catseye.network.orders import faults, next_orders
from catseye.ports import Clock
from catseye.ports.ledger import LedgerReader
from catseye.ports.orders import Delivery, OrderBook, OrderSender

log = logging.getLogger(__name__)

_LOOK_BACK_S = 24 * 3600.0  # a longer flapping fault has its order by then
_FIRST_WAIT_S, _LONGEST_WAIT_S = 15.0, 3600.0
_MOST_AT_ONCE = 100  # deliveries of a round, so that one slow server does not hold up new orders for long


class OrdersLedger(LedgerReader, OrderBook, Protocol):
    """A ledger with its work orders."""


class OrderDesk:
    """Looks at the ledger every ``every_s``. ``districts`` tells which cameras are due now, each with its district.

    It keeps nothing of its own: what is in the ledger decides, so that a restart neither repeats nor forgets an order.
    """

    def __init__(
        self,
        ledger: OrdersLedger,
        orders: Orders,
        senders: Sequence[OrderSender],
        *,
        clock: Clock,
        districts: Callable[[], Mapping[StreamId, str]],
        every_s: float = 20.0,
    ) -> None:
        self._ledger, self._orders, self._clock, self._districts = ledger, orders, clock, districts
        self._senders = {sender.name: sender for sender in senders}
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="orders", daemon=True)

    def start(self) -> None:
        """Go on in a thread of its own until ``close``."""
        self._thread.start()

    def close(self) -> None:
        """Finish the delivery in hand; what is still due waits in the ledger."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> int:
        """Open, change and close what is to be; returns how many revisions were kept. Raises StoreError."""
        now_ns = self._clock.now_ns()
        episodes = self._ledger.episodes(now_ns - nanoseconds(_LOOK_BACK_S), now_ns)
        known = faults(episodes, now_ns, self._orders)
        said = next_orders(self._ledger.open_orders(), known, self._districts(), self._orders, now_ns)
        given_up = self._ledger.keep_orders(said, list(self._senders)) if said else 0
        if given_up:
            log.warning("%d deliveries of work orders were given up: too many wait for a destination.", given_up)
        return len(said)

    def deliver(self) -> int:
        """Try what is due; returns how much was taken. A destination that fails is left alone for the rest of the round."""
        taken = 0
        failing: set[str] = set()
        for delivery in self._ledger.due(self._clock.now_ns())[:_MOST_AT_ONCE]:
            sender = self._senders.get(delivery.destination)
            if sender is None or delivery.destination in failing or self._stop.is_set():
                continue  # one that is no longer asked for waits in case it comes back
            try:
                sender.send(delivery.order)
            except CatseyeError as error:
                failing.add(delivery.destination)
                log.warning("Work order %s: %s", delivery.order.id, error.message)
                wait_s = back_off_s(delivery)
                self._ledger.failed(delivery, error.message, self._clock.now_ns() + nanoseconds(wait_s))
                continue
            self._ledger.delivered(delivery)
            taken += 1
        return taken

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
                self.deliver()
            except CatseyeError as error:
                log.warning("Work orders: %s", error)
            self._stop.wait(self._every_s)


def back_off_s(delivery: Delivery) -> float:
    """How long to wait after another failure: twice as long each time, up to an hour, spread by a quarter to either side."""
    wait_s = min(_FIRST_WAIT_S * 2.0 ** min(delivery.attempts, 16), _LONGEST_WAIT_S)
    drawn = hashlib.blake2b(f"{delivery.order.id}/{delivery.destination}/{delivery.attempts}".encode(), digest_size=2).digest()
    return wait_s * (0.75 + 0.5 * int.from_bytes(drawn, "big") / 0xFFFF)
