"""The models that are known file by file. A pinned SHA-256 stands for the file; anything else under its name is refused."""

from dataclasses import dataclass

NPM_PACKAGE = "@vladmandic/human@3.3.6"
NPM_SHA256 = "425e9c51dbbca0c8934362b170cb0d54c2529c11c654b3c03092b16e9d6ad3f7"
NPM_FILES = {  # the two files that are taken from the package, and no others: it also holds networks that profile people
    "package/models/centernet.json": "bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05",
    "package/models/centernet.bin": "1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef",
}
# What Catseye reads of that graph: the class scores' map, of which six channels are road users, and the boxes' extents.
NPM_OUTPUTS = {"heat": "tower_0/keypoints", "reach": "tower_0/wh"}
NPM_CLASS_LAYER = "tower_0/CenternetHead/centernet_cls_output/BiasAdd"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownModel:
    """A published model. ``files`` maps each file's name to its SHA-256, the weights last."""

    name: str
    files: dict[str, str]
    licence: str


KNOWN = (
    KnownModel(
        name="person-vehicle-bike-detection-2003",
        files={
            "person-vehicle-bike-detection-2003.xml": "47c8bff6b743639b6d60cab292b64f6246b0f790eb4534d0392d09ada436a756",
            "person-vehicle-bike-detection-2003.bin": "0172364bf6770a45c61f0edfedd703746da021c6e8691056d376a0fac69439c0",
        },
        licence="Apache-2.0",
    ),
    KnownModel(
        name="person-vehicle-bike-detection-2004",
        files={
            "person-vehicle-bike-detection-2004.xml": "df64979cd58874abf624bf2f79b80ee3b4e58177307e45940afed0b1f27ed553",
            "person-vehicle-bike-detection-2004.bin": "446722d01d80cbccfd438e352823445876cec4c0516bb5ba1c14d98f93e213c8",
        },
        licence="Apache-2.0",
    ),
    KnownModel(
        name="vehicle-attributes-recognition-barrier-0039",
        files={
            "vehicle-attributes-recognition-barrier-0039.xml": "5d830e98b0415f5c30fb922c0accb0b970408cc8dca35289353eca500aedba3a",
            "vehicle-attributes-recognition-barrier-0039.bin": "251687d7a28abb7d7808e79bdaa675927616d24aec2eea88c50f923f3199f18f",
        },
        licence="Apache-2.0",
    ),
    KnownModel(
        name="yolox_nano_416",
        files={"yolox_nano_416.onnx": "695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14"},
        licence="Apache-2.0",
    ),
    KnownModel(
        name="picodet_s_416_coco",
        files={"picodet_s_416_coco.onnx": "cdab77bdde16e4f76bec734c4e5791801d1739e4c7ec1995e0e110e04300d0c2"},
        licence="Apache-2.0",
    ),
    KnownModel(
        name="face_detection_yunet_2026may",
        files={"face_detection_yunet_2026may.onnx": "ebafce4e3c118d6554634be5c27ab333b4c047a9a8c3faf1d7cf93101c22f0f0"},
        licence="MIT",
    ),
)


def known_by_file(file_name: str) -> KnownModel | None:
    """The known model that has a file of this name."""
    return next((model for model in KNOWN if file_name in model.files), None)
