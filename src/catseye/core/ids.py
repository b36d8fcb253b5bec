"""Names of streams, runs, tracks and events.

A run is one unbroken reading of a stream: a reconnect, a restart or a loop of a file is another run. Its id is random, and
every track number is drawn from it, so a track of one run cannot be joined to a track of another.
"""

import hashlib
from typing import NewType

StreamId = NewType("StreamId", str)
RunId = NewType("RunId", str)

_NUMBER_BITS = 52  # exact in a JSON number and in a float64


def track_number(run: RunId, birth: int) -> int:
    """The number of the ``birth``-th track of a run: scattered over 52 bits, the same each time the run is replayed."""
    digest = hashlib.blake2b(f"{run}/{birth}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - _NUMBER_BITS)


def event_id(run: RunId, kind: str, rule: str, track: int, ordinal: int) -> str:
    """A deterministic event id: replaying a run gives the same ids, so storing an event twice stores it once."""
    return hashlib.blake2b(f"{run}/{kind}/{rule}/{track}/{ordinal}".encode(), digest_size=12).hexdigest()
