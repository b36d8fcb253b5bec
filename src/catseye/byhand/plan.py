"""The clips of a plan of ``catseye sample``, to be counted in its order."""

import csv
from pathlib import Path

import msgspec

from catseye.byhand.desk import Job
from catseye.core.errors import ConfigError
from catseye.core.time import iso_local, nanoseconds, parse_instant, zone
from catseye.receipt.sampling import Plan

_REMEDY = "Give what 'catseye sample ... --json' or '--csv' printed."


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    source: str
    start_s: float
    seconds: float
    start: str
    light: str


def jobs_of(path: Path, clips: Path | None, out: Path, suffix: str) -> list[Job]:
    """What a plan asks to be counted, into files ``NAME`` + ``suffix`` of the folder ``out``.

    A stretch is looked for as ``NAME.*`` in the folder ``clips``, where one is given, else in the recording that the plan names.
    Raises ConfigError.
    """
    rows = _rows(path)
    if not rows:
        raise ConfigError(f"{path} plans nothing.", _REMEDY)
    if not out.is_dir():
        raise ConfigError(f"{out} is no folder.", "Give a folder for the counts of a plan: --out DIR.")
    return [_job(row, clips, out / f"{row.name}{suffix}") for row in rows]


def _job(row: _Row, clips: Path | None, out: Path) -> Job:
    utc = zone("UTC")
    light = "" if row.light == "unknown" else row.light
    cut = sorted(file for file in clips.glob("*") if file.is_file() and file.stem == row.name) if clips is not None else []
    if cut:
        return Job(name=row.name, source=cut[0], out=out, from_s=0.0, until_s=row.seconds, start=row.start, light=light)
    source = Path(row.source)
    if not source.exists():
        where = f"no {row.name}.* in {clips}, and no" if clips is not None else "no"
        raise ConfigError(
            f"There is {where} file {row.source} for {row.name}.",
            f"Put the stretch into a folder as {row.name}.mp4, and give that folder with --clips.",
        )
    begins_ns = parse_instant(row.start, utc) - nanoseconds(row.start_s)
    start = iso_local(begins_ns, utc)
    return Job(
        name=row.name, source=source, out=out, from_s=row.start_s, until_s=row.start_s + row.seconds, start=start, light=light
    )


def _rows(path: Path) -> list[_Row]:
    try:
        content = path.read_bytes()
        if content.lstrip()[:1] == b"{":
            plan = msgspec.json.decode(content, type=Plan)
            return [msgspec.convert(msgspec.to_builtins(one.stretch), _Row) for one in plan.picked]
        return [msgspec.convert(row, _Row, strict=False) for row in csv.DictReader(content.decode("utf-8-sig").splitlines())]
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise ConfigError(f"{path} is no plan: {error}.", _REMEDY) from error
