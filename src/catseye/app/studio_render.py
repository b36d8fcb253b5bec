"""Renders films of a studio truth: joins the renderer, the lens and the encoder."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from catseye.core.errors import OutputError
from catseye.core.frame import U8
from catseye.studio.camera import PoleCamera

if TYPE_CHECKING:
    from catseye.adapters.blender import Rendered
    from catseye.studio.lens import Lens
    from catseye.studio.shot import Shot
    from catseye.studio.street import Street
    from catseye.studio.truth import StudioTruth

Progress = Callable[[int, int], None]


class FilmOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What to film: ``seconds`` of the truth in a folder from ``start_s``; None: to its end."""

    truth: Path
    camera: PoleCamera
    out: Path
    start_s: float = 0.0
    seconds: float | None = None
    masks_every: int = 0
    keep_frames: bool = False
    crf: int = 26


class FilmReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it: ``film.json``. ``render_s`` is the median time that the renderer took for a picture."""

    clip: str
    truth: str
    start_s: float
    seconds: float
    frames: int
    masks: int
    size: tuple[int, int]
    fps: float
    light: str
    render_s: float


def render_film(order: FilmOrder, on_progress: Progress) -> FilmReport:
    """Render, bend and encode; ``on_progress`` is told how many pictures are done, and of how many.

    Leaves ``clip.mp4`` with all that is true of it (``gt/gt.txt``, ``seqinfo.ini``, ``scene.toml``, the folder ``truth``), further
    ``camera.toml``, ``shot.json``, ``film.json`` and, where asked for, ``masks/%06d.png`` (16-bit body numbers
    in the clip's pixels) and ``frames/%06d.png`` (as rendered: pinhole, with overscan). Raises CatseyeError.
    """
    from catseye.adapters.blender import find_renderer, render
    from catseye.adapters.clip_writer import write_film
    from catseye.studio import files
    from catseye.studio.camera_file import dump_camera
    from catseye.studio.filming import shot_of
    from catseye.studio.lens import Lens

    find_renderer()
    truth, street = files.read(order.truth), files.read_street(order.truth)
    seconds = max(truth.info.minutes * 60.0 - order.start_s, 0.0) if order.seconds is None else order.seconds
    shot = shot_of(truth, street, order.camera, start_s=order.start_s, seconds=seconds, masks_every=order.masks_every)
    frames = order.out / "frames"
    with _writing(order.out):
        frames.mkdir(parents=True, exist_ok=True)
        (order.out / "camera.toml").write_text(dump_camera(order.camera))
        (order.out / "shot.json").write_bytes(msgspec.json.encode(shot))
        if shot.masks:
            (order.out / "masks").mkdir(exist_ok=True)
    on_progress(0, len(shot.frames) + len(shot.masks))
    took: list[float] = []
    try:
        with contextlib.closing(render(order.out / "shot.json", frames)) as pictures:
            film = _Film(shot, order, Lens(order.camera), on_progress, took)
            write_film(order.out / "clip.mp4", film.pictures(pictures), order.camera.size, fps=order.camera.fps, crf=order.crf)
    finally:
        if not order.keep_frames:
            shutil.rmtree(frames, ignore_errors=True)
    report = FilmReport(
        clip=str(order.out / "clip.mp4"),
        truth=str(order.truth),
        start_s=order.start_s,
        seconds=seconds,
        frames=len(shot.frames),
        masks=len(shot.masks),
        size=order.camera.size,
        fps=order.camera.fps,
        light=order.camera.light,
        render_s=round(float(np.median(took)), 3),
    )
    _write_truth(order, truth, street, seconds, len(shot.frames))
    with _writing(order.out):
        (order.out / "film.json").write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    return report


def _write_truth(order: FilmOrder, truth: "StudioTruth", street: "Street", seconds: float, frames: int) -> None:
    """What is true of the film: boxes of every frame, the scene, and the stretch of the run that it shows."""
    from catseye.studio import files
    from catseye.studio.excerpt import excerpt
    from catseye.studio.filming import frame_times
    from catseye.studio.observe.truth_boxes import joined, true_boxes
    from catseye.studio.observe.writing import write_truth
    from catseye.studio.scene_of import scene_of

    at_s, scene = frame_times(order.camera, order.start_s, seconds), scene_of(street, order.camera)
    there = joined([part[part.road_user >= 0] for part in true_boxes(truth, street, order.camera, at_s)])
    write_truth(order.out, there, frames, scene, order.camera, name=truth.info.scenario)
    shown = excerpt(truth, street, order.camera, scene, start_s=order.start_s, seconds=seconds)
    files.write(order.out / "truth", shown, street)


class _Film:
    """Takes pictures from the renderer, one after the other, as the camera would have."""

    def __init__(self, shot: "Shot", order: FilmOrder, lens: "Lens", on_progress: Progress, took: list[float]) -> None:
        self._shot, self._order, self._lens = shot, order, lens
        self._on_progress, self._took = on_progress, took

    def pictures(self, rendered: Iterator["Rendered"]) -> Iterator[tuple[int, U8]]:
        """Each frame's number in 1/fps from the beginning, and its picture; masks are written on the way."""
        total = len(self._shot.frames) + len(self._shot.masks)
        for done, picture in enumerate(rendered, 1):
            frame = self._shot.frames[picture.frame]
            if picture.mask:
                self._mask(picture.frame, frame.at_s)
            else:
                self._took.append(picture.seconds)
                seen = self._lens.apply(np.asarray(self._read(f"{picture.frame:06d}.png"), np.uint8), picture.frame, frame.at_s)
                yield round((frame.at_s - self._order.start_s) * self._order.camera.fps), seen
            self._on_progress(done, total)

    def _mask(self, number: int, at_s: float) -> None:
        from catseye.adapters.clip_writer import write_mask

        bent = self._lens.bend_numbers(np.asarray(self._read(f"{number:06d}.mask.png"), np.uint16), at_s)
        write_mask(self._order.out / "masks" / f"{number:06d}.png", bent)

    def _read(self, name: str) -> object:
        """A picture of the renderer's, which goes when it is read unless it is to be kept."""
        import cv2

        path = self._order.out / "frames" / name
        with _writing(path):
            found = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            if found is None:
                raise OutputError(f"{path} did not get whole to the disk.", "Free some space, or give another folder.")
            if not self._order.keep_frames:
                path.unlink()
        return found


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"Cannot write {path}: {error.strerror}.", "Free some space or give another folder.") from error
