"""What a bench says."""

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured value. ``target`` is the most it may be, None where none is set.

    Where a value is a ratio, ``product`` and ``limit`` are what was divided, in ``measured_in``.
    """

    part: str
    what: str
    value: float
    unit: str
    target: float | None = None
    product: float | None = None
    limit: float | None = None
    measured_in: str = ""
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        return None if self.target is None else self.value <= self.target


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What it was measured on. ``load`` is the mean number of waiting programs in the last minute before the bench began."""

    processor: str
    cores: float
    load: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of one run."""

    catseye: str
    machine: Machine
    repeats: int
    figures: tuple[Figure, ...]

    @property
    def met(self) -> bool:
        """Whether no target is missed."""
        return all(figure.met is not False for figure in self.figures)


def ratio(part: str, what: str, *, product: float, limit: float, target: float | None, measured_in: str, note: str = "") -> Figure:
    """A figure that is ``product`` over ``limit``."""
    return Figure(
        part=part,
        what=what,
        value=product / limit,
        unit="x",
        target=target,
        product=product,
        limit=limit,
        measured_in=measured_in,
        note=note,
    )
