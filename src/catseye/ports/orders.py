"""Where work orders are kept until everybody who should has been told."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from catseye.core.orders import WorkOrder


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A revision of an order that a destination has not taken yet. ``fault`` says why the last of ``attempts`` failed."""

    order: WorkOrder
    destination: str
    attempts: int
    next_ns: int
    fault: str


class OrderReader(Protocol):
    """What can be asked of the orders, also by another process. May be called from any thread."""

    def orders(self, start_ns: int, end_ns: int) -> list[WorkOrder]:
        """The last revision of every order that is open at some instant of [start, end), by its opening."""
        ...

    def open_orders(self) -> list[WorkOrder]:
        """Those that are open, by their opening."""
        ...

    def due(self, now_ns: int | None = None) -> list[Delivery]:
        """What is still to be delivered and may be tried at ``now_ns``, or all of it; the longest due first."""
        ...


class OrderBook(OrderReader, Protocol):
    """Keeps orders and what is still to be told of them. What ``keep_orders`` returned from is safe from a crash."""

    def keep_orders(self, orders: Sequence[WorkOrder], destinations: Sequence[str]) -> int:
        """Keep revisions and, in the same step, that each destination is to be told: all or none; a revision twice is kept once.

        A revision that a destination was not told yet gives way to a later one. Returns how many deliveries were given up because
        too many wait: those of the oldest orders go first; the orders themselves stay.
        """
        ...

    def delivered(self, delivery: Delivery) -> None:
        """The destination has taken it; a later revision that came meanwhile stays due."""
        ...

    def failed(self, delivery: Delivery, fault: str, next_ns: int) -> None:
        """It was not taken, and may be tried again at ``next_ns``."""
        ...


class OrderSender(Protocol):
    """One destination of work orders. Sending a revision twice does no harm: whoever takes it knows it by id and revision."""

    @property
    def name(self) -> str:
        """What the destination is called, without secrets; another destination has another name."""
        ...

    def send(self, order: WorkOrder) -> None:
        """Returns once the other end has taken it. Raises OutputError."""
        ...
