"""The keys of a ``TrafficMinute``: ``measure``, ``measure/kind`` or ``measure/kind/direction``, the kind empty where all are meant.

What each key holds, and which place has it:

=================  =================================================================================================
lines, lanes       ``volume/kind/direction``; ``speed_n``, ``speed_mps`` (sum), ``pace_spm`` (sum of 1 / speed, s/m)
lanes              ``headway_n``, ``headway_s``, ``gap_n``, ``gap_s``, ``occupied_s`` at the lane's station;
                   ``distance_m``, ``time_s``, ``area_ms`` (length times observed time) over the lane;
                   ``entered``, ``left``, ``left_time_s`` (what those who left spent on it)
approaches, lanes  ``queue_samples``, ``queue_vehicles``, ``queue_m``, ``queue_cut`` (samples whose queue may go on
                   beyond the view); ``volume/kind`` over the stop line; ``stops``; ``delay_n``, ``delay_time_s``,
                   ``delay_free_s``; ``saturation_n``, ``saturation_s``
zones              ``volume/kind`` entries; ``occupied_s``; ``time_s`` of all inside; ``wait_n``, ``wait_s``
movements          ``volume/kind``; ``estimated/kind`` (expected number of incomplete ways that were this movement)
=================  =================================================================================================

Tallies, by the lower edge of a bin: ``speed_kmh``, ``headway_s``, ``gap_s``, ``wait_s``, ``delay_s``, ``queue_m`` and
``queue_vehicles``. Most: the queues, ``wait_s``, and ``signal`` where an approach has one.
"""

BIN: dict[str, float] = {
    "speed_kmh": 1.0,
    "headway_s": 0.5,
    "gap_s": 0.5,
    "wait_s": 1.0,
    "delay_s": 5.0,
    "queue_m": 1.0,
    "queue_vehicles": 1.0,
}


def key(measure: str, kind: str = "", direction: str = "") -> str:
    """The key of a measure, of one kind of road user and one direction where given."""
    return f"{measure}/{kind}/{direction}" if direction else f"{measure}/{kind}" if kind else measure


def parts(text: str) -> tuple[str, str, str]:
    """Measure, kind and direction of a key; a direction may hold anything."""
    measure, kind, direction = (*text.split("/", 2), "", "")[:3]
    return measure, kind, direction


def bin_of(measure: str, value: float) -> str:
    """The bin of a tally that holds a value: its lower edge."""
    return f"{value // BIN[measure] * BIN[measure]:g}"
