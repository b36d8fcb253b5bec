"""Addresses of streams, and how to speak of them without telling a secret."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

NETWORK_SCHEMES = frozenset({"rtsp", "rtsps", "http", "https"})

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_SECRET_IN_PATH = re.compile(r"(?i)(?<![A-Za-z0-9])((?:user|usr|pass|pwd|token|key|auth|login)\w*)=[^&;/]*")


def scheme(spec: str) -> str:
    """The scheme of an address in lower case, empty for a path."""
    match = _SCHEME.match(spec)
    return match[1].lower() if match else ""


def host(spec: str) -> str:
    """The host of an address in lower case; empty for a path, and where it cannot be told."""
    try:
        return (urlsplit(spec).hostname or "") if scheme(spec) else ""
    except ValueError:
        return ""


def redacted(spec: str) -> str:
    """The address without user, password, query and what looks like a secret in its path; a path as it is."""
    if not scheme(spec):
        return spec
    rest = spec.partition("://")[2]
    authority, slash, path = rest.partition("/")
    host = authority.rpartition("@")[2].partition("?")[0]
    path = _SECRET_IN_PATH.sub(r"\1=***", path.partition("#")[0].partition("?")[0])
    shown = f"{scheme(spec)}://{'***@' if '@' in authority else ''}{host}{slash}{path}"
    return shown + ("?***" if "?" in rest else "")


def tells_secret(spec: str) -> bool:
    """Whether an address holds user or password, or what looks like a secret in its path or query."""
    authority, _, rest = spec.partition("://")[2].partition("/")
    return bool(scheme(spec)) and ("@" in authority or _SECRET_IN_PATH.search(f"{authority}/{rest}") is not None)


def with_credentials(url: str, user: str, password: str) -> str:
    """The address with user and password in it, percent-encoded; unchanged where it has its own or ``user`` is empty."""
    parts = urlsplit(url)
    if "@" in parts.netloc or not user:
        return url
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{parts.netloc}"))
