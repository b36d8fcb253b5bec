"""What a network file must not say: private interiors, cameras without a purpose, secrets in addresses, names that clash."""

import re
from pathlib import Path
from typing import Final, get_args
from urllib.parse import urlsplit

from catseye.config.findings import Findings, did_you_mean
from catseye.config.locate import KeyPath, Places
from catseye.core.address import NETWORK_SCHEMES, redacted, scheme
from catseye.core.cameras import PRIVATE_INTERIORS, Camera, Maintenance, Network, Place, PublicPlace
from catseye.core.errors import ConfigError
from catseye.core.reach import Reach
from catseye.core.time import parse_instant, zone

PLACES: Final = get_args(PublicPlace)
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
_LISTEN = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})")
_FASTEST_FPS = 30.0
_LEAST_URGENT = 9
_LONGEST_KEPT_H = 24.0 * 7
_CREDENTIALS = re.compile(r"file:.+|env:[A-Za-z_][A-Za-z0-9_]*")


def judge(network: Network, findings: Findings) -> None:
    """Report what the types cannot tell."""
    _settings(network, findings)
    names: set[str] = set()
    for i, camera in enumerate(network.cameras):
        judge_camera(camera, ("cameras", i), findings)
        if camera.name.lower() in names:
            findings.error(("cameras", i, "name"), f"the name {camera.name!r} is taken.", "Give every camera a name of its own.")
        names.add(camera.name.lower())
    districts = {camera.district for camera in network.cameras if camera.district}
    for i, stretch in enumerate(network.maintenance):
        _maintenance(stretch, ("maintenance", i), network, districts, findings)


def judged(camera: Camera) -> Camera:
    """The camera, if it can be used as it stands. Raises ConfigError with the first thing that is wrong."""
    findings = Findings(Places("", {}))
    judge_camera(camera, ("camera",), findings)
    for finding in findings.listed():
        raise ConfigError(f"{finding.key}: {finding.message}", finding.remedy)
    return camera


def check_files(camera: Camera, path: Path) -> None:
    """Raise ConfigError where a file that a camera names is not there."""
    if camera.scene and not Path(camera.scene).is_file():
        raise ConfigError(f"{path}: {camera.name}: there is no scene file {camera.scene}.", "Correct 'scene', or leave it out.")
    if scheme(camera.address) not in NETWORK_SCHEMES and not Path(camera.address).exists():
        raise ConfigError(f"{path}: {camera.name}: there is no clip {camera.address}.", "Give rtsp://..., http://... or a clip.")


def judge_camera(camera: Camera, path: KeyPath, findings: Findings) -> None:
    """Report what is wrong with one camera."""
    if not _NAME.fullmatch(camera.name):
        remedy = "Write 1 to 64 letters, digits, dots, hyphens and underscores; 'title' may be anything."
        findings.error((*path, "name"), f"{camera.name[:64]!r} cannot name a camera.", remedy)
    _place(camera, path, findings)
    _address(camera, path, findings)
    if not 0 < camera.analysed_fps <= _FASTEST_FPS:
        findings.error(
            (*path, "analysed_fps"), f"'analysed_fps' is {camera.analysed_fps:g}.", f"Give up to {_FASTEST_FPS:g} a second."
        )
    if not 1 <= camera.priority <= _LEAST_URGENT:
        findings.error(
            (*path, "priority"), f"'priority' is {camera.priority}.", f"Give 1 (the last to be held back) to {_LEAST_URGENT}."
        )
    if not 0 < camera.retention_h <= _LONGEST_KEPT_H:
        remedy = f"Per-vehicle records are short-lived: give up to {_LONGEST_KEPT_H:g} hours. Volumes are kept for good."
        findings.error((*path, "retention_h"), f"'retention_h' is {camera.retention_h:g}.", remedy)


def _place(camera: Camera, path: KeyPath, findings: Findings) -> None:
    kind = camera.kind_of_place
    if kind in PRIVATE_INTERIORS:
        remedy = "Catseye watches public places: the road, not the person. No setting changes that."
        findings.error((*path, "kind_of_place"), f"a private interior ({kind}) is refused.", remedy)
    elif kind not in PLACES:
        known = did_you_mean(kind, PLACES) or f"Give one of {', '.join(PLACES)}."
        findings.error((*path, "kind_of_place"), f"{kind!r} is no kind of public place.", known)
    for key in ("purpose", "legal_basis"):
        if not getattr(camera, key).strip():
            findings.error((*path, key), f"'{key}' is empty.", "A camera is registered with what it is for and what permits it.")
    if camera.place is not None:
        _where(camera.place, (*path, "place"), findings)


def _where(place: Place, path: KeyPath, findings: Findings) -> None:
    longitude, latitude = place.point
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        findings.error((*path, "point"), f"{list(place.point)} is no place.", "Write [longitude, latitude] in degrees, WGS 84.")
    bounds = {"heading_deg": (0.0, 360.0), "field_of_view_deg": (1.0, 360.0), "reach_m": (1.0, 2000.0), "height_m": (0.5, 300.0)}
    for key, (least, most) in bounds.items():
        value = getattr(place, key)
        if value is not None and not least <= value <= most:
            findings.error((*path, key), f"'{key}' is {value:g}.", f"Give {least:g} to {most:g}, or leave it out.")


def _address(camera: Camera, path: KeyPath, findings: Findings) -> None:
    kind = scheme(camera.address)
    if not camera.address:
        findings.error((*path, "address"), "'address' is empty.", "Give rtsp://host/path, http://... or the path of a clip.")
    elif kind and kind not in NETWORK_SCHEMES:
        findings.error(
            (*path, "address"), f"{redacted(camera.address)} is of no known kind.", "Give rtsp://, rtsps://, http:// or https://."
        )
    elif kind and not _has_host(camera.address):
        findings.error(
            (*path, "address"), f"{redacted(camera.address)!r} has no host and port.", "Write rtsp://10.20.0.7:554/live."
        )
    if camera.onvif and not (scheme(camera.onvif) in {"http", "https"} and _has_host(camera.onvif)):
        findings.error((*path, "onvif"), "'onvif' is no address.", "Write http://10.20.0.7/onvif/device_service.")
    for key in ("address", "onvif"):
        if "@" in getattr(camera, key).partition("://")[2].partition("/")[0]:
            remedy = 'Put user and password, a line each, into a file only you can read, and write credentials = "file:PATH".'
            findings.error((*path, key), f"'{key}' holds credentials.", remedy)
    if camera.credentials and not _CREDENTIALS.fullmatch(camera.credentials):
        findings.error((*path, "credentials"), "'credentials' says where they are, not what.", 'Write "file:PATH" or "env:NAME".')


def _has_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0 and address.isprintable() and " " not in address
    except ValueError:
        return False


def _settings(network: Network, findings: Findings) -> None:
    settings = network.network
    try:
        zone(settings.timezone)
    except ConfigError as error:
        findings.error(("network", "timezone"), error.message, error.remedy)
    found = _LISTEN.fullmatch(settings.listen)
    if found is None or int(found[1]) > 65535:
        findings.error(("network", "listen"), f"{settings.listen!r} is no address to listen on.", "Write 127.0.0.1:8420.")
    if settings.workers < 0:
        findings.error(("network", "workers"), f"'workers' is {settings.workers}.", "Give how many processes, or 0.")
    if settings.onvif_every_s != 0 and not 10.0 <= settings.onvif_every_s <= 3600.0:
        findings.error(("network", "onvif_every_s"), f"'onvif_every_s' is {settings.onvif_every_s:g}.", "Give 10 to 3600, or 0.")
    for i, entry in enumerate(network.reach.allow):
        try:
            Reach([entry])
        except ConfigError as error:
            findings.error(("reach", "allow", i), error.message, error.remedy)


def _maintenance(stretch: Maintenance, path: KeyPath, network: Network, districts: set[str], findings: Findings) -> None:
    times = []
    for key in ("start", "end"):
        try:
            times.append(parse_instant(getattr(stretch, key), zone(network.network.timezone)))
        except ConfigError as error:
            findings.error((*path, key), error.message, error.remedy)
    if len(times) == 2 and times[1] <= times[0]:
        findings.error((*path, "end"), "'end' is not after 'start'.", "Maintenance is a stretch of time.")
    if not stretch.cameras and not stretch.district:
        findings.error(path, "maintenance of nothing.", "Name its cameras, or their district.")
    if stretch.district and stretch.district not in districts:
        findings.error(
            (*path, "district"), f"no camera is in the district {stretch.district!r}.", did_you_mean(stretch.district, districts)
        )
    known = [camera.name for camera in network.cameras]
    for i, name in enumerate(stretch.cameras):
        if name not in known:
            remedy = did_you_mean(name, known) or "Name a registered camera."
            findings.error((*path, "cameras", i), f"there is no camera {name!r}.", remedy)
