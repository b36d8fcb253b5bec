"""Incidents and speeds on the live page of a calibrated street, over the real server and store."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from playwright.sync_api import expect

from catseye.core.events import LineCrossed
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import CountLine, Scene
from catseye.core.time import NS_PER_S
from catseye.core.traffic import Incident, Passage
from catseye.ports import Record, Store

pytestmark = pytest.mark.e2e

STREAM, RUN = StreamId("mill-road"), RunId("run0")


@pytest.fixture
def scene() -> Scene:
    """A street whose ground is known."""
    return Scene(
        drawn_for=(768, 432),
        lines=(CountLine(name="Mill Road", points=((0.56, 0.3), (0.5, 0.93)), directions=("westbound", "eastbound")),),
        homography=(42.5, 65.6, -53.9, 42.5, -65.6, 11.4, 0.0, 3.52, 1.0),
        error_m=0.3,
    )


def incident(scene: Scene, name: str, kind: str, ago_s: int, *, place: str = "lane 2", closed: bool = False) -> list[Record]:
    opened_ns = time.time_ns() - ago_s * NS_PER_S  # noqa: TID251  the page asks for the last day by the real clock
    opened = Incident(
        id=name * 24,
        stream=STREAM,
        run=RUN,
        scene_revision=scene.revision,
        kind=kind,
        at_ns=opened_ns,
        seen_at_ns=opened_ns,
        point_m=(2.0, 1.0),
        point_unit=(0.62, 0.6),
        revision=0,
        state="opened",
        place=place,
        road_user="van",
        opened_ns=opened_ns,
        closed_ns=None,
        severity="medium",
        reason="A van has been standing on lane 2 for 14 s; nothing before it makes it stand.",
    )
    end_ns = opened_ns + 30 * NS_PER_S
    over = msgspec.structs.replace(opened, revision=1, state="closed", closed_ns=end_ns, at_ns=end_ns, seen_at_ns=end_ns)
    return [opened, over] if closed else [opened]


def passages(scene: Scene, speeds_mps: Sequence[float]) -> list[Record]:
    records: list[Record] = []
    for k, speed_mps in enumerate(speeds_mps):
        at_ns = time.time_ns() - (k + 2) * NS_PER_S  # noqa: TID251  as above
        records.append(
            LineCrossed(
                id=f"{'a' * 20}{k:04x}",
                stream=STREAM,
                run=RUN,
                track=k,
                rule="Mill Road",
                at_ns=at_ns,
                seen_at_ns=at_ns,
                road_user="car",
                point_unit=(0.5, 0.5),
                scene_revision=scene.revision,
                direction="westbound",
            )
        )
        records.append(
            Passage(
                event=f"{'a' * 20}{k:04x}",
                stream=STREAM,
                run=RUN,
                rule="Mill Road",
                direction="westbound",
                road_user="car",
                at_ns=at_ns,
                speed_mps=speed_mps,
                error_mps=0.5,
                length_m=4.4,
            )
        )
    return records


def test_an_operator_sees_incidents_and_says_which_are_known_or_none(store: Store, scene: Scene, visit: Callable[..., Any]) -> None:
    store.append([*incident(scene, "a", "stopped_vehicle", 60), *incident(scene, "b", "wrong_way", 600, closed=True)])
    store.append([*incident(scene, "c", "slow_vehicle", 20, place="lane 1")])
    seen = visit()
    rows = seen.page.get_by_test_id("incidents").locator("li")
    expect(rows).to_have_count(3)
    expect(seen.page.locator("#incidents-title")).to_contain_text("2 now")
    expect(rows.nth(0)).to_contain_text("Slow vehicle")
    expect(rows.nth(1)).to_contain_text("nothing before it makes it stand")
    expect(rows.nth(2)).to_contain_text("Wrong way")

    seen.page.get_by_role("button", name="Known: Stopped vehicle").click()
    expect(rows.nth(1)).to_contain_text("known")
    seen.page.get_by_role("button", name="False alarm: Slow vehicle").click()
    expect(rows.nth(0)).to_contain_text("false alarm")
    expect(seen.page.locator("#incidents-title")).to_contain_text("1 now")
    told = [(one.id[0], one.state) for one in store.incidents(STREAM, 0, 2**62)]
    assert ("a", "acknowledged") in told
    assert ("c", "false") in told

    seen.page.reload()  # it is kept, not only shown
    expect(rows.nth(0)).to_contain_text("false alarm")
    assert seen.complaints == []


def test_speeds_of_the_newest_cell_are_told(store: Store, scene: Scene, visit: Callable[..., Any]) -> None:
    store.append(passages(scene, [10.0] * 4))
    row = visit().page.get_by_test_id("speeds").locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("westbound")
    expect(row.locator("b")).to_have_text("36")


def test_without_incidents_it_says_none(visit: Callable[..., Any]) -> None:
    page = visit().page
    expect(page.get_by_role("region", name="Incidents of the last day")).to_contain_text("None.")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_page_fits(store: Store, scene: Scene, visit: Callable[..., Any], scheme: str) -> None:
    store.append([*incident(scene, "a", "stopped_vehicle", 60), *passages(scene, [8.0, 9.5, 14.0])])
    page = visit(scheme, (390, 844)).page
    expect(page.get_by_test_id("incidents")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
