"""How many road users were found and how much of what was found is one, by kind and by size."""

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.road_users import RoadUser
from catseye.core.truth import TrackBoxes, Truth
from catseye.evaluate.kinds import Verdict, verdict
from catseye.evaluate.matching import Pairing

# Square root of a box's area in pixels: COCO's small, medium and large, with one class more below.
SIZES_PX = (("below 16 px", 0.0, 16.0), ("16 to 32 px", 16.0, 32.0), ("32 to 96 px", 32.0, 96.0), ("96 px and more", 96.0, np.inf))


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Boxes of a truth that were found and missed, and boxes found where there is nothing."""

    found: int
    missed: int
    extra: int

    @property
    def recall(self) -> float | None:
        """Found of all there are; None where there are none."""
        return ratio(self.found, self.found + self.missed)

    @property
    def precision(self) -> float | None:
        """True of all that was found; None where nothing was."""
        return ratio(self.found, self.found + self.extra)


class DetectionScore(msgspec.Struct, frozen=True, kw_only=True):
    """Detection over a clip.

    ``by_kind`` goes by the truth's kind, extra boxes by their own; ``by_size`` by the truth's size, extra boxes by theirs.
    ``kinds`` counts pairs by whether the kind was right.
    """

    all: Found
    by_kind: dict[str, Found]
    by_size: dict[str, Found]
    kinds: dict[str, int]


def score(truth: Truth, result: TrackBoxes, pairing: Pairing) -> DetectionScore:
    """Count what ``matching.match`` paired."""
    kind_of = [truth.boxes.road_user[pairing.truth], truth.boxes.road_user[pairing.missed], result.road_user[pairing.extra]]
    scale = [
        np.sqrt(boxes.area(table.xyxy[rows]))
        for table, rows in ((truth.boxes, pairing.truth), (truth.boxes, pairing.missed), (result, pairing.extra))
    ]
    verdicts = [
        verdict(RoadUser(true), RoadUser(said), truth.kinds)
        for true, said in zip(kind_of[0].tolist(), result.road_user[pairing.result].tolist(), strict=True)
    ]
    return DetectionScore(
        all=_found([np.ones(len(column), np.bool_) for column in kind_of]),
        by_kind={
            kind.label: _found([column == kind for column in kind_of])
            for kind in RoadUser
            if any((column == kind).any() for column in kind_of)
        },
        by_size={name: _found([(low <= column) & (column < high) for column in scale]) for name, low, high in SIZES_PX},
        kinds={name.value: verdicts.count(name) for name in Verdict},
    )


def pooled(scores: Sequence[DetectionScore]) -> DetectionScore:
    """The scores of several clips added up."""
    kinds: Counter[str] = Counter()
    for told in scores:
        kinds.update(told.kinds)
    return DetectionScore(
        all=_added([told.all for told in scores]),
        by_kind=_added_by_name([told.by_kind for told in scores], [kind.label for kind in RoadUser]),
        by_size=_added_by_name([told.by_size for told in scores], [name for name, _, _ in SIZES_PX]),
        kinds={name.value: kinds[name.value] for name in Verdict},
    )


def ratio(part: float, whole: float) -> float | None:
    """A share, or None of nothing."""
    return part / whole if whole else None


def _found(chosen: Sequence[npt.NDArray[np.bool_]]) -> Found:
    found, missed, extra = (int(column.sum()) for column in chosen)
    return Found(found=found, missed=missed, extra=extra)


def _added(several: Sequence[Found]) -> Found:
    return Found(
        found=sum(one.found for one in several), missed=sum(one.missed for one in several), extra=sum(one.extra for one in several)
    )


def _added_by_name(several: Sequence[dict[str, Found]], names: Sequence[str]) -> dict[str, Found]:
    return {name: _added([one[name] for one in several if name in one]) for name in names if any(name in one for one in several)}
