"""Drives a studio scenario with SUMO and reads the truth off it."""

import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from catseye import __version__
from catseye.core.errors import ConfigError, ToolError

if TYPE_CHECKING:
    from catseye.adapters.sumo import RedLight
    from catseye.studio.scenarios.recipe import Scenario
    from catseye.studio.street import Street
    from catseye.studio.traffic.checks import Check
    from catseye.studio.traffic.detectors import Agreement
    from catseye.studio.traffic.run import Run
    from catseye.studio.traffic.script import Planned
    from catseye.studio.truth import Happening, LeftOut, SignalChange, StudioTruth, TruthInfo

_TRIES = 8
_LOOKS_EVERY = 5  # steps between two looks for bodies that overlap
_LONGEST_MIN = 24 * 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficOrder:
    """What to drive: ``demand`` is a factor on the scenario's flows, ``happenings`` the kinds that may happen."""

    scenario: str
    seed: int = 1
    minutes: float = 10.0
    demand: float = 1.0
    happenings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """A truth, its street, and the checks that it was put to."""

    truth: "StudioTruth"
    street: "Street"
    checks: "list[Check]"


@dataclass(frozen=True, slots=True)
class _Driven:
    """One try."""

    run: "Run"
    happenings: "list[Happening]"
    agreement: "Agreement"
    speeds: "list[Check]"
    left_out: "dict[str, LeftOut]"


def drive_traffic(
    order: TrafficOrder, *, done: Callable[[str, float], None], say: Callable[[str], None]
) -> "tuple[StudioTruth, Street]":
    """What ``drive_and_check`` drives, without the checks."""
    driven = drive_and_check(order, done=done, say=say)
    return driven.truth, driven.street


def drive_and_check(order: TrafficOrder, *, done: Callable[[str, float], None], say: Callable[[str], None]) -> Driven:
    """Drive a scenario until no two bodies overlap, and read the truth off it.

    ``done`` hears what is being done and the share of it that is behind, ``say`` what a person should know. Raises CatseyeError.
    """
    from catseye.studio.scenarios import scenario
    from catseye.studio.surroundings import surround
    from catseye.studio.traffic.checks import check, told_left_out
    from catseye.studio.traffic.deriving import derive, signal_changes

    recipe = scenario(order.scenario)
    _check(order)
    street = recipe.street()
    signals = signal_changes(recipe, street, order.minutes * 60)
    for attempt in range(1, _TRIES + 1):
        driven = _drive(recipe, street, order, attempt, signals, done)
        clash = _clash(driven)
        if clash is None:
            break
        say(f"Try {attempt}: {clash}; driven again with another seed.")
    else:
        raise ToolError(
            f"In {_TRIES} tries bodies overlapped each time.", "Give another --seed, fewer --minutes or a lower --demand."
        )
    if driven.left_out:
        say(f"Left out, for their bodies would overlap others': {told_left_out(driven.left_out.values())}.")
    if not any(way.model.road_user is not None for way in driven.run.ways):
        raise ConfigError("This is a scenario with no vehicles.", "Give more --minutes or a higher --demand.")
    done("truth", 0.0)
    truth = derive(driven.run, street, _info(order, driven), signals, driven.happenings)
    checks = [*check(truth, street), _loops(driven.agreement), *driven.speeds]
    done("truth", 1.0)
    return Driven(truth=truth, street=surround(street, order.seed), checks=checks)


def _check(order: TrafficOrder) -> None:
    if not (math.isfinite(order.minutes) and 0 < order.minutes <= _LONGEST_MIN):
        raise ConfigError(f"--minutes {order.minutes:g} cannot be.", f"Give more than 0 and up to {_LONGEST_MIN:g}.")
    if not math.isfinite(order.demand) or order.demand < 0:
        raise ConfigError(f"--demand {order.demand:g} cannot be.", "Give a factor above 0; 1 is the scenario's own demand.")
    if order.demand == 0:
        raise ConfigError("With --demand 0 this is a scenario with no vehicles.", "Give a factor above 0.")
    if order.seed < 0:
        raise ConfigError(f"--seed {order.seed} is below 0.", "Give a whole number from 0.")


def _drive(
    recipe: "Scenario",
    street: "Street",
    order: TrafficOrder,
    attempt: int,
    signals: "list[SignalChange]",
    done: Callable[[str, float], None],
) -> "_Driven":
    """One try: demand and script by its seed, SUMO, everyone's body, and what of the script came off."""
    from catseye.adapters import sumo
    from catseye.studio.traffic.claims import claims, invite
    from catseye.studio.traffic.demand import WARM_S, routes, trips
    from catseye.studio.traffic.detectors import OUTPUT, agree, loops
    from catseye.studio.traffic.driven import STEP_S, read_fcd
    from catseye.studio.traffic.guests import parked
    from catseye.studio.traffic.pairs import without_overlaps
    from catseye.studio.traffic.rules import crossings
    from catseye.studio.traffic.run import assemble, ways_of
    from catseye.studio.traffic.script import plan
    from catseye.studio.traffic.signals import program
    from catseye.studio.traffic.speeds import sumo_speeds

    seconds = order.minutes * 60
    seed = order.seed * 1009 + (attempt - 1) * 7919
    planned = plan(recipe, order.happenings, seed=seed, seconds=seconds)
    people = trips(recipe, seed=seed, seconds=seconds, demand=order.demand)
    people += [trip for item in planned for trip in item.trips]
    wishes = _red_lights(recipe, street, planned)
    done("drive", 0.0)
    with tempfile.TemporaryDirectory(prefix="catseye-studio-") as name:
        folder = Path(name)
        plain = recipe.network()
        net = sumo.build_network(folder, plain.nodes, plain.edges, plain.connections)
        logic = program(recipe.signals, net) if recipe.signals else ""
        job = sumo.Drive(
            folder=folder,
            net=net,
            routes=routes(people),
            additional=f"<additional>{logic}{loops(street, net)}</additional>",
            seconds=seconds + WARM_S,
            seed=seed % (1 << 31),  # as large as SUMO takes
            step_s=STEP_S,
            red_lights=wishes,
        )
        table, ran = sumo.drive(job, lambda share: done("drive", share))
        fcd, passed = read_fcd(table), (folder / OUTPUT).read_text()
    steps = round(seconds / STEP_S)
    ways = [*parked(recipe, steps), *ways_of(fcd, people, street, steps)]
    alone, left_out = without_overlaps(ways, street, steps, _LOOKS_EVERY)
    guests = invite(alone, recipe, planned)
    run = assemble([*alone.ways, *(item.way for item in guests)], street, steps)
    heads = {f"{edge}_{lane}": head for edge, lane, head in recipe.spots.red_light}
    red = {key: (who, heads[lane]) for key, (who, lane) in ran.items()}
    agreement = agree(passed, run, street, crossings(run, street), left_out)
    return _Driven(run, claims(run, street, planned, guests, red, signals), agreement, sumo_speeds(run, fcd), left_out)


def _red_lights(recipe: "Scenario", street: "Street", planned: "list[Planned]") -> "list[RedLight]":
    """For each planned one, every end of green on its lane until it may be too late: the first that somebody suits is taken."""
    from catseye.adapters.sumo import RedLight
    from catseye.studio.traffic.signals import ends_of_green

    found = []
    for index, item in enumerate(planned):
        if item.kind != "red_light" or recipe.signals is None:
            continue
        for edge, lane, head in recipe.spots.red_light:
            centre = next(known.centre for known in street.lanes if known.name == f"{edge}_{lane}")
            length = sum(math.dist(a, b) for a, b in pairwise(centre))
            for amber_s, red_s in ends_of_green(recipe.signals, head, item.at_s, item.until_s):
                found.append(
                    RedLight(
                        key=str(index),
                        lane=f"{edge}_{lane}",
                        length_m=length,
                        look_s=round(amber_s + 0.2, 1),
                        first_s=red_s + 0.3,
                        last_s=red_s + 1.8,
                    )
                )
    return found


def _clash(driven: _Driven) -> str | None:
    """Why a try is not good enough, in words: two bodies overlap, or too many had to be left out. None where it is."""
    from catseye.studio.traffic.checks import most_left_out, told_left_out
    from catseye.studio.traffic.driven import STEP_S
    from catseye.studio.traffic.pairs import overlaps

    ways = driven.run.ways
    if len(driven.left_out) > most_left_out(len(ways)):
        return f"{told_left_out(driven.left_out.values())} had to be left out of {len(ways)}"
    found = overlaps(driven.run.table, [way.model for way in ways], _LOOKS_EVERY)
    if not found:
        return None
    step, a, b, area = found[0]
    return f"bodies of {ways[a - 1].model.name} and {ways[b - 1].model.name} share {area:.2f} m² at {step * STEP_S:.1f} s"


def _loops(found: "Agreement") -> "Check":
    from catseye.studio.traffic.checks import Check

    return Check(
        name="crossings are those of SUMO's loops",
        found=f"{found.passages}, {found.missing} missing, {found.extra} extra",
        bound="0 missing, 0 extra",
        passed=found.missing == found.extra == 0,
    )


def _info(order: TrafficOrder, driven: _Driven) -> "TruthInfo":
    from catseye.adapters.sumo import sumo_version
    from catseye.studio.files import VERSION
    from catseye.studio.truth import TruthInfo

    return TruthInfo(
        version=VERSION,
        scenario=order.scenario,
        seed=order.seed,
        minutes=order.minutes,
        step_s=0.1,
        sumo=sumo_version(),
        catseye=__version__,
        left_out=tuple(sorted(driven.left_out.values(), key=lambda row: (row.at_s, row.model))),
    )
