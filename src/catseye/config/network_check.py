"""What can be said of a network file without connecting to anything: all that is wrong with it, and what may be missed."""

import ipaddress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from catseye.config import network_rules
from catseye.config.credentials import read_credentials
from catseye.config.findings import Finding, Findings, Severity
from catseye.config.locate import KeyPath, locate
from catseye.config.network_file import led
from catseye.config.scene_file import parse_scene, read_text
from catseye.config.settings_file import find_settings, read_settings
from catseye.core.address import NETWORK_SCHEMES, scheme, tells_secret
from catseye.core.cameras import Camera, Network
from catseye.core.errors import CatseyeError, ConfigError, SourceDeniedError
from catseye.core.reach import Reach

_PORTS: Final = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}


def check_network(path: Path) -> list[Finding]:
    """All that is found, in the order of the file. Files that it names are looked at, and nothing else. Raises ConfigError."""
    text = read_settings(path, "network file")
    network, found = find_settings(text, Network, network_rules.judge)
    if network is None:
        return found
    findings = Findings(locate(text))
    reach = Reach(network.reach.allow)
    folder = path.resolve().parent
    for i, camera in enumerate(network.cameras):
        at: KeyPath = ("cameras", i)
        _files(led(camera, folder), at, findings)
        _reached(camera, at, reach, findings)
        _missed(camera, at, findings)
    return sorted([*found, *findings.listed()], key=lambda f: (f.line is None, f.line or 0, f.column or 0))


def _files(camera: Camera, at: KeyPath, findings: Findings) -> None:
    if scheme(camera.address) not in NETWORK_SCHEMES and not Path(camera.address).exists():
        findings.error((*at, "address"), f"there is no clip {camera.address}.", "Give rtsp://..., http://... or a clip.")
    try:
        for note in read_credentials(camera.credentials).notes:
            findings.warning((*at, "credentials"), f"{note}.")
    except ConfigError as error:
        findings.error((*at, "credentials"), error.message, error.remedy)
    if camera.scene:
        _scene(Path(camera.scene), (*at, "scene"), findings)
    else:
        findings.warning(at, f"{camera.name!r} has no 'scene'.", "Count lines will be proposed; draw them to know what is counted.")


def _scene(path: Path, at: KeyPath, findings: Findings) -> None:
    try:
        _, found = parse_scene(read_text(path), name=str(path))
    except CatseyeError as error:
        findings.error(at, error.message, error.remedy)
        return
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    if errors:
        findings.error(at, f"the scene cannot be used: {errors[0].message}", f"catseye check {path}")


def _reached(camera: Camera, at: KeyPath, reach: Reach, findings: Findings) -> None:
    """Numbers are judged; names only where they are resolved, which is when they are connected to."""
    for key in ("address", "onvif"):
        parts = urlsplit(getattr(camera, key))
        if parts.scheme not in NETWORK_SCHEMES or not parts.hostname:
            continue
        try:
            ipaddress.ip_address(parts.hostname)
            reach.judge(parts.hostname, [parts.hostname], parts.port or _PORTS[parts.scheme])
        except SourceDeniedError as error:
            findings.error((*at, key), error.message, error.remedy)
        except ValueError:
            continue


def _missed(camera: Camera, at: KeyPath, findings: Findings) -> None:
    if tells_secret(camera.address):
        remedy = 'Anyone who reads this file learns it. Where the camera allows, write credentials = "file:PATH".'
        findings.warning((*at, "address"), f"the address of {camera.name!r} tells a secret.", remedy)
    if not camera.signage:
        findings.warning(at, f"{camera.name!r} has no 'signage'.", "Say how people are told of the camera.")
    if camera.place is None:
        findings.warning(at, f"{camera.name!r} has no 'place'.", "It is on no map and counts for no coverage.")
