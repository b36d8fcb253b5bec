"""The report on serviceability as one HTML file: nothing from outside, nothing that runs."""

from html import escape

from catseye.report import service
from catseye.report.drawing import svg
from catseye.report.page import figure, table, whole
from catseye.report.service import ServiceReport
from catseye.report.service_plots import by_hour, calendar, causes, share_bars

_CALENDAR = """A row a camera, a column a civil day. White: not due (planned maintenance, paused, or not registered yet). Grey: not
    observed; where a part of a day was not, that part of the cell is grey."""
_BARS = "Bars: of what was observed. Whiskers: had all that nobody observed been bad, or good."


def page(report: ServiceReport) -> str:
    """The whole file."""
    review = report.review
    heads = "".join(f"<div class=head><b>{escape(b)}</b><span>{escape(s)}</span></div>" for b, s in service.headline(report))
    districts = svg(share_bars(list(review.districts.items()), "By district"))
    states = table(service.STATE_HEADS, service.state_rows(report), 2)
    parts = [
        f"<h1>{escape(report.title)}</h1>",
        f'<p class="soft">{escape(service.subtitle(report))}</p>',
        f'<div class="heads">{heads}</div>',
        f'<div class="pair">{figure(districts, _BARS)}{figure(svg(causes(review.whole)), "")}</div>',
        table(service.DISTRICT_HEADS, service.district_rows(report)),
        figure(svg(calendar(review, review.cameras)), " ".join(_CALENDAR.split())),
        f"<h2>The worst cameras</h2>{_worst(report)}",
        f"<h2>Every camera</h2>{table(service.CAMERA_HEADS, service.camera_rows(review.cameras), 2)}",
        f"<p>{escape(service.never_words(report))}</p>",
        f"<h2>Hours and states</h2><div class=pair>{figure(svg(by_hour(review.hours)), 'All cameras, all days.')}{states}</div>",
        f"<h2>Work orders</h2>{_orders(report)}",
        f"<h2>Planned maintenance</h2>{_maintenance(report)}",
        f"<h2>Void counts</h2>{_void(report)}",
        "<h2>How to read it</h2>",
        *(f"<p>{escape(note)}</p>" for note in service.notes()),
    ]
    return whole(report.title, parts)


def _worst(report: ServiceReport) -> str:
    if not report.worst:
        return "<p>No camera is below the target in what was observed of it.</p>"
    return table(service.CAMERA_HEADS, service.camera_rows(report.worst), 2)


def _orders(report: ServiceReport) -> str:
    if not report.orders:
        return "<p>None in this time.</p>"
    more = len(report.orders) - service.MOST_ORDERS
    rest = f"<p>{more} more were closed; 'catseye ledger orders' lists them.</p>" if more > 0 else ""
    return table(service.ORDER_HEADS, service.order_rows(report), len(service.ORDER_HEADS)) + rest


def _maintenance(report: ServiceReport) -> str:
    rows = service.maintenance_rows(report)
    return table(service.MAINTENANCE_HEADS, rows, 4) if rows else "<p>None in this time.</p>"


def _void(report: ServiceReport) -> str:
    rows = service.void_rows(report)
    return table(service.VOID_HEADS, rows) if rows else "<p>None.</p>"
