"""CPU seconds of jobs, held against one another while other work comes and goes on the machine."""

import time
from collections.abc import Callable, Sequence
from statistics import median

Job = Callable[[], object]


def cpu_s(job: Job) -> float:
    """CPU seconds of all threads of this process while ``job`` runs."""
    began = time.process_time()
    job()
    return time.process_time() - began


def interleaved(jobs: Sequence[Callable[[], float]], repeats: int) -> list[float]:
    """The median of the seconds that each job returns.

    They are run in turn (A B A B), after one turn that is not counted, so that a slow minute of the machine slows all.
    """
    for job in jobs:
        job()
    turns = [[job() for job in jobs] for _ in range(repeats)]
    return [median(column) for column in zip(*turns, strict=True)]
