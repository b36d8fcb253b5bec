"""How long cameras were paused, minute by minute: nobody was to look, so they are not due."""

from collections.abc import Collection
from dataclasses import dataclass, field

from catseye.core.health import CameraMinute
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S, seconds

_MINUTE_NS = 60 * NS_PER_S


@dataclass(slots=True)
class Pauses:
    """Told now and then who is paused, it gives the minutes that are over."""

    _paused: frozenset[StreamId] = frozenset()
    _told_ns: int | None = None
    _seconds: dict[StreamId, float] = field(default_factory=dict)

    def step(self, now_ns: int, paused: Collection[StreamId]) -> list[CameraMinute]:
        """Who was paused when this was asked last has been until now. Returns what is known of the minutes that ended."""
        records: list[CameraMinute] = []
        at_ns = now_ns if self._told_ns is None else min(self._told_ns, now_ns)
        while at_ns < now_ns:
            minute_ns = at_ns // _MINUTE_NS * _MINUTE_NS
            stop_ns = min(now_ns, minute_ns + _MINUTE_NS)
            for name in self._paused:
                self._seconds[name] = self._seconds.get(name, 0.0) + seconds(stop_ns - at_ns)
            if stop_ns == minute_ns + _MINUTE_NS:
                records += [self._minute(name, minute_ns) for name in sorted(self._seconds)]
                self._seconds.clear()
            at_ns = stop_ns
        self._paused, self._told_ns = frozenset(paused), now_ns
        return records

    def close(self, now_ns: int) -> list[CameraMinute]:
        """What is known of the minute that has begun."""
        records = self.step(now_ns, ())
        minute_ns = now_ns // _MINUTE_NS * _MINUTE_NS
        return [*records, *(self._minute(name, minute_ns) for name in sorted(self._seconds))]

    def _minute(self, name: StreamId, start_ns: int) -> CameraMinute:
        return CameraMinute(stream=name, start_ns=start_ns, seconds={}, paused_s=round(self._seconds[name], 3))
