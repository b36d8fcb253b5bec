"""A network that is what it is told to be, and a ledger in memory, for tests of whoever asks them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from catseye.core.cameras import Camera
from catseye.core.errors import ConfigError
from catseye.core.health import CameraMinute, CameraState, HealthEpisode, HealthRecord, added
from catseye.core.ids import StreamId
from catseye.core.network import CameraStatus, NetworkLoad
from catseye.core.time import NS_PER_S


@dataclass
class HandNetwork:
    """Cameras and pictures as given; what is asked of it is done at once."""

    cameras: dict[StreamId, CameraStatus]
    pictures: dict[StreamId, bytes] = field(default_factory=dict)
    name: str = "Test town"
    timezone: str = "Europe/London"
    now_ns: int = 0

    def statuses(self) -> tuple[CameraStatus, ...]:
        """Every camera, by name."""
        return tuple(self.cameras[name] for name in sorted(self.cameras))

    def load(self) -> NetworkLoad:
        """Nothing is known of a machine."""
        return NetworkLoad(workers=1, cameras=len(self.cameras))

    def put(self, camera: Camera) -> None:
        """Add a camera, or change it."""
        self.cameras[camera.name] = CameraStatus(camera=camera, state=CameraState.CONNECTING, since_ns=self.now_ns)

    def pause(self, name: StreamId) -> None:
        """It is paused from now on."""
        camera = replace(self._known(name).camera, paused=True)
        self.cameras[name] = CameraStatus(camera=camera, state=None, since_ns=self.now_ns, reason="paused")

    def resume(self, name: StreamId) -> None:
        """It is connecting from now on."""
        self.put(replace(self._known(name).camera, paused=False))

    def remove(self, name: StreamId) -> None:
        """There is no such camera any more."""
        del self.cameras[self._known(name).camera.name]

    def picture(self, name: StreamId, timeout_s: float = 3.0) -> bytes | None:  # noqa: ARG002 - the port's parameter; nothing here takes time
        """The picture given for it."""
        return self.pictures.get(name)

    def _known(self, name: StreamId) -> CameraStatus:
        if name not in self.cameras:
            raise ConfigError(f"No camera {name!r} is registered.", "Look at the list of cameras.")
        return self.cameras[name]


@dataclass
class MemoryLedger:
    """Keeps the health of cameras as long as it lives."""

    _minutes: dict[tuple[StreamId, int], CameraMinute] = field(default_factory=dict)
    _episodes: dict[str, HealthEpisode] = field(default_factory=dict)

    def keep(self, records: Sequence[HealthRecord]) -> None:
        """Keep records; an episode's highest revision stays, records of a minute add up."""
        for record in records:
            if isinstance(record, CameraMinute):
                kept = self._minutes.get((record.stream, record.start_ns))
                self._minutes[record.stream, record.start_ns] = record if kept is None else added(kept, record)
            elif record.id not in self._episodes or self._episodes[record.id].revision < record.revision:
                self._episodes[record.id] = record

    def streams(self) -> list[StreamId]:
        """Every camera anything is kept of."""
        return sorted({name for name, _ in self._minutes} | {episode.stream for episode in self._episodes.values()})

    def spans(self) -> dict[StreamId, tuple[int, int]]:
        """From the first minute of each camera to the end of its last."""
        found: dict[StreamId, tuple[int, int]] = {}
        for name, start_ns in sorted(self._minutes):
            found[name] = (found.get(name, (start_ns, 0))[0], start_ns + 60 * NS_PER_S)
        return found

    def minutes(self, start_ns: int, end_ns: int, stream: StreamId | None = None) -> list[CameraMinute]:
        """The minutes that begin in [start, end)."""
        found = [m for m in self._minutes.values() if start_ns <= m.start_ns < end_ns and stream in {None, m.stream}]
        return sorted(found, key=lambda minute: (minute.stream, minute.start_ns))

    def episodes(self, start_ns: int, end_ns: int, stream: StreamId | None = None) -> list[HealthEpisode]:
        """The episodes that touch [start, end)."""
        found = [
            episode
            for episode in self._episodes.values()
            if episode.began_ns < end_ns
            and (episode.ended_ns is None or episode.ended_ns > start_ns)
            and stream in {None, episode.stream}
        ]
        return sorted(found, key=lambda episode: (episode.stream, episode.began_ns))

    def close(self) -> None:
        """Nothing to be done."""
