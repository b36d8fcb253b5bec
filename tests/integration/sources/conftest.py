from collections.abc import Callable
from pathlib import Path

import pytest

from catseye import app
from catseye.core.ids import RunId, StreamId
from catseye.ports import FrameSource, SourceOptions

Open = Callable[..., FrameSource]


@pytest.fixture
def opened() -> Open:
    """Open a source as the commands do, impatiently."""

    def open_source(spec: str | Path, *, start_ns: int | None = None, **options: object) -> FrameSource:
        patience = {"connect_timeout_s": 5.0, "read_timeout_s": 5.0}
        return app.open_source(
            str(spec),
            stream=StreamId("test"),
            run=RunId("run"),
            clock=app.system_clock(),
            start_ns=start_ns,
            options=SourceOptions(**(patience | options)),  # type: ignore[arg-type]  # a test's own keywords
        )

    return open_source
