"""A network that runs, with real processes, and cameras that are asked over ONVIF."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
from tests.lives.running import Begin, beginning, status, until
from tests.zoo.onvif import OnvifCamera, onvif_camera

from catseye.core.health import CameraState
from catseye.core.ids import StreamId
from catseye.testing.red import write_street

LATE, TURNED, GONE, DEAF = (StreamId(name) for name in ("late", "turned", "gone", "deaf"))


ENTRY = 'kind_of_place = "street"\npurpose = "counts"\nlegal_basis = "law"\naddress = "red.mp4"\n'


@pytest.fixture
def begin(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    monkeypatch.setenv("CATSEYE_HOME", str(models))
    write_street(tmp_path / "red.mp4", seconds=60.0)
    with beginning(tmp_path, None) as start:
        yield start


def test_what_cameras_say_of_themselves_becomes_their_health(begin: Begin, tmp_path: Path) -> None:
    late, turned, deaf = OnvifCamera(ahead_s=-40.0, stands=[]), OnvifCamera(stands=[]), OnvifCamera()
    with ExitStack() as servers:
        addresses = [servers.enter_context(onvif_camera(camera)) for camera in (late, turned, deaf)]
        kept = tmp_path / "data" / "cameras" / TURNED / "looks.json"
        kept.parent.mkdir(parents=True)
        kept.write_bytes(msgspec.json.encode({"onvif": addresses[1], "home": (-0.9, 0.0, 0.0)}))
        onvif = {LATE: addresses[0], TURNED: addresses[1], GONE: "http://127.0.0.1:9/onvif/device_service", DEAF: addresses[2]}
        entries = [f'[[cameras]]\nname = "{name}"\nonvif = "{address}"\n{ENTRY}' for name, address in onvif.items()]
        ports = [urlsplit(onvif[name]).netloc for name in (LATE, TURNED, GONE)]
        running = begin("\n".join([f"[network]\nworkers = 1\n[reach]\nallow = {json.dumps(ports)}", *entries]))
        until(lambda: "cannot be asked over ONVIF" in status(running, GONE).note)
        until(lambda: "not among what Catseye may connect to" in status(running, DEAF).note)
        until(lambda: status(running, TURNED).state is CameraState.MOVED)
        until(lambda: any(kept.parent.glob("faults/*_moved.jpg")))  # a redacted picture of what was wrong
        until(lambda: status(running, LATE).state is CameraState.CLOCK_DRIFT)
        assert "behind this machine's" in status(running, LATE).reason
        assert {status(running, name).state for name in (GONE, DEAF)} == {CameraState.OK}
        assert deaf.seen == []
        assert late.points != set()
        running.supervisor.remove(LATE)
        until(lambda: late.points == set())  # nothing is left behind in the camera
