"""What a machine is, read from the files in which Linux says so. Reading and understanding are apart, so that tests give text."""

import os
from pathlib import Path

import msgspec

INSTRUCTION_SETS = {
    "avx2": ("avx2",),
    "avx512": ("avx512f", "avx512bw", "avx512vl"),
    "vnni": ("avx512_vnni", "avx_vnni"),
    "bf16": ("avx512_bf16", "amx_bf16", "bf16"),
    "amx": ("amx_tile",),
    "neon": ("asimd",),
    "dot product": ("asimddp",),
}
_ALL_OF = frozenset({"avx512"})  # of the others any one will do
_NO_LIMIT = 1 << 60


class Processor(msgspec.Struct, frozen=True, kw_only=True):
    """``cores`` is how many this process may use: fewer than the machine's, where affinity or a cgroup says so."""

    name: str
    cores: float
    machine_cores: int
    instruction_sets: tuple[str, ...]


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes this process may use, and how many of them are free now."""

    total_bytes: int
    available_bytes: int


def processor(root: Path = Path("/")) -> Processor:
    """The processor of this machine."""
    name, flags = parse_cpuinfo(_text(root / "proc/cpuinfo"))
    cores = float(len(os.sched_getaffinity(0)))
    quota = cgroup_cores(_text(root / "sys/fs/cgroup/cpu.max"), _v1_quota(root))
    return Processor(
        name=name, cores=min(cores, quota or cores), machine_cores=os.cpu_count() or 1, instruction_sets=instruction_sets(flags)
    )


def memory(root: Path = Path("/")) -> Memory:
    """The memory of this machine, or what its cgroup leaves of it."""
    total, available = parse_meminfo(_text(root / "proc/meminfo"))
    v2, v1 = root / "sys/fs/cgroup/memory.max", root / "sys/fs/cgroup/memory/memory.limit_in_bytes"
    limit = _number(_text(v2)) or _number(_text(v1)) or _NO_LIMIT
    if limit >= total:
        return Memory(total_bytes=total, available_bytes=available)
    used = _number(_text(v2.with_name("memory.current"))) or _number(_text(v1.with_name("memory.usage_in_bytes"))) or 0
    return Memory(total_bytes=limit, available_bytes=max(0, min(available, limit - used)))


def parse_cpuinfo(text: str) -> tuple[str, frozenset[str]]:
    """The model name and the flags of the first processor in ``/proc/cpuinfo``; x86 and ARM spell them differently."""
    fields: dict[str, str] = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        fields.setdefault(key.strip().lower(), value.strip())
    name = fields.get("model name") or fields.get("hardware") or "unknown"
    return name, frozenset((fields.get("flags") or fields.get("features") or "").split())


def instruction_sets(flags: frozenset[str]) -> tuple[str, ...]:
    """Which of those that speed a detector up the flags name."""
    return tuple(
        name
        for name, wanted in INSTRUCTION_SETS.items()
        if (flags.issuperset(wanted) if name in _ALL_OF else not flags.isdisjoint(wanted))
    )


def cgroup_cores(v2: str, v1: tuple[str, str] = ("", "")) -> float | None:
    """Cores that a cgroup allows, from ``cpu.max`` (``QUOTA PERIOD``) or quota and period of version 1; None: no limit."""
    words = v2.split() or [word.strip() for word in v1]
    quota, period = (_number(word) for word in (*words, "", "")[:2])
    return quota / period if quota and period else None


def parse_meminfo(text: str) -> tuple[int, int]:
    """Total and available bytes of ``/proc/meminfo``."""
    fields = {key: value.split() for key, _, value in (line.partition(":") for line in text.splitlines())}
    total, available = (int(fields.get(key, ["0"])[0]) * 1024 for key in ("MemTotal", "MemAvailable"))
    return total, available


def _v1_quota(root: Path) -> tuple[str, str]:
    folder = root / "sys/fs/cgroup/cpu"
    return _text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us")


def _number(text: str) -> int | None:
    """A positive whole number; None for ``max``, -1 and nothing."""
    return int(text) if text.strip().isdigit() else None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
