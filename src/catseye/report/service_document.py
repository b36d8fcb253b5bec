"""The report on serviceability as PDF, A4 across."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.platypus import Flowable, KeepTogether, PageBreak, Paragraph, Spacer, Table

from catseye.report import service
from catseye.report.document import HEADING, SMALL, TEXT, TITLE, WIDE, Picture, headings, table, use_fonts, whole
from catseye.report.service import ServiceReport
from catseye.report.service_plots import by_hour, calendar, causes, share_bars

_ROWS_A_PAGE = 32
_TALLY = (64.0, 46.0, 46.0, 52.0, 52.0, 58.0)
_BARS = "Bars: of what was observed. Whiskers: had all that nobody observed been bad, or good."
_CALENDAR = "White: not due. Grey: not observed; where a part of a day was not, that part of the cell is grey."


def document(report: ServiceReport) -> bytes:
    """The whole file."""
    use_fonts()
    return whole(_story(report), report.title, "Serviceability of cameras", f"{report.title}, {service.span(report)}")


def _story(report: ServiceReport) -> list[Flowable]:
    review = report.review
    half = WIDE / 2 - 6
    districts = [
        Picture(share_bars(list(review.districts.items()), "By district"), half),
        Paragraph(_BARS, SMALL),
    ]
    pair = Table(
        [[districts, [Picture(causes(review.whole), half * 0.9), Spacer(0, 6), Picture(by_hour(review.hours), half * 0.9)]]],
        colWidths=[WIDE / 2] * 2,
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)],
    )
    story: list[Flowable] = [
        Paragraph(escape(report.title), TITLE),
        Paragraph(escape(service.subtitle(report)), SMALL),
        Spacer(0, 6),
        headings(service.headline(report)),
        Spacer(0, 8),
        pair,
        *_section("Districts", service.DISTRICT_HEADS, service.district_rows(report), 1, (130, 46, *_TALLY)),
    ]
    for first in range(0, len(review.cameras), _ROWS_A_PAGE):
        story += [
            PageBreak(),
            Picture(calendar(review, review.cameras[first : first + _ROWS_A_PAGE]), WIDE),
            Paragraph(_CALENDAR, SMALL),
        ]
    widths = (110, 90, *_TALLY, 36, 48, 46, 76)
    story += [PageBreak(), *_section("The worst cameras", service.CAMERA_HEADS, service.camera_rows(report.worst), 2, widths)]
    story += _section("States", service.STATE_HEADS, service.state_rows(report), 2, (100, 50, 60, 70))
    story += _section("Every camera", service.CAMERA_HEADS, service.camera_rows(review.cameras), 2, widths)
    if review.never:
        story.append(Paragraph(escape(service.never_words(report)), TEXT))
    story += [PageBreak(), *_orders(report)]
    maintenance = service.maintenance_rows(report)
    story += _section("Planned maintenance", service.MAINTENANCE_HEADS, maintenance, 4, (110, 110, 220, 300))
    story += _section("Void counts", service.VOID_HEADS, service.void_rows(report), 1, (150, 90, 60, 60, 60))
    notes: list[Flowable] = [Paragraph("How to read it", HEADING)]
    notes += [part for note in service.notes() for part in (Paragraph(escape(note), TEXT), Spacer(0, 3))]
    return [*story, KeepTogether(notes)]


def _section(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], left: int, widths: Sequence[float]) -> list[Flowable]:
    if not rows:
        return [Paragraph(escape(name), HEADING), Paragraph("None.", TEXT)]
    return [Paragraph(escape(name), HEADING), table(heads, [list(map(_fits, row)) for row in rows], left, widths)]


def _fits(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _orders(report: ServiceReport) -> list[Flowable]:
    story = _section(
        "Work orders",
        service.ORDER_HEADS,
        service.order_rows(report),
        len(service.ORDER_HEADS),
        (56, 76, 170, 84, 84, 84, 210),
    )
    more = len(report.orders) - service.MOST_ORDERS
    if more > 0:
        story.append(Paragraph(f"{more} more were closed; 'catseye ledger orders' lists them.", SMALL))
    return story
