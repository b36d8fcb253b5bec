"""A detector as numbers: what it misses, how its boxes tremble, what it takes road users for, and what it sees that is not there.

``docs/design/detector-model.md`` derives the formulas. One file holds one detector on one kind of picture; ``fitting`` makes it.
"""

from pathlib import Path

import msgspec

from catseye.config.findings import did_you_mean
from catseye.core.errors import ConfigError, OutputError
from catseye.core.road_users import MOTOR_VEHICLES, TWO_WHEELERS, RoadUser

VERSION = 1
SHIPPED = Path(__file__).parents[1] / "detectors"
FAMILIES: dict[str, frozenset[RoadUser]] = {
    "motor_vehicle": MOTOR_VEHICLES,
    "two_wheeler": TWO_WHEELERS,
    "pedestrian": frozenset({RoadUser.PEDESTRIAN}),
}
BENDS_PX = (16.0, 26.0, 32.0, 45.0, 80.0)  # heights
PARTLY, MOSTLY = 0.75, 0.5  # visible shares below which finding falls more steeply
QUANTILES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 1.0)
FEATURES = ("size", *(f"over_{px:g}_px" for px in BENDS_PX), "hidden", "partly_hidden", "mostly_hidden", "cut")


class Memory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How chance hangs together in time, for one road user: shares of variance that add up to 1.

    ``lasting`` stays while it is in view, ``slow`` is forgotten exponentially in ``slow_s`` seconds, the rest is new in each frame.
    """

    lasting: float
    slow: float
    slow_s: float


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether road users of one family are found, and how surely.

    The chance that a box comes with at least ``confidences[k]`` is the logistic function of ``weights`` times ``FEATURES`` less
    ``thresholds[k]``, both ascending; what stays below the first is missed. ``highest`` is the most that was seen.
    """

    weights: tuple[float, ...]
    confidences: tuple[float, ...]
    thresholds: tuple[float, ...]
    highest: float
    memory: Memory


class Jitter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far edges lie from the true ones; left, top, right, bottom, as shares of the true width or height.

    The standard deviation is ``share`` and ``px`` over that size, squared and added; ``opposite`` the correlation of left with
    right and of top with bottom.
    """

    bias: tuple[float, float, float, float]
    share: tuple[float, float, float, float]
    px: tuple[float, float, float, float]
    opposite: tuple[float, float]
    memory: Memory


class Spurious(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Boxes where nobody is, or a second box on somebody, that come up, linger and go.

    ``begins_hz`` a second (of a ``beside`` one: a second of each road user in view). They linger for a time whose logarithm is
    normal with ``lasts_sd`` and whose mean is ``lasts_s``, and are there in ``shown`` of its frames. ``place`` and ``spread`` are
    mean and standard deviation of: middle x and foot y in the picture (0..1), log2 of width and height over the picture's height;
    or of a ``beside`` one: middle and foot off the road user's in its widths and heights, log2 of width and height over its own.
    ``confidences`` are those at ``QUANTILES``; ``kinds`` shares of what they are taken for.
    """

    beside: bool
    begins_hz: float
    lasts_s: float
    lasts_sd: float
    shown: float
    place: tuple[float, float, float, float]
    spread: tuple[float, float, float, float]
    confidences: tuple[float, ...]
    steady: float
    kinds: dict[str, float]


class Basis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the numbers rest on.

    ``heights_px`` spans 98 % of the boxes of each family; beyond, the model says what was believed before any data.
    """

    clips: tuple[str, ...]
    frames: int
    boxes: dict[str, int]
    heights_px: dict[str, tuple[float, float]] = {}
    road_users: dict[str, int]


class DetectorModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fitted detector. ``finding`` and ``jitter`` go by family; ``lights`` shifts the logit of finding against daylight.

    ``naming[true][said]`` counts what each kind was taken for, ``naming_steady`` is the share that stays with a road user.
    ``threshold`` is the detector's own: the confidence that may begin a track.
    """

    version: int
    detector: str
    pictures: str
    threshold: float
    lights: dict[str, float]
    finding: dict[str, Finding]
    jitter: dict[str, Jitter]
    naming: dict[str, dict[str, int]]
    naming_steady: float
    spurious: tuple[Spurious, ...]
    basis: Basis


def family(kind: RoadUser) -> str:
    """The name of a kind's family."""
    return next(name for name, kinds in FAMILIES.items() if kind in kinds)


def shipped() -> dict[str, Path]:
    """The fitted detectors that come with Catseye, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.json"))}


def load_model(name: str) -> DetectorModel:
    """The fitted detector of a file, or of a name among ``shipped``, or the first that is of a detector called so.

    Raises ConfigError.
    """
    known = shipped()
    path = known.get(name) or next((p for stem, p in known.items() if stem.partition("@")[0] == name), Path(name))
    if not path.is_file():
        remedy = did_you_mean(name, ["perfect", *known])
        listed = ", ".join(["perfect", *known])
        raise ConfigError(f"No fitted detector {name!r}.", remedy or f"There are {listed}; or give a file of 'catseye studio fit'.")
    try:
        model = msgspec.json.decode(path.read_bytes(), type=DetectorModel)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{path} is no fitted detector: {error}.", "Make one: 'catseye studio fit'.") from error
    if model.version != VERSION:
        raise ConfigError(f"{path} is of version {model.version}; this Catseye reads {VERSION}.", "Fit it again.")
    return model


def save_model(path: Path, model: DetectorModel) -> None:
    """Write a fitted detector. Raises OutputError."""
    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.", "Free some space or give another place.") from error
