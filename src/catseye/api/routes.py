"""The routes of a stream under ``/api/v1``. They tell of volumes, health and the scene; of no track, single event or picture."""

from typing import Annotated

from litestar import Controller, MediaType, Response, Router, get, websocket
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter

from catseye import __version__
from catseye.api import tables
from catseye.api.live import Socket, Viewers, serve_viewer
from catseye.api.views import Alive, StreamView, VolumeTable
from catseye.config import dump_scene
from catseye.core.counts import Count
from catseye.core.errors import ConfigError, StoreError
from catseye.core.health import StreamHealth
from catseye.core.ids import StreamId
from catseye.core.scene import Scene
from catseye.core.time import CELL_S, NS_PER_S, cell_start, nanoseconds, parse_instant, zone
from catseye.ports import Clock, DetectorInfo, LiveFeed, Store, StoreReader
from catseye.wire import counts_csv

DAY_S = 24 * 3600
MOST_S = 31 * DAY_S
Start = Annotated[str | None, QueryParameter(description="First instant, ISO 8601. Civil time of the stream without an offset.")]
End = Annotated[str | None, QueryParameter(description="First instant that is no longer asked for. Default: now.")]
Interval = Annotated[int, QueryParameter(description="Seconds a row: 900, or 60 for the last day.")]


class Api:
    """What the routes draw on: one stream's feed, and the store where one is kept."""

    def __init__(self, feed: LiveFeed, store: Store | None, detector: DetectorInfo, clock: Clock) -> None:
        self.feed = feed
        self.detector = detector
        self.clock = clock
        self.viewers = Viewers()
        self._store = store

    def serves(self, stream: str) -> StreamId:
        """The stream's id; NotFoundException for any that is not watched here."""
        if stream != self.feed.stream:
            raise NotFoundException(f"No stream {stream!r} is watched here.")
        return self.feed.stream

    @property
    def keeps_volumes(self) -> bool:
        """Whether there is a store."""
        return self._store is not None

    @property
    def store(self) -> StoreReader:
        """Where volumes are kept. Raises StoreError where this session keeps none."""
        return self.writable

    @property
    def writable(self) -> Store:
        """The same store, to say something of what it keeps."""
        if self._store is None:
            raise StoreError("No volumes are kept in this session.", "Watch with --out DIR to keep them.")
        return self._store

    def span(self, start: str | None, end: str | None, default_s: int = DAY_S) -> tuple[int, int]:
        """The stretch [start, end) asked for. Raises ConfigError for one that is no stretch or too long."""
        tz = zone(self.feed.scene().timezone)
        end_ns = parse_instant(end, tz) if end else self.clock.now_ns()
        start_ns = parse_instant(start, tz) if start else end_ns - nanoseconds(default_s)
        if not 0 <= end_ns - start_ns <= nanoseconds(MOST_S):
            raise ConfigError("The stretch asked for is not between 0 and 31 days long.", "Give start before end, in parts.")
        return start_ns, end_ns


TheApi = NamedDependency[Api]


class Streams(Controller):
    """Routes of one stream."""

    path = "/api/v1/streams"

    @get("/", sync_to_thread=False)
    def streams(self, api: TheApi) -> list[StreamView]:
        """The streams that are watched: one."""
        scene = api.feed.scene()
        view = StreamView(
            stream=api.feed.stream,
            timezone=scene.timezone,
            scene_revision=scene.revision,
            keeps_volumes=api.keeps_volumes,
            detector=api.detector,
            health=api.feed.health(),
        )
        return [view]

    @get("/{stream:str}/health", sync_to_thread=False)
    def health(self, api: TheApi, stream: FromPath[str]) -> StreamHealth:
        """A stream's vital signs."""
        api.serves(stream)
        return api.feed.health()

    @get("/{stream:str}/scene", sync_to_thread=False)
    def scene(self, api: TheApi, stream: FromPath[str]) -> Scene:
        """Count lines, zones, movements and masks in force."""
        api.serves(stream)
        return api.feed.scene()

    @get("/{stream:str}/scene.toml", sync_to_thread=False, media_type=MediaType.TEXT)
    def scene_toml(self, api: TheApi, stream: FromPath[str]) -> Response[str]:
        """The same as a scene file, to be edited and given back with ``--scene``."""
        api.serves(stream)
        return _download(dump_scene(api.feed.scene()), "scene.toml", "application/toml")

    @get("/{stream:str}/counts", sync_to_thread=True)
    def counts(self, api: TheApi, stream: FromPath[str], start: Start = None, end: End = None) -> list[Count]:
        """Volumes by 15-minute cell, rule, direction and kind of road user. Default: the last day."""
        return api.store.counts(api.serves(stream), *api.span(start, end))

    @get("/{stream:str}/counts.csv", sync_to_thread=True, media_type=MediaType.TEXT)
    def counts_csv(self, api: TheApi, stream: FromPath[str], start: Start = None, end: End = None) -> Response[str]:
        """The same as CSV."""
        counts = api.store.counts(api.serves(stream), *api.span(start, end))
        return _download(counts_csv.encode(counts, zone(api.feed.scene().timezone)), "counts.csv", "text/csv")

    @get("/{stream:str}/table", sync_to_thread=True)
    def table(
        self,
        api: TheApi,
        stream: FromPath[str],
        start: Start = None,
        end: End = None,
        interval_s: Interval = CELL_S,
    ) -> VolumeTable:
        """Volumes arranged by interval and by rule and direction. Default: the last day, or the last hour by minute."""
        known, scene = api.serves(stream), api.feed.scene()
        if interval_s == CELL_S:
            return tables.quarter_hours(known, scene, api.store.counts(known, *api.span(start, end)))
        if interval_s == tables.MINUTE_S:
            return _minutes(api, known, scene, api.span(start, end, default_s=3600))
        raise ConfigError(f"Volumes are not kept by {interval_s} s.", "Ask for interval_s=900 or interval_s=60.")

    @websocket("/{stream:str}/live")
    async def live(self, socket: Socket, api: TheApi, stream: FromPath[str]) -> None:
        """The live feed: one binary message (``wire.live``) for each analysed frame."""
        api.serves(stream)
        await serve_viewer(socket, api.feed, api.viewers)


def _minutes(api: Api, stream: StreamId, scene: Scene, span: tuple[int, int]) -> VolumeTable:
    """The table by minute of at most a day, which is as long as events are kept."""
    start_ns, end_ns = cell_start(max(span[0], span[1] - nanoseconds(DAY_S)), tables.MINUTE_S), span[1]
    # Gaps are known between coverages only, so look as far as the cells that say how much was watched in all.
    first_ns, last_ns = cell_start(start_ns), cell_start(end_ns) + CELL_S * NS_PER_S
    counts, gaps = api.store.counts(stream, first_ns, last_ns), api.store.gaps(stream, first_ns, last_ns)
    unobserved = tables.unobserved_spans(counts, gaps, end_ns)
    return tables.minutes(stream, scene, api.store.events(stream, start_ns, end_ns), unobserved, (start_ns, end_ns))


@get("/healthz", sync_to_thread=False)
def healthz(api: TheApi) -> Alive:
    """Whether the server answers. It says nothing of the stream; ask its health for that."""
    return Alive(status="ok", version=__version__, viewers=api.viewers.watching, skipped=api.viewers.skipped)


def _download(text: str, name: str, media_type: str) -> Response[str]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=f"{media_type}; charset=utf-8", headers=headers)


def routes(*others: type[Controller]) -> Router:
    """All of them, with ``others``."""
    return Router(path="/", route_handlers=[Streams, *others, healthz])
