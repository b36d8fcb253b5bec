"""When a work order is opened, changed and closed. What is open and what cameras were like decides: a restart changes nothing."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from catseye.core.health import UNUSABLE, CameraState, HealthEpisode
from catseye.core.ids import StreamId
from catseye.core.orders import Orders, WorkOrder
from catseye.core.time import nanoseconds, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The last stretch in which a camera did not serve for long on end.

    Of the time since ``since_ns`` it could not be used for ``unusable_s``. ``served_s`` is how long it has been well again; None
    where it is not. ``held_s`` is how long its last ``state`` held, ``reason`` why.
    """

    stream: StreamId
    state: CameraState
    reason: str
    since_ns: int
    unusable_s: float
    held_s: float
    served_s: float | None


def faults(episodes: Iterable[HealthEpisode], now_ns: int, orders: Orders) -> dict[StreamId, Fault]:
    """The last fault of each camera that had one. A break in it that is shorter than what closes an order does not end it."""
    by_camera: dict[StreamId, list[HealthEpisode]] = defaultdict(list)
    for one in episodes:
        if one.state in UNUSABLE and one.began_ns < now_ns:
            by_camera[one.stream].append(one)
    return {name: _fault(sorted(told, key=lambda one: one.began_ns), now_ns, orders) for name, told in by_camera.items()}


def _fault(told: Sequence[HealthEpisode], now_ns: int, orders: Orders) -> Fault:
    gap_ns = nanoseconds(60 * orders.close_after_min)
    since_ns, end_ns, unusable_ns = told[0].began_ns, told[0].began_ns, 0
    for one in told:
        ended_ns = now_ns if one.ended_ns is None else min(one.ended_ns, now_ns)
        if one.began_ns - end_ns >= gap_ns:
            since_ns, end_ns, unusable_ns = one.began_ns, one.began_ns, 0
        unusable_ns += max(ended_ns - max(one.began_ns, end_ns), 0)
        end_ns = max(end_ns, ended_ns)
    last = max(told, key=lambda one: (one.ended_ns is None, one.state != CameraState.CONNECTING, one.began_ns))
    last_end_ns = now_ns if last.ended_ns is None else min(last.ended_ns, now_ns)
    return Fault(
        stream=last.stream,
        state=last.state,
        reason=last.reason,
        since_ns=since_ns,
        unusable_s=seconds(unusable_ns),
        held_s=seconds(last_end_ns - last.began_ns),
        served_s=None if any(one.ended_ns is None or one.ended_ns > now_ns for one in told) else seconds(now_ns - end_ns),
    )


def next_orders(
    open_orders: Sequence[WorkOrder],
    known: Mapping[StreamId, Fault],
    districts: Mapping[StreamId, str],
    orders: Orders,
    now_ns: int,
) -> list[WorkOrder]:
    """The revisions to keep at ``now_ns``: orders closed or changed first, then new ones.

    ``districts`` names the cameras that are due now, each with its district ("" for none). Cameras that are not due get no order,
    and those in an order leave it.
    """
    failing = {name: one for name, one in known.items() if name in districts and _fails(one, orders)}
    said: list[WorkOrder] = []
    taken: set[StreamId] = set()
    for order in open_orders:
        joined = [
            name
            for name, one in failing.items()
            if order.district
            and districts[name] == order.district
            and name not in order.cameras
            and abs(one.since_ns - order.since_ns) <= nanoseconds(orders.within_s)
        ]
        told = _revised(order, failing, joined, orders, now_ns)
        taken |= {*order.failing, *(told or order).failing}
        said += [told] if told is not None else []
    waiting = {name: one for name, one in failing.items() if name not in taken and one.served_s is None}
    return said + _opened(waiting, districts, orders, now_ns)


def _fails(fault: Fault, orders: Orders) -> bool:
    return fault.served_s is None or fault.served_s < 60 * orders.close_after_min


def _limit_s(fault: Fault, orders: Orders) -> float:
    return 60 * orders.after_min_of.get(fault.state, orders.after_min)


def _revised(
    order: WorkOrder, failing: Mapping[StreamId, Fault], joined: Sequence[StreamId], orders: Orders, now_ns: int
) -> WorkOrder | None:
    """The next revision of an open order; None where nothing has changed."""
    still = tuple(sorted({name for name in order.failing if name in failing} | set(joined)))
    state, reason = order.state, order.reason
    if len(still) == 1 and not order.district:
        fault = failing[still[0]]
        if fault.state not in {order.state, CameraState.CONNECTING} and fault.held_s >= _limit_s(fault, orders):
            state, reason = fault.state, fault.reason
    if (still, state) == (order.failing, order.state):
        return None
    return replace(
        order,
        revision=order.revision + 1,
        state=state,
        reason=reason,
        cameras=tuple(sorted({*order.cameras, *still})),
        failing=still,
        changed_ns=now_ns,
        closed_ns=None if still else now_ns,
    )


def _opened(waiting: Mapping[StreamId, Fault], districts: Mapping[StreamId, str], orders: Orders, now_ns: int) -> list[WorkOrder]:
    said: list[WorkOrder] = []
    taken: set[StreamId] = set()
    for name, fault in sorted(waiting.items(), key=lambda one: (one[1].since_ns, one[0])):
        if name in taken or fault.unusable_s < _limit_s(fault, orders):
            continue
        district = districts[name]
        near = [
            one
            for one in waiting.values()
            if district and districts[one.stream] == district and one.stream not in taken
            and abs(one.since_ns - fault.since_ns) <= nanoseconds(orders.within_s)
        ]  # fmt: skip
        together = near if len(near) >= orders.together else [fault]
        taken |= {one.stream for one in together}
        said.append(_order(together, district if together is near else "", now_ns))
    return said


def _order(together: Sequence[Fault], district: str, now_ns: int) -> WorkOrder:
    names = tuple(sorted(one.stream for one in together))
    state = Counter(one.state for one in together).most_common(1)[0][0]
    first = min(together, key=lambda one: (one.state != state, one.since_ns, one.stream))
    return WorkOrder(
        id=hashlib.blake2b(f"{'/'.join(names)}/{now_ns}".encode(), digest_size=8).hexdigest(),
        revision=1,
        state=state,
        cameras=names,
        failing=names,
        district=district,
        reason=first.reason,
        since_ns=min(one.since_ns for one in together),
        opened_ns=now_ns,
        changed_ns=now_ns,
    )
