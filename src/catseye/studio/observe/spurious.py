"""Boxes where nobody is: they come up, linger and go, on the street or on road users."""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from catseye.core import boxes
from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.studio.observe.model import QUANTILES, Spurious
from catseye.studio.observe.sightings import Marked

Numbers = npt.NDArray[np.int64]
_Columns = tuple[Numbers, F64, F64, npt.NDArray[np.int16]]
_WARM_UP_S = 60.0  # what came up before the first frame and still lingers


def spurious(kind: Spurious, there: Marked, frames_s: F64, size: tuple[int, int], rng: np.random.Generator) -> _Columns:
    """Frames (N,), boxes (N, 4) px, confidences (N,) and kinds (N,) of the false boxes of one sort.

    They begin as a Poisson process. Their instants of beginning, their lengths and where they are come with each; whether one is
    shown in a frame of its time, and what of its confidence is not steady, is new in each.
    """
    # Those on road users begin with a sighting of theirs; those on the street at any time.
    frame, host, spot = _on_hosts(kind, there, frames_s, rng) if kind.beside else _on_street(kind, frames_s, rng)
    shown = rng.random(len(frame)) < kind.shown
    frame, host, spot = frame[shown], host[shown], spot[shown]
    spots = int(spot.max(initial=-1)) + 1
    place = (np.array(kind.place) + rng.standard_normal((spots, 4)) * np.array(kind.spread))[spot]
    if kind.beside:
        theirs = there.xyxy[host]
        their_size = theirs[:, 2:] - theirs[:, :2]
        foot, box = boxes.foot(theirs) + place[:, :2] * their_size, np.exp2(place[:, 2:]) * their_size
    else:
        foot, box = np.clip(place[:, :2], 0.02, 1.0) * np.array(size), np.exp2(place[:, 2:]) * size[1]
    xyxy = np.column_stack([foot[:, 0] - box[:, 0] / 2, foot[:, 1] - box[:, 1], foot[:, 0] + box[:, 0] / 2, foot[:, 1]])
    xyxy = np.clip(xyxy, 0.0, np.tile(np.array(size, np.float64), 2))
    z = np.sqrt(kind.steady) * rng.standard_normal(spots)[spot] + np.sqrt(1 - kind.steady) * rng.standard_normal(len(frame))
    confidence = np.interp(ndtr(z), QUANTILES, kind.confidences)
    names = np.array([RoadUser[name.upper()] for name in kind.kinds], np.int16)
    edges = np.cumsum(list(kind.kinds.values()))
    said = names[np.minimum(np.searchsorted(edges / edges[-1], rng.random(spots)), len(names) - 1)][spot]
    real = ((xyxy[:, 2:] - xyxy[:, :2]) >= 2.0).all(axis=1)
    return frame[real], xyxy[real], confidence[real], said[real]


def _lasts_s(kind: Spurious, count: int, rng: np.random.Generator) -> F64:
    """How long each lingers: log-normal about the mean that was fitted."""
    logs = np.log(kind.lasts_s) - kind.lasts_sd**2 / 2 + kind.lasts_sd * rng.standard_normal(count)
    return np.asarray(np.exp(logs), np.float64)


def _on_street(kind: Spurious, frames_s: F64, rng: np.random.Generator) -> tuple[Numbers, Numbers, Numbers]:
    start_s, end_s = (float(frames_s[0]) - _WARM_UP_S, float(frames_s[-1])) if len(frames_s) else (0.0, 0.0)
    count = int(rng.poisson(kind.begins_hz * (end_s - start_s)))
    begins = rng.uniform(start_s, end_s, count)
    first = np.searchsorted(frames_s, begins)
    after = np.searchsorted(frames_s, begins + _lasts_s(kind, count, rng))
    many = after - first
    frame = _counted(first, many)
    return frame, np.zeros(len(frame), np.int64), np.repeat(np.arange(count), many)


def _on_hosts(kind: Spurious, there: Marked, frames_s: F64, rng: np.random.Generator) -> tuple[Numbers, Numbers, Numbers]:
    period_s = float(np.median(np.diff(frames_s))) if len(frames_s) > 1 else 0.1
    order = np.lexsort((there.frame, there.number))
    count = int(rng.poisson(kind.begins_hz * period_s * len(order)))
    first = rng.integers(0, max(len(order), 1), count)
    number = there.number[order]
    leaves = np.searchsorted(number, number[first], side="right")
    # Sampled at frames, a time of t seconds holds t / period frames on average.
    steps = np.floor(_lasts_s(kind, count, rng) / period_s + rng.random(count)).astype(np.int64)
    many = np.minimum(steps, leaves - first)
    host = order[_counted(first, many)]
    return there.frame[host], host, np.repeat(np.arange(count), many)


def _counted(first: Numbers, many: Numbers) -> Numbers:
    """first, first + 1, ... ``many`` times, for each."""
    ends = np.cumsum(many)
    return np.asarray(np.arange(int(many.sum())) - np.repeat(ends - many, many) + np.repeat(first, many), np.int64)
