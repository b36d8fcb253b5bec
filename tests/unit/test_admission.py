import pytest

from catseye.core.errors import ModelError
from catseye.vision.admission import PRINCIPLE, admit
from catseye.vision.families import DETECTORS, Kind, Signature
from catseye.vision.known import KNOWN, NPM_FILES

PICTURE = {"x": (1, 3, 416, 416)}
YOLOX = Signature(PICTURE, {"output": (1, 3549, 85)})
PICODET = Signature(PICTURE, {f"o{n}{w}": (1, n, w) for n in (2704, 676, 169, 49) for w in (80, 32)})
PVB = Signature({"image": (1, 3, 256, 448)}, {"boxes": (None, 5), "labels": (None,)})
CENTERNET = Signature({"x": (1, 3, 512, 512)}, {"heat": (1, 6, 128, 128), "reach": (1, 4, 128, 128)})
ATTRIBUTES = Signature({"input": (1, 3, 72, 72)}, {"type": (1, 4, 1, 1), "color": (1, 7, 1, 1)})
YUNET = Signature(
    {"input": (1, 3, None, None)},
    {f"{part}_{stride}": (1, None, 1) for part in ("cls", "obj", "bbox", "kps") for stride in (8, 16, 32)},
)


@pytest.mark.parametrize(
    ("name", "signature", "kind", "family"),
    [
        ("yolox_tiny.onnx", YOLOX, Kind.DETECTOR, "yolox"),
        ("picodet_s_416_coco.onnx", PICODET, Kind.DETECTOR, "picodet"),
        ("person-vehicle-bike-detection-2004.xml", PVB, Kind.DETECTOR, "person-vehicle-bike"),
        ("person_vehicle_bike.xml", PVB, Kind.DETECTOR, "person-vehicle-bike"),
        ("centernet.xml", CENTERNET, Kind.DETECTOR, "centernet"),
        ("face_detection_yunet_2026may.onnx", YUNET, Kind.FACES, "yunet"),
        ("vehicle-attributes-recognition-barrier-0039.xml", ATTRIBUTES, Kind.VEHICLE_TYPES, "vehicle-attributes"),
    ],
)
def test_name_and_shape_together_say_the_family(name: str, signature: Signature, kind: Kind, family: str) -> None:
    admitted = admit(name, signature)
    assert (admitted.kind, admitted.family) == (kind, family)


@pytest.mark.parametrize(
    "name",
    [
        "arcface_r100.onnx",
        "yolox_arcface.onnx",
        "w600k_r50_insightface.onnx",
        "face-recognition-sface_2021dec.onnx",
        "faceres.onnx",
        "facenet512.onnx",
        "person-reidentification-retail-0288.xml",
        "osnet_x1_0.onnx",
        "yolox-reid.onnx",
        "person_re-id.onnx",
        "age-gender-recognition-retail-0013.xml",
        "emotion-ferplus-8.onnx",
        "license-plate-recognition-barrier-0007.xml",
        "lprnet.onnx",
        "vehicle-license-plate-detection-barrier-0106.xml",
        "text-recognition-0012.xml",
        "person-attributes-recognition-crossroad-0230.xml",
        "image_embedding.onnx",
        "gaitset.onnx",
    ],
)
def test_a_name_that_speaks_of_people_or_plates_is_refused_and_the_principle_cited(name: str) -> None:
    with pytest.raises(ModelError, match="refused") as refusal:
        admit(name, YOLOX)
    assert refusal.value.remedy == PRINCIPLE


@pytest.mark.parametrize("shape", [(1, 128), (1, 256), (1, 512), (None, 512), (1, 512, 1, 1), (512,), (1, None)])
def test_a_network_that_puts_out_one_vector_is_refused_whatever_its_name(shape: tuple[int | None, ...]) -> None:
    with pytest.raises(ModelError, match="vector") as refusal:
        admit("yolox_nano.onnx", Signature({"x": (1, 3, 112, 112)}, {"fc1": shape}))
    assert refusal.value.remedy == PRINCIPLE


@pytest.mark.parametrize("signature", [YOLOX, PICODET, PVB, CENTERNET, ATTRIBUTES, YUNET])
def test_a_known_network_with_a_vector_beside_its_boxes_is_refused(signature: Signature) -> None:
    joined = Signature(signature.inputs, {**signature.outputs, "feature": (1, 128)})
    with pytest.raises(ModelError, match="vector"):
        admit("yolox_picodet_person-vehicle-bike_centernet_yunet_vehicle-attributes.onnx", joined)


def test_an_unknown_network_is_refused_and_described() -> None:
    with pytest.raises(ModelError, match=r"\(1, 3, 416, 416\) -> boxes \(1, 25200, 85\)"):
        admit("yolov5s.onnx", Signature(PICTURE, {"boxes": (1, 25200, 85)}))


def test_outputs_of_one_family_under_the_name_of_another_are_refused() -> None:
    with pytest.raises(ModelError, match="its outputs are those of yolox"):
        admit("picodet.onnx", YOLOX)


def test_every_pinned_hash_is_one_and_every_known_name_may_come_in() -> None:
    hashes = [value for model in KNOWN for value in model.files.values()] + list(NPM_FILES.values())
    assert all(len(value) == 64 for value in hashes)
    assert len(set(hashes)) == len(hashes)


def test_a_family_either_finds_or_names() -> None:
    assert [family.name for family in DETECTORS.values() if not family.names_kinds] == ["person-vehicle-bike"]
    assert all(0.1 <= family.threshold <= 0.9 for family in DETECTORS.values())
