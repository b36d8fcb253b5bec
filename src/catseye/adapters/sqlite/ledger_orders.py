"""Work orders and what is still to be told of them, as rows of a ledger."""

import sqlite3
from collections.abc import Sequence

import msgspec

from catseye.core.orders import WorkOrder
from catseye.ports.orders import Delivery

MOST_WAITING = 10_000  # deliveries of a destination that has not answered for months

_encoder = msgspec.json.Encoder(order="deterministic")
_order = msgspec.json.Decoder(WorkOrder)


def keep(connection: sqlite3.Connection, orders: Sequence[WorkOrder], destinations: Sequence[str]) -> int:
    """Write revisions and what is to be told; the caller has a transaction open. Returns how many deliveries were given up."""
    for order in orders:
        written = connection.execute(
            "INSERT INTO work_order VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, "
            "opened_ns = excluded.opened_ns, closed_ns = excluded.closed_ns, body = excluded.body "
            "WHERE excluded.revision > revision",
            (order.id, order.revision, order.opened_ns, order.closed_ns, _encoder.encode(order).decode()),
        )
        if written.rowcount == 0:
            continue  # it is known already, and so is who is to be told
        connection.executemany(
            "INSERT INTO delivery (work_order, destination, revision) VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET revision = excluded.revision",
            [(order.id, destination, order.revision) for destination in destinations],
        )
    given_up = 0
    for destination in destinations:
        given_up += connection.execute(
            "DELETE FROM delivery WHERE destination = ?1 AND work_order IN (SELECT work_order FROM delivery JOIN work_order w "
            "ON w.id = work_order WHERE destination = ?1 ORDER BY w.opened_ns DESC, w.id DESC LIMIT -1 OFFSET ?2)",
            (destination, MOST_WAITING),
        ).rowcount
    return given_up


def orders(connection: sqlite3.Connection, start_ns: int, end_ns: int) -> list[WorkOrder]:
    """By their opening."""
    rows = connection.execute(
        "SELECT body FROM work_order WHERE opened_ns < ? AND (closed_ns IS NULL OR closed_ns >= ?) ORDER BY opened_ns, id",
        (end_ns, start_ns),
    )
    return [_order.decode(body) for (body,) in rows]


def open_orders(connection: sqlite3.Connection) -> list[WorkOrder]:
    """By their opening."""
    rows = connection.execute("SELECT body FROM work_order WHERE closed_ns IS NULL ORDER BY opened_ns, id")
    return [_order.decode(body) for (body,) in rows]


def due(connection: sqlite3.Connection, now_ns: int | None) -> list[Delivery]:
    """The longest due first."""
    rows = connection.execute(
        "SELECT body, destination, attempts, next_ns, fault FROM delivery JOIN work_order ON id = work_order "
        "WHERE ?1 IS NULL OR next_ns <= ?1 ORDER BY next_ns, opened_ns, id, destination",
        (now_ns,),
    )
    return [
        Delivery(order=_order.decode(body), destination=destination, attempts=attempts, next_ns=next_ns, fault=fault)
        for body, destination, attempts, next_ns, fault in rows
    ]


def delivered(connection: sqlite3.Connection, delivery: Delivery) -> None:
    """Forget a delivery, unless a later revision waits."""
    connection.execute(
        "DELETE FROM delivery WHERE work_order = ? AND destination = ? AND revision <= ?",
        (delivery.order.id, delivery.destination, delivery.order.revision),
    )


def failed(connection: sqlite3.Connection, delivery: Delivery, fault: str, next_ns: int) -> None:
    """Note that it was tried."""
    connection.execute(
        "UPDATE delivery SET attempts = attempts + 1, next_ns = ?, fault = ? WHERE work_order = ? AND destination = ?",
        (next_ns, fault, delivery.order.id, delivery.destination),
    )
