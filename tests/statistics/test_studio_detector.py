"""The detector model against its own parameters, and the fit against a model that is known. Seeds are fixed."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.boxes import F64
from catseye.core.errors import ConfigError, OutputError
from catseye.core.road_users import RoadUser
from catseye.ports import DetectorInfo
from catseye.studio.observe import fitting
from catseye.studio.observe.agreement import agree, by_frame
from catseye.studio.observe.chance import memory_of, remembered
from catseye.studio.observe.detector import Answers, chances, detect, perfect
from catseye.studio.observe.fitting import fit
from catseye.studio.observe.model import (
    FEATURES,
    QUANTILES,
    VERSION,
    Basis,
    DetectorModel,
    Finding,
    Jitter,
    Memory,
    Spurious,
    load_model,
    save_model,
    shipped,
)
from catseye.studio.observe.sightings import Marked, Sightings, compare

SIZE = (640, 360)
FPS = 10.0
INFO = DetectorInfo(name="made-up", sha256="0" * 64, input_size=(64, 36), road_users=("car", "pedestrian"))
WEIGHTS = dict(zip(FEATURES, (1.2, 0.0, -0.5, 0.0, 0.0, 0.0, -1.0, -3.0, -6.0, -0.6), strict=True))
FINDING = Finding(
    weights=tuple(WEIGHTS.values()),
    confidences=(0.1, 0.3, 0.5, 0.7),
    thresholds=(-2.0, -1.0, 0.0, 1.5),
    highest=0.9,
    memory=Memory(lasting=0.4, slow=0.4, slow_s=1.0),
)
JITTER = Jitter(
    bias=(0.02, -0.03, 0.01, 0.02),
    share=(0.06, 0.05, 0.06, 0.04),
    px=(0.6, 0.0, 0.6, 0.5),
    opposite=(0.4, 0.0),
    memory=Memory(lasting=0.3, slow=0.4, slow_s=1.0),
)
STREET = Spurious(
    beside=False,
    begins_hz=0.5,
    lasts_s=0.8,
    lasts_sd=0.8,
    shown=0.7,
    place=(0.5, 0.6, -3.0, -3.0),
    spread=(0.2, 0.15, 0.4, 0.4),
    confidences=tuple(0.1 + 0.5 * share for share in QUANTILES),
    steady=0.6,
    kinds={"car": 0.8, "bus": 0.2},
)


def model(**changes: object) -> DetectorModel:
    whole = {
        "version": VERSION,
        "detector": "made-up",
        "pictures": "test",
        "threshold": 0.4,
        "lights": {"day": 0.0, "night": -1.5},
        "finding": {"motor_vehicle": FINDING, "two_wheeler": FINDING, "pedestrian": FINDING},
        "jitter": {"motor_vehicle": JITTER, "two_wheeler": JITTER, "pedestrian": JITTER},
        "naming": {"car": {"car": 80, "truck": 20}, "pedestrian": {"pedestrian": 10}},
        "naming_steady": 0.8,
        "spurious": (STREET,),
        "basis": Basis(clips=("a",), frames=1, boxes={}, road_users={}),
    }
    return DetectorModel(**{**whole, **changes})  # type: ignore[arg-type]


def street(users: int = 300, frames: int = 60, *, seed: int = 1) -> tuple[Marked, F64]:
    """Road users of every size that stand side by side, half of them hidden more or less; far apart, so that none is another's."""
    rng = np.random.default_rng(seed)
    height = np.exp2(rng.uniform(3, 7, users))
    foot = np.column_stack([rng.uniform(100, 540, users), rng.uniform(200, 350, users)])
    whole = np.column_stack([foot[:, 0] - height / 2, foot[:, 1] - height, foot[:, 0] + height / 2, foot[:, 1]])
    visible = np.where(rng.random(users) < 0.5, 1.0, rng.uniform(0.3, 1.0, users))
    frame = np.repeat(np.arange(frames), users)
    who = np.tile(np.arange(users), frames)
    frames_s = np.arange(frames) / FPS
    there = Marked(
        frame=frame,
        at_s=frames_s[frame],
        number=who + 1,
        xyxy=whole[who],
        road_user=np.where(who % 3 == 0, RoadUser.PEDESTRIAN, RoadUser.CAR).astype(np.int16),
        visible=visible[who],
        cut=(who % 7 == 0),
        due=np.ones(len(who), np.bool_),
    )
    return there, frames_s


def answered(there: Marked, answers: Answers) -> F64:
    """The confidence (N,) of each true box, 0 where it was missed."""
    confidence = np.zeros(len(there))
    of = answers.row >= 0
    confidence[answers.row[of]] = answers.confidence[of]
    return confidence


def test_as_many_are_found_as_the_formula_says() -> None:
    there, frames_s = street(users=3000, frames=8)
    confidence = answered(there, detect(model(spurious=()), there, frames_s, SIZE, light="day", seed=3))
    rows = np.arange(len(there))
    for least in FINDING.confidences:
        chance = chances(FINDING, there, rows, least)
        for low, high in ((0.0, 0.5), (0.5, 0.8), (0.8, 1.0)):
            of = (chance >= low) & (chance < high)
            if of.sum() > 2000:
                assert (confidence[of] >= least).mean() == pytest.approx(chance[of].mean(), abs=0.025)


def test_at_night_fewer_are_found_by_the_shift_of_that_light() -> None:
    there, frames_s = street(users=3000, frames=4)
    rows = np.arange(len(there))
    night = answered(there, detect(model(spurious=()), there, frames_s, SIZE, light="night", seed=3))
    assert (night >= 0.3).mean() == pytest.approx(chances(FINDING, there, rows, 0.3, -1.5).mean(), abs=0.02)
    with pytest.raises(ConfigError, match="knows no light 'fog'"):
        detect(model(), there, frames_s, SIZE, light="fog", seed=3)


@given(st.floats(0, 0.9), st.floats(0, 1), st.sampled_from([0.2, 0.5, 1.0, 2.0]))
@settings(max_examples=10, deadline=None)
def test_chance_remembers_as_it_is_told_and_can_be_read_back(lasting: float, share: float, slow_s: float) -> None:
    memory = Memory(lasting=lasting, slow=(0.95 - lasting) * share, slow_s=slow_s)
    number = np.tile(np.arange(600), 80)
    at_s = np.repeat(np.arange(80) / FPS, 600)
    z = remembered(memory, number, at_s, np.random.default_rng(5))[:, 0]
    assert z.mean() == pytest.approx(0.0, abs=0.15)
    assert z.std() == pytest.approx(1.0, abs=0.08)
    table = z.reshape(80, 600)
    for steps in (1, 10, 40):
        told = memory.lasting + memory.slow * np.exp(-steps / FPS / slow_s)
        assert (table[steps:] * table[:-steps]).mean() == pytest.approx(told, abs=0.12)
    read = memory_of(z, number, at_s)
    for apart_s in (0.1, 1.0, 4.0):
        told = memory.lasting + memory.slow * np.exp(-apart_s / slow_s)
        assert read.lasting + read.slow * np.exp(-apart_s / read.slow_s) == pytest.approx(told, abs=0.12)


def test_boxes_tremble_by_the_jitter_and_stay_finds() -> None:
    there, frames_s = street(users=2000, frames=5)
    there = replace(there, cut=np.zeros(len(there), np.bool_))
    answers = detect(model(spurious=()), there, frames_s, SIZE, light="day", seed=2)
    true = there.xyxy[answers.row]
    inner = ((true[:, :2] > 20) & (true[:, 2:] < np.array(SIZE) - 20)).all(axis=1) & (true[:, 3] - true[:, 1] > 20)
    size = (true[:, 2:] - true[:, :2])[:, [0, 1, 0, 1]]
    error = ((answers.xyxy - true) / size)[inner]
    told = np.sqrt(np.array(JITTER.share) ** 2 + ((np.array(JITTER.px) / size[inner]) ** 2).mean(axis=0))
    assert error.mean(axis=0) == pytest.approx(JITTER.bias, abs=0.006)
    assert error.std(axis=0) == pytest.approx(told.tolist(), rel=0.08)
    shared = np.prod(np.maximum(np.minimum(answers.xyxy, true)[:, 2:] - np.maximum(answers.xyxy, true)[:, :2], 0), axis=1)
    both = np.prod(answers.xyxy[:, 2:] - answers.xyxy[:, :2], axis=1) + np.prod(true[:, 2:] - true[:, :2], axis=1)
    assert (shared / (both - shared) >= 0.5).all()


def test_false_boxes_come_as_often_and_stay_as_long_as_told() -> None:
    there, _ = street(users=1, frames=1)
    frames_s = np.arange(36_000) / FPS
    answers = detect(model(), there, frames_s, SIZE, light="day", seed=8)
    false = answers.row < 0
    told = STREET.begins_hz * STREET.lasts_s * STREET.shown
    assert false.sum() / len(frames_s) == pytest.approx(told, rel=0.1)
    assert np.quantile(answers.confidence[false], [0.25, 0.5, 0.75]) == pytest.approx([0.225, 0.35, 0.475], abs=0.02)
    assert (answers.road_user[false] == RoadUser.CAR).mean() == pytest.approx(0.8, abs=0.05)


def test_names_follow_the_counts_and_mostly_stay_with_a_road_user() -> None:
    there, frames_s = street(users=1500, frames=10)
    answers = detect(model(spurious=()), there, frames_s, SIZE, light="day", seed=2)
    cars = there.road_user[answers.row] == RoadUser.CAR
    assert (answers.road_user[cars] == RoadUser.TRUCK).mean() == pytest.approx(0.2, abs=0.02)
    order = np.lexsort((answers.frame, there.number[answers.row]))
    order = order[cars[order]]
    same = there.number[answers.row][order][1:] == there.number[answers.row][order][:-1]
    alike = (answers.road_user[order][1:] == answers.road_user[order][:-1])[same].mean()
    assert alike == pytest.approx(0.8**2 + (1 - 0.8**2) * (0.8**2 + 0.2**2), abs=0.02)


def test_the_same_seed_gives_the_same_answers_and_another_gives_others() -> None:
    there, frames_s = street(users=50, frames=20)
    one, again, other = (detect(model(), there, frames_s, SIZE, light="day", seed=seed) for seed in (1, 1, 2))
    assert one.xyxy.tobytes() == again.xyxy.tobytes()
    assert one.confidence.tobytes() == again.confidence.tobytes()
    assert len(one) != len(other) or one.xyxy.tobytes() != other.xyxy.tobytes()
    assert (np.diff(one.frame) >= 0).all()


def test_a_perfect_detector_answers_with_the_truth() -> None:
    there, _ = street(users=20, frames=3)
    answers = perfect(there)
    assert answers.xyxy.tolist() == there.xyxy.tolist()
    assert answers.row.tolist() == list(range(len(there)))


def simulated(source: DetectorModel, seed: int = 4) -> Sightings:
    """What ``source`` makes of a street, each of its answers held against the box that it is of."""
    there, frames_s = street(users=1200, frames=40, seed=seed)
    clip = detect(source, there, frames_s, SIZE, light="day", seed=seed)
    found = np.full((len(there), 4), np.nan)
    said = np.full(len(there), -1, np.int16)
    of = clip.row >= 0
    found[clip.row[of]], said[clip.row[of]] = clip.xyxy[of], clip.road_user[of]
    false = ~of
    return Sightings(
        marked=there,
        confidence=answered(there, clip),
        found=found,
        said=said,
        false_frame=clip.frame[false],
        false_xyxy=clip.xyxy[false],
        false_confidence=clip.confidence[false],
        false_said=clip.road_user[false],
        frames=np.arange(len(frames_s)),
        frames_s=frames_s,
        size=SIZE,
        kinds=frozenset({RoadUser.CAR, RoadUser.PEDESTRIAN}),
    )


def test_a_fit_recovers_the_model_that_made_its_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "CONFIDENCES", FINDING.confidences)  # the four that the data were made with
    seen = simulated(model(spurious=()))
    fitted = fit([seen], INFO, pictures="test", clips=["made"])
    rows = np.arange(len(seen.marked))
    for name in ("motor_vehicle", "pedestrian"):
        back = fitted.finding[name]
        kind = RoadUser.CAR if name == "motor_vehicle" else RoadUser.PEDESTRIAN
        of = rows[seen.marked.road_user == kind]
        assert 0.3 in back.confidences
        off = chances(back, seen.marked, of, 0.3) - chances(FINDING, seen.marked, of, 0.3)
        assert np.abs(off).mean() < 0.05  # chance lasts within each of a thousand road users: a standard error of 0.015
        assert back.memory.lasting == pytest.approx(0.4, abs=0.12)
        near = back.memory.lasting + back.memory.slow * np.exp(-0.1 / back.memory.slow_s)
        assert near == pytest.approx(0.4 + 0.4 * np.exp(-0.1), abs=0.12)
        jitter = fitted.jitter[name]
        assert jitter.bias == pytest.approx(JITTER.bias, abs=0.01)
        assert jitter.share == pytest.approx(JITTER.share, abs=0.012)
        assert jitter.opposite[0] == pytest.approx(0.4, abs=0.1)
    assert fitted.naming["car"]["truck"] / sum(fitted.naming["car"].values()) == pytest.approx(0.2, abs=0.03)
    assert fitted.naming_steady == pytest.approx(0.8, abs=0.05)
    assert fitted.spurious == ()


def test_a_fit_counts_false_boxes_as_often_as_they_were_drawn() -> None:
    there, _ = street(users=1, frames=1)
    frames_s = np.arange(3000) / FPS
    source = model()
    clip = detect(source, there, frames_s, SIZE, light="day", seed=11)
    seen = compare(there, by_frame(clip, frames_s, SIZE), frozenset({RoadUser.CAR}), "day")
    fitted = fit([seen], INFO, pictures="test", clips=["made"])
    (back,) = [one for one in fitted.spurious if not one.beside and "car" in one.kinds]
    again = detect(model(spurious=(back,)), there, frames_s, SIZE, light="day", seed=12)
    assert (again.row < 0).sum() == pytest.approx(int((clip.row < 0).sum()), rel=0.2)
    assert back.lasts_s == pytest.approx(STREET.lasts_s, rel=0.3)


def test_a_model_agrees_with_what_it_made_itself() -> None:
    there, frames_s = street(users=30, frames=60)
    source = model(spurious=())
    seen = compare(
        there,
        by_frame(detect(source, there, frames_s, SIZE, light="day", seed=21), frames_s, SIZE),
        frozenset({RoadUser.CAR, RoadUser.PEDESTRIAN}),
        "day",
    )
    found = agree([seen], source, clips=["made"], draws=8)
    overall = {row.name: row for row in found.recall}["motor_vehicle"]
    assert overall.difference is not None
    assert overall.scatter is not None
    assert abs(overall.difference) < 4 * overall.scatter + 0.02
    blind = model(spurious=(), lights={"day": -6.0})
    worse = {row.name: row for row in agree([seen], blind, clips=["made"], draws=3).recall}["motor_vehicle"]
    assert worse.difference is not None
    assert worse.difference < -0.3


def test_model_files_go_to_disk_and_back_and_faults_are_told(tmp_path: Path) -> None:
    path = tmp_path / "made.json"
    save_model(path, model())
    assert load_model(str(path)) == model()
    with pytest.raises(ConfigError, match="No fitted detector 'perfekt'") as told:
        load_model("perfekt")
    assert "perfect" in told.value.remedy
    path.write_text("{}")
    with pytest.raises(ConfigError, match="is no fitted detector"):
        load_model(str(path))
    path.write_text(json.dumps({**json.loads(msgspec.json.encode(model())), "version": 99}))
    with pytest.raises(ConfigError, match="version 99"):
        load_model(str(path))
    with pytest.raises(OutputError, match="cannot be written"):
        save_model(tmp_path / "no" / "made.json", model())


def test_shipped_models_can_be_read_and_are_called_as_their_files() -> None:
    assert shipped()
    for name in shipped():
        assert f"{load_model(name).detector}@{load_model(name).pictures}" == name
        assert load_model(load_model(name).detector).detector == load_model(name).detector
