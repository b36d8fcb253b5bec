"""The composition root: the one file that names adapters. Each function builds one thing the commands need.

Imports stand inside the functions, so that a command loads only what it uses.
"""

import os
from pathlib import Path


def home() -> Path:
    """Where models and stores live: ``$CATSEYE_HOME``, else ``$XDG_DATA_HOME/catseye``, else ``~/.local/share/catseye``."""
    if given := os.environ.get("CATSEYE_HOME"):
        return Path(given)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "catseye"
