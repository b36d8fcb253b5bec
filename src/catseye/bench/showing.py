"""What the live page costs for each frame it shows."""

import time
from dataclasses import dataclass, field
from statistics import median, quantiles

from catseye.bench.clips import SIZES, make_clip
from catseye.bench.report import Figure
from catseye.bench.tools import Tools
from catseye.bench.watching import watch
from catseye.core.ids import StreamId
from catseye.runtime.analysed import Analysed, Sink
from catseye.runtime.feed import Feed
from catseye.runtime.live import LiveSink
from catseye.runtime.worker import StreamWorker

SHOWN_FPS = 10.0


@dataclass(slots=True, eq=False)
class _Timed:
    """A sink with a stopwatch around it."""

    inner: Sink
    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def take(self, analysed: Analysed) -> None:
        """Pass it on. The thread's own CPU seconds: the source decodes meanwhile in another."""
        began = time.perf_counter(), time.thread_time()
        self.inner.take(analysed)
        self.wall_s.append(time.perf_counter() - began[0])
        self.cpu_s.append(time.thread_time() - began[1])

    def close(self) -> None:
        """The inner one has nothing to finish."""
        self.inner.close()


def measure(tools: Tools, _repeats: int) -> list[Figure]:
    """Redact, compress and publish each analysed frame of the busy street to one listener."""
    figures = []
    for name in SIZES:
        clip, messages = make_clip(tools, name), list[int]()
        timed: list[_Timed] = []

        def page(worker: StreamWorker, messages: list[int] = messages, timed: list[_Timed] = timed) -> Sink:
            feed = Feed(StreamId("bench"), worker.vitals.health, worker.scene_now)
            feed.subscribe(lambda message: messages.append(len(message)))
            timed.append(_Timed(LiveSink(feed, worker, tools.encode_jpeg)))
            return timed[0]

        watch(tools, clip, SHOWN_FPS, None, page)
        sink = timed[0]
        note = f"{median(messages) / 1000:.0f} kB a message, 20 road users"
        late = quantiles(sink.wall_s, n=20)[-1]
        figures += [
            Figure(
                part="live",
                what=f"{name}: redact, JPEG, publish",
                value=1000 * median(sink.cpu_s),
                unit="ms CPU a shown frame",
                note=note,
            ),
            Figure(part="live", what=f"{name}: delay by it, p95", value=1000 * late, unit="ms"),
        ]
    return figures
