"""Judges the poles of a site plan: joins the street, its traffic and the siting."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.studio.camera import PoleCamera
    from catseye.studio.site_plan import SitePlan
    from catseye.studio.siting.report import Counting, SiteReport
    from catseye.studio.siting.sight import ViewedPlaces
    from catseye.studio.street import Street
    from catseye.studio.truth import StudioTruth

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JudgedSite:
    """A report, with what its drawing needs: ``viewed`` goes with the poles of the report."""

    street: "Street"
    report: "SiteReport"
    viewed: "list[ViewedPlaces]"


def judge_sites(plan: "SitePlan", *, count: bool, on_progress: Progress) -> JudgedSite:
    """Judge every pole of ``plan``; with ``count`` also by what would be counted from it.

    ``on_progress`` hears what is being done and which share of all is behind. Raises CatseyeError.
    """
    from catseye.studio.observe.model import load_model
    from catseye.studio.observe.observing import Eye
    from catseye.studio.siting.expected import expected_counts
    from catseye.studio.siting.judging import judge_plan

    model = load_model(plan.detector) if count and plan.detector != "perfect" else None
    street, truth = _ground(plan, drive=count, on_progress=on_progress)
    done = [0]

    def on_pole(name: str) -> None:
        on_progress(name, done[0] / len(plan.poles))
        done[0] += 1

    def counts(camera: "PoleCamera", truth: "StudioTruth") -> "Counting":
        seconds = min(plan.minutes, truth.info.minutes) * 60
        frames = max(len(camera.times(seconds)), 1)

        def behind(stage: str, frame: int) -> None:
            half = 0.0 if stage == "boxes" else 0.5
            on_progress(plan.poles[done[0] - 1].name, (done[0] - 1 + half + frame / frames / 2) / len(plan.poles))

        eye = Eye(model=model, light=plan.light, seed=plan.seed)
        return expected_counts(truth, street, camera, eye, detector=plan.detector, seconds=seconds, done=behind)

    counter = None if truth is None else lambda camera: counts(camera, truth)
    report, viewed = judge_plan(plan, street, counter, on_pole=on_pole)
    return JudgedSite(street=street, report=report, viewed=viewed)


def _ground(plan: "SitePlan", *, drive: bool, on_progress: Progress) -> "tuple[Street, StudioTruth | None]":
    """The street of a plan and, where asked for, its traffic."""
    from catseye.app.studio_traffic import TrafficOrder, drive_traffic
    from catseye.studio.files import read, read_street
    from catseye.studio.scenarios import scenario

    if plan.scenario is None:
        folder = Path(plan.truth or "")
        return read_street(folder), read(folder) if drive else None
    if not drive:
        return _built_up(scenario(plan.scenario).street(), plan.seed), None
    order = TrafficOrder(scenario=plan.scenario, seed=plan.seed, minutes=plan.minutes)
    truth, street = drive_traffic(
        order, done=lambda _, share: on_progress("traffic", share), say=lambda said: on_progress(said, 0.0)
    )
    return _built_up(street, plan.seed), truth


def _built_up(street: "Street", seed: int) -> "Street":
    """The street with what stands beside it: houses and trees decide what a pole sees."""
    from catseye.studio.surroundings import surround

    return street if street.fixtures else surround(street, seed)
