"""What the bench of a network makes of what it is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.bench.network import Look, rates_by_priority
from catseye.bench.rig import PRIORITIES, network_text
from catseye.config.network_file import load_network
from catseye.core.cameras import Camera
from catseye.core.ids import StreamId
from catseye.core.network import CameraStatus

GOOD = {"fps_in": 25.0, "analysed_fps": 5.0, "lag_p99_s": 0.2, "shed": 0}


def camera(name: str, priority: int = 2) -> CameraStatus:
    told = Camera(name=StreamId(name), address="x.mp4", kind_of_place="street", purpose="p", legal_basis="l", priority=priority)
    return CameraStatus(camera=told, state=None, since_ns=0)


@pytest.mark.parametrize(("what", "value"), [("fps_in", 22.0), ("analysed_fps", 4.0), ("lag_p99_s", 0.5), ("shed", 1)])
def test_one_thing_that_is_missed_is_enough_not_to_hold(what: str, value: float) -> None:
    assert Look(**GOOD).held(25)  # type: ignore[arg-type]  # counts among the rates
    assert not Look(**{**GOOD, what: value}).held(25)  # type: ignore[arg-type]  # same


@given(
    st.dictionaries(st.text("abc", min_size=1), st.tuples(st.integers(1, 3), st.integers(0, 99), st.integers(0, 99)), min_size=1)
)
def test_rates_are_of_every_camera_and_never_below_nothing(told: dict[str, tuple[int, int, int]]) -> None:
    before = {name: start for name, (_, start, _) in told.items()}
    after = {name: start + more for name, (_, start, more) in told.items()}
    rates = rates_by_priority(tuple(camera(name, priority) for name, (priority, _, _) in told.items()), before, after, 10.0)
    assert sum(len(of) for of in rates.values()) == len(told)
    assert sum(map(sum, rates.values())) == pytest.approx(sum(more for _, _, more in told.values()) / 10)


def test_a_camera_that_was_not_there_or_began_anew_is_not_taken_for_fast() -> None:
    told = (camera("new"), camera("anew"), camera("gone"))
    rates = rates_by_priority(told, {"anew": 90, "gone": 5}, {"new": 50, "anew": 3}, 1.0)
    assert rates == {2: [0.0, 0.0, 0.0]}


def test_the_file_is_one_that_serve_takes(tmp_path: Path) -> None:
    clip, file = tmp_path / "street.mp4", tmp_path / "network.toml"
    clip.touch()
    file.write_text(network_text(clip, 5, workers=2))
    network = load_network(file)
    assert network.network.workers == 2
    assert [one.priority for one in network.cameras] == [*PRIORITIES, *PRIORITIES, PRIORITIES[0]]
