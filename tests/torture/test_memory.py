"""Ten thousand passages leave nothing behind."""

from pathlib import Path

import pytest

from catseye.core.events import LineCrossed
from catseye.testing.passing import Row, box, detections, scene_of
from catseye.testing.torture import camera_for, frame
from catseye.testing.torture_script import ACROSS

PASSAGES, LANES, EVERY, SPEED = 10_000, 8, 5, 40.0  # a car a lane every fifth frame; px a frame
GROWTH_BYTES = 4 << 20


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's account of a process's memory")
def test_memory_stays_flat_over_ten_thousand_passages() -> None:
    camera = camera_for(scene_of([("line", *ACROSS)]))
    frames, crossed, early = PASSAGES // LANES * EVERY, 0, 0
    for k in range(frames + 40):
        if k == frames // 5:
            early = resident()
        rows: list[Row] = []
        for begun in range(k - k % EVERY, k - 12, -EVERY):
            if 0 <= begun < frames and k - begun < 10:
                rows += [box(180 + SPEED * (k - begun), 50 + 40 * lane, size=(38, 24)) for lane in range(LANES)]
        crossed += sum(isinstance(record, LineCrossed) for record in camera.advance(frame(k / 10), detections(k / 10, rows)))
    assert crossed == PASSAGES
    assert resident() - early < GROWTH_BYTES
    assert len(camera.tracks) == 0
