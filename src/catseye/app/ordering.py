"""Builds the desk of work orders of a network, with those who are told."""

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from catseye.app.stores import NetworkLedger
from catseye.core.cameras import Network
from catseye.core.errors import ConfigError, OutputError, SourceDeniedError
from catseye.core.ids import StreamId
from catseye.core.orders import Orders
from catseye.core.reach import Reach
from catseye.core.time import zone
from catseye.ports import Clock
from catseye.ports.orders import OrderSender
from catseye.runtime.ordering import OrderDesk


def open_order_desk(
    network: Network, folder: Path, ledger: NetworkLedger, *, clock: Clock, districts: Callable[[], Mapping[StreamId, str]]
) -> OrderDesk | None:
    """The desk of a network, not yet started; None where its file has no ``[orders]``. Raises ConfigError.

    ``folder`` is that of the network's file; ``districts`` tells the cameras that are due now, each with its district.
    """
    if network.orders is None:
        return None
    senders = order_senders(network, network.orders, folder, clock)
    return OrderDesk(ledger, network.orders, senders, clock=clock, districts=districts)


def order_senders(network: Network, orders: Orders, folder: Path, clock: Clock) -> list[OrderSender]:
    """Who is told of work orders. Raises ConfigError for one that cannot be used as it stands."""
    from catseye.adapters.order_senders import CsvSender, MailSender, WebhookSender

    tz, name, judge = zone(network.network.timezone), network.network.name, _judge(Reach(network.reach.allow))
    senders: list[OrderSender] = []
    for hook in orders.webhooks:
        if not hook.url.startswith(("http://", "https://")):
            raise ConfigError("A webhook of [orders] has no http:// or https:// address.", "Mend url under [[orders.webhooks]].")
        secret = _secret(hook.secret, folder)
        senders.append(WebhookSender(hook.url, secret.encode(), network=name, tz=tz, clock=clock, judge=judge))
    for mail in orders.mail:
        user, _, password = _secret(mail.login, folder).partition(":") if mail.login else ("", "", "")
        if mail.login and mail.tls == "none":
            raise ConfigError("A password must not be sent in the clear.", "Set tls = 'starttls' under [[orders.mail]].")
        senders.append(MailSender(mail, (user, password) if mail.login else None, network=name, tz=tz, judge=judge))
    if orders.csv:
        senders.append(CsvSender(folder / orders.csv, tz))
    return senders


def _judge(reach: Reach) -> Callable[[str, int], tuple[str, ...]]:
    """Resolves a host once and gives its addresses, which may be connected to. Raises OutputError."""

    def judge(host: str, port: int) -> tuple[str, ...]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise OutputError(f"{host} cannot be found: {error.strerror}.", "It will be tried again.") from error
        try:
            return reach.judge(host, [str(one[4][0]) for one in found], port)
        except SourceDeniedError as error:
            raise OutputError(error.message, error.remedy) from error

    return judge


def _secret(named: str, folder: Path) -> str:
    """What ``file:PATH`` or ``env:NAME`` holds. Raises ConfigError; no message tells it."""
    kind, _, where = named.partition(":")
    try:
        if kind == "env" and os.environ.get(where):
            return os.environ[where]
        if kind == "file" and (text := (folder / where).read_text(encoding="utf-8").strip()):
            return text
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"A secret of [orders] cannot be read from {where}.", "Check the file and its permissions.") from error
    raise ConfigError(f"There is no secret in {named!r}.", "Write file:PATH or env:NAME, and put the secret there.")
