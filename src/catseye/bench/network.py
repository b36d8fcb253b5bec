"""How many cameras a network holds on this machine, against bare decode; overload, and a killed process."""

import os
import signal
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from catseye.bench import machine, second_worker
from catseye.bench.clips import FPS, SECONDS, make_clip
from catseye.bench.report import Figure, ratio
from catseye.bench.rig import ANALYSED_FPS, Rig, film, rig
from catseye.bench.stopwatch import cpu_s, interleaved
from catseye.bench.tools import Tools
from catseye.core.network import CameraStatus

SHARES = {"360p": 0.65, "1080p": 0.80}  # of the cameras that could be decoded if nothing else were done
LATE_S = 0.5
RECOVERED_S = 10.0
EVEN = 0.8
IDLE_CAMERAS, IDLE_CORES, SUB_STREAM_FPS = 200, 2, 8
_KEPT_UP = 0.97  # of the rates, which are told to a tenth
_SETTLE_S, _LOOK_S = 12.0, 6.0  # rates are of the last ten seconds
_SHED_S, _EVEN_S = 35.0, 30.0  # until shedding has come to rest; over which rates are held against one another
_IDLE_STEPS = (0.2, 0.4, 0.5, 0.54, 0.58, 0.62, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 1.0)  # of the limit
_BUSY_STEPS = tuple(0.03 * k for k in range(1, 34))  # looks at the pictures cost more than decoding: few are held
_KILLED_CAMERAS = 8
_LEAST_HELD = 4  # a machine that holds fewer is given twice as many all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a network fared over some seconds: the slowest camera's rates, the worst delay, and how many cameras gave way."""

    fps_in: float
    analysed_fps: float
    lag_p99_s: float
    shed: int

    def held(self, fps: float) -> bool:
        """Whether every camera of ``fps`` was carried: nothing given up, nothing late, no rate missed."""
        kept_up = self.fps_in >= _KEPT_UP * fps and self.analysed_fps >= _KEPT_UP * ANALYSED_FPS
        return kept_up and self.shed == 0 and self.lag_p99_s < LATE_S


def measure(tools: Tools, repeats: int) -> list[Figure]:
    """All of it. With few ``repeats`` the cameras that are held are found at 360p, idle, alone."""
    cores = machine.processor().cores
    figures, held = [], 1
    for name in SHARES if repeats > 2 else ("360p",):
        for busy in (False, True) if repeats > 2 else (False,):
            found, figure = _capacity(tools, name, cores, busy=busy, repeats=repeats)
            figures.append(figure)
            held = found if (name, busy) == ("360p", False) else held
    figures += _many_idle(tools, cores, held)
    figures += _overload(tools, cores, 2 * max(held, _LEAST_HELD))
    figures += second_worker.measure(tools)
    return [*figures, _killed(tools, cores, max(1, repeats // 2))]


def look(rig_: Rig, over_s: float = _LOOK_S) -> Look:
    """Watch a running network for so long."""
    lags, shed = [0.0], 0
    for _ in rig_.looks(over_s):
        load = rig_.running.supervisor.load()
        lags.append(load.lag_p99_s or 0.0)
        shed = max(shed, load.shed)
    streams = [one.stream for one in rig_.statuses()]
    return Look(
        fps_in=min((one.fps_in or 0.0) if one else 0.0 for one in streams),
        analysed_fps=min((one.fps_analysed or 0.0) if one else 0.0 for one in streams),
        lag_p99_s=max(lags),
        shed=shed,
    )


def _capacity(tools: Tools, name: str, cores: float, *, busy: bool, repeats: int) -> tuple[int, Figure]:
    """Add cameras until one is not carried; the last number that was, against the cameras that bare decode allows."""
    clip = make_clip(tools, name, busy=busy)
    bare_s = interleaved([lambda: cpu_s(lambda: tools.decode_bare(clip.path))], repeats)[0] / SECONDS
    limit = cores / bare_s
    steps = _BUSY_STEPS if busy else _IDLE_STEPS
    held, last = ramp(tools, film(tools, name, busy=busy, fps=FPS), cores, [limit * step for step in steps])
    what = f"{name}25, {ANALYSED_FPS:g} analysed fps, {'busy' if busy else 'idle'}: CPU a camera held against bare decode"
    note = f"{held} cameras held of {limit:.0f} by bare decode on {cores:g} cores; then {last}"
    ms = "ms of cores a stream second"
    target = 1 / SHARES[name]
    product = 1000 * cores / max(held, 0.5)  # none held: as though half a camera were
    return held, ratio("network", what, product=product, limit=1000 * bare_s, target=target, measured_in=ms, note=note)


def ramp(tools: Tools, clip: Path, cores: float, steps: Iterable[float]) -> tuple[int, str]:
    """The most cameras that were carried, and why one step more was not."""
    counts = sorted({ceil(step) for step in steps})
    held = 0
    with rig(tools, clip, counts[0], workers=max(1, int(cores))) as running:
        running.until(running.all_run)
        for count in counts:
            running.hold(count)
            running.until(running.settled)  # cameras that are opened together look at everything first
            running.wait(_SETTLE_S)
            found = look(running)
            if not found.held(FPS):
                return held, _why(count, found)
            held = count
    return held, "no more were tried"


def _why(count: int, found: Look) -> str:
    lag = f"p99 lag {1000 * found.lag_p99_s:.0f} ms"
    return f"{count}: {found.fps_in:g} fps in, {found.analysed_fps:g} analysed, {lag}, {found.shed} shed"


def _many_idle(tools: Tools, cores: float, held: int) -> list[Figure]:
    """Many idle cameras: as many as are held at 25 fps against what is wanted, and all of them by their sub-streams."""
    wanted = round(IDLE_CAMERAS * cores / IDLE_CORES)
    full = f"idle 360p25 cameras wanted on {cores:g} cores, against those held"
    figures = [ratio("network", full, product=wanted, limit=max(held, 0.5), target=1.0, measured_in="cameras")]
    with rig(tools, film(tools, "360p", busy=False, fps=SUB_STREAM_FPS), wanted, workers=max(1, int(cores))) as running:
        running.until(running.all_run)
        running.wait(_SETTLE_S)
        found = look(running)
    what = f"{wanted} idle cameras, 360p{SUB_STREAM_FPS}: p99 lag"
    note = f"slowest: {found.fps_in:g} fps in, {found.analysed_fps:g} analysed; {found.shed} shed"
    if not found.held(SUB_STREAM_FPS):
        note += "; NOT held"
    return [*figures, Figure(part="network", what=what, value=1000 * found.lag_p99_s, unit="ms", target=1000 * LATE_S, note=note)]


def _overload(tools: Tools, cores: float, count: int) -> list[Figure]:
    """Twice the cameras that are held: whether those of one priority fare alike, and what memory does."""
    with rig(tools, film(tools, "360p", busy=False, fps=FPS), count, workers=max(1, int(cores))) as running:
        running.until(running.all_run)
        running.wait(_SHED_S)
        before, bytes_before = running.analysed(), running.resident_bytes()
        running.wait(_EVEN_S)
        after, bytes_after = running.analysed(), running.resident_bytes()
        rates = rates_by_priority(running.statuses(), before, after, _EVEN_S)
        given = {one.camera.priority: one.given_fps for one in running.statuses()}
    figures = []
    for priority, of in sorted(rates.items()):
        if min(of) == max(of) == 0:
            note = f"{count} cameras; given {given[priority] or 0:g} fps"
            figures.append(
                Figure(part="network", what=f"2x overload, priority {priority}: analysed a camera", value=0, unit="fps", note=note)
            )
            continue
        figures.append(
            ratio(
                "network",
                f"2x overload, priority {priority}: fastest camera against slowest",
                product=max(of),
                limit=max(min(of), 0.01),
                target=1 / EVEN,
                measured_in="analysed fps",
                note=f"{count} cameras; given {given[priority] or 0:g} fps",
            )
        )
    grown = (bytes_after - bytes_before) / 1e6
    return [
        *figures,
        Figure(
            part="network",
            what=f"2x overload: memory grown in {_EVEN_S:g} s",
            value=grown,
            unit="MB",
            note=f"of {bytes_before / 1e6:.0f} MB",
        ),
    ]


def rates_by_priority(
    statuses: tuple[CameraStatus, ...], before: Mapping[str, int], after: Mapping[str, int], over_s: float
) -> dict[int, list[float]]:
    """Frames analysed a second of each camera, by priority. A camera not watched at either end has none."""
    rates: dict[int, list[float]] = defaultdict(list)
    for one in statuses:
        name = one.camera.name
        rates[one.camera.priority].append(max(0, after.get(name, 0) - before.get(name, after.get(name, 0))) / over_s)
    return dict(rates)


def _killed(tools: Tools, cores: float, rounds: int) -> Figure:
    """Kill a process without warning, again and again; the longest until all its cameras give pictures again."""
    slowest, lost = 0.0, 0
    with rig(tools, film(tools, "360p", busy=False, fps=FPS), _KILLED_CAMERAS, workers=2) as running:
        running.until(running.all_run)
        for nth in range(rounds):
            running.until(lambda: running.running.supervisor.has_spare)
            pid = running.running.supervisor.pids()[nth % 2]
            names = [one.camera.name for one in running.statuses() if one.worker == nth % 2]
            restarts = running.running.supervisor.load().restarts
            assert pid is not None  # it runs
            os.kill(pid, signal.SIGKILL)
            gone_s = running.until(lambda now=restarts: running.running.supervisor.load().restarts > now)  # type: ignore[misc]
            back_s = running.until(lambda of=names: running.all_run(of))  # type: ignore[misc]
            if gone_s is None or back_s is None:
                lost += 1
            else:
                slowest = max(slowest, gone_s + back_s)
            running.wait(_SETTLE_S)  # one that dies soon after it was begun is begun again later
    note = f"{rounds} kills, {cores:g} cores" + (f"; {lost} NEVER came back" if lost else "")
    value = float("inf") if lost else slowest
    return Figure(
        part="network", what="killed process: its cameras give pictures again", value=value, unit="s", target=RECOVERED_S, note=note
    )
