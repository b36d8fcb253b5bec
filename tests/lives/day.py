"""A day of two cameras in minutes, with all that happens to cameras. Run as ``python -m tests.lives.day FOLDER HOURS``.

It prints what ``tests.lives.dying`` prints, what the process holds at a quiet moment of each quarter of an hour, and at the end
the truth.
"""

import gc
import os
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads

from tests.lives import street
from tests.lives.dying import Says, say
from tests.lives.life import Life, camera
from tests.lives.lockstep import Time

from catseye.core.health import StreamState
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S

BORN_NS = 1_792_887_300_000_000_000  # 02:15 in Madrid on the 25th of October 2026: at 03:00 it is 02:00 again
CAMERAS = tuple(StreamId(name) for name in ("east", "west"))
SAMPLE_S = 900
_LATER_S = 240  # what happens to a camera happens to the next so much later
_FULL_BYTES = 4096  # of any file: then the disk takes no more


@dataclass(frozen=True)
class Happening:
    """Each ``every_min`` minutes from minute ``at_min`` on, for ``lasts_s`` seconds."""

    what: str
    every_min: int
    at_min: int
    lasts_s: int


HAPPENINGS = (
    Happening("it hangs up", 13, 3, 1),
    Happening("it does not answer", 23, 5, 100),
    Happening("its pictures have another size", 31, 9, 1),
    Happening("key frames alone", 37, 12, 120),
    Happening("one frame a second", 41, 16, 90),
    Happening("it is silent", 53, 20, 15),
    Happening("its scene is edited", 47, 25, 1),
    Happening("it is taken out", 59, 30, 70),
    Happening("a picture is asked for", 7, 2, 1),
)
DISK_FULL = Happening("the disk is full", 61, 40, 150)  # for both


class Day:
    """Lets things happen to the cameras, second by second."""

    def __init__(self, folder: Path) -> None:
        self.life = Life(folder, Time(BORN_NS), Says())
        self._folder = folder
        self._scenes = dict.fromkeys(CAMERAS, "one")
        self.happened: dict[str, int] = {}
        for name in CAMERAS:
            self.life.put(camera(name))

    def second(self, number: int) -> None:
        silent = set()
        for place, name in enumerate(CAMERAS):
            for happening in HAPPENINGS:
                since_s = _since(happening, number - place * _LATER_S)
                if since_s == 0:
                    self.happened[happening.what] = self.happened.get(happening.what, 0) + 1
                    self._begin(happening.what, name)
                elif since_s == happening.lasts_s:
                    self._end(happening.what, name)
                if happening.what == "it is silent" and 0 <= since_s < happening.lasts_s:
                    silent.add(name)
                    if since_s == 10:
                        self._until_stalled(name)
        full_s = _since(DISK_FULL, number)
        if full_s == 0:
            self.happened[DISK_FULL.what] = self.happened.get(DISK_FULL.what, 0) + 1
        if full_s in {0, DISK_FULL.lasts_s}:
            self._fill(full=full_s == 0)
        self.life.second(silent=silent)
        self.life.holder.told(0.0)

    def _begin(self, what: str, name: StreamId) -> None:
        life = self.life
        match what:
            case "it hangs up" | "it does not answer":
                life.hang_up(name, answers=what == "it hangs up")
            case "its pictures have another size":
                life.resize(name)
            case "key frames alone":
                life.pace(name, 0.0)
            case "one frame a second":
                life.pace(name, 1.0)
            case "its scene is edited":
                self._scenes[name] = "two" if self._scenes[name] == "one" else "one"
                life.put(camera(name, self._scenes[name]))
            case "it is taken out":
                life.drop(name)
            case "a picture is asked for":
                life.holder.want_picture(name)
            case "it is silent":
                life.broken(name)

    def _end(self, what: str, name: StreamId) -> None:
        life = self.life
        match what:
            case "it does not answer":
                life.outside[name].answers = True
            case "key frames alone" | "one frame a second":
                life.pace(name, 5.0)
            case "it is silent":
                life.hang_up(name, answers=True)
            case "it is taken out":
                life.put(camera(name, self._scenes[name]))

    def _fill(self, *, full: bool) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FULL_BYTES if full else hard, hard))
        self.life.counted = not full

    def _until_stalled(self, name: StreamId) -> None:
        """The reader's patience is the only thing here that takes real time."""
        held = self.life.holder._held.get(name)
        for _ in range(100):
            if held is None or held.worker is None or held.worker.vitals.health().state is not StreamState.RUNNING:
                return
            Event().wait(0.1)

    @property
    def quiet(self) -> bool:
        """Whether both cameras give pictures, and have had something to keep, so that one moment is like another."""
        sources = [outside.source for outside in self.life.outside.values()]
        keeping = sum(thread.name.startswith("catseye-store") for thread in enumerate_threads())
        open_ = len(self.life.time.fed) == len(CAMERAS) and all(source is not None and source.eaten for source in sources)
        return open_ and keeping == len(CAMERAS)

    def sample(self, number: int) -> None:
        gc.collect()
        sizes = {file: file.stat().st_size / 1024 for file in self._folder.rglob("*") if file.is_file()}
        log_kib = sum(size for file, size in sizes.items() if file.name.endswith(("-wal", "-shm")))
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        say(
            "sample",
            {
                "second": number,
                "rss_mib": pages * os.sysconf("SC_PAGE_SIZE") / 2**20,
                "handles": len(list(Path("/proc/self/fd").iterdir())),
                "threads": len(list(Path("/proc/self/task").iterdir())),
                "disk_kib": sum(sizes.values()) - log_kib,
                "log_kib": log_kib,
            },
        )


def _since(happening: Happening, second: int) -> int:
    """Seconds since it began last; negative before the first time."""
    first = happening.at_min * 60
    return second - first if second < first else (second - first) % (happening.every_min * 60)


def main(folder: Path, hours: float) -> None:
    day = Day(folder)
    seconds = round(hours * 3600)
    due = False
    for number in range(seconds):
        day.second(number)
        due |= (number + 1) % SAMPLE_S == 0
        if due and day.quiet:
            day.sample(number + 1)
            due = False
    day.life.close()
    say("happened", day.happened)
    say("died_ns", BORN_NS + seconds * NS_PER_S)
    for name, outside in day.life.outside.items():
        say("truth", {"camera": name, "watched": outside.watched, "key_frames_s": list(outside.key_frames_s.items())})


if __name__ == "__main__":
    street.frame(CAMERAS[0], 0, BORN_NS, street.SIZES[0])
    main(Path(sys.argv[1]), float(sys.argv[2]))
