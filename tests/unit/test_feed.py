"""Listeners of one stream, running volumes, and what a summary says."""

from catseye.core.counts import Count, Gap
from catseye.core.health import StreamHealth, StreamState
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import CountLine, Movement, Scene, Zone
from catseye.core.time import NS_PER_S
from catseye.runtime.analysed import Volumes
from catseye.runtime.feed import Feed
from catseye.runtime.summary import gap_texts, volumes
from catseye.testing import street

HEALTH = StreamHealth(stream=street.STREAM, run=RunId("run"), state=StreamState.RUNNING, since_ns=0)


def feed() -> Feed:
    return Feed(street.STREAM, lambda: HEALTH, lambda: street.SCENE)


def test_a_listener_gets_the_last_message_at_once_and_none_after_it_left() -> None:
    live, heard = feed(), list[bytes]()
    live.publish(b"before")
    assert not live.listened
    end = live.subscribe(heard.append)
    assert live.listened
    live.publish(b"now")
    end()
    end()
    live.publish(b"after")
    assert heard == [b"before", b"now"]
    assert not live.listened


def test_every_listener_hears_every_message_and_may_leave_while_it_listens() -> None:
    live, one, two = feed(), list[bytes](), list[bytes]()
    ends = [live.subscribe(one.append)]

    def once(message: bytes) -> None:
        two.append(message)
        ends[1]()

    ends.append(live.subscribe(once))
    live.publish(b"a")
    live.publish(b"b")
    assert (one, two) == ([b"a", b"b"], [b"a"])
    assert (live.stream, live.scene(), live.health()) == (street.STREAM, street.SCENE, HEALTH)


def test_running_volumes_count_crossings_by_direction_and_kind() -> None:
    running = Volumes()
    running.add([street.crossing(1, 1), street.crossing(2, 2, road_user="bus"), street.crossing(3, 3), street.watched(0, 4)])
    running.add([street.crossing(4, 5, direction="north")])
    assert running.of("High Street", ("south", "north")) == {"south": {"bus": 1, "car": 2}, "north": {"car": 1}}
    assert running.of("Low Street", ("in", "out")) == {"in": {}, "out": {}}
    assert running.total() == 4


def test_a_summary_adds_up_cells_and_knows_every_direction_of_every_rule() -> None:
    scene = Scene(
        lines=(CountLine(name="line", points=((0.0, 0.5), (1.0, 0.5)), directions=("in", "out")),),
        zones=(Zone(name="zone", polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))),),
        movements=(Movement(name="turn", origin="zone", destination="zone"),),
    )

    def cell(rule: str, direction: str, kind: str, volume: int | None, start_s: int = 0) -> Count:
        start_ns = start_s * NS_PER_S
        return Count(
            stream=StreamId("test"),
            rule=rule,
            direction=direction,
            road_user=kind,
            start_ns=start_ns,
            end_ns=start_ns + 900 * NS_PER_S,
            volume=volume,
            observed_s=1.0,
        )

    counts = [
        cell("line", "in", "car", 2),
        cell("line", "in", "car", 3, start_s=900),
        cell("line", "out", "", None),
        cell("turn", "turn", "bus", 1),
        cell("gone", "in", "car", 9),
    ]
    assert volumes(scene, counts) == {
        "line": {"in": {"car": 5}, "out": {}},
        "zone": {"entered": {}, "left": {}},
        "turn": {"turn": {"bus": 1}},
    }


def test_gaps_are_told_in_local_time() -> None:
    (text,) = gap_texts([Gap(stream=street.STREAM, start_ns=street.EIGHT, end_ns=street.EIGHT + 60 * NS_PER_S)], "Europe/London")
    assert (text.start, text.end) == ("2026-09-24T09:00:00+01:00", "2026-09-24T09:01:00+01:00")
