"""The page of a count is built from types that are those of its server."""

import json
import os
from pathlib import Path
from typing import Any

COMMITTED = Path(__file__).parents[3] / "web" / "truth-schema.json"


def test_the_copy_that_the_page_is_built_from_is_current(served: Any) -> None:
    """Mend it with CATSEYE_UPDATE_SCHEMA=1 in the environment, then ``npm run types`` in web/."""
    schema = served.client.get("/schema").json()
    if os.environ.get("CATSEYE_UPDATE_SCHEMA"):
        COMMITTED.write_text(json.dumps(schema, indent=1, sort_keys=True) + "\n", "utf-8")
    assert json.loads(COMMITTED.read_text("utf-8")) == schema
