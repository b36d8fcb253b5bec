"""What the page of a count is told, and what it tells."""

import msgspec

from catseye.api.views import Problem
from catseye.byhand.desk import Desk, Sitting
from catseye.byhand.steps import Step
from catseye.core.scene import CountLine, Mask, Movement, Zone
from catseye.wire.hand_counts import HandComplete, HandCrossing


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted, watched and complete, as it is in the file. ``version`` grows with every change."""

    version: int
    crossings: tuple[HandCrossing, ...]
    watched: tuple[tuple[float, float], ...]
    complete: tuple[HandComplete, ...]


class PlannedClip(msgspec.Struct, frozen=True, kw_only=True):
    """A clip that is to be counted. ``declared``: something of it is said to be complete."""

    name: str
    declared: bool
    watched_s: float


class SittingView(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted now, over which lines and movements, with which letters, of which clips. ``token`` names it."""

    token: str
    name: str
    clip: str
    file: str
    who: str
    size: tuple[int, int]
    from_s: float
    until_s: float
    lines: tuple[CountLine, ...]
    movements: tuple[Movement, ...]
    zones: tuple[Zone, ...]
    masks: tuple[Mask, ...]
    keys: dict[str, str]
    kinds: tuple[str, ...]
    clips: tuple[PlannedClip, ...]
    tally: Tally


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that is not shown, and why."""

    number: int
    why: str


class ProgressView(msgspec.Struct, frozen=True, kw_only=True):
    """How far the pictures are: ``times_s`` of those from the number asked for on, and the ranges [first, last] that are ready."""

    token: str
    version: int
    times_s: tuple[float, ...]
    ready: tuple[tuple[int, int], ...]
    withheld: tuple[Withheld, ...]
    ended: bool
    trouble: Problem | None


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Steps that the page ``tab`` took in the sitting ``token``, in order."""

    token: str
    tab: str
    steps: tuple[Step, ...]


class Undo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The page ``tab`` takes back its last step."""

    token: str
    tab: str


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """Whether there was a step to take back, and what is counted now."""

    undone: bool
    tally: Tally


class Turn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The page turns to another clip."""

    name: str


def tally_of(sitting: Sitting) -> Tally:
    """The tally as it is in the file."""
    version, count = sitting.ledger.version, sitting.ledger.count
    return Tally(version=version, crossings=count.crossings, watched=count.seen(), complete=count.complete or ())


def sitting_view(desk: Desk) -> SittingView:
    """All that a page needs to begin."""
    sitting, scene = desk.sitting, desk.scene
    count, clips = sitting.ledger.count, []
    for job in desk.jobs:
        declared, watched_s = desk.standing(job)
        clips.append(PlannedClip(name=job.name, declared=declared, watched_s=round(watched_s, 3)))
    return SittingView(
        token=sitting.token,
        name=sitting.job.name,
        clip=count.clip,
        file=str(sitting.ledger.path),
        who=count.who,
        size=sitting.preparer.size or (16, 9),
        from_s=count.from_s,
        until_s=count.until_s,
        lines=scene.lines,
        movements=scene.movements,
        zones=scene.zones,
        masks=scene.masks,
        keys=desk.keys,
        kinds=count.kinds,
        clips=tuple(clips),
        tally=tally_of(sitting),
    )


def progress_view(sitting: Sitting, known: int) -> ProgressView:
    """How far the pictures are; ``known`` times need not be told again."""
    done = sitting.preparer.progress()
    return ProgressView(
        token=sitting.token,
        version=sitting.ledger.version,
        times_s=done.times_s[known:],
        ready=done.ready,
        withheld=tuple(Withheld(number=number, why=why) for number, why in sorted(done.withheld.items())),
        ended=done.ended,
        trouble=None if done.error is None else Problem(message=done.error.message, remedy=done.error.remedy),
    )
