"""The report as an Excel workbook: a summary, a sheet each class, the lines, how sure everything is, the gaps."""

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from catseye.core.time import to_local
from catseye.report.build import Report
from catseye.report.figures import movement_diagrams
from catseye.report.raster import png
from catseye.report.table import CELL_NS, Row, Sheet
from catseye.report.timeplot import CLASS_COLOURS, junction_column
from catseye.report.volumes import EVERYBODY, Volume
from catseye.report.words import gap_rows, headline, notes, peak_words, scene_ways, span_words, sureties, way_name

_HEAD, _SOFT, _LINE = "#eef1f5", "#5b6675", "#c9d0d9"
_FIRST = 3  # rows of a sheet above its first interval
_CELLS = ("from", "to", "way", "observed s", "volume", "low", "high", "status", "why", "light", "detector", "scene")
_OVER_TIME = "Over time"


class _Book:
    """A workbook, its formats, and what is in the making."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.out = io.BytesIO()
        self.book: Workbook = xlsxwriter.Workbook(
            self.out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        start = to_local(report.span_ns[0], report.tz).replace(tzinfo=None)
        self.book.set_properties({"title": report.title, "subject": "Turning movement count", "created": start})
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}

    def form(self, **looks: object) -> Format:
        key = tuple(sorted(looks.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_name": "Calibri", "font_size": 10, **looks})
        return self._formats[key]

    def volume(self, sheet: Worksheet, at: tuple[int, int], volume: Volume, **looks: object) -> None:
        """A number; a blank where nothing was observed, and with a star behind it where a part was not."""
        if volume.volume is None:
            sheet.write_blank(
                *at, None, self.form(pattern=14, fg_color=_LINE, **{k: v for k, v in looks.items() if k != "bg_color"})
            )
        elif volume.partial:
            sheet.write_number(*at, volume.volume, self.form(num_format='0"*"', italic=True, font_color="#b3541e", **looks))
        else:
            sheet.write_number(*at, volume.volume, self.form(num_format="0", **looks))


def workbook(report: Report) -> bytes:
    """The whole file."""
    book = _Book(report)
    summary = book.book.add_worksheet("Summary")
    for sheet in report.sheets:
        _table(book, sheet)
    if report.lines:
        _table(book, report.lines)
    if report.sheets:
        _over_time(book)
    _summary(book, summary)
    _how_sure(book)
    _gaps(book)
    book.book.close()
    return book.out.getvalue()


def _table(book: _Book, sheet: Sheet) -> None:
    """Groups over columns over rows; the last row is the total."""
    page = book.book.add_worksheet(sheet.name)
    head = {
        "bold": True,
        "bg_color": _HEAD,
        "border": 1,
        "border_color": _LINE,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    }
    page.write_string(0, 0, f"{book.report.title}: {sheet.name.lower()}", book.form(bold=True, font_size=14))
    page.merge_range(1, 0, 2, 0, "date", book.form(**head))
    page.merge_range(1, 1, 2, 1, "time", book.form(**head))
    column = 2
    for group in sheet.groups:
        last = column + len(group.columns) - 1
        if last > column:
            page.merge_range(1, column, 1, last, group.name, book.form(**head))
        else:
            page.write_string(1, column, group.name, book.form(**head))
        for i, one in enumerate(group.columns):
            page.write_string(2, column + i, one.name, book.form(**head))
        column = last + 1
    sums = [one.sums for one in sheet.columns]
    for i, row in enumerate(sheet.rows, start=_FIRST):
        _row(book, page, i, row, sums)
    page.set_row(1, 30)
    page.set_row(2, 30 if sheet.name != "Lines" else 45)
    page.set_column(0, 0, 11)
    page.set_column(1, 1, 16)
    page.set_column(2, column - 1, 10)
    page.freeze_panes(_FIRST, 2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(1, 2)


def _row(book: _Book, page: Worksheet, at: int, row: Row, sums: Sequence[bool]) -> None:
    looks: dict[str, object] = {} if row.kind == "interval" else {"bold": True, "bg_color": _HEAD, "top": 1, "top_color": _LINE}
    names = {"interval": row.label, "hour": f"hour {row.label}", "total": "total"}
    page.write_string(at, 0, row.day if row.kind != "total" else "", book.form(**looks))
    page.write_string(at, 1, names[row.kind], book.form(**looks))
    for i, volume in enumerate(row.volumes):
        book.volume(page, (at, 2 + i), volume, **(looks | ({"bold": True} if sums[i] else {})))


def _summary(book: _Book, page: Worksheet) -> None:
    report = book.report
    page.set_column(0, 0, 24)
    page.set_column(1, 8, 13)
    page.write_string(0, 0, report.title, book.form(bold=True, font_size=18))
    told = f"{span_words(report)}; stream {report.stream}; scene {report.scene_revision}"
    page.write_string(1, 0, told, book.form(font_color=_SOFT))
    at = 3
    for value, name in headline(report):
        page.write_string(at, 0, value, book.form(bold=True, font_size=12))
        page.write_string(at, 1, name, book.form())
        at += 1
    at = _peaks(book, page, at + 1)
    at = _shares(book, page, at + 1)
    for note in notes(report):
        page.merge_range(at, 0, at, 8, note, book.form(text_wrap=True, valign="top", font_color=_SOFT))
        page.set_row(at, 30)
        at += 1
    for i, (drawing, caption) in enumerate(movement_diagrams(report)):
        options = {"image_data": io.BytesIO(png(drawing)), "x_scale": 0.55, "y_scale": 0.55, "description": caption}
        page.insert_image(3 + 26 * i, 10, "diagram.png", options)
        page.write_string(2 + 26 * i, 10, caption, book.form(font_color=_SOFT))
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _heads(book: _Book, page: Worksheet, at: int, names: Sequence[str]) -> None:
    for i, name in enumerate(names):
        page.write_string(
            at, i, name, book.form(bold=True, bg_color=_HEAD, bottom=1, bottom_color=_LINE, align="left" if i == 0 else "right")
        )


def _peaks(book: _Book, page: Worksheet, at: int) -> int:
    """The peak hours, from row ``at`` on; returns the next free row."""
    _heads(book, page, at, ("peak hours", "of", "begins", "ends", "volume", "PHF"))
    for peak in book.report.peaks:
        at += 1
        page.write_string(at, 0, peak.subject, book.form())
        page.write_string(at, 1, peak.when, book.form(align="right"))
        for i, end_ns in enumerate((peak.start_ns, peak.end_ns)):
            page.write_datetime(at, 2 + i, _civil(book.report, end_ns), book.form(num_format="yyyy-mm-dd hh:mm", align="right"))
        book.volume(page, (at, 4), peak.volume)
        if peak.phf is not None:
            page.write_number(at, 5, peak.phf, book.form(num_format="0.00"))
    return at + 1


def _shares(book: _Book, page: Worksheet, at: int) -> int:
    report = book.report
    what = f"peak hour {peak_words(report, report.peak)}" if report.peak else "all of the time"
    _heads(book, page, at, (what, "column", "volume", "PHF", "heavies"))
    for share in report.shares:
        at += 1
        looks: dict[str, object] = {"bold": True} if share.column == "total" else {}
        page.write_string(at, 0, share.group, book.form(**looks))
        page.write_string(at, 1, share.column, book.form(align="right", **looks))
        book.volume(page, (at, 2), share.volume, **looks)
        if share.phf is not None:
            page.write_number(at, 3, share.phf, book.form(num_format="0.00", **looks))
        if share.heavy is not None:
            page.write_number(at, 4, share.heavy, book.form(num_format="0.0%", **looks))
    return at + 2


def _over_time(book: _Book) -> None:
    """The junction's volumes by class, an interval a row and nothing between, which is what a chart needs; and the chart."""
    page = book.book.add_worksheet(_OVER_TIME)
    sheets = book.report.sheets
    _heads(book, page, 0, ("date", "time", *(sheet.name.lower() for sheet in sheets)))
    told = [[row for row in sheet.rows if row.kind == "interval"] for sheet in sheets]
    for at, rows in enumerate(zip(*told, strict=True), start=1):
        page.write_string(at, 0, rows[0].day, book.form())
        page.write_string(at, 1, rows[0].label, book.form(align="right"))
        for i, (sheet, row) in enumerate(zip(sheets, rows, strict=True), start=2):
            book.volume(page, (at, i), row.volumes[junction_column(sheet)])
    page.set_column(0, 6, 13)
    page.freeze_panes(1, 0)
    chart = book.book.add_chart({"type": "column", "subtype": "stacked"})
    assert chart is not None
    for i, sheet in enumerate(sheets, start=2):
        if sheet.name in CLASS_COLOURS:
            series = {
                "name": sheet.name,
                "categories": [_OVER_TIME, 1, 1, len(told[0]), 1],
                "values": [_OVER_TIME, 1, i, len(told[0]), i],
                "fill": {"color": CLASS_COLOURS[sheet.name]},
                "gap": 30,
            }
            chart.add_series(series)
    chart.set_title({"name": f"Vehicles in {book.report.interval_min} minutes", "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 340})
    page.insert_chart(1, 7, chart)


def _how_sure(book: _Book) -> None:
    """One row a way over all the time, then (sheet "Cells") one a way and quarter."""
    report = book.report
    page = book.book.add_worksheet("How sure")
    names = ("way", "watched", "whole", "partly", "not observed", "with interval", "light", "detector", "why unverified")
    _heads(book, page, 0, names)
    for at, one in enumerate(sureties(report), start=1):
        page.write_string(at, 0, way_name(one.way), book.form())
        page.write_number(at, 1, one.watched, book.form(num_format="0.0%"))
        for i, number in enumerate((one.whole, one.partial, one.unobserved, one.verified), start=2):
            page.write_number(at, i, number, book.form())
        for i, text in enumerate((one.lights, one.detectors, one.why), start=6):
            page.write_string(at, i, text, book.form())
    page.set_column(0, 0, 26)
    page.set_column(1, 6, 12)
    page.set_column(7, 8, 40)
    page.freeze_panes(1, 1)
    _cells(book)


def _cells(book: _Book) -> None:
    report = book.report
    page = book.book.add_worksheet("Cells")
    _heads(book, page, 0, _CELLS)
    at = 0
    for start in report.starts_ns:
        for way in scene_ways(report):
            at += 1
            cell = report.cells.at(way, start)
            receipt, volume = cell.receipt, cell.of(EVERYBODY)
            bounds = receipt.way_interval if volume.volume is not None else None
            for i, at_ns in enumerate((start, start + CELL_NS)):
                page.write_datetime(at, i, _civil(report, at_ns), book.form(num_format="yyyy-mm-dd hh:mm"))
            page.write_string(at, 2, way_name(way), book.form())
            page.write_number(at, 3, round(cell.observed_s, 3), book.form(num_format="0"))
            book.volume(page, (at, 4), volume)
            for i, bound in enumerate(bounds or (), start=5):
                page.write_number(at, i, bound, book.form())
            status = "not observed" if volume.volume is None else "verified" if bounds else "unverified"
            texts = (status, "" if bounds else receipt.why, receipt.light, receipt.detector, receipt.scene_revision)
            for i, text in enumerate(texts, start=7):
                page.write_string(at, i, text, book.form())
    page.set_column(0, 1, 16)
    page.set_column(2, 2, 26)
    page.set_column(3, 7, 11)
    page.set_column(8, 11, 24)
    page.freeze_panes(1, 3)
    page.autofilter(0, 0, at, len(_CELLS) - 1)


def _gaps(book: _Book) -> None:
    page = book.book.add_worksheet("Gaps")
    _heads(book, page, 0, ("not observed from", "to", "minutes"))
    for at, (start, end, minutes) in enumerate(gap_rows(book.report), start=1):
        page.write_string(at, 0, start, book.form())
        page.write_string(at, 1, end, book.form(align="right"))
        page.write_number(at, 2, float(minutes), book.form(num_format="0.0"))
    page.set_column(0, 1, 28)


def _civil(report: Report, at_ns: int) -> datetime:
    """Civil time without its offset, which is all that Excel knows."""
    return to_local(at_ns, report.tz).replace(tzinfo=None)
