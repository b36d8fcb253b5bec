"""Points that a page tells are fitted, kept and written, and what is wrong with them is said.

The view is the studio's crossroads, of which the true homography is known; the server is the real one.
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from catseye.adapters.jpeg import encode_jpeg
from catseye.api.server import ApiServer
from catseye.calibration.fit import Noise
from catseye.cli import main
from catseye.config import load_scene
from catseye.core import boxes
from catseye.core.detection import nothing_found
from catseye.core.frame import ArrayPicture
from catseye.core.tracks import no_tracks
from catseye.groundpoints.application import create_app
from catseye.groundpoints.desk import PointsDesk
from catseye.privacy.redaction import RedactedPicture, Redactor

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src" / "catseye" / "api" / "static"
COMMITTED = ROOT / "web" / "calibrate-schema.json"
CROSSROADS = ROOT / "examples" / "studio" / "crossroads" / "scene.toml"
SIZE = (640, 360)
UNIT = np.array([(0.15, 0.9), (0.85, 0.9), (0.72, 0.4), (0.25, 0.42), (0.5, 0.6), (0.3, 0.72)])


def placed(unit: np.ndarray = UNIT) -> list[dict[str, Any]]:
    """Points of the picture with their true places in metres, as a page tells them."""
    homography = np.array(load_scene(CROSSROADS).homography).reshape(3, 3)
    flat = np.column_stack([unit, np.ones(len(unit))]) @ homography.T
    places = (flat[:, :2] / flat[:, 2:]).round(3)
    return [
        {"name": f"corner {k}", "at_unit": at, "ground": place}
        for k, (at, place) in enumerate(zip(unit.tolist(), places.tolist(), strict=True))
    ]


@dataclass
class Served:
    client: httpx.Client
    scene: Path
    file: Path

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.client.post(f"/api/v1/calibrate/{path}", json=body)

    def sheet(self) -> Any:
        return self.client.get("/api/v1/calibrate/sheet").json()


def stills(*shades: int) -> Iterator[RedactedPicture]:
    """Empty grey pictures through the real redactor."""
    for shade in shades:
        empty = ArrayPicture(np.full((SIZE[1], SIZE[0], 3), shade, np.uint8))
        yield Redactor().redact(empty, nothing_found(0, SIZE), no_tracks(0, SIZE), boxes.empty())


def serving(scene: Path, file: Path) -> ApiServer:
    desk = PointsDesk(scene, file, stills=stills(60, 180), encode_jpeg=encode_jpeg, noise=Noise())
    return ApiServer(create_app(desk, STATIC), "127.0.0.1", 0)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    scene, file = Path(shutil.copy(CROSSROADS, tmp_path / "scene.toml")), tmp_path / "points.csv"
    with serving(scene, file) as server:
        yield Served(httpx.Client(base_url=server.url, trust_env=False), scene, file)


def test_the_copy_that_the_page_is_built_from_is_current(served: Served) -> None:
    """Mend it with CATSEYE_UPDATE_SCHEMA=1 in the environment, then ``npm run types`` in web/."""
    schema = served.client.get("/schema").json()
    if os.environ.get("CATSEYE_UPDATE_SCHEMA"):
        COMMITTED.write_text(json.dumps(schema, indent=1, sort_keys=True) + "\n", "utf-8")
    assert json.loads(COMMITTED.read_text("utf-8")) == schema


def test_points_are_fitted_kept_and_written(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    told = served.post("points", degrees=False, points=placed()).json()
    assert told["problem"] is None
    assert told["report"]["error_m"] < 0.3
    assert told["used"] == [0, 1, 2, 3, 4, 5]
    assert np.abs(np.array(told["led_unit"]) - [one["at_unit"] for one in placed()]).max() < 1e-3
    assert told["grid_m"] == 5
    assert all(len(line) > 1 for line in told["grid_unit"])

    assert served.post("write").json()["error_m"] == told["report"]["error_m"]
    now, before = load_scene(served.scene), load_scene(CROSSROADS)
    assert list(now.homography or ()) == told["report"]["homography"]
    assert (now.lines, now.zones) == (before.lines, before.zones)
    capsys.readouterr()
    assert main(["calibrate", str(served.scene), "--points", str(served.file), "--json"]) == 0  # the file says the same
    assert json.loads(capsys.readouterr().out)["error_m"] == pytest.approx(told["report"]["error_m"], rel=0.01)


def test_who_comes_again_finds_the_points(served: Served) -> None:
    served.post("points", degrees=False, points=placed())
    with serving(served.scene, served.file) as again:
        found = httpx.get(f"{again.url}/api/v1/calibrate/sheet", trust_env=False).json()
    assert not found["clicked"]["degrees"]
    assert [one["name"] for one in found["clicked"]["points"]] == [f"corner {k}" for k in range(6)]
    assert np.allclose([one["at_unit"] for one in found["clicked"]["points"]], [one["at_unit"] for one in placed()], atol=1e-4)
    assert found["fitted"]["report"]["error_m"] < 0.3


def test_a_point_without_a_place_takes_no_part_and_is_still_there(served: Served) -> None:
    half = {"name": "manhole", "at_unit": [0.5, 0.5], "ground": None}
    told = served.post("points", degrees=False, points=[half, *placed()]).json()
    assert told["used"] == [1, 2, 3, 4, 5, 6]
    assert served.sheet()["clicked"]["points"][0] == half
    assert "manhole" not in served.file.read_text()


def test_a_wrong_place_is_pointed_out(served: Served) -> None:
    points = placed()
    points[4]["ground"][0] += 6.0
    told = served.post("points", degrees=False, points=points).json()["report"]
    assert [one["name"] for one in told["points"] if one["suspect"]] == ["corner 4"]
    assert any("corner 4" in warning for warning in told["warnings"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda points: points[:3], "needs at least 4"),
        (lambda points: [one | {"at_unit": [0.1 * k, 0.1 * k]} for k, one in enumerate(points)], "on one line in the picture"),
        (lambda points: [one | {"ground": [float(k), 2.0 * k]} for k, one in enumerate(points)], "on one line on the ground"),
        (lambda points: [*points[:5], points[5] | {"ground": points[0]["ground"]}], "are one place on the ground"),
    ],
)
def test_points_that_tell_nothing_say_so_and_are_not_written(served: Served, change: object, said: str) -> None:
    assert callable(change)
    before = served.scene.read_bytes()
    told = served.post("points", degrees=False, points=change(placed())).json()
    assert said in told["problem"]["message"]
    assert told["problem"]["remedy"]
    refused = served.post("write")
    assert refused.status_code == 400
    assert said in refused.json()["message"]
    assert served.scene.read_bytes() == before


@pytest.mark.parametrize(
    "points",
    [
        [{"name": "a", "at_unit": [0.1]}],
        [{"name": "a\nb", "at_unit": [0.1, 0.2]}],
        [{"name": "a" * 81, "at_unit": [0.1, 0.2]}],
        [{"name": "a", "at_unit": [0.1, 0.2], "plate": "x"}],
        [{"name": "a", "at_unit": [0.1, 0.2]}] * 201,
    ],
)
def test_what_no_page_says_is_refused_and_changes_nothing(served: Served, points: list[object]) -> None:
    served.post("points", degrees=False, points=placed())
    before = served.file.read_bytes(), served.sheet()
    refused = served.post("points", degrees=False, points=points)
    assert 400 <= refused.status_code < 500
    assert refused.json()["message"]
    assert (served.file.read_bytes(), served.sheet()) == before


def test_another_picture_is_shown_until_there_is_none(served: Served) -> None:
    first = served.client.get("/api/v1/calibrate/still").content
    assert served.post("turn").status_code == 200
    second = served.client.get("/api/v1/calibrate/still").content
    assert first[:2] == second[:2] == b"\xff\xd8"
    assert first != second
    none_left = served.post("turn")
    assert "none to click on" in none_left.json()["message"]
    assert served.client.get("/api/v1/calibrate/still").content == second


def test_where_the_disk_refuses_nothing_is_acknowledged(served: Served, tmp_path: Path) -> None:
    with serving(served.scene, tmp_path / "gone" / "points.csv") as server:
        answer = httpx.post(f"{server.url}/api/v1/calibrate/points", json={"degrees": False, "points": placed()}, trust_env=False)
        assert answer.status_code >= 500
        assert "points.csv" in answer.json()["message"]


def test_another_site_is_not_answered(served: Served) -> None:
    assert served.client.post("/api/v1/calibrate/write", headers={"Origin": "http://evil.example"}).status_code == 403
    assert served.client.get("/api/v1/calibrate/sheet", headers={"Host": "evil.example"}).status_code in {400, 403, 421}
