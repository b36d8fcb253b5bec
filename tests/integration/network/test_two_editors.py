"""Two who change a network's file at one moment: what either was told is done stays done."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from catseye.config.alone import alone
from catseye.config.network_file import load_network
from catseye.core.errors import OutputError

EACH = 25
CAMERA = 'name = "{}"\naddress = "rtsp://192.0.2.1/a"\nkind_of_place = "street"\npurpose = "p"\nlegal_basis = "l"\n'
TOWN = f"# Kept by hand.\n[[cameras]]\n{CAMERA.format('gate')}"
BY_COMMAND = """\
import sys
from catseye.cli import main
path, number = sys.argv[1], int(sys.argv[2])
place = ["--address", "rtsp://192.0.2.1/a", "--kind-of-place", "street", "--purpose", "p", "--legal-basis", "l"]
for k in range(number):
    assert main(["cameras", "add", path, f"by-command-{k}", *place]) == 0
    assert main(["cameras", "change", path, "gate", "--owner", f"owner {k}"]) == 0
"""
BY_API = """\
import sys
from pathlib import Path
from msgspec.structs import replace
from catseye.runtime.network.register import Register
path, number = Path(sys.argv[1]), int(sys.argv[2])
register = Register(path)
for k in range(number):
    register.put(replace(register.network.cameras[0], name=f"by-api-{k}"))
    register.pause(f"by-api-{k}", paused=True)
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "network.toml"
    path.write_text(TOWN)
    return path


def test_what_two_processes_change_at_once_is_all_there(town: Path) -> None:
    both = [
        subprocess.Popen([sys.executable, "-c", script, town, str(EACH)], stdout=subprocess.DEVNULL)
        for script in (BY_COMMAND, BY_API)
    ]
    assert [editor.wait(timeout=120) for editor in both] == [0, 0]
    cameras = {camera.name: camera for camera in load_network(town).cameras}
    names = {f"by-{who}-{k}" for who in ("command", "api") for k in range(EACH)}
    assert cameras.keys() == {"gate"} | names
    assert cameras["gate"].owner == f"owner {EACH - 1}"  # type: ignore[index]  # a name is a name
    assert all(camera.paused == name.startswith("by-api") for name, camera in cameras.items())
    assert town.read_text().startswith("# Kept by hand.")


def test_two_who_change_one_camera_each_change_their_part(town: Path) -> None:
    change = "import sys; from catseye.cli import main; p, f, n = sys.argv[1:]\n"
    change += "for k in range(int(n)): assert main(['cameras', 'change', p, 'gate', f, f'{f} {k}']) == 0"
    both = [
        subprocess.Popen([sys.executable, "-c", change, town, option, str(EACH)], stdout=subprocess.DEVNULL)
        for option in ("--owner", "--contact")
    ]
    assert [editor.wait(timeout=120) for editor in both] == [0, 0]
    (gate,) = load_network(town).cameras
    assert (gate.owner, gate.contact) == (f"--owner {EACH - 1}", f"--contact {EACH - 1}")


def test_who_waits_too_long_for_another_is_told(town: Path) -> None:
    with town.with_name(".network.toml.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="being changed by another"), alone(town, patience_s=0.1):
            pass
    with alone(town, patience_s=0.1):
        pass
