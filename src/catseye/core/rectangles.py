"""Rectangles on the ground, such as footprints, and when two that keep their velocities touch."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64

Rows = npt.NDArray[np.int64]
_NEVER_S = 1e9
_BESIDE_M = 0.5  # fronts with less between their sides pass the same place
_ANGLED_RAD = np.radians(30.0)  # ways at a smaller angle are one way: the angle of a rear-end conflict in SSAM


@dataclass(frozen=True, slots=True, eq=False)
class Rectangles:
    """Rectangles: middle (N, 2), yaw (N,), half length and half width (N, 2), and the row of the table each belongs to (N,)."""

    xy_m: F64
    yaw_rad: F64
    half_m: F64
    row: Rows

    def __getitem__(self, chosen: npt.NDArray[np.generic]) -> "Rectangles":
        """Some of them."""
        return Rectangles(self.xy_m[chosen], self.yaw_rad[chosen], self.half_m[chosen], self.row[chosen])

    def axes(self) -> F64:
        """The directions of length and width, (N, 2, 2)."""
        c, s = np.cos(self.yaw_rad), np.sin(self.yaw_rad)
        return np.stack([np.stack([c, s], -1), np.stack([-s, c], -1)], 1)

    def corners(self) -> F64:
        """The corners (N, 4, 2), one after the other."""
        along, aside = (self.axes() * self.half_m[:, :, None]).transpose(1, 0, 2)
        around = np.stack([along + aside, aside - along, -along - aside, along - aside], axis=1)
        return np.asarray(self.xy_m[:, None] + around, np.float64)

    def fronts(self) -> F64:
        """The middle of each front, (N, 2)."""
        ahead = np.stack([np.cos(self.yaw_rad), np.sin(self.yaw_rad)], 1)
        return np.asarray(self.xy_m + self.half_m[:, :1] * ahead, np.float64)


def contact_s(a: Rectangles, b: Rectangles, velocity_mps: F64) -> F64:
    """When each of ``a`` (N) touches its partner of ``b`` (N), if ``a`` moves by ``velocity_mps`` (N, 2) against it.

    0 where they overlap already, infinite where they never meet. Two convex shapes meet when their shadows on each of their axes do
    (the separating axis theorem for moving boxes: Eberly 2001, "Intersection of convex objects").
    """
    (ac, as_), (bc, bs) = ((np.cos(r.yaw_rad), np.sin(r.yaw_rad)) for r in (a, b))
    # Along the axes of both, written out: a product of so small matrices takes NumPy four times as long.
    apart, nears = (
        np.stack([ac * x + as_ * y, ac * y - as_ * x, bc * x + bs * y, bc * y - bs * x])
        for x, y in ((b.xy_m - a.xy_m).T, velocity_mps.T)
    )
    alike, across = np.abs(ac * bc + as_ * bs), np.abs(ac * bs - as_ * bc)
    (al, aw), (bl, bw) = a.half_m.T, b.half_m.T
    reach = np.stack(
        [
            al + alike * bl + across * bw,
            aw + across * bl + alike * bw,
            bl + alike * al + across * aw,
            bw + across * al + alike * aw,
        ]
    )
    moving = np.abs(nears) > 1e-9
    rate = np.where(moving, nears, 1.0)
    first, last = (apart - reach) / rate, (apart + reach) / rate
    meets = np.abs(apart) < reach
    enter = np.where(moving, np.minimum(first, last), np.where(meets, -_NEVER_S, _NEVER_S)).max(axis=0)
    leave = np.where(moving, np.maximum(first, last), np.where(meets, _NEVER_S, -_NEVER_S)).min(axis=0)
    return np.asarray(np.where((enter < leave) & (leave > 0), np.maximum(enter, 0.0), np.inf), np.float64)


def ways_meet(a: Rectangles, b: Rectangles, doubt_rad: tuple[F64, F64] | None = None) -> tuple[Rows, Rows]:
    """Indices of those of ``a`` and of ``b`` whose fronts are at one place at an angle: there their ways cross or join.

    It is the fronts that are held together, for in a bend the rear of one points another way than the front of who follows it. The
    angle must stand against ``doubt_rad`` about the headings of both.
    """
    (ax, ay), (bx, by) = a.fronts().T, b.fronts().T
    reach = a.half_m[:, 1][:, None] + b.half_m[:, 1] + _BESIDE_M
    i, j = np.nonzero((ax[:, None] - bx) ** 2 + (ay[:, None] - by) ** 2 <= reach**2)
    angle = np.abs((a.yaw_rad[i] - b.yaw_rad[j] + np.pi) % (2 * np.pi) - np.pi)
    least = _ANGLED_RAD if doubt_rad is None else _ANGLED_RAD + np.hypot(doubt_rad[0][i], doubt_rad[1][j])
    angled = angle > least
    return i[angled], j[angled]
