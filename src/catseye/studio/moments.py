"""What the measuring engines are given, made of a studio's truth: perfect moments, and those that the product makes of what a
camera's detector saw. So an engine's own errors can be told from those of seeing.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from catseye.core.events import Event, LineCrossed, MovementCompleted
from catseye.core.geometry import F64
from catseye.core.ground import GroundSightings
from catseye.core.ids import RunId, StreamId, event_id
from catseye.core.time import nanoseconds
from catseye.core.traffic import Passage, TrafficRecord
from catseye.pipeline.blind import NoPicture, unseen_frame
from catseye.pipeline.camera import CameraPipeline, PipelineParams, tracker_at
from catseye.studio.bodies import MODELS
from catseye.studio.camera import PoleCamera
from catseye.studio.cutting import on_ground
from catseye.studio.observe.agreement import by_frame
from catseye.studio.observe.observing import Observed
from catseye.studio.poses import Poses, poses_at
from catseye.studio.scene_of import in_view
from catseye.studio.street import Street
from catseye.studio.truth import Crossed, MovementDone, StudioTruth
from catseye.traffic.engine import Moment

if TYPE_CHECKING:
    import numpy.typing as npt

STREAM, RUN = StreamId("studio"), RunId("studio")
_FRAMES = 300  # poses worked out at a time
_THING = -1


def truth_moments(truth: StudioTruth, street: Street, camera: PoleCamera | None, fps: float) -> Iterator[Moment]:
    """Everyone as they truly stood, ``fps`` times a second, with the crossings and movements of the truth; nothing is uncertain.

    With a camera only those whose footprint's middle is in its view, hidden or not; events then have their place in its picture,
    else (0, 0). Things that are no road users are left out.
    """
    bodies = _Bodies(truth)
    told = _Told(truth, street, camera)
    at_s = np.arange(int(truth.info.minutes * 60 * fps + 1e-6)) / fps
    for first in range(0, len(at_s), _FRAMES):
        part = at_s[first : first + _FRAMES]
        poses = poses_at(truth, part)
        kept = bodies.kind[poses.number] != _THING
        if camera is not None:
            kept &= in_view(on_ground(poses.xy_m), camera)
        for k, instant_s in enumerate(part.tolist()):
            rows = np.flatnonzero(kept & (poses.index == k))
            events, passages = told.until(instant_s)
            yield Moment(seen=_sightings(poses, rows, instant_s, bodies), events=events, passages=passages)


def observed_moments(
    seen: Observed, size: tuple[int, int], *, threshold: float, stream: StreamId = STREAM, run: RunId = RUN
) -> Iterator[Moment]:
    """The product's own moments of what was seen of a run (``observing.observe``); ``threshold`` is the detector's.

    No picture is looked at.
    """
    kept: list[Moment] = []
    pipeline = CameraPipeline(
        stream=stream,
        run=run,
        size=size,
        scene=seen.scene,
        params=PipelineParams(tracker=tracker_at(threshold)),
        engines=lambda *_: [_Keeper(kept)],
    )
    picture = NoPicture(size)
    for seq, _, found in by_frame(seen.answers, seen.frames_s, size):
        pipeline.advance(unseen_frame(seq, found.at_ns, picture), found)
        yield from kept
        kept.clear()
    pipeline.close()
    yield from kept


class _Keeper:
    """An engine that measures nothing and keeps the moments."""

    def __init__(self, kept: list[Moment]) -> None:
        self._kept = kept

    def update(self, moment: Moment) -> list[TrafficRecord]:
        self._kept.append(moment)
        return []

    def close(self, at_ns: int) -> list[TrafficRecord]:  # noqa: ARG002 - as of every engine
        return []


class _Bodies:
    """Kind, length and width by number."""

    def __init__(self, truth: StudioTruth) -> None:
        most = max((user.number for user in truth.road_users), default=0)
        self.kind: npt.NDArray[np.int16] = np.full(most + 1, _THING, np.int16)
        self.size_m = np.zeros((most + 1, 2))
        for user in truth.road_users:
            model = MODELS[user.model]
            self.kind[user.number] = _THING if model.road_user is None else model.road_user
            self.size_m[user.number] = model.length_m, model.width_m


def _sightings(poses: Poses, rows: "npt.NDArray[np.intp]", at_s: float, bodies: _Bodies) -> GroundSightings:
    number, yaw = poses.number[rows].astype(np.int64), poses.yaw_rad[rows]
    nothing = np.zeros(len(rows))
    return GroundSightings(
        at_ns=nanoseconds(at_s),
        number=number,
        road_user=bodies.kind[number],
        xy_m=poses.xy_m[rows],
        velocity_mps=poses.speed_mps[rows, None] * np.column_stack([np.cos(yaw), np.sin(yaw)]),
        place_error_m=nothing,
        speed_error_mps=nothing,
        heading_rad=yaw,
        length_m=bodies.size_m[number, 0],
        width_m=bodies.size_m[number, 1],
        seen=np.ones(len(rows), np.bool_),
    )


class _Told:
    """The truth's crossings and movements as events, told with the first moment after each."""

    def __init__(self, truth: StudioTruth, street: Street, camera: PoleCamera | None) -> None:
        self._camera = camera
        self._movements = {movement.name: movement for movement in street.movements}
        rows: list[Crossed | MovementDone] = [*truth.crossed, *truth.movements]
        self._rows = sorted(rows, key=lambda row: (row.at_s, isinstance(row, MovementDone), row.number), reverse=True)
        self._places = _places(truth, [(row.at_s, row.number) for row in rows])
        self._length_m = {user.number: MODELS[user.model].length_m for user in truth.road_users}

    def until(self, at_s: float) -> tuple[list[Event], list[Passage]]:
        """What happened since the last call."""
        events: list[Event] = []
        passages: list[Passage] = []
        while self._rows and self._rows[-1].at_s <= at_s:
            ordinal, row = len(self._rows), self._rows.pop()
            place = self._places.get((row.at_s, row.number))
            if place is None or (self._camera is not None and not in_view(on_ground(place), self._camera).all()):
                continue
            if isinstance(row, MovementDone):
                events.append(self._moved(row, place, at_s, ordinal))
            else:
                event = self._crossed(row, place, at_s, ordinal)
                events.append(event)
                passages.append(self._passage(row, event))
        return events, passages

    def _unit(self, place: F64) -> tuple[float, float]:
        if self._camera is None:
            return 0.0, 0.0
        px, _ = self._camera.project(on_ground(place))
        x, y = (px[0] / np.array(self._camera.size)).tolist()
        return x, y

    def _crossed(self, row: Crossed, place: F64, at_s: float, ordinal: int) -> LineCrossed:
        return LineCrossed(
            id=event_id(RUN, "line", row.line, row.number, ordinal),
            stream=STREAM,
            run=RUN,
            track=row.number,
            rule=row.line,
            at_ns=nanoseconds(row.at_s),
            seen_at_ns=nanoseconds(at_s),
            road_user=row.road_user,
            point_unit=self._unit(place),
            scene_revision="",
            direction=row.direction,
        )

    def _passage(self, row: Crossed, event: LineCrossed) -> Passage:
        return Passage(
            event=event.id,
            stream=STREAM,
            run=RUN,
            rule=row.line,
            direction=row.direction,
            road_user=row.road_user,
            at_ns=event.at_ns,
            speed_mps=row.speed_mps,
            error_mps=0.0,
            length_m=self._length_m[row.number],
        )

    def _moved(self, row: MovementDone, place: F64, at_s: float, ordinal: int) -> MovementCompleted:
        movement = self._movements[row.movement]
        return MovementCompleted(
            id=event_id(RUN, "movement", row.movement, row.number, ordinal),
            stream=STREAM,
            run=RUN,
            track=row.number,
            rule=row.movement,
            at_ns=nanoseconds(row.at_s),
            seen_at_ns=nanoseconds(at_s),
            road_user=row.road_user,
            point_unit=self._unit(place),
            scene_revision="",
            origin=movement.origin,
            destination=movement.destination,
        )


def _places(truth: StudioTruth, when: list[tuple[float, int]]) -> dict[tuple[float, int], F64]:
    """Where road users were, (1, 2) m, by time and number; without those who were nowhere then."""
    at_s = np.array(sorted({instant_s for instant_s, _ in when}))
    poses = poses_at(truth, at_s)
    wanted = set(when)
    keys = zip(at_s[poses.index].tolist(), poses.number.tolist(), strict=True)
    return {key: poses.xy_m[row : row + 1] for row, key in enumerate(keys) if key in wanted}
