"""The whole product as its user meets it: the command, the detector, a real street, the page."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from catseye.app import home, model_store

pytestmark = [pytest.mark.e2e, pytest.mark.shared]

CLIPS = (
    Path(__file__).parents[2].parent / "shared" / "data" / "video" / "suburban-road.mp4",
    home() / "clips" / "vtest.avi",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    clip = next((clip for clip in CLIPS if clip.is_file()), None)
    if clip is None:
        pytest.skip("no street clip: neither the data folder beside the checkout nor the demo clip (make clip) is there")
    if not model_store().installed():
        pytest.skip("no detector is installed (make models)")
    out = tmp_path_factory.mktemp("watch")
    command = [sys.executable, "-m", "catseye", "watch", str(clip), "--loop", "--learn", "3", "--port", "0", "--out", str(out)]
    watch = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert watch.stderr is not None
        said = ""
        for line in watch.stderr:
            said += line
            if found := re.search(r"http://\S+", line):
                yield found[0]
                break
        else:
            pytest.fail(f"it never said where its page is: {said}")
        watch.send_signal(signal.SIGTERM)
        rest = watch.stderr.read()
        assert watch.wait(timeout=60) == 0, rest
        assert (out / "counts.csv").is_file()
        assert (out / "summary.json").is_file()
    finally:
        watch.kill()
        watch.wait()


def test_a_watched_street_shows_tags_lines_and_health_and_asks_nobody_else(address: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    hosts: set[str | None] = set()
    errors: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    expect(page.get_by_test_id("state")).to_have_text("running", timeout=30_000)
    expect(page.locator("canvas").first).to_have_attribute("data-picture", "shown", timeout=30_000)
    expect(page.get_by_role("list", name="Road users on the picture")).to_contain_text(re.compile(r"\d"), timeout=60_000)
    expect(page.get_by_test_id("volume").first).to_be_visible(timeout=90_000)  # lines were proposed
    page.close()
    assert hosts == {"127.0.0.1"}
    assert not errors
