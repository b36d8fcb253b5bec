from rich.console import Console

from catseye.cli.watch_tables import _speeds
from catseye.core.ids import StreamId
from catseye.core.speeds import SpeedCell, bin_kmh
from catseye.ports import DetectorInfo
from catseye.runtime.summary import Summary, speeds


def cell(rule: str, direction: str, speeds_mps: list[float], *, with_error: bool = True) -> SpeedCell:
    by_kmh: dict[int, int] = {}
    for speed in speeds_mps:
        by_kmh[bin_kmh(speed)] = by_kmh.get(bin_kmh(speed), 0) + 1
    n = len(speeds_mps)
    return SpeedCell(
        stream=StreamId("s"),
        rule=rule,
        direction=direction,
        road_user="car",
        start_ns=0,
        end_ns=1,
        measured=n,
        sum_mps=sum(speeds_mps),
        sum_squares=sum(v * v for v in speeds_mps),
        sum_inverse=sum(1 / v for v in speeds_mps),
        with_error=n if with_error else 0,
        sum_error_mps=0.5 * n if with_error else 0.0,
        by_kmh=by_kmh,
    )


def summary(cells: list[SpeedCell]) -> Summary:
    return Summary(
        catseye="",
        stream=StreamId("s"),
        source="",
        complete=True,
        error="",
        timezone="UTC",
        start=None,
        end=None,
        observed_s=1.0,
        not_observed=(),
        volumes={},
        frames={},
        runs=1,
        detector=DetectorInfo(name="d", sha256="", input_size=(64, 36), road_users=("car",)),
        scene_revision="",
        scene_proposed=False,
        scene_file=None,
        speeds=speeds(cells),
    )


def test_speeds_of_a_direction_are_of_all_its_cells() -> None:
    told = speeds([cell("north", "in", [10.0]), cell("north", "in", [20.0]), cell("north", "out", [5.0])])
    assert {way: one.measured for way, one in told["north"].items()} == {"in": 2, "out": 1}
    assert told["north"]["in"].mean_mps == 15.0


def test_the_table_tells_speeds_in_kmh_with_the_error_of_one_or_that_it_is_not_known() -> None:
    console = Console(record=True, width=100)
    console.print(_speeds(summary([cell("north", "in", [10.0, 20.0]), cell("south", "in", [10.0], with_error=False)])))
    rows = [line.split("│")[1:-1] for line in console.export_text().splitlines() if "│" in line]
    assert [[part.strip() for part in row] for row in rows] == [
        ["north", "in", "2", "54.0", "72.7", "± 3.5"],
        ["south", "in", "1", "36.0", "36.9", "?"],
    ]
