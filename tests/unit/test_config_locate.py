import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.config.locate import KeyPath, locate

DOCUMENT = '''\
# a comment with [brackets] and "quotes"
title = "a # b"
a.b . "c d" = 1  # dotted
[table]
x = { y = [1, 2], "z" = { w = 1979-05-27 07:32:00 } }
'quoted key' = """
[[lines]]
still text \\""" """""
raw = \'\'\'
name = 1\'\'\'

[[lines]]
name = "first"
points = [
  [0.1, 0.2],  # not ] here
  # nor here ]

  [0.3,
   0.4],
]
[[lines]]
name = 'second'
[lines.more]
deep = true
[[lines.parts]]
n = 1
[[lines.parts]]
n = 2
'''


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("title",), (2, 1)),
        (("a", "b", "c d"), (3, 1)),
        (("a", "b"), (3, 1)),
        (("table",), (4, 1)),
        (("table", "x"), (5, 1)),
        (("table", "x", "y"), (5, 7)),
        (("table", "x", "y", 1), (5, 15)),
        (("table", "x", "z", "w"), (5, 27)),
        (("table", "quoted key"), (6, 1)),
        (("table", "raw"), (9, 1)),
        (("lines",), (12, 1)),
        (("lines", 0), (12, 1)),
        (("lines", 0, "name"), (13, 1)),
        (("lines", 0, "points"), (14, 1)),
        (("lines", 0, "points", 0), (15, 3)),
        (("lines", 0, "points", 1, 1), (19, 4)),
        (("lines", 1), (21, 1)),
        (("lines", 1, "name"), (22, 1)),
        (("lines", 1, "more"), (23, 1)),
        (("lines", 1, "more", "deep"), (24, 1)),
        (("lines", 1, "parts", 0, "n"), (26, 1)),
        (("lines", 1, "parts", 1), (27, 1)),
        (("lines", 1, "parts", 1, "n"), (28, 1)),
    ],
)
def test_a_key_is_found_on_its_line(path: KeyPath, place: tuple[int, int]) -> None:
    tomllib.loads(DOCUMENT)  # the document must be TOML for the test to mean something
    assert locate(DOCUMENT).find(path) == place


def test_windows_line_ends_give_the_same_lines() -> None:
    text = DOCUMENT.replace("\n", "\r\n")
    assert locate(text).find(("lines", 1, "parts", 1, "n")) == (28, 1)


def test_a_missing_key_is_put_on_what_is_around_it() -> None:
    places = locate(DOCUMENT)
    assert places.find(("lines", 0, "directions", 1)) == (12, 1)
    assert places.find(("nothing",)) == (None, None)


def test_a_quoted_key_is_found_by_its_meaning() -> None:
    assert locate('x = 1\n"\\u006eame" = 2\n').find(("name",)) == (2, 1)


keys = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6)
strings = st.sampled_from(['"a]b"', "'c}#'", '"""x\n]"""', "'''\n[[a]]\n'''", '"\\"],"', '""', "''"])
scalars = st.sampled_from(["1", "-0.5e3", "true", "inf", "2026-11-23 08:00:00", "0xff"]) | strings


def quoted(key: str) -> str:
    return '"' + "".join(f"\\U{ord(c):08x}" for c in key) + '"'


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[KeyPath, int]]:
    """A document of tables whose keys stand on known lines."""
    text = ""
    lines: dict[KeyPath, int] = {}
    for index in range(draw(st.integers(1, 4))):
        text += "\n" * draw(st.integers(0, 2)) + draw(st.sampled_from(["", "# [x] = '\n", "  "])) + "[[t]]\n"
        for key in draw(st.lists(keys, unique=True, max_size=4)):
            value = draw(scalars | st.lists(scalars, max_size=3).map(lambda entries: "[\n" + ",\n".join(entries) + "]"))
            lines["t", index, key] = text.count("\n") + 1
            text += f"{quoted(key)} = {value} # end ]\n"
    return text, lines


@settings(max_examples=20)
@given(documents())
def test_every_key_of_any_document_is_found(made: tuple[str, dict[KeyPath, int]]) -> None:
    text, lines = made
    tomllib.loads(text)
    places = locate(text)
    assert {path: places.find(path)[0] for path in lines} == lines
