"""Keeps minutes and episodes until killed, and acknowledges each. Run by test_sqlite_ledger.py: ``ledger_child.py PATH FIRST``."""

import sys
from pathlib import Path

from catseye.adapters.sqlite import SqliteLedger
from catseye.core.health import CameraMinute, CameraState, HealthEpisode
from catseye.core.ids import StreamId

MINUTE_NS = 60_000_000_000

if __name__ == "__main__":
    ledger = SqliteLedger(Path(sys.argv[1]))
    number = int(sys.argv[2])
    while True:
        at = number * MINUTE_NS
        minute = CameraMinute(stream=StreamId("a"), start_ns=at, seconds={CameraState.OK: 60.0})
        gone = HealthEpisode(
            id=f"e{number}",
            stream=StreamId("a"),
            state=CameraState.OFFLINE,
            revision=1,
            began_ns=at,
            told_ns=at,
            ended_ns=at + 1,
            reason="",
        )
        ledger.keep([minute, gone])
        print(number, flush=True)
        number += 1
