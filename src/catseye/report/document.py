"""The report as PDF, A4 across."""

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from catseye.report.build import Report
from catseye.report.diagram import number
from catseye.report.drawing import Area, Drawing, Stroke, Words
from catseye.report.figures import WAYS_CAPTION, movement_diagrams, volume_plot, way_plots
from catseye.report.raster import BOLD, REGULAR, font_file
from catseye.report.table import Group, Sheet
from catseye.report.words import factor, gap_rows, headline, notes, peak_words, share, span_words, subtitle, sureties, way_name

WIDE = landscape(A4)[0] - 24 * mm - 12  # less the frame's own padding
_HEAD, _LINE, _SOFT, _NOTE = (colors.HexColor(c) for c in ("#eef1f5", "#c9d0d9", "#5b6675", "#b3541e"))
TEXT = ParagraphStyle("text", fontName="Catseye", fontSize=8, leading=10.5)
SMALL = ParagraphStyle("small", parent=TEXT, fontSize=7, leading=9, textColor=_SOFT)
TITLE = ParagraphStyle("title", parent=TEXT, fontName="Catseye-Bold", fontSize=18, leading=23)
HEADING = ParagraphStyle("heading", parent=TEXT, fontName="Catseye-Bold", fontSize=11, leading=14, spaceBefore=8, spaceAfter=3)
_LEAST_COLUMN = 37.5  # points: twelve turns, four totals and the junction on one page
_TIME_COLUMNS = (42.0, 62.0)
_Look = tuple[str, tuple[int, int], tuple[int, int], *tuple[Any, ...]]
_LOOKS: list[_Look] = [
    ("FONT", (0, 0), (-1, -1), "Catseye", 6.5),
    ("LEADING", (0, 0), (-1, -1), 7.5),
    ("GRID", (0, 0), (-1, -1), 0.4, _LINE),
    ("ALIGN", (0, 0), (-1, -1), "RIGHT"),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ("LEFTPADDING", (0, 0), (-1, -1), 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2.5),
    ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
]


def document(report: Report) -> bytes:
    """The whole file."""
    use_fonts()
    return whole(_story(report), report.title, "Turning movement count", f"{report.title}, {span_words(report)}")


def use_fonts() -> None:
    """Make the report's own fonts known; to be called before anything is laid out."""
    for name, file in (("Catseye", REGULAR), ("Catseye-Bold", BOLD)):
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(font_file(file))))
    pdfmetrics.registerFontFamily("Catseye", normal="Catseye", bold="Catseye-Bold", italic="Catseye", boldItalic="Catseye-Bold")


def whole(story: list[Flowable], title: str, subject: str, below: str) -> bytes:
    """A file of a story, with a line ``below`` each page."""
    out = io.BytesIO()
    made = SimpleDocTemplate(
        out,
        pagesize=landscape(A4),
        leftMargin=12 * mm,
        rightMargin=12 * mm,
        topMargin=12 * mm,
        bottomMargin=14 * mm,
        title=title,
        subject=subject,
        author="Catseye",
        invariant=1,
    )

    def foot(canvas: Canvas, doc: SimpleDocTemplate) -> None:
        canvas.setFont("Catseye", 7)
        canvas.setFillColor(_SOFT)
        canvas.drawString(12 * mm, 8 * mm, below)
        canvas.drawRightString(landscape(A4)[0] - 12 * mm, 8 * mm, str(doc.page))

    made.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


class Picture(Flowable):
    """A drawing in the flow, ``wide`` points wide."""

    def __init__(self, drawing: Drawing, wide: float) -> None:
        super().__init__()
        self._drawing, self._scale = drawing, wide / drawing.width
        self.width, self.height = wide, drawing.height * self._scale

    def draw(self) -> None:
        """Called by reportlab, with the origin at the lower left corner."""
        canvas = self.canv
        canvas.saveState()
        canvas.translate(0, self.height)
        canvas.scale(self._scale, -self._scale)
        for part in self._drawing.parts:
            _draw(canvas, part)
        canvas.restoreState()


def _draw(canvas: Canvas, part: Area | Stroke | Words) -> None:
    match part:
        case Area() | Stroke():
            path = canvas.beginPath()
            path.moveTo(*part.points[0])
            for point in part.points[1:]:
                path.lineTo(*point)
            if isinstance(part, Area):
                path.close()
                canvas.setFillColor(colors.HexColor(part.colour))
                canvas.drawPath(path, stroke=0, fill=1)
                return
            canvas.setStrokeColor(colors.HexColor(part.colour))
            canvas.setLineWidth(part.width)
            canvas.setLineJoin(1)
            canvas.setDash([4, 4] if part.dashed else [])
            canvas.drawPath(path, stroke=1, fill=0)
        case Words():
            _write(canvas, part)


def _write(canvas: Canvas, words: Words) -> None:
    canvas.saveState()
    canvas.translate(*words.at)
    canvas.scale(1, -1)
    canvas.setFont("Catseye-Bold" if words.bold else "Catseye", words.size)
    canvas.setFillColor(colors.HexColor(words.colour))
    write = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}[words.anchor]
    write(0, 0, words.text)
    canvas.restoreState()


def _story(report: Report) -> list[Flowable]:
    story: list[Flowable] = [
        Paragraph(escape(report.title), TITLE),
        Paragraph(escape(subtitle(report)), SMALL),
        Spacer(0, 6),
        headings(headline(report)),
        Spacer(0, 8),
    ]
    diagrams = movement_diagrams(report)
    if diagrams:
        wide = WIDE / 2 - 6
        row = [[Picture(drawing, wide), Paragraph(escape(caption), SMALL)] for drawing, caption in diagrams]
        story.append(Table([row], colWidths=[WIDE / 2] * len(row), style=[("VALIGN", (0, 0), (-1, -1), "TOP")]))
    plot = volume_plot(report)
    if plot:
        story.append(KeepTogether([Picture(plot[0], 0.46 * WIDE), Paragraph(escape(plot[1]), SMALL)]))
    story += [PageBreak(), *_peaks(report)]
    for sheet in (*report.sheets, *((report.lines,) if report.lines else ())):
        story += [PageBreak(), *_sheet(sheet)]
    story += [PageBreak(), Paragraph("How sure", HEADING), Paragraph(escape(WAYS_CAPTION), SMALL), Spacer(0, 4)]
    story += [_plots(report), Spacer(0, 8), *_sureties(report), Paragraph("How to read it", HEADING)]
    return story + [Paragraph(escape(note), TEXT) for note in notes(report)]


def headings(told: Sequence[tuple[str, str]]) -> Table:
    """Figures side by side, each over what it is."""
    values = [
        Paragraph(f"<b>{escape(value)}</b>", ParagraphStyle("value", parent=TEXT, fontSize=14, leading=17)) for value, _ in told
    ]
    return Table(
        [values, [Paragraph(escape(name), SMALL) for _, name in told]],
        colWidths=[WIDE / len(told)] * len(told),
        style=[
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ],
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], left: int, widths: Sequence[float]) -> Table:
    """A table whose first ``left`` columns are text; ``widths`` in points."""
    looks: list[_Look] = [*_LOOKS, ("ALIGN", (0, 0), (left - 1, -1), "LEFT")]
    return Table([list(heads), *map(list, rows)], colWidths=list(widths), style=TableStyle(looks), repeatRows=1, hAlign="LEFT")


def _peaks(report: Report) -> list[Flowable]:
    story: list[Flowable] = [Paragraph("Peak hours", HEADING)]
    rows = [(p.subject, p.when, peak_words(report, p), number(p.volume), factor(p.phf)) for p in report.peaks]
    if rows:
        story.append(table(("", "of", "peak hour", "volume", "PHF"), rows, 3, (120, 120, 130, 60, 60)))
    else:
        story.append(Paragraph("No hour was observed in all four of its quarters.", TEXT))
    what = f"The peak hour, {peak_words(report, report.peak)}" if report.peak else "All of the time"
    told = [(s.group, s.column, number(s.volume), factor(s.phf), share(s.heavy)) for s in report.shares]
    heads = ("approach", "movement", "volume", "PHF", "heavies")
    return [*story, Paragraph(what, HEADING), table(heads, told, 2, (120, 120, 60, 60, 60))]


def _sheet(sheet: Sheet) -> list[Flowable]:
    """The sheet, cut between groups where it is wider than a page."""
    most = int((WIDE - sum(_TIME_COLUMNS)) // _LEAST_COLUMN)
    story: list[Flowable] = []
    part: list[int] = []
    parts: list[list[int]] = []
    for i, group in enumerate(sheet.groups):
        if part and sum(len(sheet.groups[j].columns) for j in part) + len(group.columns) > most:
            parts.append(part)
            part = []
        part = [*part, i]
    for n, places in enumerate([*parts, part], start=1):
        name = f"{sheet.name}, part {n} of {len(parts) + 1}" if parts else sheet.name
        story += [Paragraph(escape(name), HEADING), _part(sheet, places), Spacer(0, 8)]
    return story


def _part(sheet: Sheet, places: Sequence[int]) -> Table:
    firsts = [sum(len(group.columns) for group in sheet.groups[:i]) for i in range(len(sheet.groups))]
    groups: list[Group] = [sheet.groups[i] for i in places]
    columns = [firsts[i] + j for i in places for j in range(len(sheet.groups[i].columns))]
    heads = [_head(text) for text in ("date", "time")]
    top: list[object] = [*heads]
    looks = [
        *_LOOKS,
        ("ALIGN", (0, 0), (1, -1), "LEFT"),
        ("BACKGROUND", (0, 0), (-1, 1), _HEAD),
        ("SPAN", (0, 0), (0, 1)),
        ("SPAN", (1, 0), (1, 1)),
    ]
    for group in groups:
        looks.append(("SPAN", (len(top), 0), (len(top) + len(group.columns) - 1, 0)))
        top += [_head(group.name), *[""] * (len(group.columns) - 1)]
    rows: list[list[object]] = [top, ["", "", *(_head(column.name) for group in groups for column in group.columns)]]
    for at, row in enumerate(sheet.rows, start=2):
        name = {"interval": row.label, "hour": f"hour {row.label}", "total": "total"}[row.kind]
        volumes = [row.volumes[column] for column in columns]
        rows.append(["" if row.kind == "total" else row.day, name, *("" if v.volume is None else number(v) for v in volumes)])
        if row.kind != "interval":
            looks += [("BACKGROUND", (0, at), (-1, at), _HEAD), ("FONT", (0, at), (-1, at), "Catseye-Bold", 6)]
        for column, volume in enumerate(volumes, start=2):
            if volume.volume is None:
                looks.append(("BACKGROUND", (column, at), (column, at), _LINE))
            elif volume.partial:
                looks.append(("TEXTCOLOR", (column, at), (column, at), _NOTE))
    wide = min(46.0, (WIDE - sum(_TIME_COLUMNS)) / len(columns))
    return Table(rows, colWidths=[*_TIME_COLUMNS, *[wide] * len(columns)], style=TableStyle(looks), repeatRows=2, hAlign="LEFT")


def _head(text: str) -> Paragraph:
    return Paragraph(escape(text), ParagraphStyle("head", parent=TEXT, fontSize=6, leading=7, alignment=1, splitLongWords=1))


def _plots(report: Report) -> Table:
    """Three a row."""
    pictures = [Picture(drawing, WIDE / 3 - 8) for drawing in way_plots(report)]
    rows = [[*pictures[i : i + 3], *[""] * (3 - len(pictures[i : i + 3]))] for i in range(0, len(pictures), 3)]
    return Table(rows, colWidths=[WIDE / 3] * 3, style=[("LEFTPADDING", (0, 0), (-1, -1), 0)])


def _sureties(report: Report) -> list[Flowable]:
    heads = ("way", "watched", "whole cells", "partly", "not observed", "with interval", "light", "detector")
    told = sureties(report)
    rows = [
        (way_name(s.way), f"{s.watched:.1%}", *map(str, (s.whole, s.partial, s.unobserved, s.verified)), s.lights, s.detectors)
        for s in told
    ]
    story: list[Flowable] = [table(heads, rows, 1, (150, 45, 50, 45, 55, 60, 70, 240))]
    story += [Paragraph(escape(f"Unverified: {why}."), SMALL) for why in dict.fromkeys(s.why for s in told if s.why)]
    story.append(Paragraph("Gaps", HEADING))
    gaps = gap_rows(report)
    if gaps:
        story.append(table(("not observed from", "to", "minutes"), gaps, 2, (150, 150, 60)))
    else:
        story.append(Paragraph("None between the first and the last look.", TEXT))
    return story
