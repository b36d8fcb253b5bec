"""A desk behind its server: pictures, steps, and what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from catseye.byhand.desk import Job
from catseye.core.boxes import F32, empty
from catseye.core.errors import ConfigError
from catseye.core.frame import U8
from catseye.testing.scripted import ScriptedDetector
from catseye.wire.hand_counts import decode_json


def step(key: str, at_s: float, **more: Any) -> dict[str, Any]:
    crossing = {"line": "street", "direction": "east", "road_user": "car", "at_s": at_s, "key": key, "optional": False}
    return {"what": "add", "crossing": crossing | more}


def test_every_picture_of_the_clip_can_be_looked_at(served: Any) -> None:
    told = served.until_ended()
    assert (told["times_s"], told["ready"], told["withheld"]) == ([n / 10 for n in range(40)], [[0, 39]], [])
    answer = served.client.get(f"/api/v1/truth/pictures/{told['token']}/17")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store"
    picture = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (240, 320, 3)
    assert served.client.get(f"/api/v1/truth/pictures/{told['token']}/40").status_code == 404
    assert served.client.get("/api/v1/truth/pictures/other/17").status_code == 409


class Blinking:
    """A face finder that fails once: whoever asks for the picture after ``good`` others gets none."""

    def __init__(self, good: int) -> None:
        self._good = good

    def find(self, bgr: U8) -> F32:
        self._good -= 1
        if self._good == -1:
            raise RuntimeError("no faces today")
        return empty()


def test_a_picture_that_cannot_be_redacted_is_not_shown_and_is_said(
    bench: Any, serve: Callable[..., Any], red_junction: Any, tmp_path: Path
) -> None:
    job = Job(name="red", source=red_junction.clip(4.0), out=tmp_path / "hand.json")
    served = serve(bench.desk(job, face_finder=Blinking(20)))
    told = served.until_ended()
    assert [one["number"] for one in told["withheld"]] == [20]
    assert "withheld" in told["withheld"][0]["why"]
    assert told["ready"] == [[0, 19], [21, 39]]
    assert served.client.get(f"/api/v1/truth/pictures/{told['token']}/20").status_code == 404


def test_pictures_that_made_room_come_back_when_they_are_looked_at(
    bench: Any, serve: Callable[..., Any], red_junction: Any, tmp_path: Path
) -> None:
    job = Job(name="red", source=red_junction.clip(16.0), out=tmp_path / "hand.json")
    served = serve(bench.desk(job, room_bytes=150_000))

    def look_at(number: int) -> None:
        for _ in range(1200):
            told = served.get("progress", known=0, at=number)
            if any(first <= number <= last for first, last in told["ready"]):
                return
            served.desk.jobs[0].out.stat()  # the file is there all along
        raise AssertionError(told)

    look_at(0)
    look_at(60)
    for number in (120, 159, 0, 80, 159):
        look_at(number)
    told = served.get("progress", known=0, at=159)
    assert sum(last - first + 1 for first, last in told["ready"]) < 160  # they were never all there


def test_the_masks_of_the_scene_are_black(bench: Any, serve: Callable[..., Any], red_junction: Any, tmp_path: Path) -> None:
    mask = '[[masks]]\nname = "garden"\npolygon = [[0.0, 0.0], [0.5, 0.0], [0.5, 0.3], [0.0, 0.3]]\n'
    bench.scene.write_text(bench.scene.read_text() + mask)
    served = serve(bench.desk(Job(name="red", source=red_junction.clip(2.0), out=tmp_path / "hand.json")))
    told = served.until_ended()
    content = served.client.get(f"/api/v1/truth/pictures/{told['token']}/5").content
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture[:60, :140].max() < 24
    assert picture[:60, 180:].min() > 100


def test_steps_are_in_the_file_when_they_are_answered(served: Any) -> None:
    answer = served.take(step("a", 1.0), step("b", 0.5), {"what": "watch", "stretches": [[0, 1.2]]})
    assert [c["key"] for c in answer.json()["crossings"]] == ["b", "a"]
    ways = [{"line": "street", "direction": "east", "kinds": ["car"]}]
    served.take({"what": "declare", "ways": ways}, {"what": "drop", "key": "b"})
    count = decode_json(served.out.read_bytes())
    assert [c.key for c in count.crossings] == ["a"]
    assert count.watched == ((0, 1.2),)
    assert count.declared() == {("street", "east"): {"car"}}
    sitting = served.desk.sitting
    assert served.post("undo", token=sitting.token, tab="tab").json()["undone"]
    assert not served.post("undo", token=sitting.token, tab="another").json()["undone"]
    assert served.get("sitting")["clips"] == [{"name": "red", "declared": True, "watched_s": 1.2}]


@pytest.mark.parametrize(
    ("change", "says"),
    [({"line": "nowhere"}, "No line 'nowhere'"), ({"at_s": 9}, "outside the count"), ({"road_user": "ox"}, "'ox'")],
)
def test_a_wrong_step_is_refused_in_one_line(served: Any, change: dict[str, Any], says: str) -> None:
    before = served.out.read_bytes()
    answer = served.take(step("a", **({"at_s": 1.0} | change)))
    assert (answer.status_code, says in answer.json()["message"]) == (400, True)
    assert served.out.read_bytes() == before


def test_nobody_else_may_count(served: Any) -> None:
    url = f"{served.client.base_url}/api/v1/truth/steps"
    body = {"token": served.desk.sitting.token, "tab": "t", "steps": [step("a", 1.0)]}
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        assert httpx.post(url, json=body, headers=headers, trust_env=False).status_code == 403
    assert served.post("steps", token="an older one", tab="t", steps=[step("a", 1.0)]).status_code == 409
    assert decode_json(served.out.read_bytes()).crossings == ()


def test_the_next_clip_of_a_plan_is_turned_to_and_left_again(
    bench: Any, serve: Callable[..., Any], red_junction: Any, tmp_path: Path
) -> None:
    clip = red_junction.clip(4.0)
    jobs = [
        Job(name=name, source=clip, out=tmp_path / f"{name}.json", from_s=start, until_s=start + 1.5)
        for name, start in (("one", 0.0), ("two", 2.0))
    ]
    served = serve(bench.desk(*jobs))
    token = served.desk.sitting.token
    served.take(step("a", 1.0), {"what": "declare", "ways": [{"line": "street", "direction": "east", "kinds": ["car"]}]})
    view = served.post("turn", name="two").json()
    assert (view["name"], view["from_s"], view["until_s"]) == ("two", 2, 3.5)
    assert [clip["declared"] for clip in view["clips"]] == [True, False]
    assert served.until_ended()["times_s"] == [n / 10 for n in range(20, 35)]
    assert served.post("steps", token=token, tab="t", steps=[step("b", 1.0)]).status_code == 409
    assert served.take(step("c", 3.0)).status_code == 200
    assert served.post("turn", name="three").status_code == 400
    assert served.post("turn", name="one").json()["tally"]["crossings"][0]["key"] == "a"
    assert served.desk.first() == "two"  # where nothing is complete yet
    served.desk.close()
    assert {file.name for file in tmp_path.glob("*.json")} == {"one.json", "two.json"}


def test_a_scene_of_another_shape_is_refused(bench: Any, red_junction: Any, tmp_path: Path) -> None:
    bench.scene.write_text(bench.scene.read_text().replace("[320, 240]", "[320, 320]"))
    desk = bench.desk(Job(name="red", source=red_junction.clip(1.0), out=tmp_path / "hand.json"))
    with pytest.raises(ConfigError, match="of another shape"):
        desk.sit("red")


def test_work_goes_on_where_nobody_watched_yet(bench: Any, serve: Callable[..., Any], red_junction: Any, tmp_path: Path) -> None:
    job = Job(name="red", source=red_junction.clip(4.0), out=tmp_path / "hand.json")
    served = serve(bench.desk(job))
    served.take({"what": "watch", "stretches": [[0, 3]]})
    served.desk.close()
    detector = ScriptedDetector({})
    again = serve(bench.desk(job, detector=detector))
    assert again.get("sitting")["tally"]["watched"] == [[0, 3]]
    again.until_ended()
    assert detector.asked[0] == 30  # and what lies before it was done last
    assert 0 in detector.asked


def test_a_stretch_between_two_pictures_ends_at_once(
    bench: Any, serve: Callable[..., Any], red_junction: Any, tmp_path: Path
) -> None:
    job = Job(name="red", source=red_junction.clip(2.0), out=tmp_path / "hand.json", from_s=1.92, until_s=1.98)
    served = serve(bench.desk(job))
    assert served.until_ended()["times_s"] == []
    assert served.get("progress", known=0, at=0)["ready"] == []
