from pathlib import Path

import pytest

from catseye.core.errors import ConfigError
from catseye.studio.camera import PoleCamera
from catseye.studio.site_plan import CameraKeys, Pole, SitePlan, camera_of, load_plan

EXAMPLE = Path(__file__).parents[2] / "examples" / "studio" / "site-plan.toml"
GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "studio-site.md").read_text(encoding="utf-8")
GOOD = 'scenario = "junction"\n[camera]\nfov_deg = 70\n[[poles]]\nname = "a"\nposition_m = [17, -18, 13]\nlook_at_m = [0, 0]\n'


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(text)
    return path


def test_the_example_holds_four_poles() -> None:
    plan = load_plan(EXAMPLE)
    assert plan.scenario == "junction"
    assert len(plan.poles) == 4
    assert any(pole.look_at_m is None for pole in plan.poles)


def test_a_pole_has_the_shared_keys_unless_it_has_its_own(tmp_path: Path) -> None:
    more = '[[poles]]\nname = "b"\nposition_m = [1, 2, 8]\nfov_deg = 40\nsize = [1280, 720]\n'
    plan = load_plan(write(tmp_path, GOOD + more))
    a, b = (camera_of(plan, pole, (0.0, 0.0)) for pole in plan.poles)
    assert a == PoleCamera(position_m=(17.0, -18.0, 13.0), look_at_m=(0.0, 0.0), fov_deg=70.0)
    assert (b.fov_deg, b.size) == (40.0, (1280, 720))


@pytest.mark.parametrize(
    ("text", "line", "says", "remedy"),
    [
        (GOOD.replace("junction", "junktion"), 1, "no scenario 'junktion'", "'junction'"),
        (GOOD.replace('scenario = "junction"\n', ""), None, "neither 'scenario' nor 'truth'", "Name the street"),
        (GOOD.replace("[camera]", 'truth = "t"\n[camera]'), 1, "both 'scenario' and 'truth'", "Name the street"),
        (GOOD[: GOOD.index("[[poles]]")], None, "no poles", "[[poles]]"),
        (GOOD.replace("13]", "-2]"), 6, "pole 'a': the camera hangs at -2 m: under the road", "height"),
        (GOOD.replace("position_m = [17, -18, 13]\n", ""), 4, "no 'position_m'", "Add"),
        (GOOD.replace("look_at_m", "look_at"), 7, "unknown key 'look_at'", "'look_at_m'"),
        (GOOD.replace("look_at_m = [0, 0]", "look_at_m = [17, -18]"), 7, "its own foot", "1 cm"),
        (GOOD.replace("fov_deg = 70", "fov_deg = 700"), 3, "pole 'a': 'fov_deg' is 700", "5 to 150"),
        (GOOD.replace("fov_deg = 70", "fov = 70"), 3, "unknown key 'fov'", "'fov_deg'"),
        (GOOD + "size = [100, 33]\n", 8, "'size' is 100x33", "even"),
        (GOOD + '[[poles]]\nname = "a"\nposition_m = [1, 2, 8]\n', 9, "a second 'a'", "name of its own"),
        (GOOD.replace('name = "a"', 'name = " "'), 5, "has no name", "name of its own"),
        ("minutes = 0\n" + GOOD, 1, "'minutes' is 0", "up to 60"),
        ("seed = -1\n" + GOOD, 1, "'seed' is -1", "from 0"),
        ("least_height_px = 1\n" + GOOD, 1, "'least_height_px' is 1", "4 to 400"),
        ('light = "nigth"\n' + GOOD, 1, "'nigth'", "'night'"),
        ("poles = 3\nscenario = 'junction'\n", 1, "'poles' must be a list of tables", ""),
        (GOOD + "x = = 1\n", 8, "not TOML", "quotes"),
    ],
)
def test_a_plan_that_cannot_be_is_told_by_key_and_line(tmp_path: Path, text: str, line: int | None, says: str, remedy: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as told:
        load_plan(path)
    assert str(told.value.message).startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert says in told.value.message
    assert remedy in told.value.remedy


def test_too_many_poles_are_refused(tmp_path: Path) -> None:
    many = "".join(f'[[poles]]\nname = "p{k}"\nposition_m = [{k}, -18, 8]\n' for k in range(24))
    with pytest.raises(ConfigError, match="25 poles"):
        load_plan(write(tmp_path, GOOD + many))
    assert len(load_plan(write(tmp_path, GOOD.split("[[poles]]", maxsplit=1)[0] + many)).poles) == 24


def test_the_guide_names_every_key_and_its_plan_can_be_used(tmp_path: Path) -> None:
    keys = {*SitePlan.__struct_fields__, *Pole.__struct_fields__, *CameraKeys.__struct_fields__}
    assert [key for key in sorted(keys) if key not in GUIDE] == []
    shown = GUIDE.split("```toml\n")[1].split("```")[0]
    assert [pole.name for pole in load_plan(write(tmp_path, shown)).poles] == ["south-east corner", "balcony, south arm"]
