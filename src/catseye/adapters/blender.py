"""Runs the renderer: a program of its own (GPL) that turns a shot into pictures."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import IO

import msgspec

from catseye.core.errors import OutputError, ToolError

_REMEDY = "Set it up with scripts/renderer.sh (374 MB, needs Python 3.11), or name its folder in $CATSEYE_RENDERER."
_PATIENCE_S = 5.0  # for the renderer to end when asked to


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """One picture is done: its frame, how long it took, and whether it is a mask."""

    frame: int
    seconds: float
    mask: bool = False


def find_renderer() -> tuple[Path, Path]:
    """The Python that has Blender, and the renderer's program: in ``$CATSEYE_RENDERER``, else in the checkout. Raises ToolError."""
    given = os.environ.get("CATSEYE_RENDERER")
    folder = Path(given) if given else Path(__file__).parents[3] / "renderer"
    program, python = folder / "render.py", folder / ".venv" / "bin" / "python"
    if not program.is_file():
        raise ToolError(f"There is no renderer in {folder}.", _REMEDY)
    if not python.is_file():
        raise ToolError(f"The renderer in {folder} is not set up.", _REMEDY)
    return python, program


def render(shot: Path, out: Path) -> Generator[Rendered, None, None]:
    """Render a shot file into ``out``, which is made; each picture is told when it is there.

    Whoever stops early ends the renderer. Raises ToolError where it is missing or fails, OutputError where the disk is full.
    """
    python, program = find_renderer()
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 - the renderer that the user set up
            [python, program, shot, out], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
        )
        try:
            assert process.stdout is not None
            for line in process.stdout:
                with contextlib.suppress(msgspec.DecodeError):  # anything else there is chatter
                    yield msgspec.json.decode(line, type=Rendered)
            code = process.wait()
        finally:
            _end(process)
        if code:
            raise _failure(complaints, code, out)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _failure(complaints: IO[bytes], code: int, out: Path) -> ToolError | OutputError:
    complaints.seek(0)
    lines = [line.strip() for line in complaints.read().decode(errors="replace").splitlines() if line.strip()]
    last = lines[-1].removeprefix("render: ") if lines else f"it ended with code {code}"
    if "No module named 'bpy'" in last:
        return ToolError("The renderer's Python has no bpy.", _REMEDY)
    if last.startswith("cannot write") or "No space left" in last:
        return OutputError(f"The renderer cannot write to {out}: {last}.", "Free some space, or give another folder.")
    if code < 0:
        return ToolError(f"The renderer was killed by signal {-code}.", "It needs about 2 GB of memory; try a smaller picture.")
    return ToolError(f"The renderer failed: {last}.", "Run it by hand on the shot to see more: renderer/README.md says how.")
