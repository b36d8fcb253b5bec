"""The command line of ``catseye evaluate`` over real files, and the whole product over a scripted street."""

import json
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from catseye import app
from catseye.cli import main
from catseye.config import dump_scene, load_scene
from catseye.core.events import Coverage, LineCrossed
from catseye.core.frame import ArrayPicture, Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.core.time import NS_PER_S
from catseye.core.truth import Truth, track_boxes
from catseye.evaluate import plot
from catseye.evaluate.clip import ClipRun, run_clip
from catseye.evaluate.crossings import Crossing, crossings
from catseye.evaluate.fan import fan
from catseye.evaluate.files import truth_for
from catseye.evaluate.scorecard import judge_run
from catseye.ports import RunStarted
from catseye.testing import FakeClock, ScriptedDetector, ScriptedSource
from catseye.wire import counts_csv, motchallenge

SIZE = (640, 360)
SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "truth"
FRAMES = 120
BEGIN = "2023-11-14T22:15:00"
INFO = "[Sequence]\nname=x\nframeRate=10\nseqLength=120\nimWidth=640\nimHeight=360\n"


def box(frame: int) -> tuple[float, float, float, float]:
    """A car that drives from left to right, 60 px a second."""
    x = 40.0 + 6.0 * min(frame, 80)
    return x, 150.0, x + 60.0, 190.0


def street() -> tuple[Truth, ScriptedSource, ScriptedDetector]:
    frames = []
    for n in range(FRAMES):
        picture = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
        x1, y1, x2, y2 = (round(edge) for edge in box(n))
        picture[y1:y2, x1:x2] = 220
        at_ns = 1_700_000_100_000_000_000 + n * 100_000_000
        frames.append(
            Frame(
                stream=StreamId("test"),
                run=RunId("run"),
                seq=n,
                pts=n,
                time_base=Fraction(1, 10),
                at_ns=at_ns,
                arrived_ns=at_ns,
                picture=ArrayPicture(picture),
            ),
        )
    no = np.zeros(FRAMES, np.bool_)
    truth = Truth(
        boxes=track_boxes([(n, 1, box(n), RoadUser.CAR, 1.0) for n in range(FRAMES)]),
        ignored=no,
        parked=no,
        stopped=no,
        kinds=frozenset({RoadUser.CAR}),
        frames=FRAMES,
        size=SIZE,
    )
    detector = ScriptedDetector({n: [(*box(n), 0.9, RoadUser.CAR)] for n in range(FRAMES)})
    return truth, ScriptedSource(frames), detector


@pytest.fixture(scope="module")
def watched() -> tuple[Truth, ClipRun]:
    truth, source, detector = street()
    return truth, run_clip(source, detector, fan(truth, SIZE), clock=FakeClock(), fps=None)


def test_the_product_counts_and_follows_a_car_over_an_empty_street(watched: tuple[Truth, ClipRun]) -> None:
    truth, run = watched
    card = judge_run(truth, run, fan(truth, SIZE), SIZE)
    assert card.counts is not None
    assert card.tracks is not None
    assert card.detection is not None
    assert card.counts.all.true == len(fan(truth, SIZE).lines) == 3
    assert (card.counts.all.missed, card.counts.all.extra, card.counts.kinds["right"]) == (0, 0, 3)
    assert (card.tracks.switches, card.tracks.mostly_tracked) == (0, 1)
    assert card.detection.all.precision == 1.0
    assert card.frames_judged == FRAMES


def test_fewer_frames_are_analysed_where_asked() -> None:
    truth, source, detector = street()
    run = run_clip(source, detector, fan(truth, SIZE), clock=FakeClock(), fps=5.0)
    assert run.analysed.tolist() == list(range(0, FRAMES, 2))
    card = judge_run(truth, run, fan(truth, SIZE), SIZE)
    assert card.counts is not None
    assert (card.counts.all.matched, card.counts.all.missed, card.counts.all.extra) == (3, 0, 0)


def test_the_plot_shows_ways_and_lines_on_white(watched: tuple[Truth, ClipRun], tmp_path: Path) -> None:
    truth, run = watched
    drawing = plot.draw(truth, run.boxes, fan(truth, SIZE), SIZE)
    assert drawing.shape == (720, 1280, 3)
    assert 0.9 < (drawing == 255).all(axis=2).mean() < 1.0
    plot.write(tmp_path / "plot.png", drawing)
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


@pytest.fixture
def sequence(tmp_path: Path) -> Path:
    """A MOTChallenge folder of the street, with a pedestrian in place of the car."""
    folder = tmp_path / "seq"
    (folder / "gt").mkdir(parents=True)
    rows = [(n, 1, box(n), RoadUser.PEDESTRIAN, 1.0) for n in range(FRAMES)]
    (folder / "gt" / "gt.txt").write_text(motchallenge.encode(track_boxes(rows)))
    (folder / "seqinfo.ini").write_text(INFO)
    return folder


def test_tracks_of_a_file_are_scored(sequence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(n, 5 + (n >= 60), box(n), RoadUser.PEDESTRIAN, 1.0) for n in range(0, FRAMES, 2)]
    (tmp_path / "tracks.txt").write_text(motchallenge.encode(track_boxes(rows)))
    command = ["evaluate", "tracks", "--truth", str(sequence), "--result", str(tmp_path / "tracks.txt"), "--json"]
    assert main([*command, "--frames", "seen"]) == 0
    told = json.loads(capsys.readouterr().out)["tracks"]
    assert (told["road_users"], told["boxes"], told["found"], told["extra"], told["switches"]) == (1, 60, 60, 0, 1)
    assert (told["idf1"], told["mota"], told["motp"], told["deta"]) == pytest.approx((0.5, 1 - 1 / 60, 1.0, 1.0))
    assert (told["assa"], told["hota"]) == pytest.approx((0.5, 0.5**0.5))  # two tracks that hold half of the road user each
    assert main([*command, "--against", str(sequence)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["boxes"]["all"] == {"found": 60, "missed": 60, "extra": 0}
    assert report["against"]["tracks"]["hota"] == pytest.approx(1.0)
    assert report["against"]["differences"]["hota"]["value"] < 0


def test_tables_are_for_people(sequence: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "tracks", "--truth", str(sequence), "--result", str(sequence / "gt" / "gt.txt")]) == 0
    out = capsys.readouterr().out
    assert "120 of 120 marked frames judged" in out
    assert "HOTA 1.000 [1.000, 1.000]" in out
    assert "pedestrian" in out


def test_lines_are_printed_as_a_scene(sequence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "lines", "--truth", str(sequence)]) == 0
    scene = tmp_path / "scene.toml"
    scene.write_text(capsys.readouterr().out)
    assert load_scene(scene) == fan(truth_for(sequence), SIZE)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["tracks", "--truth", "nowhere", "--result", "x"], "Cannot read the truth"),
        (["tracks", "--truth", "{seq}", "--result", "nowhere"], "Cannot read the tracks"),
        (
            ["counts", "--truth", "{seq}", "--result", "{seq}", "--scene", "{scene}", "--start", "2026-01-01"],
            "No results of a watch",
        ),
        (["counts", "--truth", "{seq}", "--result", "{seq}", "--start", "2026-01-01"], "nothing tells the lines"),
        (["counts", "--truth", "{seq}", "--result", "nowhere.csv", "--scene", "{scene}"], "Cannot read nowhere.csv"),
        (["counts", "--truth", "{seq}", "--result", "{seq}/gt/gt.txt", "--scene", "{scene}"], "holds no counts"),
        (["counts", "--truth", "{seq}", "{seq}", "--result", "{seq}"], "2 truths and 1 results"),
        (["lines", "--truth", "{seq}/gt/bare.txt"], "does not tell the picture's size"),
        (["lines", "--truth", "{seq}/gt/raw.bin"], "is no text"),
    ],
)
def test_what_cannot_be_scored_is_said_in_one_line(
    sequence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    lone = tmp_path / "seq" / "gt"
    (lone / "raw.bin").write_bytes(b"\xff\xfe\x00")
    bare = tmp_path / "bare.txt"
    bare.write_text((lone / "gt.txt").read_text())
    scene = tmp_path / "scene.toml"
    scene.write_text('[[lines]]\nname = "mid"\npoints = [[0.5, 0.1], [0.5, 0.9]]\n')
    filled = [part.format(seq=sequence, scene=scene).replace(f"{sequence}/gt/bare.txt", str(bare)) for part in arguments]
    assert main(["evaluate", *filled]) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.out == ""


@pytest.fixture
def counted(sequence: Path, tmp_path: Path) -> Path:
    """What a watch of the street left, in which the first of three crossings was missed."""
    scene = fan(truth_for(sequence), SIZE)
    (tmp_path / "scene.toml").write_text(dump_scene(scene))
    stream, run, start = StreamId("s"), RunId("r"), 1_700_000_100_000_000_000
    clock = FakeClock(start)
    store = app.open_store(tmp_path / "store.sqlite", clock=clock)
    store.begin(
        RunStarted(stream=stream, run=run, source="x", started_ns=start, detector="d", detector_sha256="0" * 64),
        scene,
    )
    watched = Coverage(stream=stream, run=run, scene_revision=scene.revision, start_ns=start, end_ns=start + 12 * NS_PER_S)
    crossed = crossings(truth_for(sequence), scene, SIZE)
    store.append([watched, *(event(n, c, scene, start) for n, c in enumerate(crossed[1:]))])
    store.close()
    (tmp_path / "summary.json").write_text('{"stream": "s", "start": "2023-11-14T22:15:00.000+00:00"}')
    return tmp_path


def test_counts_of_a_watch_are_scored(sequence: Path, counted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["evaluate", "counts", "--truth", str(sequence), "--result", str(counted), "--json"]
    told = []
    for start in ([], ["--start", BEGIN]):  # the watch says itself when it began
        assert main([*command, *start]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1]
    paired = told[0]["paired"]
    assert paired["counts"]["all"] == {"matched": 2, "missed": 1, "extra": 0}
    (clip,) = paired["clips"].values()
    first = crossings(truth_for(sequence), load_scene(counted / "scene.toml"), SIZE)[0]
    assert [mistake["line"] for mistake in clip["mistakes"]] == [first.line]
    assert (told[0]["true"], told[0]["counted"]) == (3, 2)
    assert [sheet["passed"] for sheet in told[0]["sheets"]] == [False, None, None]


def test_counts_are_written_as_page_and_table(sequence: Path, counted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (counted / "rates.toml").write_text("pedestrian = 0.6\n")
    page, table = counted / "report.html", counted / "cells.csv"
    command = ["evaluate", "counts", "--truth", str(sequence), "--result", str(counted), "--cell", "10s"]
    assert main([*command, "--html", str(page), "--csv", str(table), "--svz-rates", str(counted / "rates.toml")]) == 0
    out = capsys.readouterr().out
    assert "Missed + extra 33.3%" in out
    assert "pedestrian  2 of 3 (66.7%)" in out
    assert "Counts beside the truth" in page.read_text()
    rows = [dict(zip(header, row, strict=True)) for header, *rest in [[line.split(",") for line in table.read_text().splitlines()]]
            for row in rest]  # fmt: skip
    assert sum(int(row["true"]) for row in rows if not row["road_user"]) == 3
    assert {row["whole"] for row in rows} == {"true", "false"}


def test_hand_counts_are_a_truth_too(sequence: Path, counted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene = load_scene(counted / "scene.toml")
    found = crossings(truth_for(sequence), scene, SIZE)
    rows = [f"{c.line},{c.direction},pedestrian,{c.frame / 10:.2f}" for c in found]
    (counted / "hand.csv").write_text("\n".join(["line,direction,road_user,at_s", *rows, ""]))
    hand = {
        "catseye_truth": 1,
        "until_s": 12,
        "kinds": ["pedestrian"],
        "lines": [{"name": line.name, "directions": line.directions} for line in scene.lines],
        "crossings": [{"line": c.line, "direction": c.direction, "road_user": "pedestrian", "at_s": c.frame / 10} for c in found],
    }
    (counted / "hand.json").write_text(json.dumps(hand))
    for truth, more in (("hand.csv", ["--seconds", "12"]), ("hand.json", [])):
        assert main(["evaluate", "counts", "--truth", str(counted / truth), "--result", str(counted), "--json", *more]) == 0
        assert json.loads(capsys.readouterr().out)["paired"]["counts"]["all"] == {"matched": 2, "missed": 1, "extra": 0}
    assert main(["evaluate", "counts", "--truth", str(counted / "hand.csv"), "--result", str(counted), "--json"]) == 2
    assert "Give --seconds" in capsys.readouterr().err


def test_volumes_of_a_watch_are_judged_too(sequence: Path, counted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = app.read_store(counted / "store.sqlite")
    span = store.span(StreamId("s"))
    assert span is not None
    counts = store.counts(StreamId("s"), *span)
    store.close()
    (counted / "counts.csv").write_text(counts_csv.encode(counts, ZoneInfo("UTC")))
    command = ["evaluate", "counts", "--truth", str(sequence), "--result", str(counted / "counts.csv"), "--json"]
    command += ["--scene", str(counted / "scene.toml")]
    assert main([*command, "--start", BEGIN]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["paired"] is None
    assert (told["true"], told["counted"]) == (3, 2)
    assert main([*command, "--cell", "5m"]) == 2
    assert "Cells of 900 s do not make cells of 300 s" in capsys.readouterr().err
    assert main([*command, "--against", str(counted)]) == 2
    assert "single crossings" in capsys.readouterr().err


def event(n: int, crossing: Crossing, scene: Scene, start_ns: int) -> LineCrossed:
    at_ns = start_ns + round((crossing.frame + 3) / 10 * NS_PER_S)
    return LineCrossed(
        id=f"event {n}",
        stream=StreamId("s"),
        run=RunId("r"),
        track=1,
        rule=crossing.line,
        at_ns=at_ns,
        seen_at_ns=at_ns,
        road_user=crossing.road_user.label,
        point_unit=(0.5, 0.5),
        scene_revision=scene.revision,
        direction=crossing.direction,
    )


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the data folder beside the checkout is absent")
@pytest.mark.parametrize(
    ("name", "kind", "boxes", "frames"),
    [
        ("tfl-jamcam/03604.cvat.xml", RoadUser.BUS, 5134, 247),
        ("tfl-jamcam/06514.cvat.xml", RoadUser.TRUCK, 3080, 238),
        ("PETS09-S2L1", RoadUser.PEDESTRIAN, 4650, 795),
        ("TUD-Stadtmitte", RoadUser.PEDESTRIAN, 1156, 179),
    ],
)
def test_real_truths_are_read_whole(name: str, kind: RoadUser, boxes: int, frames: int) -> None:
    truth = truth_for(SHARED / name)
    assert (len(truth.boxes), truth.frames) == (boxes, frames)
    assert kind in truth.kinds
    assert truth.size is not None
    assert 2 <= len(fan(truth, truth.size).lines) <= 12
