"""A clip counted by keys in a real browser, by the command as a user gives it, and Catseye's counts judged by it."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from os import environ
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from catseye.cli import main

pytestmark = pytest.mark.e2e

Start = Callable[..., tuple[subprocess.Popen[str], str]]


@pytest.fixture
def start(models: Path) -> Iterator[Start]:
    """Start ``catseye truth``; returns the process and its address once it is served."""
    running: list[subprocess.Popen[str]] = []

    def started(*more: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "catseye", "truth", "--port", "0", "--threads", "1", *more]
        process = subprocess.Popen(command, env=environ | {"CATSEYE_HOME": str(models)}, stderr=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if found := re.search(r"http://[\d.:]+", line):
                return process, found[0]
        raise AssertionError(said)

    yield started
    for process in running:
        process.kill()
        process.wait()


def ready(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_test_id("stage")).to_have_attribute("data-picture", "shown", timeout=60_000)
    expect(page.get_by_test_id("watched")).to_contain_text("all pictures ready", timeout=60_000)


def at(page: Page, clock: str) -> None:
    """Step on to a time, picture by picture."""
    for _ in range(200):
        if page.get_by_test_id("clock").inner_text() == clock:
            return
        page.keyboard.press(".")
        expect(page.get_by_test_id("stage")).to_have_attribute("data-picture", "shown")
    raise AssertionError(clock)


def test_a_clip_is_counted_by_keys_and_judges_what_catseye_counted(
    start: Start, red_junction: Any, models: Path, tmp_path: Path, browser: Browser, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    clip, scene, hand = red_junction.clip(8.0), red_junction.scene, tmp_path / "hand.json"
    process, address = start(str(clip), "--scene", str(scene), "--out", str(hand), "--who", "AB", "--light", "day")
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type in {"error", "warning"} else None)
    ready(page, address)
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [1280, 720]

    at(page, "0:01.7")
    page.keyboard.press("1")
    page.keyboard.press("Shift+c")  # the second direction: east
    page.keyboard.press("p")  # by mistake, and taken back
    counted = page.get_by_test_id("counted").locator("li")
    expect(counted).to_have_count(2)
    page.keyboard.press("z")
    expect(counted).to_have_count(1)
    at(page, "0:02.4")
    page.keyboard.press("2")  # the movement
    page.keyboard.press("c")
    for _ in range(7):
        page.keyboard.press("ArrowUp")
    page.keyboard.press(" ")  # play the rest, at four times its pace
    expect(page.get_by_test_id("watched")).to_contain_text("watched 8.0 of 8.0 s", timeout=60_000)
    page.keyboard.press("1")
    page.get_by_role("slider").focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.get_by_test_id("clock")).to_have_text("0:05.9")
    expect(page.get_by_test_id("stage")).to_have_attribute("data-picture", "shown")  # without a picture nothing is counted
    page.keyboard.press("Shift+c")
    page.keyboard.press("f")
    expect(page.get_by_test_id("unwatched")).to_have_count(0)
    page.get_by_label("street, east, motor").check()
    page.get_by_label("street, west, motor").check()
    expect(page.get_by_test_id("safe")).to_contain_text("all saved")
    expect(page.get_by_label("street, west, motor")).to_be_checked()
    page.close()
    assert errors == []
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0

    told = json.loads(hand.read_text())
    assert [(c["line"], c["direction"], c["at_s"]) for c in told["crossings"]] == [
        ("street", "east", 1.7),
        ("left through", "left through", 2.4),
        ("street", "east", 5.9),
    ]
    assert (told["watched"], told["who"], told["light"]) == ([[0, 8]], "AB", "day")

    monkeypatch.setenv("CATSEYE_HOME", str(models))
    watch = ["watch", str(clip), "--fast", "--scene", str(scene), "--out", str(tmp_path / "out"), "--json"]
    assert main(watch) == 0
    capsys.readouterr()
    assert main(["evaluate", "counts", "--truth", str(hand), "--result", str(tmp_path / "out"), "--json"]) == 0
    judged = json.loads(capsys.readouterr().out)["paired"]
    assert judged["counts"]["all"] == {"matched": 2, "missed": 0, "extra": 0}
    assert set(judged["by_flow"]) == {"street, east"}  # nobody said that the movement was complete
    assert set(judged["by_light"]) == {"day"}


def test_a_key_without_a_picture_counts_nothing_and_that_stays_said(
    start: Start, red_junction: Any, tmp_path: Path, browser: Browser
) -> None:
    _, address = start(str(red_junction.clip(4.0)), "--scene", str(red_junction.scene), "--out", str(tmp_path / "hand.json"))
    page = browser.new_page()
    ready(page, address)
    at(page, "0:00.5")
    expect(page.get_by_test_id("watched")).to_contain_text("watched 0.5 of 4.0 s")  # its picture was shown, and the server knows
    page.route("**/pictures/**", lambda route: route.abort())
    for _ in range(2):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_test_id("stage")).to_have_attribute("data-picture", "none")
    page.keyboard.press("c")
    expect(page.get_by_test_id("problem")).to_contain_text("Not counted")
    expect(page.get_by_test_id("watched")).to_contain_text("watched 0.5 of 4.0 s")
    expect(page.get_by_test_id("problem")).to_contain_text("Not counted")
    page.close()
    assert json.loads((tmp_path / "hand.json").read_text()).get("crossings", []) == []


def test_a_killed_count_goes_on_where_it_was_left_and_two_tabs_share_it(
    start: Start, red_junction: Any, tmp_path: Path, browser: Browser
) -> None:
    given = [str(red_junction.clip(4.0)), "--scene", str(red_junction.scene), "--out", str(tmp_path / "hand.json")]
    process, address = start(*given)
    one, two = browser.new_page(), browser.new_page()
    ready(one, address)
    ready(two, address)
    at(one, "0:01.0")
    at(two, "0:00.5")
    for _ in range(3):
        one.keyboard.press("c")
        two.keyboard.press("b")
    expect(one.get_by_test_id("counted").locator("li")).to_have_count(6)
    expect(two.get_by_test_id("counted").locator("li")).to_have_count(6)
    one.keyboard.press("z")  # the last of its own
    expect(two.get_by_test_id("counted").locator("li")).to_have_count(5)
    expect(one.get_by_test_id("watched")).to_contain_text("watched 1.0 of 4.0 s")
    process.kill()
    process.wait()
    one.keyboard.press("c")
    expect(one.get_by_test_id("away")).to_be_visible()
    two.close()
    told = json.loads((tmp_path / "hand.json").read_text())
    assert sorted(c["road_user"] for c in told["crossings"]) == ["bus"] * 3 + ["car"] * 2  # all that was acknowledged

    start(*given, "--port", str(urlsplit(address).port))  # the page that waited finds it, and what it kept is saved
    expect(one.get_by_test_id("counted").locator("li")).to_have_count(6, timeout=60_000)
    expect(one.get_by_test_id("safe")).to_contain_text("all saved")
    one.close()
    again = browser.new_page()
    ready(again, address)
    expect(again.get_by_test_id("counted").locator("li")).to_have_count(6)
    expect(again.get_by_test_id("clock")).to_have_text("0:01.0")
    again.close()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_a_plan_goes_from_clip_to_clip_and_fits_its_window(
    start: Start, red_junction: Any, tmp_path: Path, browser: Browser, capsys: pytest.CaptureFixture[str], scheme: Any
) -> None:
    (tmp_path / "list.csv").write_text(f"source,start,seconds,light\n{red_junction.clip(6.0)},2026-05-04T07:00,6,day\n")
    assert main(["sample", str(tmp_path / "list.csv"), "--clips", "2", "--minutes", "0.05", "--json"]) == 0
    (tmp_path / "plan.json").write_text(capsys.readouterr().out)
    plan = ["--plan", str(tmp_path / "plan.json"), "--out", str(tmp_path), "--who", "AB"]
    _, address = start(*plan, "--scene", str(red_junction.scene))
    page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme=scheme)
    ready(page, address)
    expect(page.get_by_test_id("left")).to_have_text("2 left")
    page.keyboard.press("c")
    page.keyboard.press("f")
    page.get_by_test_id("all").check()
    expect(page.get_by_test_id("left")).to_have_text("1 left")
    page.get_by_role("button", name="Next clip").click()
    expect(page.get_by_test_id("clock")).to_have_text("0:03.0")
    expect(page.get_by_test_id("left")).to_have_text("1 left")
    expect(page.get_by_role("button", name="Next clip")).to_have_count(0)
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [1280, 720]
    page.close()
    first, second = sorted(tmp_path.glob("red-*.hand-AB.json"))
    assert len(json.loads(first.read_text())["crossings"]) == 1
    assert json.loads(second.read_text())["from_s"] == 3
