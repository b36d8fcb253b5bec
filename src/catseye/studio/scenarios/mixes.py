"""Who is on the road, and how they drive, ride and walk, in SUMO's terms."""

from dataclasses import dataclass

from catseye.studio.bodies import MODELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a model is driven: SUMO's class, top speed, acceleration and braking, headway and gap.

    ``factor`` and ``spread`` are the mean and standard deviation of the wished speed as a share of the limit.
    """

    vclass: str
    top_mps: float
    accel_mps2: float = 2.4
    decel_mps2: float = 4.2
    tau_s: float = 1.2
    gap_m: float = 2.2
    factor: float = 1.0
    spread: float = 0.09


_CAR = Manner(vclass="passenger", top_mps=50.0)
_HEAVY = Manner(vclass="truck", top_mps=25.0, accel_mps2=1.2, decel_mps2=3.6, tau_s=1.6, gap_m=2.8, factor=0.93, spread=0.05)
MANNERS: dict[str, Manner] = {
    "hatchback": _CAR,
    "saloon": _CAR,
    "estate": _CAR,
    "suv": _CAR,
    "van": Manner(vclass="delivery", top_mps=42.0, accel_mps2=2.0, tau_s=1.3, factor=0.99),
    "box_truck": _HEAVY,
    "tipper": _HEAVY,
    "articulated": Manner(
        vclass="truck", top_mps=24.0, accel_mps2=0.9, decel_mps2=3.4, tau_s=1.8, gap_m=3.0, factor=0.9, spread=0.04
    ),
    "bus": Manner(vclass="bus", top_mps=25.0, accel_mps2=1.1, decel_mps2=3.4, tau_s=1.6, gap_m=2.8, factor=0.92, spread=0.04),
    "motorcycle": Manner(vclass="motorcycle", top_mps=50.0, accel_mps2=3.2, decel_mps2=5.0, tau_s=1.1, factor=1.04, spread=0.12),
    "bicycle": Manner(vclass="bicycle", top_mps=7.5, accel_mps2=1.2, decel_mps2=3.0, tau_s=1.1, gap_m=1.5, factor=1.0, spread=0.15),
}
TOWN: dict[str, float] = {
    "hatchback": 0.22,
    "saloon": 0.15,
    "estate": 0.12,
    "suv": 0.14,
    "van": 0.09,
    "box_truck": 0.03,
    "tipper": 0.02,
    "articulated": 0.02,
    "bus": 0.03,
    "motorcycle": 0.08,
    "bicycle": 0.10,
}
FAST: dict[str, float] = {
    "hatchback": 0.20,
    "saloon": 0.17,
    "estate": 0.16,
    "suv": 0.14,
    "van": 0.10,
    "box_truck": 0.04,
    "tipper": 0.02,
    "articulated": 0.10,
    "bus": 0.02,
    "motorcycle": 0.05,
}
_WALK_MPS = 1.35


def vehicle_types() -> str:
    """SUMO's vType elements: each model by its name, debris and those on foot too."""
    lines = []
    for name, m in MANNERS.items():
        model = MODELS[name]
        lines.append(
            f'<vType id="{name}" vClass="{m.vclass}" length="{model.length_m}" width="{model.width_m}" height="{model.height_m}"'
            f' maxSpeed="{m.top_mps}" accel="{m.accel_mps2}" decel="{m.decel_mps2}" tau="{m.tau_s}" minGap="{m.gap_m}"'
            ' sigma="0.4" jmTimegapMinor="1.5" jmCrossingGap="8" speedDev="0"/>'
        )
    thing, walker = MODELS["debris"], MODELS["walker"]
    calm = f' maxSpeed="{_WALK_MPS}" speedDev="0" minGap="0.3" impatience="0"'
    lines += [
        f'<vType id="debris" vClass="passenger" length="{thing.length_m}" width="{thing.width_m}" minGap="0.5" speedDev="0"/>',
        f'<vType id="walker" vClass="pedestrian" length="{walker.length_m}" width="{walker.width_m}"{calm}/>',
    ]
    return "\n".join(lines)
