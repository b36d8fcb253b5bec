"""Edits of network files keep what their author wrote besides."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.config.network_edit import with_camera, without_camera
from catseye.config.network_file import camera_of

TOWN = """# a town
[[cameras]]
name = "a" # the gate
address = "rtsp://10.0.0.1/x" # by the river
kind_of_place = "street"
purpose = "p"
legal_basis = "l"
place = { point = [-0.1, 51.5], heading_deg = 0 } # corner

# the mill
[[cameras]]
name = "b"
address = "rtsp://10.0.0.2/x"
kind_of_place = "street"
purpose = "p"
legal_basis = "l"

[cameras.place]
point = [0.0, 0.0]

# [[maintenance]]
# why = "a pole"
"""
TAIL = '# [[maintenance]]\n# why = "a pole"\n'


def table(name: str, **more: object) -> dict[str, object]:
    usual = {"address": "rtsp://10.0.0.1/x", "kind_of_place": "street", "purpose": "p", "legal_basis": "l"}
    return {"name": name, **usual, **more}


def test_comments_below_a_camera_stay_when_it_goes() -> None:
    first, last = without_camera(TOWN, "a"), without_camera(TOWN, "b")
    assert first == TOWN[: TOWN.index("[[cameras]]")] + "\n" + TOWN[TOWN.index("# the mill") :]
    assert last.startswith(TOWN[: TOWN.index('[[cameras]]\nname = "b"')])
    assert last.endswith(TAIL)
    assert "point = [0.0, 0.0]" not in last
    assert "[[cameras]]\n" not in without_camera(last, "a")


def test_a_change_of_a_place_changes_its_value_alone() -> None:
    place = {"point": [-0.1, 51.5], "heading_deg": 45.0}
    changed = with_camera(TOWN, camera_of(table("a", place=place)))
    assert changed == TOWN.replace("heading_deg = 0 }", "heading_deg = 45.0 }")
    moved = with_camera(TOWN, camera_of(table("a", address="rtsp://10.0.0.9/x", place=place | {"heading_deg": 0.0})))
    assert moved == TOWN.replace("rtsp://10.0.0.1/x", "rtsp://10.0.0.9/x")
    longer = with_camera(TOWN, camera_of(table("a", place=place | {"reach_m": 50.0})))
    assert tomllib.loads(longer)["cameras"][0]["place"] == {**place, "reach_m": 50.0}
    shorter = with_camera(TOWN, camera_of(table("a", place={"point": [-0.1, 51.5]})))
    assert tomllib.loads(shorter)["cameras"][0]["place"] == {"point": [-0.1, 51.5]}
    assert "# corner" in longer
    assert "# corner" in shorter


@given(st.permutations("abcdef"), st.integers(1, 6), st.sampled_from(["", "# note\n", "\n# note\n\n", "\n"]))
def test_whoever_goes_all_others_and_all_comments_stay(names: list[str], gone: int, note: str) -> None:
    text = ""
    for name in sorted(names):
        text = with_camera(text, camera_of(table(name, place={"point": [1.0, 2.0]}))) + note
    notes = text.count("# note")
    for name in names[:gone]:
        text = without_camera(text, name)
    assert sorted(camera["name"] for camera in tomllib.loads(text).get("cameras", [])) == sorted(names[gone:])
    assert text.count("# note") == notes


@pytest.mark.parametrize(
    "address", ["rtsp:///x", "rtsp://h:99999/x", "rtsp://h:abc/x", "rtsp://[::1/x", "rtsp://h\n/x", "rtsp://h/a b", "rtsp://:554/x"]
)
def test_an_address_has_a_host(address: str) -> None:
    from catseye.core.errors import ConfigError

    with pytest.raises(ConfigError, match="no host and port"):
        camera_of(table("a", address=address))


@pytest.mark.parametrize("address", ["file:///etc/passwd", "nonsense", "http://", "rtsp://10.0.0.1/x"])
def test_a_device_service_is_at_an_http_address(address: str) -> None:
    from catseye.core.errors import ConfigError

    with pytest.raises(ConfigError, match="'onvif' is no address"):
        camera_of(table("a", onvif=address))
