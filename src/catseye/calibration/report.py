"""What a calibration tells, and how far it can be trusted."""

import msgspec
import numpy as np
from scipy.spatial import ConvexHull

from catseye.calibration.errors import calibration_of, ground_errors, reference_points
from catseye.calibration.fit import Fit, Noise, fit
from catseye.calibration.lens import Lens, speed_errors
from catseye.calibration.pairs import LEAST, GroundPoints
from catseye.calibration.vanishing import Squared
from catseye.calibration.vehicles import Hung
from catseye.core.calibration import Calibration
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64, XY
from catseye.core.scene import Scene
from catseye.rules.ground import ground_view

Nine = tuple[float, float, float, float, float, float, float, float, float]
_GRID = 12
_WAYS = 8
_OUTLIER = 3.0  # standard deviations
_MISFIT = 2.0
_POOR = 0.12  # of a speed: a self-calibration that is worth little
_STRANGE = 0.5
_LINES_POOR = "These lines tell little: take longer ones that meet sooner, or a longer length, or measure ground points: --points."


class PointReport(msgspec.Struct, frozen=True, kw_only=True):
    """One point. ``left_out_m`` is how far it lies from where the other points alone put it, ``expected_m`` what is usual.

    The latter is one standard deviation; both are null where the others do not decide it.
    """

    name: str
    residual_m: float
    left_out_m: float | None = None
    expected_m: float | None = None
    suspect: bool = False


class CameraReport(msgspec.Struct, frozen=True, kw_only=True):
    """The camera that such a homography tells of: square pixels, optical axis in the middle of the picture, ``down_deg`` down."""

    height_m: float
    view_deg: float
    down_deg: float


class LensReport(msgspec.Struct, frozen=True, kw_only=True):
    """How a lens bends the picture (``calibration.lens``), and by what share speeds are off for that, usually and at worst."""

    k1: float
    error: float
    bend_px: float
    speed_off: float
    speed_off_worst: float


class CalibrationReport(msgspec.Struct, frozen=True, kw_only=True):
    """``error_m`` is one standard deviation of a place among the points. ``speed_error`` (median) and ``speed_error_worst`` are
    relative standard deviations of a speed there, over places and ways; null camera: no upright camera sees the ground like that.
    ``calibration`` is what the scene keeps of the errors. ``vehicles`` is how many told a self-calibration how the camera hangs.
    """

    homography: Nine
    error_m: float
    speed_error: float
    speed_error_worst: float
    misfit: float | None = None
    camera: CameraReport | None
    points: tuple[PointReport, ...] = ()
    vehicles: int | None = None
    origin: XY | None = None
    calibration: Calibration
    lens: LensReport | None = None
    warnings: tuple[str, ...]


def calibrate(points: GroundPoints, size: tuple[int, int], noise: Noise) -> tuple[Fit, CalibrationReport]:
    """Fit the points of a picture of ``size`` and say how well. Raises ConfigError as ``fit`` does."""
    found = fit(points, size, noise)
    unit = _among(points.unit)
    places, speeds = found.place_error_m(unit), found.length_error(*_every_way(unit))
    told = tuple(_point(points, row, float(found.residual_m[row]), size, noise) for row in range(len(points)))
    homography = nine(found.homography)
    camera = camera_of(homography, size)
    return found, CalibrationReport(
        homography=homography,
        error_m=round(float(np.sqrt(np.square(places).mean())), 4),
        speed_error=round(float(np.median(speeds)), 5),
        speed_error_worst=round(float(speeds.max()), 5),
        misfit=None if found.misfit is None else round(found.misfit, 3),
        camera=camera,
        points=told,
        origin=points.origin,
        calibration=_lasting(found),
        warnings=tuple(_warnings(found, told, camera)),
    )


def report_hung(hung: Hung) -> CalibrationReport:
    """What a self-calibration tells: ``error_m``, ``speed_error`` (median) and the worst (95 %) are where vehicles drive."""
    places, speeds = hung.errors()
    homography = nine(hung.homography)
    strange = float(hung.kinds[-1].mean())
    warnings = []
    if float(np.median(speeds)) > _POOR:
        warnings.append(
            "The vehicles here tell little of how the camera hangs. Where speeds matter, measure ground points: --points."
        )
    if strange > _STRANGE:
        warnings.append(
            f"{strange:.0%} of the vehicles' boxes look like no vehicle: is the street steep, does the lens bend lines?"
        )
    return CalibrationReport(
        homography=homography,
        error_m=round(float(np.sqrt(np.square(places).mean())), 4),
        speed_error=round(float(np.median(speeds)), 5),
        speed_error_worst=round(float(np.quantile(speeds, 0.95)), 5),
        camera=camera_of(homography, hung.seen.size),
        vehicles=len(hung.seen),
        calibration=hung.calibration(),
        warnings=tuple(warnings),
    )


def with_lens(told: CalibrationReport, lens: Lens, size: tuple[int, int]) -> CalibrationReport:
    """With what straight lines say of the lens. The errors of the calibration do not hold it."""
    usual, worst = speed_errors(lens, np.array(told.homography).reshape(3, 3), size)
    report = LensReport(
        k1=lens.k1, error=lens.error, bend_px=lens.bend_px, speed_off=round(usual, 4), speed_off_worst=round(worst, 4)
    )
    warnings = told.warnings
    if lens.bends:
        bent = f"What is straight bends by {lens.bend_px:g} px (k1 {lens.k1:+.3f}, give or take {lens.error:.3f})"
        warnings += (f"{bent}: speeds are off by {usual:.0%} for that, up to {worst:.0%} at the edges, beyond the errors stated.",)
    return msgspec.structs.replace(told, lens=report, warnings=warnings)


def report_squared(found: Squared, size: tuple[int, int]) -> CalibrationReport:
    """What lines at right angles and a length tell; the errors are those among all that was clicked."""
    homography, unit = nine(found.homography), _among(found.points_unit)
    errors = ground_errors(Scene(homography=homography, calibration=found.calibration))
    assert errors is not None
    places, speeds = errors.place_error_m(unit), errors.speed_error(*_every_way(unit))
    return CalibrationReport(
        homography=homography,
        error_m=round(float(np.sqrt(np.square(places).mean())), 4),
        speed_error=round(float(np.median(speeds)), 5),
        speed_error_worst=round(float(speeds.max()), 5),
        camera=camera_of(homography, size),
        calibration=found.calibration,
        warnings=(_LINES_POOR,) if float(np.median(speeds)) > _POOR else (),
    )


def _every_way(unit: F64) -> tuple[F64, F64]:
    """Each place (N, 2) with ways in all directions, (N * 8, 2) both."""
    angles = np.arange(_WAYS) * np.pi / _WAYS
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.repeat(unit, _WAYS, axis=0), np.tile(ways, (len(unit), 1))


def _lasting(found: Fit) -> Calibration:
    """The errors of a fit as a scene keeps them."""
    at = reference_points(found.homography)
    return calibration_of("ground_points", at, found.places_covariance_m2(at))


def _among(points: F64) -> F64:
    """Places (K, 2) on a grid within the hull of ``points`` (N, 2)."""
    sides = ConvexHull(points).equations
    low, high = points.min(axis=0), points.max(axis=0)
    share = (np.arange(_GRID) + 0.5) / _GRID
    grid = np.stack(np.meshgrid(*(low[k] + share * (high[k] - low[k]) for k in (0, 1))), axis=-1).reshape(-1, 2)
    inside = (grid @ sides[:, :2].T + sides[:, 2] <= 0).all(axis=1)
    return np.concatenate([grid[inside], points.mean(axis=0)[None]])


def _point(points: GroundPoints, row: int, residual_m: float, size: tuple[int, int], noise: Noise) -> PointReport:
    told = PointReport(name=points.names[row], residual_m=round(residual_m, 3))
    if len(points) == LEAST:
        return told
    try:
        others = fit(points.without(row), size, noise)
    except ConfigError:
        return told
    here = points.unit[row][None]
    off_m = float(np.hypot(*(others.metres(here)[0] - points.metres[row])))
    click_m = np.hypot(*(others.metres(here + np.diag(noise.click_px / np.array(size))) - others.metres(here)).T)
    expected_m = float(np.sqrt(others.place_error_m(here)[0] ** 2 + np.square(click_m).sum() + 2 * noise.survey_m**2))
    if not np.isfinite([off_m, expected_m]).all():
        return told
    return msgspec.structs.replace(
        told, left_out_m=round(off_m, 3), expected_m=round(expected_m, 3), suspect=off_m > _OUTLIER * expected_m
    )


def nine(homography: F64) -> Nine:
    """The numbers of a homography (3, 3) as a scene holds them; the last is 1 where that is possible."""
    last = homography[2, 2] if abs(homography[2, 2]) > 1e-9 else 1.0
    a, b, c, d, e, f, g, h, i = (homography / last).ravel().tolist()
    return a, b, c, d, e, f, g, h, i


def camera_of(homography: Nine, size: tuple[int, int]) -> CameraReport | None:
    """The camera that a homography from unit coordinates tells of; None where no upright one has it."""
    view = ground_view(Scene(homography=homography).fit(size))
    if view is None:
        return None
    inner = view.camera[:, :3]
    eye = -np.linalg.solve(inner, view.camera[:, 3])
    focal_px = float(np.sqrt(max(np.square(inner[1]).sum() / np.square(inner[2]).sum() - (size[1] / 2) ** 2, 1e-9)))
    return CameraReport(
        height_m=round(float(eye[2]), 2),
        view_deg=round(float(np.degrees(2 * np.arctan2(size[0] / 2, focal_px))), 1),
        down_deg=round(float(np.degrees(np.arcsin(np.clip(-inner[2, 2] / np.linalg.norm(inner[2]), -1.0, 1.0)))), 1),
    )


def _warnings(found: Fit, told: tuple[PointReport, ...], camera: CameraReport | None) -> list[str]:
    said = []
    worst = max(told, key=lambda point: (point.left_out_m or 0.0) / (point.expected_m or 1.0))
    if worst.suspect:
        said.append(
            f"{worst.name} lies {worst.left_out_m:.1f} m from where the other points put it ({worst.expected_m:.1f} m would be "
            "usual): was another place clicked or measured?"
        )
    elif found.misfit is not None and found.misfit > _MISFIT:
        said.append(
            f"The points fit {found.misfit:.1f} times worse than the noise allows: is the ground flat, does the lens bend lines?"
        )
    if found.misfit is None:
        said.append("Four points always fit. A fifth and a sixth tell whether one of them is wrong.")
    if camera is None:
        said.append(
            "No upright camera with square pixels sees the ground like that, so road users are counted where their boxes touch "
            "the ground."
        )
    return said
