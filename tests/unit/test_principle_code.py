"""Nobody is recognised, and pictures leave redacted or not at all: the source says so, line by line."""

import ast
import functools
import inspect
import re
import typing
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from catseye.adapters.jpeg import encode_jpeg
from catseye.adapters.video_writer import Mp4Writer
from catseye.privacy.redaction import RedactedPicture
from catseye.runtime.analysed import Analysed

SOURCE = Path(__file__).parents[2] / "src" / "catseye"
FILES = sorted(SOURCE.rglob("*.py"))

_RECOGNISER = re.compile(
    r"FaceRecognizer|^dlib$|tesser|easyocr|HOGDescriptor|QRCode|BarcodeDetector|recogni[stz]|embedding|(^|_)re_?id(_|$|entif)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"gait|plate_?(text|number|read)|(face|body|person)_?(descriptor|vector|feature)|(^|_)(gender|emotion|ethnic\w*)(_|$)|^age(_group)?$",
    re.IGNORECASE,
)

_ENCODERS = {"imwrite", "imencode", "imwritemulti", "VideoWriter", "add_stream", "tofile", "imshow", "fromarray"}
MAY_ENCODE = {
    "adapters/jpeg.py": "the JPEG writer: takes a RedactedPicture",
    "adapters/video_writer.py": "the film writer: takes a RedactedPicture",
    "evaluate/plot.py": "draws ways on a white sheet",
    "calibration/picture.py": "draws ground points and a grid on a redacted still, or on a blank sheet",
    "config/picture.py": "draws a scene on a blank sheet",
    "placing/picture.py": "draws lines on a redacted still, or on a blank sheet",
    "studio/siting/sheet.py": "draws plans of a studio street on a white sheet",
    "adapters/clip_writer.py": "writes synthetic clips: the benchmark's and the studio's, rendered of bodies that are nobody",
    "testing/clips.py": "makes synthetic clips for tests",
}


@functools.cache
def parsed(source: str) -> tuple[ast.AST, ...]:
    """Every node of a module."""
    return tuple(ast.walk(ast.parse(source)))


@functools.cache
def names(source: str) -> frozenset[tuple[str, bool]]:
    """Every identifier of a module, and whether it is defined there. Comments and texts are none."""
    return frozenset(_names(parsed(source)))


def _names(tree: tuple[ast.AST, ...]) -> Iterator[tuple[str, bool]]:
    for node in tree:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, True
            case ast.Attribute(attr=name):
                yield name, False
            case ast.Name(id=name, ctx=ctx):
                yield name, isinstance(ctx, ast.Store)
            case ast.arg(arg=name):
                yield name, True
            case ast.alias(name=name) | ast.ImportFrom(module=str(name)):
                yield from ((part, False) for part in name.split("."))


def recognisers(source: str) -> set[str]:
    found = {name for name, _ in names(source) if _RECOGNISER.search(name)}
    attributes = {
        f"cv2.{n.attr}"
        for n in parsed(source)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "cv2"
    }
    return found | (attributes & {"cv2.face", "cv2.text"}) | {n for n, own in names(source) if own and _NAMED.search(n)}


def encoders(source: str) -> set[str]:
    return {name for name, _ in names(source)} & _ENCODERS


def makes_pictures(source: str) -> bool:
    return any(
        isinstance(n, ast.Call) and "RedactedPicture" in (getattr(n.func, "id", ""), getattr(n.func, "attr", ""))
        for n in parsed(source)
    )


def logs_arrays(source: str) -> set[str]:
    """Calls of a logger that are handed something named like pixels."""
    return {
        ast.unparse(node)
        for node in parsed(source)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("log", "_log", "logger", "_logger", "logging")
        and any(re.search(r"\b(bgr|luma|picture|pixels|plane|crop|canvas)\b(?!\.size)", ast.unparse(arg)) for arg in node.args[1:])
    }


def relative(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_module_recognises_nobody_and_shows_nothing(path: Path) -> None:
    source, name = path.read_text(), relative(path)
    assert recognisers(source) == set()
    if name not in MAY_ENCODE:
        assert encoders(source) == set()
    assert makes_pictures(source) == (name == "privacy/redaction.py")
    assert logs_arrays(source) == set()


def test_every_exception_above_is_still_needed() -> None:
    for name, reason in MAY_ENCODE.items():
        assert reason
        assert encoders((SOURCE / name).read_text()), f"{name} encodes nothing any more"


@pytest.mark.parametrize(
    "source",
    [
        "import dlib",
        "from easyocr import Reader",
        "import pytesseract",
        "import face_recognition",
        "cv2.FaceRecognizerSF.create('m', '')",
        "cv2.face.LBPHFaceRecognizer_create()",
        "cv2.HOGDescriptor()",
        "class PersonEmbedding: pass",
        "def reid(track): ...",
        "def recognise_plate(x): ...",
        "def f(gender): ...",
        "plate_text = ''",
    ],
)
def test_what_recognises_is_caught(source: str) -> None:
    assert recognisers(source)


@pytest.mark.parametrize(
    "source", ["cv2.imwrite('a.png', x)", "from cv2 import imencode", "Image.fromarray(x).save('a')", "c.add_stream('libx264')"]
)
def test_what_encodes_pictures_is_caught(source: str) -> None:
    assert encoders(source)


def test_what_makes_pictures_or_logs_them_is_caught() -> None:
    assert makes_pictures("redaction.RedactedPicture(redaction._KEY, frame, none)")
    assert logs_arrays("log.warning('odd %s', frame.picture.bgr())")
    assert not logs_arrays("log.warning('odd %s', frame.picture.size)")
    assert not recognisers("# nothing here is an embedding\nx = 'or recognises'")


@pytest.mark.parametrize("door", [encode_jpeg, Mp4Writer.write])
def test_writers_say_that_they_take_redacted_pictures_only(door: object) -> None:
    pictures = {name: kind for name, kind in typing.get_type_hints(door).items() if name == "picture"}
    assert pictures == {"picture": RedactedPicture}


def test_writers_refuse_anything_else_when_run(tmp_path: Path) -> None:
    frame = np.zeros((16, 16, 3), np.uint8)
    with pytest.raises(TypeError, match="RedactedPicture"):
        encode_jpeg(frame)  # type: ignore[arg-type]
    with Mp4Writer(tmp_path / "a.mp4", (16, 16), 10.0) as film, pytest.raises(TypeError, match="RedactedPicture"):
        film.write(frame, 0)  # type: ignore[arg-type]


def test_sinks_are_given_redacted_pictures_only() -> None:
    assert inspect.signature(Analysed.picture).return_annotation is RedactedPicture
