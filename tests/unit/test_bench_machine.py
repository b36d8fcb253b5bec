"""What Linux says of a machine, read from its own words."""

from pathlib import Path

import pytest

from catseye.bench.machine import cgroup_cores, instruction_sets, memory, parse_cpuinfo, parse_meminfo, processor

X86 = "processor\t: 0\nmodel name\t: Some Xeon\nflags\t\t: fpu avx2 avx512f avx512bw avx512vl avx512_vnni amx_tile amx_bf16\n\n"
X86 += "processor\t: 1\nmodel name\t: another\nflags\t\t: fpu\n"
ARM = "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd asimddp bf16\n"
MEMINFO = "MemTotal:        8000000 kB\nMemFree:          100000 kB\nMemAvailable:    5000000 kB\n"


def test_x86_names_what_speeds_a_detector_up() -> None:
    name, flags = parse_cpuinfo(X86)
    assert name == "Some Xeon"
    assert instruction_sets(flags) == ("avx2", "avx512", "vnni", "bf16", "amx")


def test_arm_spells_it_otherwise() -> None:
    name, flags = parse_cpuinfo(ARM)
    assert name == "unknown"
    assert instruction_sets(flags) == ("bf16", "neon", "dot product")


def test_half_of_avx512_is_none() -> None:
    assert instruction_sets(frozenset({"avx2", "avx512f"})) == ("avx2",)


@pytest.mark.parametrize(
    ("v2", "v1", "cores"),
    [
        ("150000 100000\n", ("", ""), 1.5),
        ("max 100000\n", ("", ""), None),
        ("", ("50000\n", "100000\n"), 0.5),
        ("", ("-1\n", "100000\n"), None),
        ("", ("", ""), None),
    ],
)
def test_a_cgroup_may_give_less_than_a_core(v2: str, v1: tuple[str, str], cores: float | None) -> None:
    assert cgroup_cores(v2, v1) == cores


def test_memory_in_bytes() -> None:
    assert parse_meminfo(MEMINFO) == (8_192_000_000, 5_120_000_000)
    assert parse_meminfo("") == (0, 0)


def test_limits_of_a_container_count(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text(X86)
    (tmp_path / "proc/meminfo").write_text(MEMINFO)
    assert memory(tmp_path).total_bytes == 8_192_000_000
    cgroup = tmp_path / "sys/fs/cgroup"
    cgroup.mkdir(parents=True)
    (cgroup / "cpu.max").write_text("25000 100000\n")
    (cgroup / "memory.max").write_text("1000000000\n")
    (cgroup / "memory.current").write_text("400000000\n")
    assert processor(tmp_path).cores == 0.25
    assert (memory(tmp_path).total_bytes, memory(tmp_path).available_bytes) == (1_000_000_000, 600_000_000)


def test_a_machine_that_says_nothing_is_no_crash(tmp_path: Path) -> None:
    assert processor(tmp_path).name == "unknown"
    assert processor(tmp_path).cores >= 1
    assert memory(tmp_path).total_bytes == 0
