"""The live page in a real browser, over the real server and store."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
import pytest
from playwright.sync_api import expect

from catseye.api import ApiServer
from catseye.app import serve_live, system_clock
from catseye.core.health import CameraState
from catseye.ports import DetectorInfo, Store
from catseye.wire.live import LiveHeader

pytestmark = pytest.mark.e2e

COLOURS = """() => {
  const canvas = document.querySelector('canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  return seen.size;
}"""
A_PICTURES_COLOURS = 10_000  # the drawn street is grainy; tags, lines and their smoothed edges have far fewer
INFO = DetectorInfo(name="drawn", sha256="0" * 64, input_size=(512, 512), road_users=("car",))


def withheld(header: LiveHeader) -> LiveHeader:
    health = msgspec.structs.replace(header.health, frames_withheld=header.seq)
    return msgspec.structs.replace(header, withheld="The redactor failed.", health=health)


def learning(header: LiveHeader) -> LiveHeader:
    return msgspec.structs.replace(header, learning_s=11.2, lines=())


def frozen(header: LiveHeader) -> LiveHeader:
    health = msgspec.structs.replace(header.health, camera=CameraState.FROZEN, camera_reason="nothing in its pictures changes")
    return msgspec.structs.replace(header, health=health)


def proposed(header: LiveHeader) -> LiveHeader:
    return msgspec.structs.replace(header, scene_proposed=True)


def test_it_shows_picture_tags_volumes_and_health(visit: Callable[..., Any]) -> None:
    seen = visit()
    page = seen.page
    expect(page.get_by_test_id("state")).to_have_text("running")
    expect(page.locator("canvas").first).to_have_attribute("data-picture", "shown")
    assert page.evaluate(COLOURS) > A_PICTURES_COLOURS
    expect(page.get_by_role("list", name="Road users on the picture")).to_contain_text(re.compile(r"\d pedestrian"))
    expect(page.get_by_role("list", name="Road users on the picture")).to_contain_text("2 parked")
    expect(page.get_by_test_id("volume").first).to_contain_text("4 cyclists")
    expect(page.get_by_test_id("health")).to_contain_text(re.compile("768 . 432, h264"))
    expect(page.get_by_test_id("health")).to_contain_text(re.compile("drawn 512 . 512"))
    expect(page.get_by_text("The road, not the person.")).to_be_visible()


def test_a_camera_that_is_not_well_is_told_in_the_head_and_among_the_vitals(visit: Callable[..., Any], street: Any) -> None:
    street.change = frozen
    page = visit().page
    expect(page.get_by_test_id("camera-fault")).to_have_text("camera: frozen")
    expect(page.get_by_test_id("camera-state")).to_have_text("frozen: nothing in its pictures changes")


def test_the_table_says_what_was_not_observed_and_never_calls_it_zero(visit: Callable[..., Any]) -> None:
    rows = visit().page.get_by_test_id("table").locator("tbody tr")
    expect(rows).to_have_count(9)
    expect(rows.nth(0)).to_contain_text("so far")
    unobserved = rows.nth(3)
    expect(unobserved).to_contain_text("0 %")
    light, *volumes = [re.sub(r"\s+", " ", text.strip()) for text in unobserved.locator("td").all_inner_texts()[1:]]
    assert (light, volumes) == ("unknown unverified", ["— not observed"] * 4)
    expect(rows.nth(4)).to_contain_text("44 %")
    expect(rows.nth(1)).to_contain_text(re.compile(r"\d+\s+cars"))


def test_the_chart_draws_bars_by_quarter_hour_and_by_minute(visit: Callable[..., Any]) -> None:
    page = visit().page
    expect(page.get_by_test_id("chart").locator("canvas")).to_be_visible()
    by_minute = page.get_by_role("button", name="1 min")
    by_minute.focus()
    page.keyboard.press("Enter")
    expect(by_minute).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("chart").locator("canvas")).to_be_visible()
    page.get_by_label("Count line").select_option("Crossing")
    page.get_by_test_id("chart").hover(position={"x": 360, "y": 80})
    expect(page.locator(".readout")).to_contain_text(re.compile(r"^\d\d:\d\d "))


def test_the_picture_stays_when_the_window_changes_its_size(visit: Callable[..., Any], street: Any) -> None:
    seen = visit()
    street.paused.set()
    seen.page.wait_for_timeout(300)
    seen.page.set_viewport_size({"width": 1100, "height": 800})
    seen.page.wait_for_timeout(300)
    assert seen.page.evaluate(COLOURS) > A_PICTURES_COLOURS


def test_a_withheld_picture_leaves_a_placeholder_and_the_tags(visit: Callable[..., Any], street: Any) -> None:
    street.change = withheld
    seen = visit()
    drawn = seen.page.evaluate("window.catseye.pictures_drawn")
    seen.until("window.catseye.frames_drawn > 8")
    expect(seen.page.get_by_test_id("withheld")).to_contain_text("The redactor failed.")
    expect(seen.page.locator("canvas").first).to_have_attribute("data-picture", "none")
    assert seen.page.evaluate(COLOURS) < A_PICTURES_COLOURS
    assert seen.page.evaluate("window.catseye.pictures_drawn") == drawn <= 1  # at most the one sent before the redactor failed
    expect(seen.page.get_by_role("list", name="Road users on the picture")).to_contain_text("pedestrian")
    expect(seen.page.get_by_test_id("frames-withheld")).not_to_have_text("0")


def test_it_says_how_long_the_flows_are_learned_and_that_lines_were_proposed(visit: Callable[..., Any], street: Any) -> None:
    street.change = learning
    page = visit().page
    expect(page.get_by_test_id("learning")).to_have_text("Learning the flows: 12 s left")
    street.change = proposed
    expect(page.get_by_test_id("proposed")).to_contain_text("--scene scene.toml")
    with page.expect_download() as download:
        page.get_by_role("link", name="scene.toml").click()
    assert "Mill Road" in Path(download.value.path()).read_text("utf-8")


def test_it_comes_back_by_itself_when_the_server_does(
    visit: Callable[..., Any],
    server: ApiServer,
    street: Any,
    store: Store,
) -> None:
    seen = visit()
    server.stop()
    expect(seen.page.get_by_test_id("reconnecting")).to_be_visible()
    expect(seen.page.get_by_test_id("state")).to_have_text("offline")
    again = serve_live(street.feed, store, INFO, system_clock(), ("127.0.0.1", server.port))
    try:
        expect(seen.page.get_by_test_id("reconnecting")).to_be_hidden(timeout=20_000)
        drawn = seen.page.evaluate("window.catseye.frames_drawn")
        seen.until(f"window.catseye.frames_drawn > {drawn + 3}")
        expect(seen.page.get_by_test_id("state")).to_have_text("running")
    finally:
        seen.page.close()
        again.stop()


def test_a_picture_that_no_longer_moves_is_marked(visit: Callable[..., Any], street: Any) -> None:
    seen = visit()
    expect(seen.page.get_by_test_id("stale")).to_be_hidden()
    street.paused.set()
    expect(seen.page.get_by_test_id("stale")).to_contain_text("No new picture for")
    street.paused.clear()
    expect(seen.page.get_by_test_id("stale")).to_be_hidden()


def test_no_request_leaves_the_machine_and_nothing_is_complained_of(visit: Callable[..., Any]) -> None:
    seen = visit()
    seen.until("window.catseye.latencies_ms.length > 20")
    assert {urlsplit(address).hostname for address in seen.requests if not address.startswith("blob:")} == {"127.0.0.1"}
    assert seen.complaints == []


def test_it_keeps_the_last_300_latencies_in_milliseconds(visit: Callable[..., Any]) -> None:
    seen = visit()
    seen.until("window.catseye.latencies_ms.length > 5")
    latencies = seen.page.evaluate("window.catseye.latencies_ms")
    assert 0 < len(latencies) <= 300
    assert all(-1000 < latency < 60_000 for latency in latencies)


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_it_fits_its_window_in_both_colour_schemes(
    visit: Callable[..., Any],
    tmp_path: Path,
    scheme: Literal["dark", "light"],
    size: tuple[int, int],
) -> None:
    seen = visit(scheme=scheme, size=size)
    expect(seen.page.get_by_test_id("table")).to_be_visible()
    seen.page.screenshot(path=tmp_path / f"{scheme}-{size[0]}.png", full_page=True)
    assert seen.page.evaluate("document.documentElement.scrollWidth") == size[0]
    red, green, blue = map(
        int, re.findall(r"\d+", seen.page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    )
    assert (red + green + blue < 128 * 3) is (scheme == "dark")


def test_everything_can_be_reached_by_keyboard(visit: Callable[..., Any]) -> None:
    page = visit().page
    expect(page.get_by_test_id("table")).to_be_visible()
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("(e => (e.getAttribute('aria-label') ?? e.textContent).trim().slice(0, 30))(document.activeElement)")
        )
    assert {"Skip to the figures", "CSV", "Count line", "15 min", "1 min"} <= reached
