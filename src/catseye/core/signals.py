"""What a traffic signal shows, and since when."""

from typing import Literal

import msgspec

SignalState = Literal["red", "red_amber", "amber", "green", "off", "unknown"]


class SignalChange(msgspec.Struct, frozen=True, kw_only=True):
    """From ``at_ns`` on the signal ``name`` shows ``state``."""

    name: str
    at_ns: int
    state: SignalState
