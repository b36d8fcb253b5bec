"""Work orders as JSON for machines, as words for people and as rows of a table. None holds a picture."""

import csv
import io
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from catseye.core.orders import WorkOrder
from catseye.core.time import iso_local

COLUMNS = (
    *("id", "revision", "status", "state", "district", "cameras", "failing"),
    *("since", "opened", "changed", "closed", "reason"),
)


def status(order: WorkOrder) -> str:
    """``opened``, ``changed`` or ``closed``: what its last revision did."""
    if order.closed_ns is not None:
        return "closed"
    return "opened" if order.revision == 1 else "changed"


def as_json(order: WorkOrder, network: str, tz: ZoneInfo) -> bytes:
    """One revision as a JSON object: its record, with the network's name, status and RFC 3339 times beside those in ns."""
    told = msgspec.json.decode(msgspec.json.encode(order))
    times = {name: _time(getattr(order, f"{name}_ns"), tz) for name in ("since", "opened", "changed", "closed")}
    return msgspec.json.encode({"network": network, "status": status(order), **told, **times})


def subject(order: WorkOrder, network: str) -> str:
    """One line: ``[Catseye town] opened: offline, camera north``."""
    where = f"{len(order.cameras)} cameras of {order.district}" if order.district else f"camera {', '.join(order.cameras)}"
    return _line(f"[Catseye {network}] {status(order)}: {words(order)}, {where}")


def text(order: WorkOrder, network: str, tz: ZoneInfo) -> str:
    """The body of a mail."""
    lines = [
        f"Work order {order.id}, revision {order.revision}: {status(order)}.",
        "",
        f"Network: {_line(network)}",
        f"State: {words(order)}",
        f"Reason: {_line(order.reason) or '-'}",
        f"District: {_line(order.district) or '-'}",
        f"Cameras: {', '.join(order.cameras)}",
        f"Not serving now: {', '.join(order.failing) or 'none'}",
        f"Since: {_time(order.since_ns, tz)}",
        f"Opened: {_time(order.opened_ns, tz)}",
        f"Closed: {_time(order.closed_ns, tz) or '-'}",
        "",
    ]
    return "\n".join(lines)


def words(order: WorkOrder) -> str:
    """The state as people say it."""
    return order.state.replace("_", " ")


def rows(orders: Iterable[WorkOrder], tz: ZoneInfo) -> str:
    """CSV with a header, an order a row."""
    return table([_cell(value) for value in _values(order, tz)] for order in orders)


def table(told: Iterable[Sequence[str]]) -> str:
    """CSV of rows that are already told, with the header."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *told])
    return out.getvalue()


def _values(order: WorkOrder, tz: ZoneInfo) -> list[str]:
    return [
        *(order.id, str(order.revision), status(order), str(order.state), order.district),
        *(" ".join(order.cameras), " ".join(order.failing)),
        *(_time(at_ns, tz) for at_ns in (order.since_ns, order.opened_ns, order.changed_ns, order.closed_ns)),
        order.reason,
    ]


def _cell(value: str) -> str:
    """A spreadsheet must not take a camera's words for a formula."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _time(at_ns: int | None, tz: ZoneInfo) -> str:
    return "" if at_ns is None else iso_local(at_ns, tz)


def _line(value: str) -> str:
    return "".join(one if one.isprintable() else " " for one in value)
