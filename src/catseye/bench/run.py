"""All parts of the bench, in one run."""

import os
from collections.abc import Callable, Sequence

from catseye import __version__
from catseye.bench import detecting, following, ingest, machine, memory, network, showing, studio, watching
from catseye.bench.report import Figure, Machine, Report
from catseye.bench.tools import Tools

PARTS: dict[str, Callable[[Tools, int], list[Figure]]] = {
    "ingest": ingest.measure,
    "tracker": following.measure_tracker,
    "middle": following.measure_middle,
    "detector": detecting.measure,
    "watch": watching.measure,
    "live": showing.measure,
    "memory": memory.measure,
    "studio": studio.measure,
    "network": network.measure,
}
BY_NAME_ONLY = {"studio", "network"}  # the one needs SUMO, the other takes a quarter of an hour
REPEATS, QUICK_REPEATS = 7, 2


def run(tools: Tools, parts: Sequence[str], *, quick: bool, say: Callable[[str], None]) -> Report:
    """Measure ``parts``, names of ``PARTS``; none: all but those ``BY_NAME_ONLY``.

    ``say`` is told each part as it begins. Raises CatseyeError.
    """
    load, repeats = os.getloadavg()[0], QUICK_REPEATS if quick else REPEATS
    here = machine.processor()
    tools.folder.mkdir(parents=True, exist_ok=True)
    figures: list[Figure] = []
    for part in parts or [part for part in PARTS if part not in BY_NAME_ONLY]:
        say(part)
        figures += PARTS[part](tools, repeats)
    described = Machine(processor=here.name, cores=here.cores, load=round(load, 2))
    return Report(catseye=__version__, machine=described, repeats=repeats, figures=tuple(figures))
