"""All poles of a plan, judged one after the other."""

from collections.abc import Callable

from catseye.core.geometry import XY
from catseye.studio.camera import PoleCamera
from catseye.studio.site_plan import Pole, SitePlan, camera_of
from catseye.studio.siting.aim import best_look_at
from catseye.studio.siting.report import Counting, SiteReport, ranked, report_on
from catseye.studio.siting.sight import ViewedPlaces, sight_of
from catseye.studio.street import Street

Count = Callable[[PoleCamera], Counting]


def judge_plan(
    plan: SitePlan, street: Street, count: Count | None, *, on_pole: Callable[[str], None]
) -> tuple[SiteReport, list[ViewedPlaces]]:
    """The report of a plan on its street, and what each pole of the report sees of the lanes.

    ``count`` says what would be counted from a camera; None judges by geometry alone. ``on_pole`` is called with the name of each
    pole before it is judged.
    """
    reports, viewed = [], {}
    for pole in plan.poles:
        on_pole(pole.name)
        camera = camera_of(plan, pole, pole.look_at_m or _aimed(plan, pole, street))
        sight, viewed[pole.name] = sight_of(street, camera, plan.least_height_px)
        counting = count(camera) if count is not None else None
        reports.append(report_on(pole.name, camera, sight, street, aimed=pole.look_at_m is None, counting=counting))
    poles = ranked(reports)
    report = SiteReport(street=street.name, least_height_px=plan.least_height_px, light=plan.light, poles=poles)
    return report, [viewed[pole.name] for pole in poles]


def _aimed(plan: SitePlan, pole: Pole, street: Street) -> XY:
    return best_look_at(street, lambda look_at_m: camera_of(plan, pole, look_at_m), plan.least_height_px)
