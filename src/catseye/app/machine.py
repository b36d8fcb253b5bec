"""Where things live on a machine, and its clock."""

import os
from pathlib import Path

from catseye.ports import Clock


def home() -> Path:
    """Where models and stores live: ``$CATSEYE_HOME``, else ``$XDG_DATA_HOME/catseye``, else ``~/.local/share/catseye``."""
    if given := os.environ.get("CATSEYE_HOME"):
        return Path(given)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "catseye"


def system_clock() -> Clock:
    """The clock of this machine."""
    from catseye.adapters.system_clock import SystemClock

    return SystemClock()
