"""What the API says of a network and its cameras. Addresses go out without credentials."""

import msgspec

from catseye.core.address import redacted
from catseye.core.cameras import Place
from catseye.core.health import UNUSABLE, CameraMinute, CameraState, HealthEpisode
from catseye.core.ids import StreamId
from catseye.core.network import CameraStatus, NetworkLoad
from catseye.core.time import NS_PER_S

STRIP_S = 900


class CameraView(msgspec.Struct, frozen=True, kw_only=True):
    """A camera, and how it is now. ``state`` is None where nobody looks at it; ``usable`` then too.

    ``note`` is what people should know besides that is no state, "" for nothing.
    """

    name: StreamId
    title: str
    district: str
    kind_of_place: str
    purpose: str
    legal_basis: str
    signage: str
    owner: str
    address: str
    place: Place | None
    priority: int
    paused: bool
    asked_fps: float
    state: CameraState | None
    usable: bool | None
    since_ns: int
    reason: str
    note: str
    given_fps: float | None
    shed: str
    worker: int | None
    fps_in: float | None
    fps_analysed: float | None
    lag_s: float | None
    size: tuple[int, int] | None
    codec: str


class NetworkView(msgspec.Struct, frozen=True, kw_only=True):
    """A network now."""

    name: str
    timezone: str
    at_ns: int
    load: NetworkLoad
    cameras: tuple[CameraView, ...]


class StripCell(msgspec.Struct, frozen=True, kw_only=True):
    """A quarter of an hour of a camera from ``start_ns``: seconds in each state; what is missing to 900 nobody observed."""

    start_ns: int
    seconds: dict[CameraState, float]


class HealthView(msgspec.Struct, frozen=True, kw_only=True):
    """How a camera was: its quarters of an hour, and what was wrong with it, latest first.

    ``pictured`` are the ids of the episodes of which there is a picture still.
    """

    cells: tuple[StripCell, ...]
    episodes: tuple[HealthEpisode, ...]
    pictured: tuple[str, ...]


def camera_view(status: CameraStatus) -> CameraView:
    """One camera as the API shows it."""
    camera, stream = status.camera, status.stream
    return CameraView(
        name=camera.name,
        title=camera.title or camera.name,
        district=camera.district,
        kind_of_place=camera.kind_of_place,
        purpose=camera.purpose,
        legal_basis=camera.legal_basis,
        signage=camera.signage,
        owner=camera.owner,
        address=redacted(camera.address),
        place=camera.place,
        priority=camera.priority,
        paused=camera.paused,
        asked_fps=camera.analysed_fps,
        state=status.state,
        usable=None if status.state is None else status.state not in UNUSABLE,
        since_ns=status.since_ns,
        reason=status.reason,
        note=status.note,
        given_fps=status.given_fps,
        shed=status.shed,
        worker=status.worker,
        fps_in=stream.fps_in if stream else None,
        fps_analysed=stream.fps_analysed if stream else None,
        lag_s=stream.lag_s if stream else None,
        size=stream.size if stream else None,
        codec=stream.codec if stream else "",
    )


def health_view(
    minutes: list[CameraMinute], episodes: list[HealthEpisode], pictured: frozenset[tuple[CameraState, int]]
) -> HealthView:
    """The minutes of one camera by quarter of an hour, and its episodes; of which there are pictures by state and beginning."""
    cells: dict[int, dict[CameraState, float]] = {}
    for minute in minutes:
        seconds = cells.setdefault(minute.start_ns // (STRIP_S * NS_PER_S) * STRIP_S * NS_PER_S, {})
        for state, lasted_s in minute.seconds.items():
            seconds[state] = round(seconds.get(state, 0.0) + lasted_s, 3)
    latest_first = tuple(sorted(episodes, key=lambda one: (-one.told_ns, one.id)))
    return HealthView(
        cells=tuple(StripCell(start_ns=start, seconds=cells[start]) for start in sorted(cells)),
        episodes=latest_first,
        pictured=tuple(one.id for one in latest_first if (one.state, one.began_ns) in pictured),
    )
