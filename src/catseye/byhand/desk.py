"""What is counted now: one clip of those that are to be counted, its file and its pictures."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from catseye.byhand.clip import fingerprint
from catseye.byhand.ledger import Ledger, read
from catseye.byhand.passage import Passage
from catseye.byhand.pictures import Pictures
from catseye.byhand.preparing import Preparer, Reel
from catseye.core.errors import ConfigError
from catseye.core.scene import Scene
from catseye.core.time import iso_local, zone
from catseye.ports import Detector, FaceFinder, FrameSource, SourceInfo
from catseye.privacy.redaction import RedactedPicture
from catseye.wire.hand_counts import VERSION, HandCount, HandLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A clip to count into ``out``. Without ``from_s`` and ``until_s``: what the file says, else the whole clip.

    ``start`` is the instant of the clip's first frame, with offset; "" where only the clip may know it.
    """

    name: str
    source: Path
    out: Path
    from_s: float | None = None
    until_s: float | None = None
    start: str = ""
    light: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a sitting works with. ``fps`` pictures a second are shown, and ``room_bytes`` of them kept at a time."""

    open_source: Callable[[Path], FrameSource]
    detector: Detector
    face_finder: FaceFinder | None
    encode_jpeg: Callable[[RedactedPicture], bytes]
    fps: float
    room_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One clip while it is counted. ``token`` tells it from the sittings before, so that a page left open cannot write into it."""

    token: str
    job: Job
    ledger: Ledger
    pictures: Pictures
    preparer: Preparer

    def close(self) -> None:
        """Stop, and forget the pictures; harmless when called twice."""
        self.preparer.close()
        self.pictures.close()
        self.ledger.close()


class Desk:
    """The clips to be counted, one after another, over one scene. ``keys`` are the letters of the kinds; ``who`` counts, None: as
    the file says.
    """

    def __init__(self, jobs: Sequence[Job], scene: Scene, tools: Tools, *, keys: dict[str, str], who: str | None) -> None:
        if not scene.lines and not scene.movements:
            raise ConfigError("The scene has no line and no movement to count.", "Draw one: docs/guide/drawing-a-scene.md.")
        self.jobs, self.scene, self.keys = tuple(jobs), scene, keys
        self._tools, self._who = tools, who
        self._sitting: Sitting | None = None

    @property
    def sitting(self) -> Sitting:
        """What is counted now."""
        assert self._sitting is not None
        return self._sitting

    def sit(self, name: str) -> Sitting:
        """Turn to the clip of that name. Raises CatseyeError, and then the one before is still counted."""
        job = next((job for job in self.jobs if job.name == name), None)
        if job is None:
            raise ConfigError(f"There is no clip {name!r} to be counted.", "Take one of the plan.")
        if self._sitting is not None and self._sitting.job == job:
            return self._sitting
        opened = self._opened(job)
        if self._sitting is not None:
            self._sitting.close()
        self._sitting = opened
        return opened

    def first(self) -> str:
        """The first clip in which nothing is complete yet, else the first."""
        return next((job.name for job in self.jobs if not self.standing(job)[0]), self.jobs[0].name)

    def standing(self, job: Job) -> tuple[bool, float]:
        """Whether anything of a clip is said to be complete, and how many seconds of it were watched. Raises ConfigError."""
        sitting = self._sitting
        count = sitting.ledger.count if sitting is not None and sitting.job == job else read(job.out)
        if count is None:
            return False, 0.0
        return bool(count.declared()), sum(end - start for start, end in count.seen())

    def close(self) -> None:
        """Stop; harmless when called twice."""
        if self._sitting is not None:
            self._sitting.close()

    def _opened(self, job: Job) -> Sitting:
        tools = self._tools
        source = tools.open_source(job.source)
        source.close()
        ledger = Ledger(job.out, self._fresh(job, source.info))
        pictures = Pictures(tools.encode_jpeg, tools.room_bytes)
        count = ledger.count
        left = count.unwatched()
        reel = Reel(
            open=lambda: tools.open_source(job.source),
            from_s=count.from_s,
            until_s=count.until_s,
            fps=tools.fps,
            first_s=left[0][0] if left else count.from_s,
        )
        preparer = Preparer(reel, Passage(self.scene, tools.detector, tools.face_finder), pictures)
        opened = Sitting(token=secrets.token_hex(8), job=job, ledger=ledger, pictures=pictures, preparer=preparer)
        try:
            if self._sitting is not None:
                self._sitting.preparer.close()  # a detector is asked by one thread at a time
            preparer.start()
        except BaseException:
            opened.close()
            raise
        return opened

    def _fresh(self, job: Job, info: SourceInfo) -> HandCount:
        if info.live:
            raise ConfigError(f"{job.source} is live.", "Record a clip of it, and count that.")
        found = read(job.out)
        from_s, until_s = job.from_s, job.until_s
        if found is not None and from_s is None and until_s is None:
            from_s, until_s = found.from_s, found.until_s
        lasts_s = _length_s(info)
        if until_s is None and lasts_s is None:
            raise ConfigError(f"{job.source} does not tell how long it is.", "Give --to.")
        from_s = from_s or 0.0
        until_s = min(lasts_s or until_s or 0.0, until_s or lasts_s or 0.0)
        if not 0 <= from_s < until_s:
            raise ConfigError(f"There is nothing to count from {from_s:g} s to {until_s:g} s.", "Give --from and --to in the clip.")
        start = job.start or ("" if info.starts_at_ns is None else iso_local(info.starts_at_ns, zone(self.scene.timezone)))
        lines = (
            *(HandLine(name=line.name, directions=line.directions) for line in self.scene.lines),
            *(HandLine(name=movement.name, directions=(movement.name,)) for movement in self.scene.movements),
        )
        return HandCount(
            catseye_truth=VERSION,
            from_s=round(from_s, 3),
            until_s=round(until_s, 3),
            start=start,
            light=job.light,
            kinds=tuple(dict.fromkeys(self.keys.values())),
            lines=lines,
            crossings=(),
            watched=(),
            complete=(),
            clip=job.source.name,
            clip_sha256=fingerprint(job.source),
            scene_revision=self.scene.revision,
            who=(found.who if found is not None else "") if self._who is None else self._who,
        )


def _length_s(info: SourceInfo) -> float | None:
    if info.duration_s is not None:
        return info.duration_s
    return info.frames / info.fps if info.frames and info.fps else None
