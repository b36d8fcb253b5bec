"""Fetches what a playlist names, over judged ways alone and without redirects."""

import base64
import http.client
import ssl
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from catseye.adapters.pyav_source.way import Way, connect, find_way
from catseye.core.address import redacted, scheme
from catseye.ports import Judge

PART_MOST: Final = 64 * 1024 * 1024


class Part:
    """The body of one answer, for libav to read."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self._response = response
        self._left = PART_MOST

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes; none at the end, or where it is longer than a part may be."""
        data = self._response.read(min(size, self._left)) if self._left else b""
        self._left -= len(data)
        return data

    def close(self) -> None:
        """Hang up."""
        self._response.close()


def fetcher(judge: Judge, *, timeout_s: float, base: Way) -> Callable[[str, int, dict[str, str]], Part]:
    """What PyAV calls to open an address that it met in a playlist. Raises OSError, or SourceError where it may not be reached."""

    def fetch(url: str, _: int, options: dict[str, str]) -> Part:
        if scheme(url) not in {"http", "https"}:
            raise PermissionError(f"{redacted(url)} is not fetched")
        named = url.replace(base.netloc_by_address, base.parts.netloc, 1)  # the playlist was opened by its judged address
        way = find_way(named, redacted(url), judge)
        path = (way.parts.path or "/") + (f"?{way.parts.query}" if way.parts.query else "")
        connection = http.client.HTTPConnection(way.host, way.port, timeout=timeout_s)
        plain = connect(way, timeout_s)
        connection.sock = plain if way.parts.scheme == "http" else _unverified().wrap_socket(plain, server_hostname=way.host)
        connection.request("GET", path, headers={**_authorization(way), **_stretch(options)})
        response = connection.getresponse()
        if response.status not in {200, 206}:
            response.close()
            wrong = PermissionError if response.status in {401, 403} else FileNotFoundError
            raise wrong(f"{redacted(url)} answers {response.status}")
        return Part(response)

    return fetch


def _authorization(way: Way) -> dict[str, str]:
    """What is in the address as HTTP says it, for those who ask for no more than that."""
    if way.parts.username is None:
        return {}
    told = f"{unquote(way.parts.username)}:{unquote(way.parts.password or '')}"
    return {"Authorization": "Basic " + base64.b64encode(told.encode()).decode()}


def _stretch(options: dict[str, str]) -> dict[str, str]:
    """The part of a file that libav asks for, as HTTP says it."""
    if "offset" not in options:
        return {}
    end = options.get("end_offset")
    return {"Range": f"bytes={options['offset']}-{int(end) - 1 if end else ''}"}


def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
