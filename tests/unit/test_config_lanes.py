import pytest

from catseye.config import Finding, parse_scene

GROUND = "drawn_for = [1000, 500]\nhomography = [100, 0, 0, 0, 50, 0, 0, 0, 1]\n"  # the picture is 100 m by 50 m of ground
ZONE = '[[zones]]\nname = "z"\npolygon = [[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]]\n[[signals]]\nname = "head"\n'


def lane(name: str, points: str, more: str = "") -> str:
    return f'[[lanes]]\nname = "{name}"\npoints = {points}\nwidth_m = 3.0\n{more}\n'


def errors(*lanes: str, ground: str = GROUND) -> list[Finding]:
    return [one for one in parse_scene(ground + ZONE + "".join(lanes), name="scene.toml")[1] if one.severity.name == "ERROR"]


def test_lanes_that_lie_over_one_another_are_refused_by_name() -> None:
    first, second = lane("a", "[[0.1, 0.5], [0.6, 0.5]]"), lane("b", "[[0.9, 0.52], [0.2, 0.52]]")  # 1 m apart, the other way
    (found,) = errors(first, second)
    assert "'a' and 'b'" in found.message
    assert "for 4" in found.message  # 40 m, to a metre
    assert found.remedy


@pytest.mark.parametrize(
    "other",
    [
        "[[0.9, 0.56], [0.2, 0.56]]",  # 3 m beside
        "[[0.9, 0.547], [0.2, 0.547]]",  # 2.35 m beside: overlaps a little
        "[[0.3, 0.1], [0.3, 0.9]]",  # across
        "[[0.55, 0.5], [0.9, 0.5]]",  # goes on from the end, 5 m too early
        "[[0.7, 0.5], [0.9, 0.5]]",  # further on
    ],
)
def test_lanes_may_lie_beside_cross_and_follow_one_another(other: str) -> None:
    assert errors(lane("a", "[[0.1, 0.5], [0.6, 0.5]]"), lane("b", other)) == []


def test_a_queue_needs_a_stop_line_and_limits_need_a_calibration() -> None:
    (found,) = errors(lane("a", "[[0.1, 0.5], [0.6, 0.5]]", 'signal = "head"'))
    assert "'a' obeys a signal and has no stop line" in found.message
    assert errors(lane("a", "[[0.1, 0.5], [0.6, 0.5]]", 'signal = "head"\napproach = "west"')) == []
    (found,) = errors(lane("a", "[[0.1, 0.5], [0.6, 0.5]]", "limit_kmh = 50.0"), ground="drawn_for = [1000, 500]\n")
    assert "no 'homography'" in found.message
