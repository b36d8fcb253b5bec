"""What is measured on the ground, asked over HTTP."""

from pathlib import Path

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from catseye.api import ApiServer, create_app
from catseye.api.traffic_views import ConflictView, IncidentView, SpeedView
from catseye.core.ids import RunId, StreamId
from catseye.core.time import NS_PER_S, nanoseconds
from catseye.core.traffic import TrafficMinute, ViolationCell
from catseye.ports import Store
from catseye.testing import FakeClock, street
from catseye.testing.live import HandFeed
from catseye.testing.store_records import T0
from catseye.testing.traffic_checks import conflict, incident, minute, passage, violation

HERE = f"/api/v1/streams/{street.STREAM}"
WHOLE = {"start": "2026-09-24T09:00:00", "end": "2026-09-24T09:30:00"}
MOVED_NS = street.EIGHT - T0


@pytest.fixture
def traffic(store: Store) -> Store:
    """The street's store with traffic in it, at the street's time."""
    about = {"stream": StreamId(street.STREAM), "run": RunId(street.RUN)}
    drawn = about | {"scene_revision": street.SCENE.revision}
    for seconds, speed in ((5, 10.0), (6, 20.0)):
        one = passage(seconds, seconds, speed)
        store.append([replace(one, **about, rule="High Street", direction="south", at_ns=one.at_ns + MOVED_NS)])
    store.append(
        [
            replace(minute(60), **drawn, start_ns=street.EIGHT + nanoseconds(60)),
            replace(conflict(1, 7), **drawn, at_ns=street.EIGHT),
            replace(incident(1, 10), **drawn, opened_ns=street.EIGHT + nanoseconds(10)),
            replace(violation(1, 8), **drawn, at_ns=street.EIGHT),
        ]
    )
    return store


def test_speeds_by_cell_of_all_kinds_and_of_each(client: httpx.Client, traffic: Store) -> None:
    views = msgspec.json.decode(client.get(f"{HERE}/speeds", params=WHOLE).content, type=list[SpeedView])
    assert [(view.direction, view.road_user, view.speeds.measured) for view in views] == [("south", "", 2), ("south", "car", 2)]
    assert views[0].speeds.mean_mps == pytest.approx(15.0)
    assert views[0].speeds.space_mean_mps == pytest.approx(40 / 3)
    assert views[0].speeds.error_mps == pytest.approx(0.5)


def test_minutes_conflicts_and_violations_are_those_of_the_store(client: httpx.Client, traffic: Store) -> None:
    (kept,) = msgspec.json.decode(client.get(f"{HERE}/minutes", params=WHOLE).content, type=list[TrafficMinute])
    assert (kept.place, kept.sums) == ("north", {"vehicles": 3.0})
    (close,) = msgspec.json.decode(client.get(f"{HERE}/conflicts", params=WHOLE).content, type=list[ConflictView])
    assert (close.kind, close.pet_s, close.road_users) == ("crossing", 1.25, ("pedestrian", "car"))
    (cell,) = msgspec.json.decode(client.get(f"{HERE}/violations", params=WHOLE).content, type=list[ViolationCell])
    assert (cell.kind, cell.place, cell.number) == ("red_light", "north", 1)


def test_an_operators_mark_becomes_a_revision(client: httpx.Client, traffic: Store) -> None:
    (before,) = msgspec.json.decode(client.get(f"{HERE}/incidents", params=WHOLE).content, type=list[IncidentView])
    assert (before.revision, before.open, before.marks) == (1, True, ())
    answer = client.post(f"{HERE}/incidents/{before.incident}/marks", json={"mark": "false"})
    marked = msgspec.json.decode(answer.content, type=IncidentView)
    assert (marked.revision, marked.marks) == (2, ("false",))
    assert msgspec.json.decode(client.get(f"{HERE}/incidents", params=WHOLE).content, type=list[IncidentView]) == [marked]
    told = traffic.incidents(street.STREAM, street.EIGHT, street.EIGHT + 60 * NS_PER_S)
    assert [(one.revision, one.state) for one in told] == [(1, "opened"), (2, "false")]


def test_a_mark_of_nothing_and_a_mark_that_is_none(client: httpx.Client, traffic: Store) -> None:
    assert client.post(f"{HERE}/incidents/none/marks", json={"mark": "false"}).status_code == 404
    assert client.post(f"{HERE}/incidents/incident/marks", json={"mark": "closed"}).status_code == 400
    assert client.post("/api/v1/streams/other/incidents/incident/marks", json={"mark": "false"}).status_code == 404
    assert len(traffic.incidents(street.STREAM, 0, 2**62)) == 1


def test_a_page_of_another_origin_marks_nothing(client: httpx.Client, traffic: Store) -> None:
    stranger = {"Origin": "http://elsewhere.example"}
    assert client.post(f"{HERE}/incidents/incident/marks", json={"mark": "false"}, headers=stranger).status_code == 403
    assert len(traffic.incidents(street.STREAM, 0, 2**62)) == 1


def test_without_a_store_there_is_nothing_to_tell(feed: HandFeed, clock: FakeClock, page: Path) -> None:
    app = create_app(feed, None, detector=street.DETECTOR, clock=clock, static=page)
    with ApiServer(app, "127.0.0.1", 0) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        for route in ("speeds", "minutes", "conflicts", "incidents", "violations"):
            assert client.get(f"{HERE}/{route}").status_code == 503
        assert client.post(f"{HERE}/incidents/incident/marks", json={"mark": "false"}).status_code == 503
