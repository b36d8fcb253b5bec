"""Counts as CSV (RFC 4180, UTF-8, header first), one row for each cell, direction and kind of road user.

``start`` and ``end`` are local with their offset. An unobserved ``volume`` is an empty field, never 0. ``flow_rate_vph`` is road
users an hour over the time observed; empty where nothing was. ``line`` is the name of the line, movement or zone. ``low`` to
``high`` hold the true volume with 95 %; both are empty where ``status`` is ``unverified``, and ``why`` says why. The others
are those of the receipt (docs/ref/records.md).
"""

import csv
import io
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from catseye.core.counts import Count
from catseye.core.receipt import Receipt
from catseye.core.time import iso_local

COLUMNS = (
    *("stream", "line", "direction", "road_user", "start", "end", "volume", "observed_s", "flow_rate_vph", "final"),
    *("status", "low", "high", "way_low", "way_high", "light", "detector", "detector_sha256", "scene", "calibration"),
    *("truth_sample", "why"),
)


def encode(counts: Iterable[Count], tz: ZoneInfo) -> str:
    """The whole text, rows in the order of ``counts``."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(row(count, tz) for count in counts)
    return text.getvalue()


def row(count: Count, tz: ZoneInfo) -> tuple[str, ...]:
    """One count as fields, in the order of ``COLUMNS``."""
    names = (count.stream, count.rule, count.direction, count.road_user)
    observed = count.volume is not None and count.observed_s > 0
    return (
        *map(inert, names),
        iso_local(count.start_ns, tz),
        iso_local(count.end_ns, tz),
        "" if count.volume is None else str(count.volume),
        f"{count.observed_s:.3f}",
        f"{(count.volume or 0) * 3600 / count.observed_s:.1f}" if observed else "",
        str(count.final).lower(),
        *_receipt(count.receipt),
    )


def _receipt(receipt: Receipt) -> tuple[str, ...]:
    bounds = [*(receipt.interval or ("", "")), *(receipt.way_interval or ("", ""))]
    return (
        receipt.status,
        *map(str, bounds),
        receipt.light,
        inert(receipt.detector),
        receipt.detector_sha256,
        receipt.scene_revision,
        receipt.calibration,
        receipt.truth_sample,
        receipt.why,
    )


def inert(text: str) -> str:
    """Text that a spreadsheet will not run as a formula: a leading apostrophe where its first sign would start one."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
