import numpy as np
import pytest

from catseye.config.picture import draw_scene
from catseye.core.scene import CountLine, Mask, Movement, Scene, Zone


@pytest.mark.parametrize(
    ("scene", "size", "shape"),
    [
        (Scene(), None, (720, 1280, 3)),
        (Scene(drawn_for=(768, 576)), None, (960, 1280, 3)),
        (Scene(drawn_for=(768, 576)), (1080, 1920), (1280, 720, 3)),
        (Scene(drawn_for=(60_000, 1)), None, (1, 1280, 3)),
    ],
)
def test_the_sheet_has_the_shape_of_the_picture(scene: Scene, size: tuple[int, int] | None, shape: tuple[int, int, int]) -> None:
    assert draw_scene(scene, size).shape == shape


def test_what_is_drawn_stands_where_it_was_draw_scene() -> None:
    square = ((0.6, 0.6), (0.9, 0.6), (0.9, 0.9), (0.6, 0.9))
    scene = Scene(
        drawn_for=(1280, 1280),
        lines=(CountLine(name="n", points=((0.2, 0.25), (0.4, 0.25))),),
        masks=(Mask(name="m", polygon=square),),
    )
    difference = np.abs(draw_scene(scene).astype(int) - draw_scene(Scene(drawn_for=(1280, 1280)))).max(axis=2) > 60
    assert difference[320, 256 + 20 : 512 - 20].all()  # along the line
    assert difference[800:820, 800:820].all()  # in the mask
    assert not difference[1000:1270, 100:700].any()  # nothing elsewhere


def test_the_first_direction_points_to_the_right_hand_of_a_walker_along_the_line() -> None:
    blank = draw_scene(Scene(drawn_for=(1280, 1280))).astype(int)
    line = CountLine(name="n", points=((0.1, 0.5), (0.9, 0.5)), directions=("MMMMMMMMMM", "i"))
    ink = np.abs(draw_scene(Scene(drawn_for=(1280, 1280), lines=(line,))) - blank).max(axis=2) > 60
    below, above = ink[700:730, 520:760].sum(), ink[550:580, 520:760].sum()  # y points down: walking right, the right hand is below
    assert below > 5 * above > 0


def test_a_full_scene_with_names_in_any_script_is_draw_scene() -> None:
    zones = tuple(Zone(name=name, polygon=((x, 0.1), (x + 0.2, 0.1), (x, 0.3))) for name, x in (("Straße", 0.1), ("交差点", 0.6)))
    scene = Scene(zones=zones, movements=(Movement(name="→", origin="Straße", destination="交差点"),))
    assert (draw_scene(scene) != draw_scene(Scene())).any()
