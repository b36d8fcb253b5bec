"""The registry of measures: what each is, in which unit, by whose definition, and how it follows from merged minutes."""

from dataclasses import dataclass

from catseye.core.speeds import KMH
from catseye.core.traffic import PlaceKind
from catseye.traffic.measures import values
from catseye.traffic.measures.merging import HOUR_S, Merged
from catseye.traffic.measures.values import Of, Value

_HCM = "HCM 6th ed. (TRB 2016)"
_EDIE = "Edie 1963, Discussion of traffic stream measurements and definitions"
_VISSIM = "VISSIM's defaults, by FHWA-HRT-04-040"
_EVERYWHERE: tuple[PlaceKind, ...] = ("line", "lane", "approach", "zone", "movement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure. ``places`` are the kinds of place that have it."""

    name: str
    unit: str
    words: str
    source: str
    places: tuple[PlaceKind, ...]
    of: Of


def _measures() -> tuple[Measure, ...]:
    return (*_flows(), *_speeds(), *_between(), *_edie(), *_queues(), *_delays(), *_on_foot())


def _flows() -> tuple[Measure, ...]:
    return (
        Measure(
            name="volume",
            unit="road users",
            words="How many passed: over the line (both directions are told apart), over the lane's station, over the "
            "approach's stop lines, into the zone, or through the movement. Counted, never estimated; of the time "
            "watched alone.",
            source=f"{_HCM}, ch. 4",
            places=_EVERYWHERE,
            of=values.total("volume"),
        ),
        Measure(
            name="flow_rate",
            unit="road users/h",
            words="The volume by the hours watched.",
            source=f"{_HCM}, ch. 4",
            places=_EVERYWHERE,
            of=values.rate("volume", HOUR_S),
        ),
        Measure(
            name="peak_hour_factor",
            unit="1",
            words="The volume of an hour by four times that of its busiest quarter. Of whole hours alone, and only "
            "where each quarter was watched for nine tenths.",
            source=f"{_HCM}, ch. 4",
            places=_EVERYWHERE,
            of=values.peak_hour_factor,
        ),
        Measure(
            name="estimated_volume",
            unit="road users",
            words="How many more probably did the movement: of those who were seen on a part of their way only, the sum "
            "of the probabilities that it was this one, by the ways learned from those seen from end to end. No "
            "part of the volume.",
            source="Catseye, docs/guide/measures.md",
            places=("movement",),
            of=values.total("estimated"),
        ),
    )


def _speeds() -> tuple[Measure, ...]:
    return (
        Measure(
            name="time_mean_speed",
            unit="km/h",
            words="The arithmetic mean of the speeds at the line or station.",
            source=f"{_HCM}, ch. 4",
            places=("line", "lane"),
            of=values.ratio("speed_mps", "speed_n", KMH),
        ),
        Measure(
            name="space_mean_speed",
            unit="km/h",
            words="Of a lane: the way driven on what is seen of it by the time spent there. Of a line: the harmonic "
            "mean of the speeds over it; who creeps counts as 0.5 m/s.",
            source=f"{_EDIE}; {_HCM}, ch. 4",
            places=("line", "lane"),
            of=values.space_mean_speed,
        ),
        Measure(
            name="p85_speed",
            unit="km/h",
            words="The speed at the line or station that 85 % do not exceed, from bins of 1 km/h.",
            source="FHWA, Traffic Monitoring Guide (2022)",
            places=("line", "lane"),
            of=values.percentile("speed_kmh", 0.85),
        ),
    )


def _between() -> tuple[Measure, ...]:
    return (
        Measure(
            name="headway",
            unit="s",
            words="The mean time from one front to the next at the lane's station. The tally has the distribution, in "
            "bins of 0.5 s.",
            source=f"{_HCM}, ch. 4",
            places=("lane",),
            of=values.ratio("headway_s", "headway_n"),
        ),
        Measure(
            name="gap",
            unit="s",
            words="The mean time from a rear to the next front at the lane's station. The tally has the distribution.",
            source=f"{_HCM}, ch. 4",
            places=("lane",),
            of=values.ratio("gap_s", "gap_n"),
        ),
        Measure(
            name="occupancy",
            unit="%",
            words="The share of the time watched in which a vehicle stood or passed over the lane's station (between "
            "its front and its rear), or in which anybody was in the zone.",
            source=f"{_HCM}, ch. 4",
            places=("lane", "zone"),
            of=values.rate("occupied_s", 100.0),
        ),
    )


def _edie() -> tuple[Measure, ...]:
    return (
        Measure(
            name="density",
            unit="veh/km",
            words="The time that vehicles spent on what is seen of the lane, by its length and the time watched.",
            source=_EDIE,
            places=("lane",),
            of=values.ratio("time_s", "area_ms", 1000.0),
        ),
        Measure(
            name="area_flow",
            unit="veh/h",
            words="The way that vehicles drove on what is seen of the lane, by its length and the time watched. It is "
            "density times space-mean speed, exactly.",
            source=_EDIE,
            places=("lane",),
            of=values.ratio("distance_m", "area_ms", float(HOUR_S)),
        ),
        Measure(
            name="spacing",
            unit="m",
            words="The mean way from front to front: the inverse of density.",
            source=f"{_HCM}, ch. 4",
            places=("lane",),
            of=values.ratio("area_ms", "time_s"),
        ),
        Measure(
            name="density_level_of_service",
            unit="A to F",
            words="The level of a motorway's lane by its density, of vehicles as they are: HCM's passenger cars would "
            "be more. Of no meaning near junctions.",
            source=f"{_HCM}, ch. 12",
            places=("lane",),
            of=values.density_level,
        ),
    )


def _queues() -> tuple[Measure, ...]:
    joins = "One joins a queue below 5 km/h, leaves it above 10 km/h, and it ends where the next is more than 20 m behind."
    return (
        Measure(
            name="queue_vehicles",
            unit="vehicles",
            words=f"The mean number queued before the stop lines, sampled each second, of what is seen. {joins}",
            source=_VISSIM,
            places=("approach", "lane"),
            of=values.ratio("queue_vehicles", "queue_samples"),
        ),
        Measure(
            name="queue_vehicles_most",
            unit="vehicles",
            words="The most that were queued at once.",
            source=_VISSIM,
            places=("approach", "lane"),
            of=values.largest("queue_vehicles", "queue_samples"),
        ),
        Measure(
            name="queue_length",
            unit="m",
            words="The mean way from the stop line to the last rear of the queue; of an approach that of its longest lane.",
            source=_VISSIM,
            places=("approach", "lane"),
            of=values.ratio("queue_m", "queue_samples"),
        ),
        Measure(
            name="queue_length_most",
            unit="m",
            words="The furthest back of the queue.",
            source=_VISSIM,
            places=("approach", "lane"),
            of=values.largest("queue_m", "queue_samples"),
        ),
        Measure(
            name="queue_cut",
            unit="%",
            words="The share of the samples in which the queue came to within 7.5 m of where the view of its lane "
            "begins: it may have gone on beyond, and what is told of it is a lower bound.",
            source="Catseye, docs/guide/measures.md",
            places=("approach", "lane"),
            of=values.ratio("queue_cut", "queue_samples", 100.0),
        ),
        Measure(
            name="stops",
            unit="halts",
            words="How often vehicles on the approach stood (below 5 km/h) for 3 s.",
            source="Catseye, docs/ref/studio-truth.md",
            places=("approach",),
            of=values.total("stops"),
        ),
    )


def _delays() -> tuple[Measure, ...]:
    return (
        Measure(
            name="control_delay",
            unit="s/veh",
            words="The mean time that motor vehicles took from the upstream end of the seen part of the approach until "
            "they entered the zone they left by (or went out of sight beyond the stop line), less that of the "
            "same way at free speed: the lane's limit, or the 85th percentile of those who did not queue. Delay "
            "before the seen part is not in it. Who is hidden in the queue for a while is joined to who comes out near "
            "there.",
            source=f"{_HCM}, ch. 19 and 31",
            places=("approach",),
            of=values.control_delay,
        ),
        Measure(
            name="level_of_service",
            unit="A to F",
            words="The level of the control delay: up to 10, 20, 35, 55, 80 s at signals, up to 10, 15, 25, 35, 50 s without.",
            source=f"{_HCM}, ch. 19, 20 and 22",
            places=("approach",),
            of=values.level_of_service,
        ),
        Measure(
            name="saturation_flow",
            unit="veh/h of green",
            words="The inverse of the mean headway over the stop line of the fifth and later vehicles of each queue at "
            "a signal, of traffic as it is. From 10 headways.",
            source=f"{_HCM}, ch. 31",
            places=("lane",),
            of=values.saturation_flow,
        ),
    )


def _on_foot() -> tuple[Measure, ...]:
    return (
        Measure(
            name="wait",
            unit="s",
            words="The mean time that people who then crossed had been in the waiting zone; walking straight through it counts.",
            source=f"{_HCM}, ch. 19",
            places=("zone",),
            of=values.ratio("wait_s", "wait_n"),
        ),
        Measure(
            name="wait_most",
            unit="s",
            words="The longest such time.",
            source=f"{_HCM}, ch. 19",
            places=("zone",),
            of=values.largest("wait_s", "wait_n"),
        ),
        Measure(
            name="present",
            unit="road users",
            words="How many were in the zone, on average over the time watched.",
            source="Catseye, docs/guide/measures.md",
            places=("zone",),
            of=values.rate("time_s", 1.0),
        ),
    )


MEASURES = {measure.name: measure for measure in _measures()}


def values_of(kind: PlaceKind, interval: Merged) -> dict[str, Value]:
    """All measures that a kind of place has, of one interval."""
    return {name: measure.of(interval) for name, measure in MEASURES.items() if kind in measure.places}
