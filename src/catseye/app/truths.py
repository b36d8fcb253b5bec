"""Opens what is known of a clip beforehand."""

from pathlib import Path
from typing import TYPE_CHECKING

from catseye.app.sources import open_source
from catseye.core.ids import RunId, StreamId
from catseye.core.known import KnownCrossing, KnownLine, KnownTruth, KnownTurn
from catseye.core.scene import Scene
from catseye.ports import Clock, SourceInfo

if TYPE_CHECKING:
    from catseye.core.truth import Truth


def open_truth(path: Path, scene: Scene, source: str, clock: Clock) -> KnownTruth:
    """The truth of the clip ``source``: a studio's folder, a MOTChallenge gt.txt or the folder above it, or a CVAT XML.

    The true crossings of a truth that people marked are those of the lines of ``scene``; the clip is asked for its rate. Raises
    ConfigError, and SourceError where the clip cannot be opened.
    """
    from catseye.core.errors import ConfigError
    from catseye.evaluate.files import truth_for

    if (path / "truth.json").is_file():
        return _of_studio(path)
    if path.is_dir() and not (path / "gt" / "gt.txt").is_file():
        raise ConfigError(
            f"{path} holds no truth: neither a studio's truth.json nor gt/gt.txt.",
            "Give a folder of 'catseye studio traffic', a MOTChallenge folder or gt.txt, or a CVAT 1.1 XML file.",
        )
    return _of_people(truth_for(path), scene, source, clock)


def _of_studio(folder: Path) -> KnownTruth:
    from catseye.core.errors import ConfigError
    from catseye.core.road_users import RoadUser
    from catseye.studio.files import read_counts, read_street

    info, crossed, movements = read_counts(folder)
    street = read_street(folder)
    told = [(row.line, row.direction, row.road_user, row.at_s) for row in crossed]
    told += [(row.movement, row.movement, row.road_user, row.at_s) for row in movements]
    try:
        crossings = [
            KnownCrossing(rule=rule, direction=direction, road_user=RoadUser[kind.upper()], at_s=at_s)
            for rule, direction, kind, at_s in told
        ]
    except KeyError as error:
        raise ConfigError(
            f"The truth in {folder} has a road user of no known kind: {error}.", "Make it anew: 'catseye studio traffic'."
        ) from error
    return KnownTruth(
        lines=tuple(KnownLine(name=line.name, directions=line.directions) for line in street.lines),
        turns=tuple(KnownTurn(movement=m.name, origin=m.origin, turn=m.turn) for m in street.movements),
        crossings=tuple(sorted(crossings, key=lambda crossing: crossing.at_s)),
        until_s=info.minutes * 60,
    )


def _of_people(truth: "Truth", scene: Scene, source: str, clock: Clock) -> KnownTruth:
    from catseye.core.errors import ConfigError
    from catseye.evaluate.crossings import crossings
    from catseye.evaluate.kinds import judged

    info = _asked(source, clock)
    size, fps = truth.size or info.size, info.fps or truth.fps  # its frames come at the clip's pace, whatever the camera's was
    if fps is None:
        raise ConfigError("Neither the truth nor the clip tells the frame rate.", "Put a seqinfo.ini beside the truth.")
    found = [
        KnownCrossing(rule=c.line, direction=c.direction, road_user=c.road_user, at_s=c.frame / fps, optional=c.optional)
        for c in crossings(truth, scene, size)
    ]
    return KnownTruth(
        lines=tuple(KnownLine(name=line.name, directions=line.directions) for line in scene.lines),
        turns=(),
        crossings=tuple(found),
        kinds=judged(truth.kinds),
        until_s=truth.frames / fps,
    )


def _asked(source: str, clock: Clock) -> SourceInfo:
    opened = open_source(source, stream=StreamId("truth"), run=RunId("truth"), clock=clock)
    try:
        return opened.info
    finally:
        opened.close()
