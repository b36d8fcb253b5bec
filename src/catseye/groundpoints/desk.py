"""The points of one view: fitted whenever they change, kept in a file, and put into the scene when asked."""

import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from catseye.api.views import Problem
from catseye.calibration.fit import Noise, led
from catseye.calibration.grid import grid_lines
from catseye.calibration.pairs import ListedPoints, ground_points, listed_points, points_csv
from catseye.calibration.report import CalibrationReport, calibrate
from catseye.config import read_text, write_whole
from catseye.config.scene_edit import calibrated
from catseye.core.errors import CatseyeError, ConfigError, RedactionError
from catseye.core.geometry import F64, XY
from catseye.groundpoints.views import ClickedPoint, ClickedPoints, FittedView, SheetView, Written
from catseye.privacy.redaction import RedactedPicture

MOST = 200  # points; nobody measures more
_NAME = 80  # characters
_TOLD = "The list"


class PointsDesk:
    """Holds the points of ``scene``, of which ``stills`` are pictures, and shows one of these at a time.

    Points that have a place on the ground are in ``file`` as soon as they are told; what was in it is where one goes on. Raises
    ConfigError where that cannot be read, RedactionError where there is no picture. May be used from any thread.
    """

    def __init__(
        self,
        scene: Path,
        file: Path,
        *,
        stills: Iterator[RedactedPicture],
        encode_jpeg: Callable[[RedactedPicture], bytes],
        noise: Noise,
    ) -> None:
        self._stills, self._encode_jpeg = stills, encode_jpeg
        self._scene, self._file, self._noise = scene, file, noise
        self._lock, self._turning = threading.Lock(), threading.Lock()
        first = self._next_still()
        self._size, self.still = first.size, encode_jpeg(first)
        self._clicked = _read(file, self._size) if file.exists() else ClickedPoints()
        self._fitted, self._report = self._fit(self._clicked)

    def view(self) -> SheetView:
        """All there is."""
        with self._lock:
            return SheetView(
                scene=str(self._scene),
                file=str(self._file),
                size=self._size,
                click_px=self._noise.click_px,
                survey_m=self._noise.survey_m,
                clicked=self._clicked,
                fitted=self._fitted,
            )

    def turn(self) -> None:
        """Show another picture, of a later moment: what hid a place may have moved on. Raises CatseyeError as sources do."""
        with self._turning:
            self.still = self._encode_jpeg(self._next_still())

    def tell(self, clicked: ClickedPoints) -> FittedView:
        """Take all points anew, keep and fit them. Raises ConfigError for impossible ones, OutputError where the disk refuses."""
        _check(clicked)
        with self._lock:
            placed = _placed(clicked)
            if placed != _placed(self._clicked) or (placed.points and not self._file.exists()):
                write_whole(self._file, points_csv(_listed(placed), self._size).encode())
            self._clicked = clicked
            self._fitted, self._report = self._fit(clicked)
            return self._fitted

    def write(self) -> Written:
        """Put the calibration into the scene; all else in it stays. Raises ConfigError where there is none, OutputError."""
        with self._lock:
            report = self._report
            if report is None:
                said = self._fitted.problem
                raise ConfigError(
                    said.message if said else "There is no calibration yet.", said.remedy if said else "Click ground points."
                )
            text = calibrated(read_text(self._scene), report.homography, report.error_m, report.calibration)
            write_whole(self._scene, text.encode())
            return Written(scene=str(self._scene), error_m=report.error_m)

    def _next_still(self) -> RedactedPicture:
        still = next(self._stills, None)
        if still is None:
            raise RedactionError(
                "No picture of the clip could be redacted, so there is none to click on.", "Give another --source."
            )
        return still

    def _fit(self, clicked: ClickedPoints) -> tuple[FittedView, CalibrationReport | None]:
        used = tuple(k for k, point in enumerate(clicked.points) if point.ground is not None)
        try:
            points = ground_points(_listed(_placed(clicked)), name=_TOLD)
            found, report = calibrate(points, self._size, self._noise)
        except CatseyeError as error:
            return FittedView(problem=Problem(message=error.message, remedy=error.remedy)), None
        back = np.asarray(np.linalg.inv(found.homography), np.float64)
        grid_m, lines = grid_lines(back, points.metres)
        return FittedView(
            report=report,
            used=used,
            led_unit=tuple(_seen(led(back, points.metres))),
            grid_m=grid_m,
            grid_unit=tuple(part for line in lines for part in _whole_parts(line)),
        ), report


def _check(clicked: ClickedPoints) -> None:
    if len(clicked.points) > MOST:
        raise ConfigError(f"There are {len(clicked.points)} points; the most are {MOST}.", "Take those that are spread widest.")
    for point in clicked.points:
        numbers = (*point.at_unit, *(point.ground or ()))
        if not np.isfinite(numbers).all():
            raise ConfigError(f"{point.name}: there is no such place.", "Write plain numbers.")
        if len(point.name) > _NAME or not point.name.isprintable():
            raise ConfigError("A name is too long, or not one line.", f"Give at most {_NAME} letters.")


def _placed(clicked: ClickedPoints) -> ClickedPoints:
    """Those that have a place on the ground."""
    kept = tuple(point for point in clicked.points if point.ground is not None)
    return ClickedPoints(degrees=clicked.degrees, points=kept)


def _listed(placed: ClickedPoints) -> ListedPoints:
    return ListedPoints(
        names=tuple(point.name or f"point {k + 1}" for k, point in enumerate(placed.points)),
        unit=np.array([point.at_unit for point in placed.points], np.float64).reshape(-1, 2),
        ground=np.array([point.ground for point in placed.points], np.float64).reshape(-1, 2),
        degrees=placed.degrees,
    )


def _read(file: Path, size: tuple[int, int]) -> ClickedPoints:
    listed = listed_points(read_text(file), name=str(file), size=size)
    points = tuple(
        ClickedPoint(name=name, at_unit=(x, y), ground=(a, b))
        for name, (x, y), (a, b) in zip(listed.names, listed.unit.tolist(), listed.ground.tolist(), strict=True)
    )
    return ClickedPoints(degrees=listed.degrees or not points, points=points)


def _seen(unit: F64) -> list[XY | None]:
    return [(round(x, 5), round(y, 5)) if np.isfinite([x, y]).all() else None for x, y in unit.tolist()]


def _whole_parts(line: F64) -> list[tuple[XY, ...]]:
    """The parts of a line (N, 2) that lie in or near the picture, two points at least each."""
    near = np.asarray((np.abs(line - 0.5) < 5.0).all(axis=1), np.bool_)  # NaN is not near
    ends = np.flatnonzero(np.diff(np.concatenate([[False], near, [False]]).astype(np.int8)))
    parts = [line[a:b].round(5).tolist() for a, b in list(pairwise(ends.tolist()))[::2] if b - a > 1]
    return [tuple((x, y) for x, y in part) for part in parts]
