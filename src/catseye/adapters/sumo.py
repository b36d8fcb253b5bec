"""Runs SUMO: netconvert and the simulation as processes of their own, and TraCI where a script steps in."""

import contextlib
import importlib.util
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from catseye.core.errors import OutputError, ToolError

_REMEDY = "Install it: pip install 'catseye[studio]'."
_POLL_S = 0.2
_OBEYS_ALL = 31  # TraCI's speed mode: every check on
_IGNORES_RED = 7  # safe speed and limits of acceleration only


@dataclass(frozen=True, slots=True, kw_only=True)
class RedLight:
    """Let somebody run a red light: the first on ``lane`` who would reach its end between two instants.

    ``look_s`` is when the lane is looked at, ``first_s`` and ``last_s`` when who keeps their speed would pass its end, SUMO's time.
    """

    key: str
    lane: str
    length_m: float
    look_s: float
    first_s: float
    last_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """A simulation to run in ``folder``: files are named in it."""

    folder: Path
    net: str
    routes: str
    additional: str
    seconds: float
    seed: int
    step_s: float
    red_lights: Sequence[RedLight] = field(default=())


def sumo_version() -> str:
    """The version of the SUMO that is installed. Raises ToolError."""
    _home()
    return metadata.version("eclipse-sumo")


def build_network(folder: Path, nodes: str, edges: str, connections: str) -> str:
    """Run netconvert on plain XML; returns the net. Raises ToolError."""
    for name, text in (("nod", nodes), ("edg", edges), ("con", connections)):
        _put(folder / f"plain.{name}.xml", text)
    out = folder / "net.net.xml"
    command = [_binary("netconvert"), "-n", "plain.nod.xml", "-e", "plain.edg.xml", "-x", "plain.con.xml", "-o", out.name]
    command += ["--no-turnarounds", "true", "--junctions.internal-link-detail", "30"]
    command += ["--offset.disable-normalization", "true", "--precision", "4", "--junctions.limit-turn-speed", "3.5"]
    _check(subprocess.run(command, cwd=folder, env=_env(), capture_output=True, text=True, check=False))  # noqa: S603 - SUMO's own
    return out.read_text()


def drive(job: Drive, done: Callable[[float], None]) -> tuple[Path, dict[str, tuple[str, str]]]:
    """Run the simulation. ``done`` hears the share that is behind.

    Returns the Parquet file of who was where (the other output lies beside it), and for each red light that somebody was chosen
    for, who, and in which lane.
    Raises ToolError, OutputError.
    """
    for name, text in (("net.net.xml", job.net), ("run.rou.xml", job.routes), ("run.add.xml", job.additional)):
        _put(job.folder / name, text)
    command = [_binary("sumo"), "-n", "net.net.xml", "-r", "run.rou.xml", "-a", "run.add.xml", "--seed", str(job.seed)]
    command += ["--step-length", str(job.step_s), "--end", str(job.seconds), "--no-step-log", "--no-warnings"]
    command += ["--fcd-output", "fcd.parquet", "--fcd-output.attributes", "x,y,angle,speed,lane", "--output.column-header", "plain"]
    command += ["--precision", "6", "--lanechange.duration", "2.5", "--time-to-teleport", "-1", "--collision.action", "none"]
    command += ["--default.speeddev", "0", "--pedestrian.striping.dawdling", "0.1", "--extrapolate-departpos"]
    if job.red_lights:
        chosen = _drive_scripted(command, job, done)
    else:
        chosen = {}
        _drive_alone(command, job, done)
    return job.folder / "fcd.parquet", chosen


def _drive_alone(command: list[str], job: Drive, done: Callable[[float], None]) -> None:
    said = job.folder / "said.txt"
    with (
        said.open("wb") as log,
        subprocess.Popen(  # noqa: S603 - SUMO's own program
            command, cwd=job.folder, env=_env(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        ) as process,
    ):
        try:
            begun = time.monotonic()
            while process.poll() is None:
                time.sleep(_POLL_S)  # noqa: TID251 - waits for a process, not for the clock
                done(1.0 - 1.0 / (1.0 + (time.monotonic() - begun) * 100.0 / job.seconds))
        finally:
            if process.poll() is None:
                process.kill()
    done(1.0)
    if process.returncode:
        raise _failure(said.read_text(errors="replace"))


def _drive_scripted(command: list[str], job: Drive, done: Callable[[float], None]) -> dict[str, tuple[str, str]]:
    """Jump from one scripted instant to the next; SUMO drives in between without us."""
    traci = _traci()
    chosen: dict[str, tuple[str, str]] = {}
    said = job.folder / "said.txt"
    with said.open("wb") as log:
        connection = None
        try:
            port = int(import_module("sumolib.miscutils").getFreeSocketPort())
            process = subprocess.Popen(  # noqa: S603 - SUMO's own program
                [*command, "--remote-port", str(port)], cwd=job.folder, env=_env(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            try:
                with contextlib.redirect_stdout(io.StringIO()):  # it tells each knock at the door
                    connection = traci.connect(port, numRetries=200, host="127.0.0.1", proc=process, waitBetweenRetries=0.05)
                for wish in sorted(job.red_lights, key=lambda wish: wish.look_s):
                    if wish.key in chosen or wish.look_s <= connection.simulation.getTime():
                        continue
                    connection.simulationStep(wish.look_s)
                    done(wish.look_s / job.seconds)
                    who = _first_in_time(connection, wish)
                    if who is not None:
                        connection.vehicle.setSpeedMode(who, _IGNORES_RED)
                        chosen[wish.key] = (who, wish.lane)
                        connection.simulationStep(wish.last_s + 1.0)
                        if who in connection.vehicle.getIDList():
                            connection.vehicle.setSpeedMode(who, _OBEYS_ALL)
                for share in range(1, 21):
                    at = job.seconds * share / 20
                    if at > connection.simulation.getTime():
                        connection.simulationStep(at)
                        done(at / job.seconds)
                connection.close()
                process.wait()
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        except (traci.TraCIException, traci.FatalTraCIError, OSError) as error:
            raise _failure(said.read_text(errors="replace") or str(error)) from error
    if process.returncode:
        raise _failure(said.read_text(errors="replace"))
    return chosen


def _first_in_time(connection: Any, wish: RedLight) -> str | None:
    """The first in the lane if it is far enough for red and near enough not to wait for others."""
    ahead = sorted(connection.lane.getLastStepVehicleIDs(wish.lane), key=lambda who: -connection.vehicle.getLanePosition(who))
    for who in ahead:
        speed = max(float(connection.vehicle.getSpeed(who)), 0.1)
        arrives = wish.look_s + (wish.length_m - float(connection.vehicle.getLanePosition(who))) / speed
        if arrives > wish.last_s:
            return None
        if arrives >= wish.first_s:
            return str(who) if connection.vehicle.getTypeID(who) not in {"bicycle", "debris", "articulated", "bus"} else None
    return None


def _home() -> Path:
    found = importlib.util.find_spec("sumo")
    if found is None or not found.submodule_search_locations:
        raise ToolError("SUMO is not installed.", _REMEDY)
    return Path(next(iter(found.submodule_search_locations)))


def _binary(name: str) -> str:
    path = _home() / "bin" / (f"{name}.exe" if sys.platform == "win32" else name)
    if not path.is_file():
        raise ToolError(f"SUMO's {name} is missing.", _REMEDY)
    return str(path)


def _env() -> dict[str, str]:
    return {**os.environ, "SUMO_HOME": str(_home())}


def _traci() -> Any:
    tools = str(_home() / "tools")
    if tools not in sys.path:
        sys.path.append(tools)
    return import_module("traci")


def _put(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as error:
        raise OutputError(f"Cannot write {path}: {error.strerror or error}.", "Free some space in the temporary folder.") from error


def _check(ended: subprocess.CompletedProcess[str]) -> None:
    if ended.returncode:
        raise _failure(ended.stderr)


def _failure(said: str) -> ToolError | OutputError:
    """SUMO's own last word."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("Quitting")]
    errors = [line for line in lines if line.startswith("Error")] or lines or ["it said nothing"]
    if "No space left" in said:
        return OutputError(f"SUMO cannot write: {errors[-1]}.", "Free some space in the temporary folder.")
    return ToolError(f"SUMO failed: {errors[-1].removeprefix('Error: ').rstrip('.')}.", "Try another --seed, or report it.")
