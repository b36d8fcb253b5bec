from pathlib import Path

import numpy as np
import pytest

from catseye.core.errors import ConfigError
from catseye.core.road_users import RoadUser
from catseye.core.truth import TrackBoxes, Truth, track_boxes
from catseye.evaluate.files import clips, result_for, truth_for
from catseye.evaluate.overlaps import hold
from catseye.evaluate.tracking import Followed, judge
from catseye.evaluate.tracks import score
from catseye.wire import motchallenge

CAR, BUS = RoadUser.CAR, RoadUser.BUS
Row = tuple[int, int, float, float, RoadUser]  # frame, number, x, side, kind: square boxes on the line y = 0


def boxes(rows: list[Row]) -> TrackBoxes:
    return track_boxes([(frame, number, (x, 0.0, x + side, side), kind, 1.0) for frame, number, x, side, kind in rows])


def truth_of(rows: list[Row], light: str = "") -> Truth:
    no = np.zeros(len(rows), np.bool_)
    kinds = frozenset(row[4] for row in rows)
    return Truth(boxes=boxes(rows), ignored=no, parked=no, stopped=no, kinds=kinds, frames=10, light=light)


def path(number: int, x: float, side: float = 20.0, kind: RoadUser = CAR, frames: range = range(10)) -> list[Row]:
    return [(frame, number, x, side, kind) for frame in frames]


STREET = [*path(1, 0), *path(2, 100), *path(3, 300, 80.0, BUS)]


def followed(rows: list[Row], *, name: str = "clip", light: str = "", truth: list[Row] = STREET) -> Followed:
    ordered = sorted(truth, key=lambda row: row[0])
    return Followed(name=name, truth=truth_of(ordered, light), result=boxes(rows))


def test_kinds_and_sizes_are_judged_apart() -> None:
    found = [*path(7, 0, frames=range(5)), *path(8, 300, 80.0, CAR), *path(9, 700, 20.0, BUS, range(3))]
    report = judge([followed(found)], resamples=50)
    assert (report.by_kind["car"].boxes, report.by_kind["car"].found, report.by_kind["car"].extra) == (20, 5, 0)
    # The bus was followed under another name, which is no error of tracking; the bus that is none is one.
    assert (report.by_kind["bus"].boxes, report.by_kind["bus"].found, report.by_kind["bus"].extra) == (10, 10, 3)
    assert (report.by_size["16 to 32 px"].found, report.by_size["16 to 32 px"].extra) == (5, 3)
    assert (report.by_size["32 to 96 px"].found, report.by_size["32 to 96 px"].extra) == (10, 0)
    assert report.tracks == score(hold(followed(found).truth, boxes(found)))
    assert sum(part.found for part in report.by_kind.values()) == report.tracks.found == report.boxes.all.found


def test_lights_are_told_where_the_truth_tells_them() -> None:
    day, night = followed(STREET, name="a", light="day"), followed(path(1, 0), name="b", light="night")
    report = judge([day, night, followed([], name="c")], resamples=50)
    assert (report.by_light["day"].idf1, report.by_light["night"].found) == (1.0, 10)
    assert sorted(report.by_light) == ["day", "night"]
    assert report.clips["c"].found == 0
    assert report.tracks.boxes == 90
    assert judge([followed(STREET)], resamples=50).by_light == {}


def test_a_better_result_differs_and_the_same_does_not() -> None:
    truth = [row for n in range(12) for row in path(n, 60.0 * n)]
    worse = boxes([row for row in truth if (row[0] + row[1]) % 3])
    report = judge([followed(truth, truth=truth)], against=[worse], resamples=300)
    assert report.against is not None
    gained = report.against.differences["hota"]
    assert gained.excludes_zero
    assert report.tracks.hota is not None
    assert report.against.tracks.hota is not None
    assert gained.value == pytest.approx(report.tracks.hota - report.against.tracks.hota)
    same = judge([followed(truth, truth=truth)], against=[boxes(truth)], resamples=300)
    assert same.against is not None
    assert not any(interval.excludes_zero for interval in same.against.differences.values())


def test_false_tracks_of_either_side_tell_in_a_difference() -> None:
    invented = [row for n in range(12) for row in path(50 + n, 3000 + 60.0 * n)]
    ours, theirs = [*STREET], [*STREET, *invented]
    report = judge([followed(ours)], against=[boxes(theirs)], resamples=300)
    turned = judge([followed(theirs)], against=[boxes(ours)], resamples=300)
    assert report.against is not None
    assert turned.against is not None
    a, b = report.against.differences["deta"], turned.against.differences["deta"]
    assert a.value is not None
    assert a.value > 0
    assert b.value == pytest.approx(-a.value)


def test_what_fools_both_alike_is_no_difference() -> None:
    invented = [row for n in range(12) for row in path(50 + n, 3000 + 60.0 * n)]
    result = [*(row for row in STREET if (row[0] + row[1]) % 3), *invented]
    renamed = [(row[0], row[1] + 1000, *row[2:]) for row in result]
    report = judge([followed(result)], against=[boxes(renamed)], resamples=300)
    assert report.against is not None
    told = {(i.value, i.low, i.high) for i in report.against.differences.values() if i.value is not None}
    assert told == {(0.0, 0.0, 0.0)}


def write(path: Path, rows: list[Row]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(motchallenge.encode(boxes(rows)))
    return path


def test_a_folder_of_clips_finds_its_results_by_name(tmp_path: Path) -> None:
    for name in ("b", "a"):
        write(tmp_path / "clips" / name / "gt" / "gt.txt", STREET)
    write(tmp_path / "ours" / "a.txt", STREET)
    write(tmp_path / "ours" / "b" / "tracks.txt", STREET)
    found = clips([tmp_path / "clips"], [tmp_path / "ours"], [tmp_path / "clips"])
    assert [clip.name for clip in found] == ["a", "b"]
    assert all(len(result_for(path)) == len(STREET) for clip in found for path in clip.results)
    (tmp_path / "ours" / "a.txt").unlink()
    with pytest.raises(ConfigError, match="no result for a in"):
        clips([tmp_path / "clips"], [tmp_path / "ours"])
    with pytest.raises(ConfigError, match="no truth in"):
        clips([tmp_path / "ours" / "b"], [tmp_path])


def test_clips_of_one_name_are_told_apart(tmp_path: Path) -> None:
    one, other = write(tmp_path / "x" / "gt.txt", STREET), write(tmp_path / "y" / "gt.txt", STREET)
    assert [clip.name for clip in clips([one, other], [one, other])] == ["gt", "gt (2)"]
    with pytest.raises(ConfigError, match="1 truths and 2 results"):
        clips([one], [one, other])


def test_a_track_in_two_places_at_once_is_refused(tmp_path: Path) -> None:
    twice = write(tmp_path / "gt.txt", [*path(1, 0), (4, 1, 50.0, 20.0, CAR)])
    for read in (truth_for, result_for):
        with pytest.raises(ConfigError, match=r"Track 1 of .* several boxes in frame 5"):
            read(twice)


def test_the_light_stands_in_seqinfo(tmp_path: Path) -> None:
    write(tmp_path / "gt" / "gt.txt", STREET)
    info = "[Sequence]\nframeRate=10\nseqLength=10\nimWidth=640\nimHeight=360\n"
    (tmp_path / "seqinfo.ini").write_text(info)
    assert truth_for(tmp_path).light == ""
    (tmp_path / "seqinfo.ini").write_text(f"{info}light=dusk\n")
    assert truth_for(tmp_path).light == "dusk"
