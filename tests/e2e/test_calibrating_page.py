"""A view calibrated by clicks in a real browser, by the command as a user gives it."""

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from os import environ
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from catseye.cli import main
from catseye.config import load_scene

pytestmark = pytest.mark.e2e

FILM = Path(__file__).parents[2] / "examples" / "studio" / "crossroads"
UNIT = np.array([(0.15, 0.9), (0.85, 0.9), (0.72, 0.4), (0.25, 0.42), (0.5, 0.6), (0.3, 0.72)])


def places() -> list[tuple[float, float]]:
    """Where the points are on the ground."""
    homography = np.array(load_scene(FILM / "scene.toml").homography).reshape(3, 3)
    flat = np.column_stack([UNIT, np.ones(len(UNIT))]) @ homography.T
    return [(east, north) for east, north in (flat[:, :2] / flat[:, 2:]).tolist()]


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    """A scene that is not calibrated."""
    path = Path(shutil.copy(FILM / "scene.toml", tmp_path / "scene.toml"))
    path.write_text(re.sub(r"^homography = \[.*?^error_m[^\n]*\n", "", path.read_text(), flags=re.DOTALL | re.MULTILINE))
    assert load_scene(path, to_be_calibrated=True).homography is None
    return path


@pytest.fixture
def address(models: Path, scene: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [
        sys.executable,
        "-m",
        "catseye",
        "calibrate",
        str(scene),
        "--page",
        "--source",
        str(FILM / "clip.mp4"),
        "--port",
        "0",
    ]
    process = subprocess.Popen(command, env=environ | {"CATSEYE_HOME": str(models)}, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if found := re.search(r"http://[\d.:]+", line):
            yield process, found[0]
            break
    else:
        raise AssertionError(said)
    process.kill()
    process.wait()


def click(page: Page, x: float, y: float) -> None:
    """Click a place of the picture, which lies in the middle of the stage, as large as fits."""
    box = page.get_by_test_id("stage").bounding_box()
    assert box is not None
    zoom = min(box["width"] / 640, box["height"] / 360)
    page.mouse.click(box["x"] + box["width"] / 2 + (x - 0.5) * 640 * zoom, box["y"] + box["height"] / 2 + (y - 0.5) * 360 * zoom)


def test_a_view_is_calibrated_by_clicks(
    address: tuple[subprocess.Popen[str], str], scene: Path, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    process, at = address
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    page.goto(at)
    expect(page.get_by_test_id("stage")).to_have_attribute("data-picture", "shown", timeout=60_000)
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [1366, 768]
    page.get_by_label("metres", exact=True).check()

    for k, ((x, y), (east, north)) in enumerate(zip(UNIT.tolist(), places(), strict=True)):
        click(page, x, y)
        page.keyboard.type(f"{east:.2f}")
        page.keyboard.press("Tab")
        page.keyboard.type(f"{north + (5 if k == 4 else 0):.2f}")  # the fifth is wrong by 5 m
        if k == 2:
            expect(page.get_by_test_id("trouble")).to_contain_text("needs at least 4")
    expect(page.get_by_test_id("warning").first).to_contain_text("point 5 lies")
    page.get_by_label("north, m of point 5").fill(f"{places()[4][1]:.2f}")
    expect(page.get_by_test_id("warning")).to_have_count(0)
    expect(page.get_by_test_id("place")).to_contain_text("± 0.1")

    page.get_by_test_id("turn").click()
    expect(page.get_by_test_id("turn")).to_have_text("Another picture")
    page.get_by_test_id("write").click()
    expect(page.get_by_test_id("written")).to_contain_text("scene.toml")
    now, truth = load_scene(scene), load_scene(FILM / "scene.toml")
    middle = np.array([0.5, 0.55, 1.0])
    seen, true = (np.array(one.homography).reshape(3, 3) @ middle for one in (now, truth))
    assert np.hypot(*(seen[:2] / seen[2] - true[:2] / true[2])) < 0.3

    page.reload()  # what was told is there again
    expect(page.get_by_test_id("point")).to_have_count(6)
    page.get_by_label("Remove point 5").click()
    expect(page.get_by_test_id("safe")).to_contain_text("points saved in")
    assert complaints == []
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    file = scene.with_suffix(".points.csv")
    assert len(file.read_text().splitlines()) == 1 + 5
    capsys.readouterr()
    assert main(["calibrate", str(scene), "--points", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["error_m"] < 0.3


def test_keys_move_and_remove_and_a_pair_is_pasted_whole(address: tuple[subprocess.Popen[str], str], browser: Browser) -> None:
    page = browser.new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(address[1])
    expect(page.get_by_test_id("stage")).to_have_attribute("data-picture", "shown", timeout=60_000)
    click(page, 0.5, 0.6)
    page.evaluate("navigator.clipboard.writeText('51.50072, -0.12683')")
    page.keyboard.press("ControlOrMeta+v")
    expect(page.get_by_label("latitude of point 1")).to_have_value("51.50072")
    expect(page.get_by_label("longitude of point 1")).to_have_value("-0.12683")
    expect(page.get_by_test_id("safe")).to_contain_text("points saved in")

    def seen() -> list[float]:
        answer = page.request.get(f"{address[1]}/api/v1/calibrate/sheet").json()["clicked"]["points"]
        return list(answer[0]["at_unit"])

    before = seen()
    page.evaluate("document.activeElement.blur()")
    for key in ("ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("safe")).to_contain_text("points saved in")
    for _ in range(50):
        if seen() != before:
            break
        page.wait_for_timeout(50)
    assert np.allclose(np.subtract(seen(), before) * (640, 360), (0.5, -5.0), atol=1e-6)
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("point")).to_have_count(0)
    page.close()
