"""What tests of several tiers start from."""

import hashlib
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from catseye.cli import main
from catseye.studio.plain import plain_truth, ways
from catseye.studio.street import GroundLine, GroundMovement, GroundZone, Street
from catseye.studio.truth import Crossed, MovementDone

# A busy machine is no fault of the code: nothing here is judged by how long it takes.
# Where a machine is the judge, the same code gets the same verdict and many examples are tried; at a desk every run tries new ones,
# so that few of them do for one run.
_JUDGED = bool(os.environ.get("CI"))
settings.register_profile(
    "catseye",
    deadline=None,
    max_examples=100 if _JUDGED else 30,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=_JUDGED,
)
settings.load_profile("catseye")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CATSEYE_HOME with the network installed as a user would install it."""
    from catseye.testing.red import red_finder

    home = tmp_path_factory.mktemp("home")
    network = red_finder(tmp_path_factory.mktemp("published") / "person-vehicle-bike-red.xml")
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (network, network.with_suffix(".bin"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CATSEYE_HOME", str(home))
        assert main(["models", "add", str(network), "--sha256", *hashes]) == 0
    return home


RED_SCENE = """\
timezone = "UTC"
drawn_for = [320, 240]
[[lines]]
name = "street"
points = [[0.5, 0.0], [0.5, 1.0]]
directions = ["west", "east"]
[[zones]]
name = "left arm"
polygon = [[0.05, 0.0], [0.3, 0.0], [0.3, 1.0], [0.05, 1.0]]
[[zones]]
name = "right arm"
polygon = [[0.7, 0.0], [0.95, 0.0], [0.95, 1.0], [0.7, 1.0]]
[[movements]]
name = "left through"
origin = "left arm"
destination = "right arm"
"""


@dataclass(frozen=True)
class RedJunction:
    """The street of red cars with its scene, and its truth as the studio writes it: a car every four seconds."""

    folder: Path

    @property
    def scene(self) -> Path:
        path = self.folder / "red.toml"
        path.write_text(RED_SCENE)
        return path

    def clip(self, seconds: float = 12.0) -> Path:
        from catseye.testing.red import write_street

        return write_street(self.folder / "red.mp4", seconds=seconds)

    def truth(self, seconds: float = 12.0, *, more: Sequence[Crossed] = (), lines: Sequence[str] = ("street",)) -> Path:
        """``more`` are crossings beside those of the cars, ``lines`` those of the street."""
        cars = range(math.ceil(seconds / 4.0))
        over = [(n + 1, round(4.0 * n + 1.744, 3)) for n in cars if 4.0 * n + 1.744 < seconds]
        into = [(n + 1, round(4.0 * n + 2.359, 3)) for n in cars if 4.0 * n + 2.359 < seconds]
        crossed = [
            Crossed(line="street", direction="east", number=n, road_user="car", at_s=at_s, speed_mps=9.0) for n, at_s in over
        ]
        done = [MovementDone(movement="left through", number=n, road_user="car", at_s=at_s) for n, at_s in into]
        plain = plain_truth(NOBODY, {}, seconds, scenario="red")
        truth = replace(plain, crossed=tuple(sorted([*crossed, *more], key=lambda row: row.at_s)), movements=tuple(done))
        box = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
        street = Street(
            name="red",
            style="town",
            lanes=(),
            surfaces=(),
            markings=(),
            signals=(),
            fixtures=(),
            lines=tuple(GroundLine(name=name, points=((0.0, 0.0), (0.0, 9.0)), directions=("west", "east")) for name in lines),
            zones=tuple(GroundZone(name=name, polygon=box) for name in ("left arm", "right arm")),
            movements=(GroundMovement(name="left through", origin="left arm", destination="right arm", turn="through"),),
        )
        from catseye.studio import files

        files.write(self.folder / "truth", truth, street)
        return self.folder / "truth"


NOBODY = ways(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros((0, 2)))


@pytest.fixture
def red_junction(tmp_path: Path) -> RedJunction:
    return RedJunction(tmp_path)
