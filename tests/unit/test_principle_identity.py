"""Nobody is followed: numbers of tracks end with their run, records with a day."""

import ast
from pathlib import Path

import numpy as np
import pytest

from catseye.adapters.sqlite.store import RETENTION_S
from catseye.core.detection import Detections, whole_frame
from catseye.core.errors import ModelError
from catseye.core.ids import RunId, track_number
from catseye.core.road_users import RoadUser
from catseye.vision.admission import admit
from catseye.vision.families import Signature
from catseye.vision.tracker import Tracker

ROOT = Path(__file__).parents[2]
SIZE = (640, 360)


def numbers(run: str, births: int = 2000) -> np.ndarray:
    return np.array([track_number(RunId(run), birth) for birth in range(births)])


def tracked(run: str) -> set[int]:
    """The numbers of five road users over ten frames, the same ones in every run."""
    tracker, seen = Tracker(RunId(run)), set()
    for k in range(10):
        left = np.arange(5) * 120.0 + 3 * k
        tracks, _ = tracker.update(
            Detections(
                at_ns=k * 100_000_000,
                size=SIZE,
                searched=whole_frame(SIZE),
                xyxy=np.stack([left, left * 0 + 100, left + 30, left * 0 + 180], axis=1).astype(np.float32),
                confidence=np.full(5, 0.9, np.float32),
                road_user=np.full(5, int(RoadUser.PEDESTRIAN), np.int16),
            )
        )
        seen |= set(tracks.number.tolist())
    return seen


def test_the_same_street_replayed_in_another_run_has_other_numbers() -> None:
    first, again, other = tracked("a"), tracked("a"), tracked("b")
    assert len(first) == 5
    assert first == again
    assert not first & other


def bit_bias(drawn: np.ndarray) -> float:
    """The largest departure of any of 52 bits from even, in standard deviations."""
    ones = ((drawn[:, None] >> np.arange(52)) & 1).sum(axis=0)
    return float(np.abs(ones - len(drawn) / 2).max() / (len(drawn) ** 0.5 / 2))


def test_numbers_say_nothing_about_order_or_run() -> None:
    drawn = numbers("a")
    assert len(np.unique(drawn)) == len(drawn)
    assert not set(drawn.tolist()) & set(numbers("b").tolist())
    assert bit_bias(drawn) < 4.5
    assert bit_bias(np.diff(np.sort(drawn) * 0 + drawn) & ((1 << 52) - 1)) < 4.5
    assert abs(np.corrcoef(np.arange(len(drawn)), drawn)[0, 1]) < 0.1


def test_numbers_in_order_would_be_caught() -> None:
    assert bit_bias(np.arange(2000)) > 40


def test_runs_are_named_by_a_secret_draw() -> None:
    """Whoever makes a run for a stream draws its name from ``secrets``; random and time would let runs be guessed and joined."""
    makers = [p for p in (ROOT / "src" / "catseye" / "runtime").rglob("*.py") if "RunId(" in p.read_text()]
    assert makers
    for path in makers:
        calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call) and ast.unparse(n.func) == "RunId"]
        assert all(ast.unparse(call).startswith("RunId(secrets.token_hex(") for call in calls), path.name


def test_records_about_one_road_user_are_kept_a_day() -> None:
    assert RETENTION_S == 24 * 3600


@pytest.mark.parametrize(
    "name",
    [
        "osnet_x1_0.onnx",
        "person-reidentification-retail-0287.xml",
        "age-gender-recognition.xml",
        "emotions.onnx",
        "arcface.onnx",
        "lprnet.onnx",
    ],
)
def test_models_that_profile_people_or_read_plates_are_refused(name: str) -> None:
    with pytest.raises(ModelError):
        admit(name, Signature({"x": (1, 3, 416, 416)}, {"output": (1, 3549, 85)}))


def test_a_model_that_puts_out_a_vector_is_refused_whatever_its_name() -> None:
    with pytest.raises(ModelError):
        admit("yolox_tiny.onnx", Signature({"x": (1, 3, 256, 128)}, {"out": (1, 512)}))


def test_the_readme_begins_with_the_principle() -> None:
    opening = "\n".join((ROOT / "README.md").read_text().splitlines()[:40]).lower()
    assert "the road, not the person" in opening
    assert "docs/design/principle.md" in opening
