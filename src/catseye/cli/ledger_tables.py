"""What ``catseye ledger`` tells, for people, as CSV and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import msgspec

from catseye.core.health import UNUSABLE
from catseye.core.ids import StreamId
from catseye.core.orders import WorkOrder
from catseye.core.time import CELL_S, iso_local, seconds
from catseye.network.ledger import Review
from catseye.network.repairs import Repairs
from catseye.network.tally import TARGET, Tally
from catseye.network.void import VoidCell
from catseye.ports.orders import Delivery
from catseye.report import service
from catseye.report.service_plots import hours, percent, words
from catseye.report.table import civil


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A table: ``shown`` under ``heads`` for people, ``rows`` under ``columns`` as CSV, ``record`` as JSON."""

    title: str
    heads: Sequence[str]
    shown: Sequence[Sequence[str]]
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    record: object


_FIGURES = ("serviceability", "at_least", "at_most", "due_s", "usable_s", "unusable_s", "unobserved_s")
_REPAIRS = ("faults", "going_on", "mttd_s", "mttr_s")


def show(report: service.ServiceReport) -> Told:
    """Cameras, then districts, then all."""
    review = report.review
    districts = [("all", name, *_shown(tally), "", "", "") for name, tally in review.districts.items()]
    faults, repair = str(review.repairs.faults), service.duration(review.repairs.repair_s)
    cells = str(sum(len(one.void) for one in review.cameras))
    cameras = [
        (
            *(one.name, one.district, *_shown(one.tally.whole)),
            *(str(one.repairs.faults), service.duration(one.repairs.repair_s), str(len(one.void))),
        )
        for one in review.cameras
    ]
    rows: list[tuple[object, ...]] = [
        ("camera", one.name, one.district, *_figures(one.tally.whole).values(), *_repairs(one.repairs).values())
        for one in review.cameras
    ]
    rows += [("district", name, name, *_figures(tally).values(), "", "", "", "") for name, tally in review.districts.items()]
    rows.append(("network", "all", "", *_figures(review.whole).values(), *_repairs(review.repairs).values()))
    bounds = "Bounds: had all that nobody observed been bad, or good. Void: cells of counts, wholly or in part."
    never = f" Never in the ledger, and so in no figure: {', '.join(review.never)}." if review.never else ""
    return Told(
        title=f"{report.title}, {service.span(report)}",
        heads=("camera", "district", "served", "bounds", "due", "faults", "repair", "void"),
        shown=[*cameras, *districts, ("all", "all", *_shown(review.whole), faults, repair, cells)],
        note=f"{service.verdict(review.whole).capitalize()}. {bounds}{never} docs/ref/ledger.md defines every figure.",
        columns=("of", "name", "district", *_FIGURES, *_REPAIRS),
        rows=rows,
        record={
            "network": report.network,
            **_span(review),
            "target": TARGET,
            "all": _figures(review.whole) | _repairs(review.repairs),
            "districts": {name: _figures(tally) for name, tally in review.districts.items()},
            "cameras": [
                {
                    "camera": one.name,
                    "district": one.district,
                    "registered": one.registered,
                    **_figures(one.tally.whole),
                    **_repairs(one.repairs),
                    "seconds": dict(one.tally.whole.in_state),
                    "days": {day.isoformat(): _figures(tally) for day, tally in one.tally.days.items()},
                    "void_cells": len(one.void),
                }
                for one in review.cameras
            ],
            "episodes": dict(review.repairs.by_state),
            "hours": {f"{hour:02}": _figures(tally) for hour, tally in review.hours.items()},
            "never": list(review.never),
        },
    )


Claimed = Mapping[StreamId, Mapping[int, float]]


def void(review: Review, claimed: Claimed) -> Told:
    """Cells that are void, wholly or in part.

    ``claimed`` tells, for each camera whose store could be read, the void seconds of a cell that its counts say were watched.
    """

    def watched(cell: VoidCell) -> float | None:
        return claimed[cell.stream].get(cell.start_ns, 0.0) if cell.stream in claimed else None

    tz = review.tz
    cells = [cell for camera in review.cameras for cell in camera.void]
    return Told(
        title=f"Void counts, {civil(review.start_ns, tz)} to {civil(review.end_ns, tz)}",
        heads=("camera", "cell", "void", "void min", "late min", "claimed min", "because"),
        shown=[
            (
                cell.stream,
                civil(cell.start_ns, tz),
                f"{cell.share:.0%}" if cell.share > 0.005 else "<1%",
                f"{cell.void_s / 60:.1f}",
                f"{cell.late_s / 60:.1f}",
                "-" if (said_s := watched(cell)) is None else f"{said_s / 60:.1f}",
                ", ".join(map(words, cell.states)),
            )
            for cell in cells
        ],
        note="Take no volume from what is void. Late: what passed before the fault was told. Claimed: what counts call watched.",
        columns=("camera", "start", "void_s", "late_s", "claimed_s", "share", "states"),
        rows=[
            (
                *(cell.stream, iso_local(cell.start_ns, tz), round(cell.void_s, 3), round(cell.late_s, 3)),
                "" if (said_s := watched(cell)) is None else round(said_s, 3),
                *(round(cell.share, 6), " ".join(cell.states)),
            )
            for cell in cells
        ],
        record={
            **_span(review),
            "cell_s": CELL_S,
            "cells": [
                {
                    "camera": cell.stream,
                    "start": iso_local(cell.start_ns, tz),
                    "start_ns": cell.start_ns,
                    "void_s": cell.void_s,
                    "late_s": cell.late_s,
                    "claimed_s": watched(cell),
                    "share": cell.share,
                    "states": cell.states,
                }
                for cell in cells
            ],
        },
    )


def episodes(review: Review) -> Told:
    """Episodes, by camera and time."""
    tz = review.tz
    told = [one for camera in review.cameras for one in camera.episodes]
    return Told(
        title=f"Episodes, {civil(review.start_ns, tz)} to {civil(review.end_ns, tz)}",
        heads=("camera", "state", "began", "told after", "lasted", "reason"),
        shown=[
            (
                one.stream,
                words(one.state),
                civil(one.began_ns, tz),
                service.duration(seconds(one.told_ns - one.began_ns)),
                "goes on" if one.ended_ns is None else service.duration(seconds(one.ended_ns - one.began_ns)),
                one.reason,
            )
            for one in told
        ],
        note="",
        columns=("camera", "state", "usable", "began", "told", "ended", "reason", "id"),
        rows=[
            (
                *(one.stream, one.state, "no" if one.state in UNUSABLE else "yes"),
                *(iso_local(one.began_ns, tz), iso_local(one.told_ns, tz)),
                "" if one.ended_ns is None else iso_local(one.ended_ns, tz),
                *(one.reason, one.id),
            )
            for one in told
        ],
        record={**_span(review), "episodes": told},
    )


def orders(told: Sequence[WorkOrder], waiting: Sequence[Delivery], tz: ZoneInfo) -> Told:
    """Work orders, with whom they have not reached."""
    unsent: dict[str, list[Delivery]] = {}
    for one in waiting:
        unsent.setdefault(one.order.id, []).append(one)
    return Told(
        title="Work orders",
        heads=("order", "state", "where", "since", "opened", "closed", "not told yet"),
        shown=[
            (
                order.id[:8],
                words(order.state),
                f"{order.district}: {', '.join(order.cameras)}" if order.district else ", ".join(order.cameras),
                civil(order.since_ns, tz),
                civil(order.opened_ns, tz),
                "open" if order.closed_ns is None else civil(order.closed_ns, tz),
                ", ".join(one.destination for one in unsent.get(order.id, [])),
            )
            for order in told
        ],
        note="\n".join(f"{one.destination}: tried {one.attempts} times. {one.fault}" for one in waiting if one.fault),
        columns=("id", "revision", "state", "district", "cameras", "failing", "since", "opened", "closed", "reason", "not_told"),
        rows=[
            (
                *(order.id, order.revision, order.state, order.district, " ".join(order.cameras), " ".join(order.failing)),
                *(iso_local(order.since_ns, tz), iso_local(order.opened_ns, tz)),
                "" if order.closed_ns is None else iso_local(order.closed_ns, tz),
                *(order.reason, " ".join(one.destination for one in unsent.get(order.id, []))),
            )
            for order in told
        ],
        record={"orders": told, "waiting": [msgspec.structs.asdict(one) for one in waiting]},
    )


def _shown(tally: Tally) -> tuple[str, str, str]:
    """Serviceability, its bounds in percent, and hours due."""
    low, high = (percent(bound).removesuffix(" %") for bound in tally.bounds or (None, None))
    return percent(tally.share), f"{low}-{high}", hours(tally.due_s)


def _span(review: Review) -> dict[str, object]:
    tz = review.tz
    return {
        "timezone": tz.key,
        "start": iso_local(review.start_ns, tz),
        "end": iso_local(review.end_ns, tz),
        "known_until": iso_local(review.until_ns, tz),
    }


def _figures(tally: Tally) -> dict[str, float | None]:
    low, high = tally.bounds or (None, None)
    values = (tally.share, low, high, tally.due_s, tally.usable_s, tally.unusable_s, tally.unobserved_s)
    return dict(zip(_FIGURES, values, strict=True))


def _repairs(told: Repairs) -> dict[str, float | int | None]:
    return dict(zip(_REPAIRS, (told.faults, told.going_on, told.detect_s, told.repair_s), strict=True))
