"""Opens a container: a file or device by libav itself, what is on a network over a judged way."""

from collections.abc import Callable
from functools import partial
from typing import Any

import av
from av.container import InputContainer

from catseye.adapters.pyav_source.failures import elsewhere, explain
from catseye.adapters.pyav_source.limits import ANALYSE_S, PROBE_BYTES
from catseye.adapters.pyav_source.nested import fetcher
from catseye.adapters.pyav_source.relay import Relay
from catseye.adapters.pyav_source.way import Way, find_way
from catseye.core.address import NETWORK_SCHEMES, redacted, scheme, with_credentials
from catseye.core.errors import SourceError, SourceUnreachableError
from catseye.core.time import NS_PER_S
from catseye.ports import Clock, SourceOptions

UNVERIFIED = "{} shows a certificate that nobody known here vouches for; whoever is between could read along."

# What may come over HTTP: formats that hold their own pictures. Those that name other files or hosts are not among them.
_PLAIN = "mpjpeg,mjpeg,jpeg_pipe,mov,mp4,matroska,webm,mpegts,mpeg,h264,hevc,avi,flv,ogg,asf,m4v,ivf"
_BOUNDS = {"probesize": str(PROBE_BYTES), "analyzeduration": str(ANALYSE_S * 1_000_000)}


def connected(spec: str, name: str, clock: Clock, options: SourceOptions) -> tuple[InputContainer, Relay | None]:
    """The open container, and the relay that it is read through where there is one. ``name`` is the redacted address.

    Raises SourceNotFoundError, SourceUnreachableError, SourceDeniedError, SourceFormatError, and what the judge raises.
    """
    if scheme(spec) not in NETWORK_SCHEMES:
        device = spec.startswith("/dev/")
        settings = {} if device else {"protocol_whitelist": "file,crypto,data", **_BOUNDS}
        target = spec if device else f"file:{spec}"
        return _opened(partial(av.open, target, format="v4l2" if device else None, options=settings), name, clock, options, 0), None
    began_ns = clock.monotonic_ns()
    way = find_way(with_credentials(spec, options.user, options.password), name, options.judge)
    if scheme(spec).startswith("rtsp"):
        return _rtsp(way, name, clock, options, began_ns)
    return _opened(_http(way, name, options), name, clock, options, began_ns), None


def _rtsp(way: Way, name: str, clock: Clock, options: SourceOptions, began_ns: int) -> tuple[InputContainer, Relay]:
    try:
        relay = Relay(way, timeout_s=options.connect_timeout_s, udp=options.udp)
    except OSError as error:
        failure = explain(error, name)
    else:
        settings = {
            "protocol_whitelist": "tcp,udp,rtp,srtp,rtsp",
            "rtsp_transport": "udp" if options.udp else "tcp",
            "allowed_media_types": "video",
            "fpsprobesize": "4",  # cameras say their rate; measuring it takes seconds of connecting
            **_BOUNDS,
        }
        try:
            return _opened(partial(av.open, relay.url, format="rtsp", options=settings), name, clock, options, began_ns), relay
        except SourceError as error:
            relay.close()
            failure = elsewhere(name, redacted(relay.refused)) if relay.refused else error
    raise failure


def _http(way: Way, name: str, options: SourceOptions) -> Callable[..., InputContainer]:
    """Opens a judged HTTP address; what is met in a playlist must be of the same host and port, or pass the judge."""

    def same_host(_: str, addresses: tuple[str, ...], port: int) -> tuple[str, ...]:
        if set(addresses) <= set(way.addresses) and port == way.port:
            return addresses
        raise SourceUnreachableError(
            f"{name} leads to another host.", "Only the host and port of the address itself are read from."
        )

    target = way.to(way.addresses[0], way.port)
    if way.parts.path.lower().endswith((".m3u8", ".m3u")):
        open_part = fetcher(options.judge or same_host, timeout_s=options.read_timeout_s, base=way)
        settings = {"live_start_index": "-1", "http_persistent": "0", "http_multiple": "0", **_BOUNDS}
        settings["protocol_whitelist"] = "http,https,tcp,tls,crypto,data"
        return partial(av.open, target, format="hls", options=settings, io_open=open_part)
    shown = f"[{way.host}]" if ":" in way.host else way.host
    settings = {
        "protocol_whitelist": "http,https,tcp,tls",
        "format_whitelist": _PLAIN,
        "max_redirects": "0",
        "headers": f"Host: {shown}:{way.port}\r\n",
        "verifyhost": way.host,
        **_BOUNDS,
    }
    return partial(av.open, target, options=settings)


def _opened(opening: Callable[..., Any], name: str, clock: Clock, options: SourceOptions, began_ns: int) -> InputContainer:
    try:
        container: InputContainer = opening(timeout=(options.connect_timeout_s, options.read_timeout_s), metadata_errors="replace")
    except (av.error.FFmpegError, OSError) as error:
        late = began_ns and clock.monotonic_ns() - began_ns >= options.connect_timeout_s * NS_PER_S
        failure = explain(TimeoutError() if late else error, name)  # RTSP calls its own timeout invalid data
    else:
        return container
    raise failure  # outside the handler: the original's text holds the whole address
