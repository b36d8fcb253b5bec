from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest

from catseye.adapters.sqlite import SqliteStore
from catseye.adapters.tables import EVENT_COLUMNS, TracksFile, write_counts, write_events
from catseye.app import write_tables
from catseye.core.errors import OutputError
from catseye.core.events import Event
from catseye.core.ids import RunId
from catseye.core.time import zone
from catseye.core.tracks import Tracks, TrackState, no_tracks
from catseye.core.traffic import Passage
from catseye.testing import FakeClock
from catseye.testing.store_records import SCENE, STREAM, T0, crossed, passed, started, watched
from catseye.testing.traffic_checks import conflict, incident, minute, passage, violation
from catseye.wire import motchallenge

RUN, SIZE = RunId("a"), (640, 360)
CONFIRMED, TENTATIVE, COASTING = TrackState.CONFIRMED, TrackState.TENTATIVE, TrackState.COASTING


def tracks(*rows: tuple[int, TrackState, int]) -> Tracks:
    """Rows of (number, state, detection)."""
    number, state, detection = zip(*rows, strict=True)
    left = np.arange(len(rows), dtype=np.float32) * 100
    return Tracks(
        at_ns=T0,
        size=SIZE,
        number=np.array(number, np.int64),
        xyxy=np.stack([left, left + 1, left + 30, left + 21], axis=1),
        velocity=np.zeros((len(rows), 2), np.float32),
        state=np.array(state, np.int8),
        detection=np.array(detection, np.int32),
        road_user=np.full(len(rows), 3, np.int16),
        confidence=np.full(len(rows), 0.5, np.float32),
        proven=np.ones(len(rows), np.bool_),
        sure=np.ones(len(rows), np.bool_),
    )


def test_a_watch_leaves_its_tables(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db", clock=FakeClock(T0))
    write_tables(store, STREAM, tmp_path, timezone="Europe/London")
    assert pl.read_csv(tmp_path / "counts.csv").height == pl.read_parquet(tmp_path / "events.parquet").height == 0
    store.begin(started(), SCENE)
    store.append([crossed(1, 5), *passed(2, 890), watched(0, 900)])
    write_tables(store, STREAM, tmp_path, timezone="Europe/London")
    store.close()
    counts = pl.read_csv(tmp_path / "counts.csv")
    assert counts["start"].unique(maintain_order=True).to_list() == ["2023-11-14T22:15:00+00:00", "2023-11-14T22:30:00+00:00"]
    assert counts.filter(pl.col("start") < "2023-11-14T22:30", line="north")["volume"].to_list() == [1, 0]
    assert counts.filter(pl.col("start") > "2023-11-14T22:30", line="north")["volume"].to_list() == [None, None]
    assert pl.read_parquet(tmp_path / "events.parquet")["type"].to_list() == [
        "line_crossed",
        "zone_entered",
        "zone_left",
        "movement_completed",
    ]
    assert not list(tmp_path.glob("*.part"))


def test_every_field_of_every_event_is_a_column(tmp_path: Path) -> None:
    events: list[Event] = [crossed(2**52 - 1, 5), *passed(2, 6)]
    write_events(tmp_path / "e.parquet", events)
    frame = pl.read_parquet(tmp_path / "e.parquet")
    assert dict(frame.schema) == {
        name: dtype if isinstance(dtype, pl.DataType) else dtype() for name, dtype in EVENT_COLUMNS.items()
    }
    for event, row in zip(events, frame.iter_rows(named=True), strict=True):
        fields = msgspec.structs.asdict(event)
        x, y = fields.pop("point_unit")
        assert {name: row[name] for name in fields} == fields
        assert (row["x_unit"], row["y_unit"]) == (x, y)
    assert frame["at"].dt.timestamp("ns").to_list() == frame["at_ns"].to_list()
    assert frame["at"].dtype == pl.Datetime("ns", "UTC")


def test_a_name_of_a_formula_is_made_harmless_in_the_file(tmp_path: Path) -> None:
    scene = msgspec.structs.replace(SCENE, lines=(msgspec.structs.replace(SCENE.lines[0], name="=cmd()"),), zones=(), movements=())
    store = SqliteStore(tmp_path / "s.db", clock=FakeClock(T0))
    store.begin(started(), scene)
    write_counts(tmp_path / "c.csv", store.counts(STREAM, T0, T0 + 1), zone("UTC"))
    store.close()
    assert pl.read_csv(tmp_path / "c.csv")["line"].to_list() == ["'=cmd()", "'=cmd()"]


def test_tracks_are_numbered_anew_and_only_what_was_seen_is_written(tmp_path: Path) -> None:
    path = tmp_path / "tracks.txt"
    file = TracksFile(path)
    file.add(RUN, 0, tracks((777, TENTATIVE, 0), (888, CONFIRMED, 1)))
    file.add(RUN, 1, tracks((777, CONFIRMED, 0), (888, COASTING, -1)))
    assert len((tmp_path / "tracks.txt.part").read_text().splitlines()) == 2  # there already, should we crash now
    file.add(RUN, 2, no_tracks(T0, SIZE))
    file.add(RUN, 4, tracks((888, CONFIRMED, 0)))  # numbers are never used again, so this is another
    file.close()
    file.close()
    boxes = motchallenge.decode(path.read_text())
    assert list(zip(boxes.frame.tolist(), boxes.number.tolist(), strict=True)) == [(0, 1), (1, 2), (4, 3)]
    assert boxes.xyxy[0].tolist() == [100, 101, 130, 121]
    assert boxes.road_user.tolist() == [3, 3, 3]
    assert "777" not in path.read_text()
    assert not list(tmp_path.glob("*.part"))


def test_frames_of_a_source_opened_again_follow_on(tmp_path: Path) -> None:
    file = TracksFile(tmp_path / "tracks.txt")
    for run, seq in [("a", 0), ("a", 5), ("b", 6), ("c", 0), ("c", 3), ("d", 1)]:
        file.add(RunId(run), seq, tracks((1, CONFIRMED, 0)))
    file.close()
    boxes = motchallenge.decode((tmp_path / "tracks.txt").read_text())
    assert boxes.frame.tolist() == [0, 5, 6, 7, 10, 12]
    assert boxes.number.tolist() == [1, 1, 2, 3, 3, 4]


def test_a_file_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "by").touch()
    for write in (
        lambda: write_counts(tmp_path / "none" / "c.csv", (), zone("UTC")),
        lambda: write_events(tmp_path / "taken", ()),
        lambda: TracksFile(tmp_path / "none" / "t.txt"),
    ):
        with pytest.raises(OutputError, match="cannot be written") as refused:
            write()
        assert refused.value.remedy
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "t.txt.part").symlink_to("/dev/full")
    file = TracksFile(tmp_path / "t.txt")
    with pytest.raises(OutputError, match="No space left on device"):
        file.add(RUN, 0, tracks((1, CONFIRMED, 0)))


def test_what_is_measured_on_calibrated_ground_is_left_beside_it(tmp_path: Path) -> None:
    scene = msgspec.structs.replace(SCENE, homography=(20.0, 0.0, -10.0, 0.0, 20.0, 5.0, 0.0, 0.02, 1.0))
    store = SqliteStore(tmp_path / "s.db", clock=FakeClock(T0))
    store.begin(started(), scene)
    drawn = {"scene_revision": scene.revision}
    store.append(
        [
            watched(0, 900, scene=scene),
            passage(1, 5, 10.0),
            passage(2, 6, 20.0),
            passage(3, 7, None),
            *(msgspec.structs.replace(one, **drawn) for one in (minute(0), conflict(1, 7), incident(1, 10), violation(1, 8))),
        ]
    )
    write_tables(store, STREAM, tmp_path, timezone="Europe/London")
    store.close()
    (row,) = pl.read_csv(tmp_path / "speeds.csv").to_dicts()
    assert (row["line"], row["measured"], row["mean_kmh"], row["space_mean_kmh"], row["error_kmh"]) == ("north", 2, 54.0, 48.0, 1.8)
    kept = pl.read_parquet(tmp_path / "passages.parquet")
    assert kept["speed_mps"].to_list() == [10.0, 20.0, None]
    assert kept.columns == list(Passage.__struct_fields__)
    assert msgspec.json.decode(pl.read_parquet(tmp_path / "minutes.parquet")["sums"][0]) == {"vehicles": 3.0}
    assert pl.read_parquet(tmp_path / "conflicts.parquet")["road_users"].to_list() == [["pedestrian", "car"]]
    assert pl.read_parquet(tmp_path / "incidents.parquet")["revision"].to_list() == [1]
    assert pl.read_parquet(tmp_path / "violations.parquet")["speed_mps"].dtype == pl.Float64


def test_of_a_scene_that_is_not_calibrated_no_speeds_are_left(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db", clock=FakeClock(T0))
    store.begin(started(), SCENE)
    store.append([watched(0, 900)])
    write_tables(store, STREAM, tmp_path, timezone="Europe/London")
    store.close()
    assert not (tmp_path / "speeds.csv").exists()
    assert not (tmp_path / "passages.parquet").exists()
