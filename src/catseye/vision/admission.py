"""Which networks are let in: what they put out must be boxes of road users, boxes of faces to blur, or body types of vehicles.

Everything that could recognise or profile a person, or read a plate, is refused, by its name and by the shape of what it puts out.
See "Nobody is recognised" in docs/design/principle.md. The rule is code: no option turns it off.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

from catseye.core.errors import ModelError
from catseye.vision.families import DETECTORS, Kind, Shape, Signature

PRINCIPLE = "Catseye recognises and profiles nobody: no face, body or gait embedding, no plate reading, no guess at who someone is."
VECTOR_LENGTH = 32  # a single vector this long for a picture is a descriptor, not an answer about traffic
_FORBIDDEN = re.compile(
    r"""
    (?<![a-z]) (  # as words of their own
        adaface | cosface | sphereface | magface | openface | deepface | vggface | insightface | mobilefacenet | buffalo |
        sface | faceres | facemesh | faceid | embed | descriptor | recognizer | reid | re-id | osnet | market1501 | msmt17 |
        gait | gaitset | age | gender | sex | emotion | emotions | fer | ferplus | ethnicity | race | fairface | landmarks |
        iris | pose | lpr | lprnet | alpr | anpr | ocr | crnn | plate | plates
    ) (?![a-z])
    | arcface | facenet | embedd | face-?(recog|reid|verif|match) | person-?(re-?id|attr) | pedestrian-?attr | re-?identification
    | (plate|text)-?recog
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a network was admitted as. ``family`` names a decoder of its ``kind``."""

    kind: Kind
    family: str


def admit(file_name: str, signature: Signature) -> Admitted:
    """What the network in a file may be used as: its name and its shapes must agree on one known family.

    Raises ModelError for anything that could recognise a person or a plate, and for anything unknown.
    """
    refuse_name(file_name)
    shape_says = _by_shape(signature)
    if shape_says is None:
        _refuse_descriptor(file_name, signature)
        raise ModelError(
            f"{file_name}: a network with these inputs and outputs is not known: {_described(signature)}.",
            f"Known are {', '.join((*DETECTORS, 'yunet', 'vehicle-attributes'))}.",
        )
    if shape_says.family not in _plain(file_name):
        raise ModelError(
            f"{file_name}: its outputs are those of {shape_says.family}, its name is not.",
            f"If that is what it is, rename the file so that it contains '{shape_says.family}'.",
        )
    return shape_says


def refuse_name(file_name: str) -> None:
    """Raise ModelError when a file's name says that it recognises or profiles people, or reads plates."""
    name = _plain(file_name)
    found = _FORBIDDEN.search(name)
    if found:
        raise ModelError(f"{file_name} is refused: its name says '{found.group(0)}'.", PRINCIPLE)


def _refuse_descriptor(file_name: str, signature: Signature) -> None:
    for name, shape in signature.outputs.items():
        if _is_vector(shape):
            raise ModelError(
                f"{file_name} is refused: its output '{name}' {_shape_text(shape)} describes what it sees by a vector.", PRINCIPLE
            )


def _is_vector(shape: Shape) -> bool:
    """Whether an output is one long vector a picture: (1, D), (D,) or (1, D, 1, 1), as embeddings are."""
    long = [size for size in shape[-3 if len(shape) == 4 else -1 :] if size != 1]
    lead = shape[: -3 if len(shape) == 4 else -1]
    return len(long) == 1 and (long[0] is None or long[0] >= VECTOR_LENGTH) and prod(size or 1 for size in lead) == 1


def _plain(file_name: str) -> str:
    return re.sub(r"[\s_.]+", "-", file_name.lower())


def _shape_text(shape: Shape) -> str:
    return "(" + ", ".join("?" if size is None else str(size) for size in shape) + ")"


def _described(signature: Signature) -> str:
    inputs = ", ".join(_shape_text(shape) for shape in signature.inputs.values())
    return f"{inputs} -> " + ", ".join(f"{name} {_shape_text(shape)}" for name, shape in signature.outputs.items())


def _by_shape(signature: Signature) -> Admitted | None:
    """The family whose outputs these are, all of them and no more. None: no known one."""
    inputs = list(signature.inputs.values())
    if len(inputs) != 1 or len(inputs[0]) != 4 or inputs[0][1] != 3:
        return None
    if set(signature.outputs) == _YUNET:
        return Admitted(Kind.FACES, "yunet")
    if signature.outputs == {"type": (1, 4, 1, 1), "color": (1, 7, 1, 1)}:
        return Admitted(Kind.VEHICLE_TYPES, "vehicle-attributes")
    _, _, height, width = inputs[0]
    fits = (name for name, fit in _DETECTORS.items() if height and width and fit(signature.outputs, width, height))
    family = next(fits, None)
    return None if family is None else Admitted(Kind.DETECTOR, family)


def _is_pvb(outputs: Mapping[str, Shape], _width: int, _height: int) -> bool:
    return set(outputs) == {"boxes", "labels"} and outputs["boxes"][1:] == (5,) and len(outputs["labels"]) == 1


def _is_centernet(outputs: Mapping[str, Shape], width: int, height: int) -> bool:
    return outputs == {"heat": (1, 6, height // 4, width // 4), "reach": (1, 4, height // 4, width // 4)}


def _is_yolox(outputs: Mapping[str, Shape], width: int, height: int) -> bool:
    return list(outputs.values()) == [(1, _cells(width, height, 8) + _cells(width, height, 16) + _cells(width, height, 32), 85)]


def _is_picodet(outputs: Mapping[str, Shape], width: int, height: int) -> bool:
    rows = [_cells(width, height, stride) for stride in (8, 16, 32, 64)]
    return Counter(outputs.values()) == Counter((1, count, columns) for count in rows for columns in (80, 32))


_YUNET = {f"{part}_{stride}" for part in ("cls", "obj", "bbox", "kps") for stride in (8, 16, 32)}
_DETECTORS: dict[str, Callable[[Mapping[str, Shape], int, int], bool]] = {
    "person-vehicle-bike": _is_pvb,
    "centernet": _is_centernet,
    "yolox": _is_yolox,
    "picodet": _is_picodet,
}


def _cells(width: int, height: int, stride: int) -> int:
    return -(-width // stride) * -(-height // stride)
