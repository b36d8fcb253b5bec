"""How road users move on the ground: places and velocities from sightings, each with its standard deviation.

A road user goes on as it goes but for random pushes (white acceleration: Bar-Shalom, Li and Kirubarajan 2001, "Estimation with
applications to tracking and navigation", 6.2.2). Sightings before and after an instant both tell of it: one Kalman filter runs
forward over a window of instants, one backward, and where they meet their estimates are put together by their weights (the
two-filter smoother: Fraser and Potter 1969). So a window that is run backward gives the same places and the opposite velocities. It
is done twice: the second time with less belief in what lies far off.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.rules.ground import GroundView

SHARE_OF_REACH = 0.6  # of what a position is trusted to: the standard deviation of one sighting, px
LEAST_M = 0.03  # no sighting is more exact on the ground
_CUT = 4.0  # times as uncertain is who the picture's edge cuts
_LASTING = 0.5  # of a sighting's error, that the next ones share: a box that is drawn too low is so for long
_TAILS = 4.0  # degrees of freedom
_ANYWHERE = 1e8  # variance of what nothing is known of, m² and m²/s²


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Of N road users at K instants: ``xy_m`` and ``velocity_mps`` (N, K, 2), and the covariances of both, (N, K, 2, 2)."""

    xy_m: F64
    velocity_mps: F64
    place_m2: F64
    velocity_m2: F64


def covariance_m2(view: GroundView, px: F64, metres: F64, reach_px: F64, cut: npt.NDArray[np.bool_]) -> F64:
    """The covariance (N, 2, 2) on the ground, in m², of sightings at ``px`` (N, 2), which are at ``metres`` (N, 2).

    A position is as uncertain in every direction of the picture; the homography's derivative leads it to the ground. Where a box is
    ``cut`` (N,) by the picture's edge, how far the body goes on is a guess.
    """
    near = px @ view.ground[2, :2] + view.ground[2, 2]
    slope = (view.ground[None, :2, :2] - metres[:, :, None] * view.ground[None, 2:, :2]) / near[:, None, None]
    off_px = SHARE_OF_REACH * reach_px * np.where(cut, _CUT, 1.0)
    spread = off_px[:, None, None] ** 2 * (slope @ np.swapaxes(slope, 1, 2))
    return np.asarray(spread + LEAST_M**2 * np.eye(2), np.float64)


def spread_m2(view: GroundView, metres: F64, error_m: F64) -> F64:
    """The covariance (N, 2, 2) in m² of places (N, 2) whose error in all is ``error_m`` (N,), if it is one of the picture.

    Along the line of sight a place is many times as uncertain as across it.
    """
    px = view.pixels(np.pad(metres, ((0, 0), (0, 1))))
    shape = covariance_m2(view, px, metres, np.ones(len(metres)), np.zeros(len(metres), np.bool_)) - LEAST_M**2 * np.eye(2)
    total = np.trace(shape, axis1=1, axis2=2)
    return np.asarray(shape * (error_m**2 / total)[:, None, None], np.float64)


def across_m(spread: F64, heading_rad: F64 | float) -> F64:
    """The standard deviation (N,) of places with covariances (N, 2, 2) across a heading."""
    x, y = -np.sin(heading_rad), np.cos(heading_rad)
    variance = x * x * spread[:, 0, 0] + 2 * x * y * spread[:, 0, 1] + y * y * spread[:, 1, 1]
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)), np.float64)


def smooth(at_s: F64, xy_m: F64, seen_m2: F64, agility: F64, wanted: slice = slice(None)) -> Motion:
    """Where N road users were at the ``wanted`` of the instants ``at_s`` (K,), which rise, and how they moved.

    ``xy_m`` (N, K, 2) are sightings, NaN where there is none; ``seen_m2`` (N, K, 2, 2) their covariance; ``agility`` (N,) the power
    of the pushes, m²/s³. Each road user needs one sighting. Errors are taken to lie along the two axes of the mean covariance.
    """
    there = np.isfinite(xy_m[:, :, 0])
    middle = np.nansum(xy_m, axis=1) / there.sum(axis=1)[:, None]
    turn = _axes(np.where(there[:, :, None, None], seen_m2, 0.0).sum(axis=1))
    along = np.nan_to_num(xy_m - middle[:, None]) @ turn
    variance = ((seen_m2 @ turn[:, None]) * turn[:, None]).sum(axis=2)
    weight = np.where(there[:, :, None], 1.0 / np.where(there[:, :, None], variance, 1.0), 0.0)
    seen, weight = (np.moveaxis(part, 1, 0).reshape(len(at_s), -1) for part in (along, weight))
    agility = np.repeat(agility, 2)
    believed = weight * _belief(seen - _both_ways(at_s, seen, weight, agility, slice(None))[0], weight)
    state = _both_ways(at_s, seen, believed, agility, wanted)
    place, speed, place_m2, speed_m2 = (np.moveaxis(part.reshape(-1, len(xy_m), 2), 0, 1) for part in state)
    back = np.swapaxes(turn, 1, 2)
    lasting = _LASTING**2 * np.where(there[:, :, None, None], seen_m2, 0.0).sum(axis=1) / there.sum(axis=1)[:, None, None]
    return Motion(
        xy_m=place @ back + middle[:, None],
        velocity_mps=speed @ back,
        place_m2=(turn[:, None] * place_m2[:, :, None]) @ back[:, None] + lasting[:, None],
        velocity_m2=(turn[:, None] * speed_m2[:, :, None]) @ back[:, None],
    )


def _belief(off_m: F64, weight: F64) -> F64:
    """How far to believe sightings (K, 2N) that are ``off_m`` the way: those that are far off count for less, as if errors were
    drawn from Student's distribution (Lange et al. 1989, "Robust statistical modeling using the t distribution").
    """
    off = (off_m**2 * weight).reshape(len(off_m), -1, 2).sum(axis=2)
    return np.repeat((_TAILS + 2) / (_TAILS + off), 2, axis=1)


def _axes(covariance: F64) -> F64:
    """The turns (N, 2, 2) whose columns are the axes of covariances (N, 2, 2)."""
    angle = 0.5 * np.arctan2(2 * covariance[:, 0, 1], covariance[:, 0, 0] - covariance[:, 1, 1])
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(np.stack([np.stack([cos, -sin], axis=-1), np.stack([sin, cos], axis=-1)], axis=1), np.float64)


def _both_ways(at_s: F64, seen: F64, weight: F64, agility: F64, wanted: slice) -> tuple[F64, F64, F64, F64]:
    """Places, speeds and their variances (K, L) of L motions on a line, from sightings (K, L) and their inverse variances."""
    n = seen.shape[1]
    steps = np.stack([np.diff(at_s, prepend=at_s[:1]), np.diff(-at_s[::-1], prepend=-at_s[-1:])])
    both = np.concatenate([seen, seen[::-1]], axis=1), np.concatenate([weight, weight[::-1]], axis=1)
    before, after = _filtered(np.repeat(steps, n, axis=0).T.copy(), *both, np.tile(agility, 2))
    x, v, a, b, c = np.moveaxis(after[wanted, :, :n], 1, 0)  # what is known by all up to an instant
    y, w, d, e, f = np.moveaxis(before[::-1, :, n:][wanted], 1, 0)  # and by all after it, the other way
    w, e = -w, -e
    one, other = 1.0 / (a * c - b * b), 1.0 / (d * f - e * e)
    p, q, r = c * one + f * other, -(b * one + e * other), a * one + d * other
    g = (c * x - b * v) * one + (f * y - e * w) * other
    h = (a * v - b * x) * one + (d * w - e * y) * other
    whole = 1.0 / (p * r - q * q)
    return (r * g - q * h) * whole, (p * h - q * g) * whole, r * whole, p * whole


def _filtered(steps: F64, seen: F64, weight: F64, agility: F64) -> tuple[F64, F64]:
    """Kalman's filter on L lines at K instants: place, speed and the three entries of their covariance, (K, 5, L).

    Before and after each instant's sighting.
    """
    before, after = np.empty((2, len(seen), 5, seen.shape[1]))
    x, v, b = np.zeros((3, seen.shape[1]))
    a, c = np.full((2, seen.shape[1]), _ANYWHERE)
    pushes = agility * steps
    for t, push, z, w, prior, later in zip(steps, pushes, seen, weight, before, after, strict=True):
        x = x + t * v
        a = a + t * (2 * b + t * (c + push / 3))
        b = b + t * (c + push / 2)
        c = c + push
        prior[0], prior[1], prior[2], prior[3], prior[4] = x, v, a, b, c
        less = 1.0 / (1.0 + a * w)
        off = w * less * (z - x)
        x, v = x + a * off, v + b * off
        a, b, c = a * less, b * less, c - b * b * w * less
        later[0], later[1], later[2], later[3], later[4] = x, v, a, b, c
    return before, after
