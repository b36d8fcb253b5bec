"""What the store knows of one model."""

import msgspec

from catseye.vision.families import DETECTORS, Kind


class InstalledModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model in the store. ``files`` maps names to SHA-256, the network's own file first.

    ``sha256`` is of the weights as published. ``input_size`` is (width, height), or None where the network takes any.
    """

    name: str
    kind: Kind
    family: str
    road_users: tuple[str, ...]
    input_size: tuple[int, int] | None
    sha256: str
    files: dict[str, str]
    origin: str

    def __post_init__(self) -> None:
        if self.kind is Kind.DETECTOR and self.family not in DETECTORS:
            raise ValueError(f"no family of detectors {self.family!r}")

    @property
    def names_kinds(self) -> bool:
        """Whether it tells cars from buses, rather than finding vehicles as such."""
        return self.kind is Kind.DETECTOR and DETECTORS[self.family].names_kinds
