"""A detector model held against the detector that it models: the same clips, the same judge, several draws."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import msgspec
import numpy as np

from catseye.core.detection import Detections, whole_frame
from catseye.core.geometry import F64
from catseye.core.time import nanoseconds
from catseye.core.truth import Mask
from catseye.studio.observe.detector import Answers, detect
from catseye.studio.observe.fitting import SHOWN
from catseye.studio.observe.model import FAMILIES, DetectorModel
from catseye.studio.observe.sightings import Sightings, compare

HEIGHTS_PX = (0.0, 12.0, 20.0, 32.0, 64.0, np.inf)
ENOUGH = 100  # boxes of a class, below which its recall is shown but not judged
RECALL_WITHIN = 0.03
FALSE_WITHIN = 0.3
DRAWS = 40


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table: of the detector, of the model (the mean of its draws), and how far the draws scatter.

    None where there is nothing. ``count`` boxes (or frames) stand behind the detector's figure.
    """

    name: str
    count: int
    real: float | None
    modelled: float | None
    scatter: float | None

    @property
    def difference(self) -> float | None:
        """Modelled less real."""
        return None if self.real is None or self.modelled is None else self.modelled - self.real


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """``recall`` of boxes at a confidence of 0.3, by height, family and visible share; ``false`` boxes a frame at 0.3 and at 0.1;
    ``confidence`` quartiles of what was found; ``jitter``: standard deviations of the edges' errors as shares of the box.
    """

    clips: tuple[str, ...]
    recall: tuple[Row, ...]
    false: tuple[Row, ...]
    confidence: tuple[Row, ...]
    jitter: tuple[Row, ...]

    @property
    def recall_off(self) -> float | None:
        """The largest difference of recall over the classes of height with enough boxes."""
        judged = [row.difference for row in self.recall if row.name.endswith("px") and row.count >= ENOUGH]
        return max((abs(d) for d in judged if d is not None), default=None)

    @property
    def false_off(self) -> float | None:
        """How far false boxes a frame at 0.3 are off, as a share of the detector's."""
        row = self.false[0]
        return None if not row.real or row.difference is None else abs(row.difference) / row.real


def agree(seen: Sequence[Sightings], model: DetectorModel, *, clips: Sequence[str], draws: int = DRAWS) -> Agreement:
    """Let the model answer the frames of ``seen`` as often as ``draws`` says and judge it as the detector was judged."""
    real = _figures(seen)
    drawn = [_figures([_again(one, model, 1000 * draw + k) for k, one in enumerate(seen)]) for draw in range(draws)]
    tables: dict[str, list[Row]] = {"recall": [], "false": [], "confidence": [], "jitter": []}
    for (table, name), (count, value) in real.items():
        others = [value for value in (each[table, name][1] for each in drawn if (table, name) in each) if value is not None]
        tables[table].append(
            Row(
                name=name,
                count=count,
                real=value,
                modelled=float(np.mean(others)) if others else None,
                scatter=float(np.std(others)) if others else None,
            )
        )
    return Agreement(clips=tuple(clips), **{name: tuple(rows) for name, rows in tables.items()})


def _again(one: Sightings, model: DetectorModel, seed: int) -> Sightings:
    """The clip as the model sees it."""
    positions = np.searchsorted(one.frames, one.marked.frame)
    # The model counts frames from 0, whatever the clip's numbers are.
    there = replace(one.marked, frame=positions.astype(np.int64))
    answers = detect(model, there, one.frames_s, one.size, light=one.light, seed=seed)
    return compare(there, by_frame(answers, one.frames_s, one.size), one.kinds, one.light)


def by_frame(answers: Answers, frames_s: F64, size: tuple[int, int]) -> Iterator[tuple[int, float, Detections]]:
    """The answers frame by frame, as a detector would give them: (frame, seconds, detections)."""
    edges = np.searchsorted(answers.frame, np.arange(len(frames_s) + 1)).tolist()
    searched = whole_frame(size)
    for frame, at_s in enumerate(frames_s.tolist()):
        rows = slice(edges[frame], edges[frame + 1])
        yield (
            frame,
            at_s,
            Detections(
                at_ns=nanoseconds(at_s),
                size=size,
                searched=searched,
                xyxy=answers.xyxy[rows].astype(np.float32),
                confidence=answers.confidence[rows].astype(np.float32),
                road_user=answers.road_user[rows],
            ),
        )


def _figures(seen: Sequence[Sightings]) -> dict[tuple[str, str], tuple[int, float | None]]:
    due = [one.marked.due for one in seen]
    xyxy = np.concatenate([one.marked.xyxy[row] for one, row in zip(seen, due, strict=True)])
    kind = np.concatenate([one.marked.road_user[row] for one, row in zip(seen, due, strict=True)])
    visible = np.concatenate([one.marked.visible[row] for one, row in zip(seen, due, strict=True)])
    confidence = np.concatenate([one.confidence[row] for one, row in zip(seen, due, strict=True)])
    found = np.concatenate([one.found[row] for one, row in zip(seen, due, strict=True)])
    height = xyxy[:, 3] - xyxy[:, 1]
    shown = confidence >= SHOWN
    figures: dict[tuple[str, str], tuple[int, float | None]] = {}

    def share(table: str, name: str, of: Mask) -> None:
        if of.any():
            figures[table, name] = (int(of.sum()), float(shown[of].mean()))

    for low, high in pairwise(HEIGHTS_PX):
        share("recall", f"{low:g} to {high:g} px" if np.isfinite(high) else f"from {low:g} px", (height >= low) & (height < high))
    for name, kinds in FAMILIES.items():
        share("recall", name, np.isin(kind, [int(k) for k in kinds]))
    for low, high in ((0.0, 0.5), (0.5, 0.8), (0.8, 1.01)):
        share("recall", f"visible {low:.0%} to {min(high, 1.0):.0%}", (visible >= low) & (visible < high))
    frames = sum(len(one.frames) for one in seen)
    for least in (SHOWN, 0.1):
        false = sum(int((one.false_confidence >= least).sum()) for one in seen)
        figures["false", f"a frame at {least:g}"] = (frames, false / frames if frames else None)
    for share_of, name in ((0.25, "lower quartile"), (0.5, "median"), (0.75, "upper quartile")):
        sure = confidence[confidence > 0]
        figures["confidence", name] = (len(sure), float(np.quantile(sure, share_of)) if len(sure) else None)
    size = np.maximum((xyxy[:, 2:] - xyxy[:, :2])[:, [0, 1, 0, 1]], 1.0)
    error = ((found - xyxy) / size)[shown]
    for edge, name in enumerate(("left", "top", "right", "bottom")):
        figures["jitter", name] = (len(error), float(error[:, edge].std()) if len(error) else None)
    return figures
