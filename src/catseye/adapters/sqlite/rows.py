"""Records as rows: which series an event belongs to, and its body as text."""

import msgspec

from catseye.core.events import Event, LineCrossed, MovementCompleted, ZoneEntered, ZoneLeft
from catseye.core.receipt import TruthSample
from catseye.core.scene import Scene
from catseye.core.traffic import TrafficRecord

ENTERED, LEFT = "entered", "left"

Series = tuple[str, str, str, str]  # stream, rule, direction, road user

_encoder = msgspec.json.Encoder(order="deterministic")
_event: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_scene = msgspec.json.Decoder(Scene)
_sample = msgspec.json.Decoder(TruthSample)


def series_of(event: Event) -> Series:
    """What the event adds one to. A movement's direction is its own name; a zone has ``entered`` and ``left``."""
    match event:
        case LineCrossed():
            direction = event.direction
        case MovementCompleted():
            direction = event.rule
        case ZoneEntered():
            direction = ENTERED
        case ZoneLeft():
            direction = LEFT
    return (event.stream, event.rule, direction, event.road_user)


def rules_of(scene: Scene) -> list[tuple[str, str]]:
    """Every (rule, direction) that a scene counts."""
    lines = [(line.name, direction) for line in scene.lines for direction in line.directions]
    movements = [(movement.name, movement.name) for movement in scene.movements]
    zones = [(zone.name, direction) for zone in scene.visited for direction in (ENTERED, LEFT)]
    return lines + movements + zones


def to_body(struct: Event | Scene | TruthSample | TrafficRecord) -> str:
    """The text a record is kept as; the same record always has the same one."""
    return _encoder.encode(struct).decode()


def event_of(body: str) -> Event:
    """The event of a body. Raises msgspec.DecodeError."""
    return _event.decode(body)


def scene_of(body: str) -> Scene:
    """The scene of a body. Raises msgspec.DecodeError."""
    return _scene.decode(body)


def sample_of(body: str) -> TruthSample:
    """The truth sample of a body. Raises msgspec.DecodeError."""
    return _sample.decode(body)
