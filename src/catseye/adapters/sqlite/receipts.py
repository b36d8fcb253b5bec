"""What stands behind the cells of a store: who looked, over which scene, in which light, and the truth sample in force."""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from catseye.adapters.sqlite.read import union
from catseye.adapters.sqlite.rows import sample_of, scene_of
from catseye.core.counts import Count
from catseye.core.ids import StreamId
from catseye.core.receipt import Light, Receipt, TruthSample
from catseye.core.scene import Scene
from catseye.core.time import cell_start, seconds, split_by_cell
from catseye.receipt.certify import longest

_BESIDE = " & "  # between the names of several; a detector of two networks has a + of its own


def stamped(connection: sqlite3.Connection, stream: StreamId, counts: Sequence[Count]) -> list[Count]:
    """The counts, each with what its cell rests on; no interval yet. Read in one transaction."""
    if not counts:
        return []
    start_ns, end_ns = counts[0].start_ns, counts[-1].end_ns
    lights = _lights(connection, stream, start_ns, end_ns)
    readers = _readers(connection, stream, start_ns, end_ns)
    calibrations = {revision: calibration(scene_of(body)) for revision, body in connection.execute("SELECT * FROM scene")}
    receipts = {cell: _receipt(lights[cell], readers[cell], calibrations) for cell in {count.start_ns for count in counts}}
    return [msgspec.structs.replace(count, receipt=receipts[count.start_ns]) for count in counts]


def _receipt(light_s: dict[Light, float], readers: set[tuple[str, str, str]], calibrations: dict[str, str]) -> Receipt:
    ordered = sorted(readers)
    detectors = {sha256: name for name, sha256, _ in ordered}
    scenes = sorted({revision for _, _, revision in ordered})
    return Receipt(
        light=longest(light_s.items()),
        light_s={light: round(part_s, 3) for light, part_s in sorted(light_s.items())},
        detector=_BESIDE.join(detectors.values()),
        detector_sha256=_BESIDE.join(detectors),
        scene_revision=_BESIDE.join(scenes),
        calibration=_BESIDE.join(sorted({calibrations[revision] for revision in scenes} - {""})),
    )


def _lights(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> dict[int, dict[Light, float]]:
    """Seconds of each light in each cell; what two runs saw at once counts once."""
    spans: dict[Light, list[tuple[int, int]]] = defaultdict(list)
    for light, start, end in connection.execute(
        "SELECT light, start_ns, end_ns FROM light WHERE stream = ? AND end_ns > ? AND start_ns < ?", (stream, start_ns, end_ns)
    ):
        spans[light].append((max(start, start_ns), min(end, end_ns)))
    found: dict[int, dict[Light, float]] = defaultdict(dict)
    for light, stretches in spans.items():
        for start, end in union(stretches):
            for cell, piece_start, piece_end in split_by_cell(start, end):
                found[cell][light] = found[cell].get(light, 0.0) + seconds(piece_end - piece_start)
    return found


def _readers(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> dict[int, set[tuple[str, str, str]]]:
    """Who watched in each cell: (detector, hash of its weights, scene revision)."""
    found: dict[int, set[tuple[str, str, str]]] = defaultdict(set)
    for detector, sha256, revision, start, end in connection.execute(
        "SELECT detector, detector_sha256, scene_revision, start_ns, end_ns FROM coverage JOIN run USING (run, stream) "
        "WHERE stream = ? AND end_ns > ? AND start_ns < ?",
        (stream, start_ns, end_ns),
    ):
        for cell, _, _ in split_by_cell(max(start, start_ns), min(end, end_ns)):
            found[cell_start(cell)].add((detector, sha256, revision))
    return found


def calibration(scene: Scene) -> str:
    """A hash of what turns the picture into metres; empty where a scene has no such."""
    if scene.homography is None:
        return ""
    return hashlib.sha256(msgspec.json.encode((scene.homography, scene.error_m))).hexdigest()[:12]


def sample_in_force(connection: sqlite3.Connection, stream: StreamId) -> str | None:
    """The identity of the stream's truth sample; None where it has none."""
    row = connection.execute("SELECT sample FROM stream_sample WHERE stream = ?", (stream,)).fetchone()
    return None if row is None else str(row[0])


def sample(connection: sqlite3.Connection, identity: str) -> TruthSample:
    """A truth sample that is kept. Raises msgspec.DecodeError for a damaged one."""
    (body,) = connection.execute("SELECT body FROM truth_sample WHERE sample = ?", (identity,)).fetchone()
    return sample_of(body)
