"""Counts beside the truth, in a real browser: over a feed in hand, and a whole watch to the end of its clip."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from os import environ
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from catseye.core.compared import Compared, LineTally, TurnTally, total
from catseye.core.health import StreamState
from catseye.wire.live import LiveHeader

pytestmark = pytest.mark.e2e

LINES = (
    LineTally(rule="Mill Road", direction="westbound", counted=75, true=75),
    LineTally(rule="Mill Road", direction="eastbound", counted=59, true=61, missed=3, extra=1),
    LineTally(rule="Crossing", direction="south", counted=17, true=18),
)
TURNS = (
    TurnTally(origin="north", turn="through", counted=12, true=12),
    TurnTally(origin="north", turn="left", counted=4, true=5, missed=1),
    TurnTally(origin="east", turn="through", counted=7, true=7, missed=1, extra=1),
)
NOW = Compared(lines=LINES, turns=TURNS, all_lines=total(LINES), all_turns=total(TURNS))


def compared(header: LiveHeader) -> LiveHeader:
    return msgspec.structs.replace(header, compared=NOW)


def ended(header: LiveHeader) -> LiveHeader:
    health = msgspec.structs.replace(header.health, state=StreamState.ENDED)
    return msgspec.structs.replace(header, compared=msgspec.structs.replace(NOW, ended=True), health=health)


def words(text: str) -> str:
    """The letters of a text: the arrows of the turns are for eyes only."""
    return re.sub(r"[^A-Za-z]+", " ", text).strip()


def test_lines_show_what_is_true_beside_what_is_counted(visit: Callable[..., Any], street: Any) -> None:
    street.change = compared
    page = visit().page
    westbound, eastbound, south, north = (page.get_by_test_id("volume").nth(n) for n in range(4))
    expect(westbound).to_contain_text("75 counted, 75 true")
    expect(westbound.get_by_test_id("beside")).to_have_attribute("data-verdict", "right")
    expect(eastbound).to_contain_text("59 counted, 61 true: 3 missed, 1 extra")
    expect(eastbound.get_by_test_id("beside")).to_have_attribute("data-verdict", "wrong")
    expect(south.get_by_test_id("beside")).to_have_attribute("data-verdict", "underway")
    expect(north.get_by_test_id("beside")).to_have_count(0)  # the truth says nothing of it
    expect(north).to_contain_text("pedestrians")


def test_the_turning_table_has_origins_turns_and_totals(visit: Callable[..., Any], street: Any) -> None:
    street.change = compared
    page = visit().page
    table = page.get_by_test_id("turning")
    expect(table.locator("thead th")).to_have_count(4)
    assert [words(text) for text in table.locator("thead th").all_inner_texts()] == ["From", "Left", "Through", "All"]
    north, east = table.locator("tbody tr").nth(0), table.locator("tbody tr").nth(1)
    expect(north.locator("td").nth(0)).to_contain_text("4 counted, 5 true: 1 missed")
    expect(north.locator("td").nth(2)).to_contain_text("16 counted, 17 true: 1 missed")
    expect(east.locator("td").nth(0)).to_contain_text("no such movement")
    expect(table.locator("tfoot td").nth(1)).to_contain_text("19 counted, 19 true: 1 missed, 1 extra")
    expect(table.locator("tfoot td").last).to_contain_text("23 counted, 24 true: 2 missed, 1 extra")
    expect(page.get_by_test_id("truth")).to_contain_text("Walkers are counted on the lines, not here.")
    expect(page.get_by_test_id("ended")).to_be_hidden()


def test_without_a_truth_nothing_speaks_of_one(visit: Callable[..., Any]) -> None:
    page = visit().page
    expect(page.get_by_test_id("volume").first).to_be_visible()
    expect(page.get_by_test_id("truth")).to_have_count(0)
    expect(page.get_by_test_id("beside")).to_have_count(0)
    expect(page.get_by_text("Volumes since the start", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_it_fits_its_window(
    visit: Callable[..., Any], street: Any, scheme: Literal["dark", "light"], size: tuple[int, int]
) -> None:
    street.change = ended
    seen = visit(scheme=scheme, size=size)
    expect(seen.page.get_by_test_id("turning")).to_be_visible()
    expect(seen.page.get_by_test_id("ended")).to_have_text("The clip has ended")
    assert seen.page.evaluate("document.documentElement.scrollWidth") == size[0]
    table = seen.page.get_by_test_id("turning").locator("xpath=..")
    assert table.evaluate("(e) => e.scrollWidth <= e.clientWidth")  # no column is out of sight
    assert seen.complaints == []


@pytest.fixture
def staying(models: Path, red_junction: Any, tmp_path: Path) -> Iterator[str]:
    """The address of a watch of a short clip with its truth, once the clip is over."""
    command = [sys.executable, "-m", "catseye", "watch", str(red_junction.clip(8.0)), "--scene", str(red_junction.scene)]
    command += ["--truth", str(red_junction.truth(8.0)), "--stay", "--port", "0", "--out", str(tmp_path / "out"), "--threads", "1"]
    watch = subprocess.Popen(command, env=environ | {"CATSEYE_HOME": str(models)}, stderr=subprocess.PIPE, text=True)
    try:
        assert watch.stderr is not None
        said = ""
        for line in watch.stderr:
            said += line
            if "stays up" in line:
                break
        address = re.search(r"http://[\d.:]+", said)
        assert address, said
        yield address[0]
        watch.send_signal(signal.SIGINT)
        rest = watch.stderr.read()
        assert watch.wait(timeout=60) == 0, rest
    finally:
        watch.kill()
        watch.wait()


def test_who_comes_after_the_end_finds_the_last_picture_and_the_result(staying: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    for _ in range(2):  # and who comes again
        page.goto(staying)
        expect(page.get_by_test_id("state")).to_have_text("ended")
        expect(page.get_by_test_id("ended")).to_have_text("The clip has ended")
        expect(page.locator("canvas").first).to_have_attribute("data-picture", "shown")
        expect(page.get_by_test_id("truth")).to_contain_text("The clip has ended. This is the result.")
        expect(page.get_by_test_id("turning").locator("tbody tr")).to_contain_text("left arm")
        expect(page.get_by_test_id("turning").locator("tfoot td").last).to_contain_text("2 counted, 2 true")
        expect(page.get_by_test_id("volume").nth(1)).to_contain_text("2 counted, 2 true")
    page.close()
