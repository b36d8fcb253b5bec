"""Scene files: TOML to ``Scene`` and back."""

import json
import re
import tomllib
from pathlib import Path
from typing import Literal, cast

import msgspec
import msgspec.inspect

from catseye.config import calibrated, drawing
from catseye.config.findings import Finding, Findings, Severity
from catseye.config.locate import locate
from catseye.config.shape import clean
from catseye.core.errors import ConfigError
from catseye.core.geometry import XY
from catseye.core.scene import Lane, Scene

LARGEST_FILE = 256 * 1024  # bytes; a scene of a hundred lines has a tenth of this


class SceneFile(Scene, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scene as written: with ``units = "pixel"`` its coordinates are pixels of ``drawn_for``."""

    units: Literal["unit", "pixel"] = "unit"


def read_text(path: Path) -> str:
    """The text of a user's TOML file. Raises ConfigError when it cannot be read as UTF-8 text of a sane size."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise ConfigError(f"No such file: {path}", "Check the path.") from None
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror}.", "Give a readable scene file.") from error
    if len(data) > LARGEST_FILE:
        raise ConfigError(
            f"{path} is larger than {LARGEST_FILE} bytes.", "Give a scene file; a video belongs after 'catseye watch'."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8 text.", "Save the file as UTF-8.") from error


def load_scene(path: Path, *, to_be_calibrated: bool = False) -> Scene:
    """The scene of a file. Raises ConfigError with the first error found and the number of others; warnings are not looked at.

    ``to_be_calibrated``: what needs a homography, such as a lane, is no error without one.
    """
    scene, findings = parse_scene(read_text(path), name=str(path), to_be_calibrated=to_be_calibrated)
    if scene is not None:
        return scene
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    others = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    place = f"{path}:{errors[0].line}" if errors[0].line else str(path)
    listing = f" 'catseye check {path}' lists them all." if others else ""
    raise ConfigError(f"{place}: {errors[0].message}{others}", f"{errors[0].remedy}{listing}".strip())


def parse_scene(
    text: str, *, name: str, size: tuple[int, int] | None = None, to_be_calibrated: bool = False
) -> tuple[Scene | None, list[Finding]]:
    """The scene of a TOML text, or None when there is an error, and all findings in order.

    ``name`` says where the text is from; ``size`` (width, height) of which picture's pixels warnings speak (None: ``drawn_for``).
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: TOMLDecodeError, and numbers of more digits than Python reads
        return None, [_syntax_finding(text, error, name)]
    findings = Findings(locate(text))
    usable = cast("dict[str, object]", clean(document, msgspec.inspect.type_info(SceneFile), (), findings))
    scene = drawing.judge(usable, findings, meant_for=size, to_be_calibrated=to_be_calibrated)
    return (None if findings.any_error else scene), findings.listed()


def file_units(text: str) -> tuple[int, int] | None:
    """The picture size (width, height) whose pixels the points of a sound scene text are in; None: shares of the picture."""
    document = tomllib.loads(text)
    if document.get("units") != "pixel":
        return None
    width, height = document["drawn_for"]
    return int(width), int(height)


def _syntax_finding(text: str, error: Exception, name: str) -> Finding:
    """The one finding of a text that is not TOML."""
    said = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL)
    lines = text.count("\n") + (not text.endswith("\n"))
    line, column, message = None, None, "nested too deeply" if isinstance(error, RecursionError) else "a value that cannot be read"
    if said:
        message = said[1]
        line, column = (int(said[2]), int(said[3])) if said[2] else (max(lines, 1), None)
    remedy = f"Is {Path(name).name} a TOML file? Text needs quotes, and every bracket its partner."
    return Finding(line=line, column=column, key="", severity=Severity.ERROR, message=f"not TOML: {message}.", remedy=remedy)


def check_fits(scene: Scene, size: tuple[int, int]) -> None:
    """Raise ConfigError unless a picture of ``size`` (width, height) has the shape of the one the scene was drawn for."""
    if scene.drawn_for is not None and not scene.fits(size):
        drawn = "x".join(map(str, scene.drawn_for))
        raise ConfigError(
            f"The scene is drawn for a picture of {drawn}, this one is {size[0]}x{size[1]}, of another shape.",
            "Draw the scene again on this view, or set drawn_for if both show the same view.",
        )


def dump_scene(scene: Scene, *, comment: str = "") -> str:
    """A scene as TOML; ``parse_scene`` of it gives an equal scene. ``comment`` stands above it."""
    out = [f"# {''.join(c for c in line if c.isprintable())}".rstrip() for line in comment.splitlines()]
    if out:
        out.append("")
    out.append(f"timezone = {_quoted(scene.timezone)}")
    if scene.drawn_for is not None:
        out.append(f"drawn_for = [{scene.drawn_for[0]}, {scene.drawn_for[1]}]")
    if scene.homography is not None:
        rows = [scene.homography[row : row + 3] for row in (0, 3, 6)]
        out += ["homography = [", *(f"  {', '.join(map(_number, row))}," for row in rows), "]"]
    if scene.error_m is not None:
        out.append(f"error_m = {_number(scene.error_m)}")
    for line in scene.lines:
        ways = ", ".join(map(_quoted, line.directions))
        out += ["", "[[lines]]", f"name = {_quoted(line.name)}", f"points = {_points(line.points)}", f"directions = [{ways}]"]
    for zone in scene.zones:
        out += ["", "[[zones]]", f"name = {_quoted(zone.name)}", f"polygon = {_points(zone.polygon)}"]
        out += [f"use = {_quoted(zone.use)}"] if zone.use != "any" else []
    for lane in scene.lanes:
        out += ["", *_lane(lane)]
    for signal in scene.signals:
        out += ["", "[[signals]]", f"name = {_quoted(signal.name)}"]
        out += [f"region = {_points(signal.region)}"] if signal.region else []
    for mask in scene.masks:
        out += ["", "[[masks]]", f"name = {_quoted(mask.name)}", f"polygon = {_points(mask.polygon)}"]
    for movement in scene.movements:
        out += ["", "[[movements]]", f"name = {_quoted(movement.name)}"]
        out += [f"origin = {_quoted(movement.origin)}", f"destination = {_quoted(movement.destination)}"]
        out += [f"permission = {_quoted(movement.permission)}"] if movement.permission != "allowed" else []
    end = "" if scene.calibration is None else f"\n{calibrated.written(scene.calibration)}"
    return "\n".join(out) + "\n" + end


def _lane(lane: Lane) -> list[str]:
    out = ["[[lanes]]", f"name = {_quoted(lane.name)}", f"points = {_points(lane.points)}", f"width_m = {_number(lane.width_m)}"]
    out += [f"{key} = {_quoted(text)}" for key, text in (("approach", lane.approach), ("signal", lane.signal)) if text]
    out += [f"limit_kmh = {_number(lane.limit_kmh)}"] if lane.limit_kmh is not None else []
    return out + ([f"use = {_quoted(lane.use)}"] if lane.use != "all" else [])


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, but for the one character JSON need not escape."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _number(value: float) -> str:
    return repr(float(value))


def _points(points: tuple[XY, ...]) -> str:
    return "[" + ", ".join(f"[{_number(x)}, {_number(y)}]" for x, y in points) + "]"
