"""The routes, asked over HTTP."""

import csv
import io
from pathlib import Path

import httpx
import msgspec
import pytest

from catseye.api import ApiServer, create_app
from catseye.api.views import StreamView, VolumeTable
from catseye.config import parse_scene
from catseye.core.counts import Count
from catseye.core.health import StreamHealth, StreamState
from catseye.core.scene import Scene
from catseye.testing import FakeClock, street
from catseye.testing.live import HandFeed

HERE = f"/api/v1/streams/{street.STREAM}"
QUARTERS = {"start": "2026-09-24T09:00:00", "end": "2026-09-24T09:30:00"}


def test_streams_lists_the_one_that_is_watched(client: httpx.Client, feed: HandFeed) -> None:
    feed.publish(street.header())
    (view,) = msgspec.json.decode(client.get("/api/v1/streams").content, type=list[StreamView])
    assert (view.stream, view.timezone, view.keeps_volumes) == (street.STREAM, "Europe/London", True)
    assert (view.detector, view.scene_revision) == (street.DETECTOR, street.SCENE.revision)


def test_health_is_that_of_the_feed(client: httpx.Client, feed: HandFeed) -> None:
    feed.publish(street.header())
    health = msgspec.json.decode(client.get(f"{HERE}/health").content, type=StreamHealth)
    assert health.state is StreamState.RUNNING


def test_scene_comes_as_json_and_as_a_scene_file(client: httpx.Client) -> None:
    assert msgspec.json.decode(client.get(f"{HERE}/scene").content, type=Scene) == street.SCENE
    answer = client.get(f"{HERE}/scene.toml")
    assert answer.headers["content-type"].startswith("application/toml")
    scene, findings = parse_scene(answer.text, name="scene.toml")
    assert (scene, findings) == (street.SCENE, [])


def test_counts_are_those_of_the_store(client: httpx.Client) -> None:
    counts = msgspec.json.decode(client.get(f"{HERE}/counts", params=QUARTERS).content, type=list[Count])
    south = {(count.start_ns, count.road_user): count.volume for count in counts if count.direction == "south"}
    assert south == {
        (street.EIGHT, "bus"): 1,
        (street.EIGHT, "car"): 1,
        (street.EIGHT + 900 * 10**9, "bus"): 0,
        (street.EIGHT + 900 * 10**9, "car"): 1,
    }


def test_table_by_quarter_hour_says_how_much_was_observed(client: httpx.Client) -> None:
    params = {"start": "2026-09-24T08:45:00+01:00", "end": "2026-09-24T09:30:00+01:00"}
    table = msgspec.json.decode(client.get(f"{HERE}/table", params=params).content, type=VolumeTable)
    assert [(column.rule, column.direction) for column in table.columns] == [("High Street", "south"), ("High Street", "north")]
    assert [row.starts[11:16] for row in table.rows] == ["08:45", "09:00", "09:15"]
    assert [[cell.volume for cell in row.cells] for row in table.rows] == [[None, None], [2, 1], [1, 0]]
    assert [row.observed for row in table.rows] == [0, 0.6, pytest.approx(1 / 3, abs=1e-3)]
    assert table.rows[1].cells[0].road_users == {"bus": 1, "car": 1}


def test_table_by_minute_leaves_unwatched_minutes_empty(client: httpx.Client) -> None:
    params = {"start": "2026-09-24T09:00:00", "end": "2026-09-24T09:20:00", "interval_s": "60"}
    table = msgspec.json.decode(client.get(f"{HERE}/table", params=params).content, type=VolumeTable)
    south = {int(row.starts[14:16]): row.cells[0].volume for row in table.rows}
    assert len(table.rows) == 20
    assert {minute for minute, volume in south.items() if volume is None} == {0, 1, 6, 7, 8, 9}
    assert {minute: volume for minute, volume in south.items() if volume} == {2: 2, 16: 1}


def test_csv_has_a_header_and_leaves_the_unobserved_empty(client: httpx.Client) -> None:
    answer = client.get(f"{HERE}/counts.csv", params={"start": "2026-09-24T08:45:00", "end": "2026-09-24T09:15:00"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-disposition"] == 'attachment; filename="counts.csv"'
    assert {row["volume"] for row in rows if row["start"] == "2026-09-24T08:45:00+01:00"} == {""}
    assert {row["observed_s"] for row in rows if row["start"] == "2026-09-24T09:00:00+01:00"} == {"540.000"}


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/api/v1/streams/elsewhere/health", 404, "No stream 'elsewhere'"),
        (f"{HERE}/counts?start=yesterday", 400, "Not a date and time: 'yesterday'."),
        (f"{HERE}/counts?start=2026-01-01&end=2026-09-24", 400, "between 0 and 31 days"),
        (f"{HERE}/table?start=2026-09-25&end=2026-09-24", 400, "between 0 and 31 days"),
        (f"{HERE}/table?interval_s=7", 400, "not kept by 7 s"),
        ("/nowhere", 404, "nowhere"),
    ],
)
def test_a_request_that_cannot_be_answered_is_told_why(client: httpx.Client, path: str, status: int, says: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert says in answer.json()["message"]


def test_without_a_store_counts_are_refused_and_the_rest_works(feed: HandFeed, clock: FakeClock, page: Path) -> None:
    app = create_app(feed, None, detector=street.DETECTOR, clock=clock, static=page)
    with ApiServer(app, "127.0.0.1", 0) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        assert client.get("/api/v1/streams").json()[0]["keeps_volumes"] is False
        answer = client.get(f"{HERE}/counts")
        assert (answer.status_code, answer.json()["message"]) == (503, "No volumes are kept in this session.")


def test_page_is_served_and_its_hashed_files_may_be_kept(client: httpx.Client) -> None:
    assert "<title>Catseye</title>" in client.get("/").text
    assert client.get("/").headers["cache-control"] == "no-cache"
    assert "immutable" in client.get("/assets/index-1a2b.js").headers["cache-control"]


def test_page_that_is_not_built_says_so(feed: HandFeed, clock: FakeClock, tmp_path: Path) -> None:
    app = create_app(feed, None, detector=street.DETECTOR, clock=clock, static=tmp_path / "none")
    with ApiServer(app, "127.0.0.1", 0) as server:
        answer = httpx.get(server.url, trust_env=False)
        assert (answer.status_code, answer.text) == (503, "The live page is not built. Run: make web\n")
