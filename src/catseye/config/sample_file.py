"""Truth samples as files: JSON, written by ``catseye receipt learn``."""

from pathlib import Path

import msgspec

from catseye.core.errors import ConfigError, OutputError
from catseye.core.receipt import SAMPLE_VERSION, TruthSample

_REMEDY = "Make one: 'catseye receipt learn'."


def load_sample(path: Path) -> TruthSample:
    """The truth sample of a file. Raises ConfigError."""
    try:
        sample = msgspec.json.decode(path.read_bytes(), type=TruthSample)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.", _REMEDY) from error
    except msgspec.DecodeError as error:
        raise ConfigError(f"{path} is no truth sample: {error}.", _REMEDY) from error
    if sample.version != SAMPLE_VERSION:
        raise ConfigError(f"{path} is of version {sample.version}; this Catseye reads {SAMPLE_VERSION}.", _REMEDY)
    for row in (row for clip in sample.clips for row in clip.rows):
        if min(row.matched, row.missed, row.extra) < 0:
            raise ConfigError(f"{path} has a number below 0 in {row.rule}, {row.direction}.", _REMEDY)
    if any(clip.weight <= 0 for clip in sample.clips):
        raise ConfigError(f"{path} has a clip whose weight is not above 0.", _REMEDY)
    return sample


def save_sample(path: Path, sample: TruthSample) -> None:
    """Write a truth sample. Raises OutputError."""
    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(sample), indent=1) + b"\n")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.", "Give another place, or free some space.") from error
