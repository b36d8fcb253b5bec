"""The site report as files: ``site.json``, ``site.csv`` and ``site.png``."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from catseye.core.errors import OutputError
from catseye.studio.siting.report import LineCounts, PoleReport, SiteReport
from catseye.studio.siting.sheet import sheet_png
from catseye.studio.siting.sight import Hidden, LaneSight, LineSight, ViewedPlaces
from catseye.studio.street import Street

COLUMNS = (
    "rank", "pole", "x_m", "y_m", "height_m", "look_x_m", "look_y_m", "fov_deg", "score", "what", "name", "length_m", "in_view",
    "usable", "usable_m", "px_m_least", "px_m_median", "car_px", "cyclist_px", "car_by_bus_worst", "car_by_bus_mean",
    "cyclist_by_bus_worst", "cyclist_by_bus_mean", "by_fixtures_worst", "by_fixtures_mean", "crossed_by", "seen", "height_px",
    "true", "missed", "extra",
)  # fmt: skip


def write_site(folder: Path, street: Street, report: SiteReport, viewed: Sequence[ViewedPlaces]) -> None:
    """Write the three files into ``folder``, which is made. Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "site.json").write_bytes(site_json(report))
        (folder / "site.csv").write_text(site_csv(report), encoding="utf-8", newline="")
        (folder / "site.png").write_bytes(sheet_png(street, report, viewed))
    except OSError as error:
        raise OutputError(
            f"Cannot write {folder}: {error.strerror or error}.", "Free some space or give another folder with --out."
        ) from error


def site_json(report: SiteReport) -> bytes:
    """The report as JSON with a line feed at its end."""
    return msgspec.json.format(msgspec.json.encode(report)) + b"\n"


def site_csv(report: SiteReport) -> str:
    """One row for each pole and lane, and for each pole and count line; what does not apply is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for rank, pole in enumerate(report.poles, 1):
        for row in _rows(pole):
            writer.writerow({"rank": rank, **_of_pole(pole), **row})
    return text.getvalue()


def _of_pole(pole: PoleReport) -> dict[str, object]:
    (x, y, height), (look_x, look_y) = pole.camera.position_m, pole.camera.look_at_m
    where = {"x_m": x, "y_m": y, "height_m": height, "look_x_m": look_x, "look_y_m": look_y}
    return {"pole": pole.name, **where, "fov_deg": pole.camera.fov_deg, "score": pole.score}


def _rows(pole: PoleReport) -> Iterator[dict[str, object]]:
    for lane in pole.sight.lanes:
        yield {"what": "lane", **_flat(lane)}
    counts = pole.counting.lines if pole.counting else ()
    for line in pole.sight.lines:
        yield {"what": "line", **_flat(line), **_summed([row for row in counts if row.line == line.name])}


def _flat(sight: LaneSight | LineSight) -> dict[str, object]:
    row: dict[str, object] = {}
    for key in sight.__struct_fields__:
        value = getattr(sight, key)
        if isinstance(value, Hidden):
            row |= {f"{key}_worst": value.worst, f"{key}_mean": value.mean}
        else:
            row[key] = value
    return row


def _summed(rows: Sequence[LineCounts]) -> dict[str, object]:
    return {key: sum(getattr(row, key) for row in rows) for key in ("true", "missed", "extra")} if rows else {}
