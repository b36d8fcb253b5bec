"""What a report on serviceability says, for page, document and machines alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from catseye.core.cameras import Maintenance
from catseye.core.health import UNUSABLE, CameraState
from catseye.core.orders import WorkOrder
from catseye.core.time import CELL_S
from catseye.network.ledger import CameraReview, Review
from catseye.network.tally import TARGET, Tally
from catseye.report.service_plots import hours, percent, words
from catseye.report.table import civil

MOST_ORDERS = 60
WORST = 10
NOTES = (
    """Serviceability is the time in which a camera's picture could be used, divided by the time in which it was due and observed.
    Due is all time since the camera's first minute in the ledger in which it was registered, not paused, and not in planned
    maintenance; a minute that maintenance touches is not due.""",
    """Not observed is due time in which Catseye itself was away. It is neither the cameras' fault nor their merit: it is left out
    of the figure, and the bounds say what the figure would be had all of it been bad, or good. A target is met for sure where the
    lower bound reaches it.""",
    """Not usable are: connecting, offline, frozen, black, white-out, obscured, moved, blurred, infrared failed. In other states
    (lens dirty, glare, packet loss, low bit rate, low frame rate, clock drift) the picture serves, with a warning.""",
    """Time to detect (MTTD) is the mean from when a fault is taken to have begun to when it was told; time to repair (MTTR) from
    told to ended. Faults that go on count with the time so far: all the time of known faults divided by the number that ended.
    Faults that began in planned maintenance are left out.""",
    """Void counts are the parts of 15-minute cells in which the camera could not be used: take no volume from them. Late is what
    had passed before the fault was told, which the counts themselves may call watched. 'catseye ledger void' lists every cell.""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReport:
    """All that the report says."""

    network: str
    review: Review
    orders: tuple[WorkOrder, ...]
    maintenance: tuple[Maintenance, ...]

    @property
    def title(self) -> str:
        """What the file is called."""
        return f"Serviceability of {self.network}"

    @property
    def worst(self) -> list[CameraReview]:
        """The cameras below the target, the worst first."""
        below = [one for one in self.review.cameras if (share := one.tally.whole.share) is not None and share < TARGET]
        return sorted(below, key=lambda one: (one.tally.whole.share or 0.0, one.name))[:WORST]


def span(report: ServiceReport) -> str:
    """From when to when, in which time."""
    tz = report.review.tz
    return f"{civil(report.review.start_ns, tz)} to {civil(report.review.end_ns, tz)}, {tz.key}"


def subtitle(report: ServiceReport) -> str:
    """What this is a report of."""
    review = report.review
    known = "" if review.until_ns >= review.end_ns else f" As known on {civil(review.until_ns, review.tz)}."
    return f"{span(report)}. {len(review.cameras)} cameras.{known}"


def verdict(whole: Tally) -> str:
    """Whether the target was met, as far as that is known."""
    if whole.share is None or whole.bounds is None:
        return "nothing was observed"
    if whole.bounds[0] >= TARGET:
        return "target of 95 % met"
    if whole.bounds[1] < TARGET:
        return "target of 95 % missed"
    said = "met" if whole.share >= TARGET else "missed"
    return f"target of 95 % {said} in what was observed"


def headline(report: ServiceReport) -> list[tuple[str, str]]:
    """The figures that come first."""
    whole, told = report.review.whole, report.review.repairs
    bounds = "" if whole.bounds is None else f", {percent(whole.bounds[0])} to {percent(whole.bounds[1])}"
    still = sum(order.closed_ns is None for order in report.orders)
    return [
        (percent(whole.share), f"serviceability{bounds}"),
        (verdict(whole).removeprefix("target of 95 % "), "target of 95 %" if whole.share is not None else ""),
        (hours(whole.due_s), "camera-hours due"),
        (hours(whole.unobserved_s), "of them not observed"),
        (str(told.faults), f"faults, {told.going_on} going on"),
        (duration(told.detect_s), "mean time to detect"),
        (duration(told.repair_s), "mean time to repair"),
        (str(still), "open work orders"),
    ]


def duration(time_s: float | None) -> str:
    """``42 s``, ``8 min``, ``3.5 h`` or ``2.1 days``."""
    if time_s is None:
        return "-"
    for least_s, of_s, unit in ((172_800, 86_400, "days"), (5_400, 3_600, "h"), (90, 60, "min")):
        if time_s >= least_s:
            return f"{time_s / of_s:.{0 if time_s >= 10 * of_s else 1}f} {unit}"
    return f"{time_s:.0f} s"


TALLY_HEADS = ("serviceability", "at least", "at most", "due", "not usable", "not observed")


def tally_cells(tally: Tally) -> tuple[str, ...]:
    """The figures under TALLY_HEADS."""
    low, high = tally.bounds or (None, None)
    return (
        *(percent(share) for share in (tally.share, low, high)),
        *(hours(time_s) for time_s in (tally.due_s, tally.unusable_s, tally.unobserved_s)),
    )


DISTRICT_HEADS = ("district", "cameras", *TALLY_HEADS)


def district_rows(report: ServiceReport) -> list[tuple[str, ...]]:
    """A district each, and all of them."""
    review = report.review
    rows = [
        (name, str(sum(one.district == name for one in review.cameras)), *tally_cells(tally))
        for name, tally in review.districts.items()
    ]
    return [*rows, ("all", str(len(review.cameras)), *tally_cells(review.whole))]


CAMERA_HEADS = ("camera", "district", *TALLY_HEADS, "faults", "repair", "void cells", "worst cause")


def camera_rows(cameras: Sequence[CameraReview]) -> list[tuple[str, ...]]:
    """A camera each."""
    return [
        (
            one.name + ("" if one.registered else " (removed)"),
            one.district,
            *tally_cells(one.tally.whole),
            str(one.repairs.faults),
            duration(one.repairs.repair_s),
            str(len(one.void)),
            worst_cause(one),
        )
        for one in cameras
    ]


def worst_cause(camera: CameraReview) -> str:
    """The state that cost most."""
    whole = camera.tally.whole
    bad = {state: time_s for state, time_s in whole.in_state.items() if state in UNUSABLE and time_s > 0}
    return words(max(bad, key=lambda state: bad[state])) if bad else ""


STATE_HEADS = ("state", "usable", "episodes", "camera-hours")


def state_rows(report: ServiceReport) -> list[tuple[str, ...]]:
    """A state each other than ok, those that cost most first."""
    whole, number = report.review.whole, report.review.repairs.by_state
    states = sorted({*whole.in_state, *number} - {CameraState.OK}, key=lambda state: -whole.in_state.get(state, 0.0))
    return [
        (
            words(state),
            "no" if state in UNUSABLE else "yes",
            str(number.get(state, 0)),
            hours(whole.in_state.get(state, 0.0)),
        )
        for state in states
    ]


VOID_HEADS = ("camera", "cells void in part", "wholly", "void", "late")


def void_rows(report: ServiceReport) -> list[tuple[str, ...]]:
    """A camera each that has void counts, those with most first."""
    cameras = [one for one in report.review.cameras if one.void]
    cameras.sort(key=lambda one: -sum(cell.void_s for cell in one.void))
    return [
        (
            one.name,
            str(sum(cell.void_s < CELL_S for cell in one.void)),
            str(sum(cell.void_s >= CELL_S for cell in one.void)),
            hours(sum(cell.void_s for cell in one.void)),
            duration(sum(cell.late_s for cell in one.void)),
        )
        for one in cameras
    ]


ORDER_HEADS = ("order", "state", "where", "since", "opened", "closed", "reason")


def order_rows(report: ServiceReport) -> list[tuple[str, ...]]:
    """Open orders first, then the latest, ``MOST_ORDERS`` at most."""
    tz = report.review.tz
    told = sorted(report.orders, key=lambda one: (one.closed_ns is not None, -one.opened_ns))
    return [
        (
            one.id[:8],
            words(one.state),
            f"{one.district}: {len(one.cameras)} cameras" if one.district else ", ".join(one.cameras),
            civil(one.since_ns, tz),
            civil(one.opened_ns, tz),
            "open" if one.closed_ns is None else civil(one.closed_ns, tz),
            one.reason,
        )
        for one in told[:MOST_ORDERS]
    ]


MAINTENANCE_HEADS = ("from", "to", "what", "why")


def maintenance_rows(report: ServiceReport) -> list[tuple[str, ...]]:
    """Every planned stretch."""
    return [
        (
            one.start.replace("T", " "),
            one.end.replace("T", " "),
            ", ".join([*one.cameras, *([one.district] if one.district else [])]),
            one.why,
        )
        for one in report.maintenance
    ]


def never_words(report: ServiceReport) -> str:
    """Which cameras are in no figure; "" where all are."""
    names = ", ".join(report.review.never)
    return f"Registered, but never in the ledger, and so in no figure: {names}." if names else ""


def notes() -> list[str]:
    """How the report is made and read, a paragraph each."""
    return [" ".join(note.split()) for note in NOTES]
