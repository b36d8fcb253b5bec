import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.config import Finding, Severity, check_fits, dump_scene, load_scene, parse_scene
from catseye.core.errors import ConfigError
from catseye.core.scene import CountLine, Mask, Movement, Scene, Zone

GOOD = """\
timezone = "Europe/London"
drawn_for = [768, 576]

[[lines]]
name = "north"
points = [[0.1, 0.5], [0.9, 0.5]]
directions = ["in", "out"]

[[zones]]
name = "a"
polygon = [[0.1, 0.1], [0.4, 0.1], [0.4, 0.4]]

[[zones]]
name = "b"
polygon = [[0.6, 0.6], [0.9, 0.6], [0.9, 0.9]]

[[movements]]
name = "through"
origin = "a"
destination = "b"

[[masks]]
name = "garden"
polygon = [[0.0, 0.8], [0.2, 0.8], [0.2, 1.0]]
"""


def findings(text: str) -> list[Finding]:
    return parse_scene(text, name="scene.toml")[1]


def line(points: str = "[[0.1, 0.5], [0.9, 0.5]]", *, name: str = "n", more: str = "") -> str:
    return f'[[lines]]\nname = "{name}"\npoints = {points}\n{more}\n'


def zone(polygon: str, *, table: str = "zones", name: str = "z") -> str:
    return f'[[{table}]]\nname = "{name}"\npolygon = {polygon}\n'


def test_a_good_scene_has_no_findings() -> None:
    scene, found = parse_scene(GOOD, name="scene.toml")
    assert found == []
    assert scene == Scene(
        timezone="Europe/London",
        drawn_for=(768, 576),
        lines=(CountLine(name="north", points=((0.1, 0.5), (0.9, 0.5)), directions=("in", "out")),),
        zones=(
            Zone(name="a", polygon=((0.1, 0.1), (0.4, 0.1), (0.4, 0.4))),
            Zone(name="b", polygon=((0.6, 0.6), (0.9, 0.6), (0.9, 0.9))),
        ),
        movements=(Movement(name="through", origin="a", destination="b"),),
        masks=(Mask(name="garden", polygon=((0.0, 0.8), (0.2, 0.8), (0.2, 1.0))),),
    )


ERRORS = [
    # text, line, key, part of the message, part of the remedy
    ("x = [1,\n", 1, "", "not TOML", "quotes"),
    ("timezone = 'UTC'\nlines = = 3", 2, "", "not TOML", ""),
    ("a = " + "[" * 5000 + "]" * 5000, None, "", "nested too deeply", ""),
    ("error_m = " + "9" * 5000, None, "", "cannot be read", ""),
    (line() + "nmae = 'x'", 5, "lines[0].nmae", "unknown key 'nmae'", "Did you mean 'name'?"),
    ("tmezone = 'UTC'\n" + line(), 1, "tmezone", "unknown key 'tmezone'", "Did you mean 'timezone'?"),
    ("zzz = 1\n" + line(), 1, "zzz", "unknown key 'zzz'", "Known: timezone"),
    ("timezone = 3\n" + line(), 1, "timezone", "must be text in quotes, not the number 3", ""),
    ("lines = 3", 1, "lines", "must be a list of tables, not the number 3", ""),
    ("lines = [3]", 1, "lines[0]", "entry 1 of 'lines' must be a table", ""),
    ("drawn_for = [1.5, 2]\n" + line(), 1, "drawn_for[0]", "must be a whole number, not the number 1.5", ""),
    ("drawn_for = [768]\n" + line(), 1, "drawn_for", "must be a list of 2 whole numbers, not a list of 1", ""),
    ("drawn_for = [0, 576]\n" + line(), 1, "drawn_for", "0 by 576", "[width, height]"),
    ("units = 'pixels'\n" + line(), 1, "units", "'units' is 'pixels'", "Did you mean 'pixel'?"),
    ("units = 'pixel'\n" + line("[[1, 2], [100, 100]]"), 1, "units", "needs the size", "drawn_for"),
    ("[[lines]]\nname = 'n'", 1, "lines[0]", "has no 'points'", "two points"),
    (line("[[0.1, 0.5]]"), 3, "lines[0].points", "must be two points [[x, y], [x, y]], not a list of 1", ""),
    (line("[[0.1, 0.5],\n[0.9, '5']]"), 4, "lines[0].points[1][1]", "must be a number, not the text '5'", ""),
    (line("[[0.1, 0.5],\n[0.9, true]]"), 4, "lines[0].points[1][1]", "must be a number, not true", ""),
    (line("[[0.1, 0.5], [0.9, nan]]"), 3, "lines[0].points[1][1]", "not a usable number", ""),
    (line("[[0.1, 0.5], [-inf, 0.5]]"), 3, "lines[0].points[1][0]", "not a usable number", ""),
    (line("[[0.1, 0.5], [1" + "0" * 400 + ", 0.5]]"), 3, "lines[0].points[1][0]", "not a usable number", ""),
    (line("[[0.1, 0.5],\n[1.05, 0.5]]"), 4, "lines[0].points[1][0]", "x = 1.05 in 'points' is outside the picture", "right"),
    (line("[[0.1, -0.01], [0.9, 0.5]]"), 3, "lines[0].points[0][1]", "y = -0.01 in 'points' is outside", "top"),
    (line("[[100, 200], [640, 200]]"), 3, "lines[0].points[0][0]", "x = 100 in 'points' is outside", 'units = "pixel"'),
    ("units='pixel'\ndrawn_for=[640, 480]\n" + line("[[0, 10], [640, 481]]"), 5, "lines[0].points[1][1]", "y = 481", "480"),
    (line("[[0.5, 0.5], [0.5, 0.5]]"), 3, "lines[0].points", "no length", "different"),
    (line(more='directions = ["in", "in"]'), 4, "lines[0].directions", "both directions are called 'in'", "own name"),
    (line(name=""), 2, "lines[0].name", "is empty", "plain name"),
    (line(name="  "), 2, "lines[0].name", "is empty", "plain name"),
    (line(name="x" * 65), 2, "lines[0].name", "has 65 characters", "64"),
    (line(name="a\\u001b[31m"), 2, "lines[0].name", "holds a control character", "plain name"),
    (line(name="a\\u202etxt"), 2, "lines[0].name", "holds a control character", "plain name"),
    (line(name=" a"), 2, "lines[0].name", "begins or ends with a space", "plain name"),
    (line(name="\\ufffe"), 2, "lines[0].name", "must be text", ""),
    (line(more='directions = ["in", ""]'), 4, "lines[0].directions[1]", "is empty", "plain name"),
    (line() + line("[[0.1, 0.6], [0.9, 0.6]]"), 6, "lines[1].name", "'n' is taken by an entry of 'lines'", "own"),
    (line() + zone("[[0.1, 0.1], [0.4, 0.1], [0.4, 0.4]]", name="n"), 6, "zones[0].name", "taken by an entry of 'lines'", "own"),
    (GOOD.replace('"through"', '"a"'), 18, "movements[0].name", "taken by an entry of 'zones'", "own"),
    (GOOD.replace('"garden"', '"a"'), 23, "masks[0].name", "taken by an entry of 'zones'", "own"),
    (zone("[]"), 3, "zones[0].polygon", "at least 3 points", ""),
    (zone("[[0.1, 0.1], [0.2, 0.2]]"), 3, "zones[0].polygon", "at least 3 points, this one has 2", "corners"),
    (line() + zone("[[0.1, 0.1], [0.2, 0.2]]", table="masks"), 7, "masks[0].polygon", "at least 3 points", "corners"),
    (zone("[[0.1, 0.1], [0.5, 0.5], [0.5, 0.1], [0.1, 0.5]]"), 3, "zones[0].polygon", "crosses itself", "in order"),
    (zone("[[0.1, 0.1], [0.5, 0.5], [0.3, 0.3]]"), 3, "zones[0].polygon", "no area", "one line"),
    (zone(str([[0.001 * i, 0.5] for i in range(101)])), 3, "zones[0].polygon", "101 points", "100"),
    (GOOD.replace('destination = "b"', 'destination = "bb"'), 20, "movements[0].destination", "no zone is called 'bb'", "'b'?"),
    (GOOD.replace('destination = "b"', 'destination = "a"'), 20, "movements[0].destination", "same zone", "U-turn"),
    (GOOD + '[[movements]]\nname = "t2"\norigin = "a"\ndestination = "b"\n', 25, "movements[1]", "'through' already", "Remove"),
    ("timezone = 'Europe/Lodnon'\n" + line(), 1, "timezone", "unknown time zone 'Europe/Lodnon'", "'Europe/London'"),
    ("timezone = 'london'\n" + line(), 1, "timezone", "unknown time zone 'london'", "'Europe/London'"),
    ("timezone = '../../etc/passwd'\n" + line(), 1, "timezone", "unknown time zone", "IANA"),
    ("homography = [1, 2, 3]\n" + line(), 1, "homography", "a list of 9 numbers, not a list of 3", ""),
    ("homography = [1, 0, 0, 2, 0, 0, 0, 0, 1]\n" + line(), 1, "homography", "singular", "four points"),
    ("error_m = 0.5\n" + line(), 1, "error_m", "there is none", "homography"),
    ("error_m = 0\nhomography = [9, 0, 0, 0, 9, 0, 0, 0, 1]\n" + line(), 1, "error_m", "is 0", "above 0"),
]


@pytest.mark.parametrize(("text", "at", "key", "message", "remedy"), ERRORS)
def test_an_error_names_its_line_its_key_and_the_remedy(text: str, at: int | None, key: str, message: str, remedy: str) -> None:
    scene, found = parse_scene(text, name="scene.toml")
    assert scene is None
    assert [(finding.line, finding.key, finding.severity) for finding in found] == [(at, key, Severity.ERROR)]
    assert message in found[0].message
    assert remedy in found[0].remedy


WARNINGS = [
    ("", None, "", "nothing will be counted"),
    ("timezone = 'UTC'\n" + zone("[[0.1, 0.1], [0.4, 0.1], [0.4, 0.4]]", table="masks"), None, "", "nothing will be counted"),
    (line("[[0.5, 0.5], [0.51, 0.5]]"), 3, "lines[0].points", "shorter than 2 %"),
    (line("[[0.1, 0.99], [0.9, 0.985]]"), 3, "lines[0].points", "along the edge"),
    (line("[[0.01, 0.1], [0.0, 0.9]]"), 3, "lines[0].points", "along the edge"),
    (line() + zone("[[0.0, 0.4], [1.0, 0.4], [1.0, 0.6], [0.0, 0.6]]", table="masks"), 3, "lines[0].points", "lies in a mask"),
]


@pytest.mark.parametrize(("text", "at", "key", "message"), WARNINGS)
def test_a_warning_leaves_the_scene_usable(text: str, at: int | None, key: str, message: str) -> None:
    scene, found = parse_scene(text, name="scene.toml")
    assert scene is not None
    assert [(finding.line, finding.key, finding.severity) for finding in found] == [(at, key, Severity.WARNING)]
    assert message in found[0].message


def test_two_masks_that_cover_a_line_together_hide_it() -> None:
    left = zone("[[0.0, 0.4], [0.52, 0.4], [0.52, 0.6], [0.0, 0.6]]", table="masks", name="l")
    right = zone("[[0.5, 0.4], [1.0, 0.4], [1.0, 0.6], [0.5, 0.6]]", table="masks", name="r")
    assert findings(line() + left) == []
    assert [finding.key for finding in findings(line() + left + right)] == ["lines[0].points"]


def test_all_that_is_wrong_is_listed_at_once_in_the_order_of_the_file() -> None:
    text = (
        "timezone = 'Mars/Base'\n"
        "[[lines]]\nnmae = 'n'\npoints = [[0.1, 0.5], [1.5, 0.5]]\ndirections = ['in', 'in']\n"
        "[[zones]]\nname = 'b'\npolygon = [[0.1, 0.1], [0.2]]\n"
        "[[movements]]\nname = 'm'\norigin = 'b'\ndestination = 4\n"
    )
    assert [(f.line, f.key) for f in findings(text)] == [
        (1, "timezone"),
        (3, "lines[0].nmae"),
        (4, "lines[0].points[1][0]"),
        (8, "zones[0].polygon[1]"),
        (12, "movements[0].destination"),
    ]


def test_a_scene_drawn_in_pixels_is_converted() -> None:
    text = 'units = "pixel"\ndrawn_for = [800, 400]\nhomography = [0.1, 0, 0, 0, 0.1, 0, 0, 0, 1]\n' + line(
        "[[80, 100], [800, 200]]"
    )
    scene, found = parse_scene(text, name="scene.toml")
    assert found == []
    assert scene is not None
    assert scene.lines[0].points == ((0.1, 0.25), (1.0, 0.5))
    assert scene.homography == pytest.approx((80, 0, 0, 0, 40, 0, 0, 0, 1))
    assert parse_scene(dump_scene(scene), name="again")[0] == scene


def test_a_scene_for_a_picture_of_another_shape_is_refused_with_both_sizes() -> None:
    scene = Scene(drawn_for=(768, 576))
    check_fits(scene, (1536, 1152))
    check_fits(Scene(), (1920, 1080))
    with pytest.raises(ConfigError, match=r"768x576.*1920x1080"):
        check_fits(scene, (1920, 1080))


def test_loading_names_the_first_error_and_counts_the_others(tmp_path: Path) -> None:
    path = tmp_path / "scene.toml"
    path.write_text(line("[[0.1, 0.5], [1.5, 0.5]]") + "nmae = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_scene(path)
    assert caught.value.message.startswith(f"{path}:3: x = 1.5")
    assert "(and 1 more)" in caught.value.message
    assert f"'catseye check {path}'" in caught.value.remedy
    assert caught.value.exit_code == 2


def test_loading_takes_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "scene.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_scene(path) == parse_scene(GOOD, name="scene.toml")[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"name = 1\n# caf\xe9\n", ":2: not UTF-8"), (b"#" * 1_000_001, "is larger than")],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "scene.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_scene(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_scene(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="Cannot read"):
        load_scene(tmp_path)


units = st.integers(0, 10_000).map(lambda n: n / 10_000) | st.floats(0.0, 1.0, allow_subnormal=False)
words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
positive = st.floats(0.001, 1000.0)


@st.composite
def polygons(draw: st.DrawFn) -> tuple[tuple[float, float], ...]:
    """A rectangle, which never crosses itself."""
    x, y = draw(st.floats(0.0, 0.5)), draw(st.floats(0.0, 0.5))
    w, h = draw(st.floats(0.1, 0.5)), draw(st.floats(0.1, 0.5))
    return ((x, y), (x + w, y), (x + w, y + h), (x, y + h))


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    names = iter(draw(st.lists(words, min_size=9, max_size=9, unique=True)))
    two = st.lists(words, min_size=2, max_size=2, unique=True)
    ends = st.tuples(st.tuples(units, units), st.tuples(units, units)).filter(lambda points: points[0] != points[1])
    zones = tuple(Zone(name=next(names), polygon=draw(polygons())) for _ in range(draw(st.integers(0, 3))))
    movements = (Movement(name=next(names), origin=zones[0].name, destination=zones[1].name),) if len(zones) > 1 else ()
    homography = draw(st.none() | st.tuples(positive, positive))
    return Scene(
        timezone=draw(st.sampled_from(["UTC", "Europe/London", "Asia/Kathmandu"])),
        drawn_for=draw(st.none() | st.tuples(st.integers(1, 9999), st.integers(1, 9999))),
        lines=tuple(
            CountLine(name=next(names), points=draw(ends), directions=(way[0], way[1])) for way in draw(st.lists(two, max_size=3))
        ),
        zones=zones,
        movements=movements,
        masks=tuple(Mask(name=next(names), polygon=draw(polygons())) for _ in range(draw(st.integers(0, 2)))),
        homography=homography and (homography[0], 0.5, 0.0, 0.0, homography[1], 1e-7, 0.0, 0.0, 1.0),
        error_m=draw(positive) if homography else None,
    )


@settings(max_examples=25)
@given(scenes(), st.text(max_size=30))
def test_what_is_written_reads_back_as_the_same_scene(scene: Scene, comment: str) -> None:
    again, found = parse_scene(dump_scene(scene, comment=comment), name="again")
    assert [finding for finding in found if finding.severity is Severity.ERROR] == []
    assert again == scene
    assert again is not None
    assert again.revision == scene.revision


@settings(max_examples=50)
@given(st.text(max_size=60) | st.text(alphabet="[]{}=\"'.,# \n\\a1lines", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    scene, found = parse_scene(text, name="fuzz")
    assert (scene is None) == any(finding.severity is Severity.ERROR for finding in found)
