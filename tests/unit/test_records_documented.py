import re
from pathlib import Path

from catseye.core.counts import Count, Gap
from catseye.core.events import Coverage, LineCrossed, MovementCompleted, ZoneEntered, ZoneLeft
from catseye.core.receipt import LightSeen, Receipt, SampleClip, SampleRow, TruthSample
from catseye.core.speeds import SpeedCell
from catseye.core.tracks import Trajectory
from catseye.core.traffic import Conflict, Incident, Passage, TrafficMinute, Violation, ViolationCell
from catseye.ports import RunStarted

REFERENCE = Path(__file__).parents[2] / "docs" / "ref" / "records.md"
RECORDS = (
    *(LineCrossed, ZoneEntered, ZoneLeft, MovementCompleted, Coverage, LightSeen, Trajectory),
    *(Passage, TrafficMinute, Conflict, Incident, Violation, SpeedCell, ViolationCell),
    *(Count, Receipt, TruthSample, SampleClip, SampleRow, Gap, RunStarted),
)


def sections() -> dict[str, str]:
    parts = re.split(r"^## (\w+)$", REFERENCE.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_record_and_no_other_is_documented() -> None:
    assert list(sections()) == [record.__name__ for record in RECORDS]


def test_every_field_of_a_record_is_documented_under_its_tag() -> None:
    for record in RECORDS:
        text = sections()[record.__name__]
        assert tuple(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE)) == record.__struct_fields__
        tag = record.__struct_config__.tag
        assert re.findall(r"`type` is `(\w+)`", text) == ([tag] if tag else [])
