"""Site plans: which street, and the poles where a camera may hang. TOML, checked key by key."""

from pathlib import Path

import msgspec

from catseye.config.findings import Findings, did_you_mean
from catseye.config.locate import KeyPath
from catseye.config.settings_file import load_settings
from catseye.studio.camera import Light, PoleCamera
from catseye.studio.camera_file import judge_camera
from catseye.studio.scenarios import SCENARIOS
from catseye.studio.siting.sight import LEAST_HEIGHT_PX

MOST_POLES = 24
_LONGEST_MIN = 60.0
_HEIGHTS_PX = (4.0, 400.0)


class CameraKeys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of a camera that all poles share (``[camera]``) or one has for itself; None: the default of ``PoleCamera``."""

    fov_deg: float | None = None
    roll_deg: float | None = None
    size: tuple[int, int] | None = None
    fps: float | None = None
    k1: float | None = None
    k2: float | None = None
    sway_px: float | None = None
    dropped: float | None = None
    burst: float | None = None
    seed: int | None = None


class Pole(CameraKeys, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One candidate: ``[[poles]]``. Without ``look_at_m`` the best direction is looked for."""

    name: str
    position_m: tuple[float, float, float]
    look_at_m: tuple[float, float] | None = None


class SitePlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``PLAN.toml``. Either a ``scenario`` or the folder of a ``truth`` (as seen from where the command runs).

    ``minutes`` of traffic are driven with ``seed`` to count in; ``detector`` is a fitted detector, a file of
    'catseye studio fit', or "perfect".
    ``least_height_px`` is the height from which on a box counts as found by a detector.
    """

    poles: tuple[Pole, ...] = ()
    scenario: str | None = None
    truth: str | None = None
    minutes: float = 3.0
    seed: int = 1
    detector: str = "person-vehicle-bike-detection-2003+picodet_s_416_coco"
    light: Light = "day"
    least_height_px: float = LEAST_HEIGHT_PX
    camera: CameraKeys = CameraKeys()


def load_plan(path: Path) -> SitePlan:
    """The plan of a TOML file. Raises ConfigError that names the key that cannot be, and says what to do."""
    return load_settings(path, SitePlan, _judge, what="site plan")


def camera_of(plan: SitePlan, pole: Pole, look_at_m: tuple[float, float]) -> PoleCamera:
    """The camera of a pole, looking there."""
    keys = {**_given(plan.camera), **_given(pole)}
    plain = PoleCamera(position_m=pole.position_m, look_at_m=look_at_m, light=plan.light)
    return msgspec.structs.replace(plain, **keys)


def _given(keys: CameraKeys) -> dict[str, object]:
    values = {name: getattr(keys, name) for name in CameraKeys.__struct_fields__}
    return {name: value for name, value in values.items() if value is not None}


class _AtPole(Findings):
    """Puts what is wrong with a pole's camera on the line where its key was written: at the pole, or under ``[camera]``."""

    def __init__(self, of_plan: Findings, plan: SitePlan, index: int) -> None:
        self._of_plan, self._plan, self._index = of_plan, plan, index
        self._wrong = False

    def error(self, path: KeyPath, message: str, remedy: str = "") -> None:
        self._wrong = True
        key = path[0] if path else ""
        pole = self._plan.poles[self._index]
        shared = key in _given(self._plan.camera) and key not in _given(pole)
        where: KeyPath = ("camera", key) if shared else ("poles", self._index, *path)
        self._of_plan.error(where, f"pole {pole.name!r}: {message}", remedy)

    @property
    def any_error(self) -> bool:
        return self._wrong


def _judge(plan: SitePlan, findings: Findings) -> None:
    if (plan.scenario is None) == (plan.truth is None):
        said = "neither 'scenario' nor 'truth'" if plan.scenario is None else "both 'scenario' and 'truth'"
        findings.error(("scenario",), f"the plan has {said}.", 'Name the street: scenario = "junction", or truth = "FOLDER".')
    elif plan.scenario is not None and plan.scenario not in SCENARIOS:
        findings.error(("scenario",), f"there is no scenario {plan.scenario!r}.", did_you_mean(plan.scenario, SCENARIOS))
    if not 0.0 < plan.minutes <= _LONGEST_MIN:
        findings.error(("minutes",), f"'minutes' is {plan.minutes:g}.", f"Give more than 0 and up to {_LONGEST_MIN:g} minutes.")
    if plan.seed < 0:
        findings.error(("seed",), f"'seed' is {plan.seed}.", "Give a whole number from 0.")
    low, high = _HEIGHTS_PX
    if not low <= plan.least_height_px <= high:
        findings.error(("least_height_px",), f"'least_height_px' is {plan.least_height_px:g}.", f"Give {low:g} to {high:g} pixels.")
    if not plan.poles:
        findings.error(("poles",), "the plan has no poles.", "Add [[poles]] with a name and position_m = [x, y, z].")
    if len(plan.poles) > MOST_POLES:
        findings.error(("poles",), f"the plan has {len(plan.poles)} poles.", f"Give up to {MOST_POLES}.")
    known: set[str] = set()
    for index, pole in enumerate(plan.poles):
        if not pole.name.strip() or pole.name in known:
            said = "has no name" if not pole.name.strip() else f"is a second {pole.name!r}"
            findings.error(("poles", index, "name"), f"pole {index + 1} {said}.", "Give each pole a name of its own.")
        known.add(pole.name)
        look_at = pole.look_at_m or (pole.position_m[0], pole.position_m[1] + 10.0)
        judge_camera(camera_of(plan, pole, look_at), _AtPole(findings, plan, index))
