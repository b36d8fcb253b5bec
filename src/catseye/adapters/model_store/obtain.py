"""Brings model files into a folder: copied, downloaded, or taken out of the npm package.

Nothing is opened before its hash is checked.
"""

import hashlib
import shutil
import subprocess
import tarfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from catseye.core.errors import ModelError

MAX_BYTES = 500_000_000
_CHUNK = 1 << 20
_NPM_TIMEOUT_S = 900
_HTTP_TIMEOUT_S = 30


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_url(origin: str) -> bool:
    """Whether ``origin`` is an address rather than a path."""
    return "://" in origin


def file_name_of(origin: str) -> str:
    """The file's name at the end of a path or address."""
    return Path(urlsplit(origin).path if is_url(origin) else origin).name


def obtain(origin: str, into: Path) -> None:
    """Copy or download one file to ``into``. Raises ModelError when there is none, or it is larger than any model for streets."""
    if is_url(origin):
        _download(origin, into)
        return
    path = Path(origin)
    if not path.is_file():
        raise ModelError(f"There is no file {origin}.", "Give the path or the http(s) address of an .xml or .onnx file.")
    if path.stat().st_size > MAX_BYTES:
        raise ModelError(f"{origin} is larger than {MAX_BYTES // 1_000_000} MB.")
    shutil.copyfile(path, into)


def _opener() -> urllib.request.OpenerDirector:
    """HTTP and HTTPS only, also after a redirect: no file://, no ftp://."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.UnknownHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def _download(url: str, into: Path) -> None:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ModelError(f"Models are fetched over http or https, not from {url}.")
    try:
        with _opener().open(url, timeout=_HTTP_TIMEOUT_S) as answer, into.open("wb") as file:
            left = MAX_BYTES
            while chunk := answer.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise ModelError(f"{url} is larger than {MAX_BYTES // 1_000_000} MB.")
                file.write(chunk)
    except urllib.error.HTTPError as error:
        raise ModelError(f"{url} answers {error.code} {error.reason}.", "Check the address.") from error
    except (urllib.error.URLError, OSError) as error:
        raise ModelError(f"{url} cannot be fetched: {error}.", "Check the address and the network.") from error


def pack_npm(package: str, into: Path) -> Path:
    """The tarball of a package, from whatever registry npm is set up with. It is not installed and none of its scripts run."""
    npm = shutil.which("npm")
    if npm is None:
        raise ModelError(
            "npm is needed to fetch the default detector, and is not installed.",
            "Install Node.js with npm, or add another detector: catseye models add FILE.",
        )
    command = [npm, "pack", package, "--ignore-scripts", "--silent", "--pack-destination", str(into)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_NPM_TIMEOUT_S, check=False, cwd=into)  # noqa: S603 - fixed words
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"npm did not deliver {package} in {_NPM_TIMEOUT_S // 60} minutes.", "Check the network.") from error
    tarballs = list(into.glob("*.tgz"))
    if done.returncode or len(tarballs) != 1:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[-1]
        raise ModelError(f"npm could not deliver {package}; it said: {said}", "Check the network and npm's registry setting.")
    return tarballs[0]


def take_members(tarball: Path, members: Mapping[str, str], into: Path) -> None:
    """Write these members (path -> SHA-256) of a .tgz to ``into``, and touch no other. Raises ModelError on any difference."""
    wanted = dict(members)
    with tarfile.open(tarball, "r:gz") as archive:
        for member in archive:
            expected = wanted.pop(member.name, None)
            content = archive.extractfile(member) if expected and member.isfile() and member.size <= MAX_BYTES else None
            if expected and content:
                taken = into / Path(member.name).name
                with taken.open("wb") as file:
                    shutil.copyfileobj(content, file)
                check_hash(taken, expected)
            if not wanted:
                return
    raise ModelError(f"{tarball.name} lacks {', '.join(wanted)}.")


def check_hash(path: Path, expected: str) -> None:
    """Raise ModelError unless the file has this SHA-256."""
    actual = sha256_of(path)
    if actual != expected.lower():
        raise ModelError(
            f"{path.name} is not what it should be: its SHA-256 is {actual}, expected {expected}.", "It was not installed."
        )
