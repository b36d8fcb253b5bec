"""Work orders as a CSV file: an order a row, as it stands last."""

import csv
from pathlib import Path
from zoneinfo import ZoneInfo

from catseye.config import write_whole
from catseye.core.errors import OutputError
from catseye.core.orders import WorkOrder
from catseye.wire import orders as wire


class CsvSender:
    """Keeps one file up to date. It is written whole, so that a crash leaves the one before."""

    def __init__(self, path: Path, tz: ZoneInfo) -> None:
        self.name = f"csv:{path}"
        self._path, self._tz = path, tz

    def send(self, order: WorkOrder) -> None:
        """See ``ports.OrderSender``. A row of a later revision stays."""
        try:
            text = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise OutputError(f"{self._path} cannot be read: {error}.", "Move it away; a new one will be begun.") from error
        kept = list(csv.reader(text.splitlines()))
        if kept and tuple(kept[0]) != wire.COLUMNS:
            raise OutputError(f"{self._path} is not a table of work orders.", "Give another path in [orders] csv.")
        mine = next(csv.reader(wire.rows([order], self._tz).splitlines()[1:]))
        at = next((n for n, row in enumerate(kept) if n and row[0] == order.id), None)
        if at is None:
            kept.append(mine)
        elif int(kept[at][1]) <= order.revision:
            kept[at] = mine
        write_whole(self._path, wire.table(kept[1:] if len(kept) > 1 and tuple(kept[0]) == wire.COLUMNS else kept).encode())
