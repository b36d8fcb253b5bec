"""Registered cameras as CSV (RFC 4180, UTF-8, header first), a row each, columns as in ``wire.cameras``.

An empty cell says nothing: on reading, what is not told stays as it is, or as is usual.
"""

import csv
import io
from collections.abc import Iterable

from catseye.core.cameras import Camera
from catseye.core.errors import ConfigError
from catseye.wire.cameras import COLUMNS, flat, nested, typed
from catseye.wire.counts_csv import inert


def encode(cameras: Iterable[Camera]) -> str:
    """The whole text, a row a camera."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in flat(camera).values()] for camera in cameras)
    return text.getvalue()


def decode(text: str) -> list[tuple[int, dict[str, object] | ConfigError]]:
    """Each row's line and values, or what is wrong with it. Raises ConfigError where the header is."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    rows: list[tuple[int, dict[str, object] | ConfigError]] = []
    try:
        columns = [name.strip() for name in reader.fieldnames or ()]
        if len(set(columns)) < len(columns):
            raise ConfigError("Two columns have one name.", "Keep one of them.")
        reader.fieldnames = columns
        nested(dict.fromkeys(columns))
        rows.extend((reader.line_num, _values(row)) for row in reader)
    except csv.Error as error:
        raise ConfigError(f"Line {reader.line_num} is not CSV: {error}.", "Save it as comma-separated values, UTF-8.") from error
    return rows


def _values(row: dict[str | None, str | list[str] | None]) -> dict[str, object] | ConfigError:
    if None in row:
        return ConfigError("there are more cells than columns.", "Put text that holds a comma in quotes.")
    try:
        told = {key: typed(key, _plain(cell)) for key, cell in row.items() if key and isinstance(cell, str) and cell.strip()}
        return nested(told)
    except ConfigError as error:
        return error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith("'") else inert(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(cell: str) -> str:
    """A cell without the apostrophe that was put before a sign that would start a formula, or before another apostrophe."""
    rest = cell[1:]
    return rest if cell.startswith("'") and (rest.startswith("'") or inert(rest) == cell) else cell
