"""The renderer, the lens and the encoder together: pictures are where the camera says."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import cv2
import msgspec
import numpy as np
import pytest

from catseye.adapters.blender import find_renderer, render
from catseye.adapters.clip_writer import write_film
from catseye.cli import main
from catseye.core.errors import CatseyeError, OutputError, ToolError
from catseye.core.frame import U8
from catseye.studio import files
from catseye.studio.camera import PoleCamera
from catseye.studio.camera_file import dump_camera
from catseye.studio.filming import pinhole, shot_of
from catseye.studio.plain import plain_truth, ways
from catseye.studio.street import Fixture, GroundLine, SignalHead, Street, Surface
from catseye.studio.truth import SignalChange, StudioTruth

CAMERA = PoleCamera(
    position_m=(10.0, -14.0, 8.0), look_at_m=(-1.0, 1.0), fov_deg=60.0, size=(160, 90), fps=5.0, k1=-0.06, sway_px=1.0, seed=2
)
ROAD = Surface(kind="carriageway", polygon=((-60.0, -6.0), (60.0, -6.0), (60.0, 6.0), (-60.0, 6.0)))
WALK = Surface(kind="sidewalk", height_m=0.12, polygon=((-60.0, 6.0), (60.0, 6.0), (60.0, 9.0), (-60.0, 9.0)))


def _street() -> Street:
    return Street(
        name="short",
        style="suburb",
        lanes=(),
        surfaces=(ROAD, WALK),
        markings=(),
        signals=(SignalHead(name="s", kind="vehicle", approach="", position_m=(-12.0, -7.0), facing_rad=-0.8),),
        fixtures=(Fixture(kind="tree", position_m=(-14.0, 14.0), height_m=5.0, seed=1),),
        lines=(GroundLine(name="l", points=((-5.0, -5.0), (5.0, 5.0)), directions=("a", "b")),),
        zones=(),
        movements=(),
    )


def _truth() -> StudioTruth:
    """A saloon that drives east at 10 m/s and a bus that stands, for a second."""
    steps = 11
    xy = np.zeros((2 * steps, 2))
    xy[0::2] = np.stack([-6.0 + np.arange(steps), np.full(steps, -2.5)], axis=1)
    xy[1::2] = -2.0, 3.0
    table = ways(
        np.repeat(np.arange(steps, dtype=np.int32), 2),
        np.tile(np.array([7, 300], np.int32), steps),
        xy,
        speed_mps=np.tile([10.0, 0.0], steps),
    )
    plain = plain_truth(table, {7: "saloon", 300: "bus"}, 1.0, scenario="short")
    return replace(plain, signals=(SignalChange(head="s", at_s=0.0, state="red"),))


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("truth")
    files.write(folder, _truth(), _street())
    return folder


@pytest.fixture
def _renderer() -> None:
    try:
        find_renderer()
    except ToolError as error:
        pytest.skip(str(error))


def _box_of(mask: np.ndarray, number: int) -> np.ndarray:
    rows, columns = np.nonzero(mask == number)
    return np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], float)


@pytest.mark.usefixtures("_renderer")
def test_a_film_shows_bodies_where_the_truth_has_them(truth: Path, tmp_path: Path) -> None:
    from catseye.app.studio_render import FilmOrder, render_film
    from catseye.studio.observe.truth_boxes import joined, true_boxes

    told: list[tuple[int, int]] = []
    order = FilmOrder(truth=truth, camera=CAMERA, out=tmp_path, start_s=0.2, seconds=0.4, masks_every=1)
    report = render_film(order, lambda done, total: told.append((done, total)))
    assert (report.frames, report.masks) == (2, 2)
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    at_s = 0.2 + CAMERA.times(0.4)
    boxes = joined(list(true_boxes(_truth(), _street(), CAMERA, at_s)))
    for frame in (0, 1):
        mask = cv2.imread(str(tmp_path / "masks" / f"{frame:06d}.png"), cv2.IMREAD_UNCHANGED)
        assert mask is not None
        assert mask.dtype == np.uint16
        assert set(np.unique(mask).tolist()) == {0, 7, 300}
        assert np.abs(_box_of(mask, 7) - boxes.xyxy[(boxes.frame == frame) & (boxes.number == 7)][0]).max() <= 2.0
    with av.open(str(tmp_path / "clip.mp4")) as clip:
        shown = [frame.to_ndarray(format="bgr24") for frame in clip.decode(video=0)]
    assert [picture.shape for picture in shown] == [(90, 160, 3)] * 2
    assert all(30 < picture.mean() < 220 for picture in shown)
    assert not list(tmp_path.glob("frames")), "rendered pictures are not kept unless asked for"


@pytest.mark.usefixtures("_renderer")
def test_whoever_stops_early_ends_the_renderer_and_the_same_shot_gives_the_same_bytes(truth: Path, tmp_path: Path) -> None:
    shot = shot_of(files.read(truth), files.read_street(truth), CAMERA, start_s=0.0, seconds=1.0)
    (tmp_path / "shot.json").write_bytes(msgspec.json.encode(shot))
    for name in ("one", "two"):
        pictures = render(tmp_path / "shot.json", tmp_path / name)
        assert next(pictures).frame == 0
        pictures.close()
        assert len(list((tmp_path / name).glob("*.png"))) < len(shot.frames)
    one, two = (cv2.imread(str(tmp_path / name / "000000.png")) for name in ("one", "two"))
    assert one is not None
    assert two is not None
    assert one.shape[:2] == pinhole(CAMERA).size[::-1]
    assert np.array_equal(one, two)


@pytest.mark.usefixtures("_renderer")
def test_what_moves_is_shown_anew_in_a_street_that_is_rendered_once(truth: Path, tmp_path: Path) -> None:
    fast = msgspec.structs.replace(CAMERA, fps=12.0)
    shot = shot_of(files.read(truth), files.read_street(truth), fast, start_s=0.0, seconds=1.0)
    assert len(shot.frames) == 12, "as many as it takes to be worth it"
    alone = msgspec.structs.replace(shot, frames=(shot.frames[0], shot.frames[-1]))
    for name, asked in (("film", shot), ("alone", alone)):
        (tmp_path / f"{name}.json").write_bytes(msgspec.json.encode(asked))
        list(render(tmp_path / f"{name}.json", tmp_path / name))
    assert not list((tmp_path / "film").glob("*.bmp"))
    film, plain = ([_picture(tmp_path / name / f"{k:06d}.png") for k in (0, 11)] for name in ("film", "alone"))
    moved = np.abs(plain[1] - plain[0]).max(axis=2) > 40.0
    assert moved.sum() > 100, "the saloon drives on"
    for kept, own in zip(film, plain, strict=True):
        assert np.abs(kept - own).mean() < 4.0
        assert np.abs(kept - own)[moved].mean() < 8.0, "where it was the street shows, and where it is it does"
    still = np.abs(plain[1] - plain[0]).max(axis=2) < 0.5
    assert np.abs(film[1] - film[0])[still].mean() < 0.5


def _picture(path: Path) -> np.ndarray:
    read = cv2.imread(str(path))
    assert read is not None
    return read.astype(float)


@pytest.mark.usefixtures("_renderer")
def test_a_shot_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "shot.json").write_text('{"version": 99}')
    with pytest.raises(ToolError, match="version 99"):
        list(render(tmp_path / "shot.json", tmp_path / "out"))


@pytest.mark.usefixtures("_renderer")
def test_a_full_disk_is_told_in_one_line(truth: Path, tmp_path: Path) -> None:
    shot = shot_of(files.read(truth), files.read_street(truth), CAMERA, start_s=0.0, seconds=0.2)
    (tmp_path / "shot.json").write_bytes(msgspec.json.encode(shot))
    out = tmp_path / "out"
    out.mkdir()
    (out / "000000.png").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="cannot write"):
        list(render(tmp_path / "shot.json", out))


def test_a_missing_renderer_is_told_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATSEYE_RENDERER", str(tmp_path))
    with pytest.raises(ToolError) as told:
        find_renderer()
    assert "no renderer" in told.value.message
    (tmp_path / "render.py").touch()
    with pytest.raises(CatseyeError) as told_more:
        find_renderer()
    assert "not set up" in told_more.value.message
    assert "scripts/renderer.sh" in told_more.value.remedy


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        (["--crf", "77"], 2, "no H.264 quality"),
        (["--masks-every", "-1"], 2, "takes no frame"),
        (["--start", "5"], 2, "The truth lasts from 0 to 1 s"),
        (["--seconds", "0"], 2, "are not in it"),
        (["--camera", "none.toml"], 2, "No such file"),
        (["--out", "/proc/none"], 6, "Cannot write"),
    ],
)
def test_what_cannot_be_filmed_is_told_in_two_lines(
    truth: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], code: int, says: str
) -> None:
    (tmp_path / "cam.toml").write_text(dump_camera(CAMERA))
    words = ["studio", "render", str(truth), "--camera", str(tmp_path / "cam.toml"), "--out", str(tmp_path / "film"), *more]
    assert main(words) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert len(told.err.strip().splitlines()) == 2
    assert not (tmp_path / "film").exists()


def test_frames_that_never_arrived_are_gaps_in_the_film_and_the_others_keep_their_times(tmp_path: Path) -> None:
    numbers = [1, 2, 5, 6, 11]
    pictures = [(number, np.full((64, 96, 3), 9 * number, np.uint8)) for number in numbers]
    for fps in (10.0, 7.0, 29.97, 12.5):
        write_film(tmp_path / "clip.mp4", iter(pictures), (96, 64), fps=fps, crf=20)
        with av.open(str(tmp_path / "clip.mp4")) as clip:
            times = [frame.time for frame in clip.decode(video=0)]
        assert np.allclose(times, np.array(numbers) / fps, atol=1e-9), fps
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_a_film_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[tuple[int, U8]]:
        yield 0, np.zeros((64, 96, 3), np.uint8)
        raise ToolError("The renderer failed.", "")

    with pytest.raises(ToolError):
        write_film(tmp_path / "clip.mp4", broken(), (96, 64), fps=10.0, crf=20)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OutputError, match="Cannot write"):
        write_film(Path("/proc/clip.mp4"), iter([]), (96, 64), fps=10.0, crf=20)
