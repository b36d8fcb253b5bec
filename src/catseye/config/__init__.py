"""The user's files, checked: what is wrong with them, by line, and what to do about it."""

from catseye.config.findings import Finding, Severity
from catseye.config.scene_file import check_fits, dump_scene, load_scene, parse_scene, read_text
from catseye.config.whole import write_whole

__all__ = ["Finding", "Severity", "check_fits", "dump_scene", "load_scene", "parse_scene", "read_text", "write_whole"]
