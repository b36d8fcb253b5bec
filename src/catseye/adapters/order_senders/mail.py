"""Work orders by mail, through an SMTP server (RFC 5321)."""

import hashlib
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final
from zoneinfo import ZoneInfo

from catseye.core.errors import OutputError
from catseye.core.orders import Mail, WorkOrder
from catseye.core.time import to_local
from catseye.wire import orders as wire

TIMEOUT_S: Final = 20.0

Judge = Callable[[str, int], tuple[str, ...]]


class MailSender:
    """Sends each revision as a mail of plain text; those of one order make a thread."""

    def __init__(self, mail: Mail, login: tuple[str, str] | None, *, network: str, tz: ZoneInfo, judge: Judge) -> None:
        self._mail, self._login, self._network, self._tz, self._judge = mail, login, network, tz, judge
        mark = hashlib.blake2b("/".join(mail.to).encode(), digest_size=4).hexdigest()
        self.name = f"mail:{mail.host}:{mail.port}#{mark}"

    def send(self, order: WorkOrder) -> None:
        """See ``ports.OrderSender``: it is taken when the server has accepted it for every one it is for."""
        self._judge(self._mail.host, self._mail.port)
        try:
            with self._connected() as server:
                refused = server.send_message(self._message(order))
        except (OSError, smtplib.SMTPException) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise OutputError(f"{self.name} did not take the mail: {reason}.", "It will be tried again.") from error
        if refused:
            raise OutputError(f"{self.name} refused {len(refused)} of those it is for.", "Check the addresses in [[orders.mail]].")

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._mail.tls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._mail.host, self._mail.port, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(self._mail.host, self._mail.port, timeout=TIMEOUT_S)
        try:
            if self._mail.tls == "starttls":
                server.starttls(context=context)
            if self._login is not None:
                server.login(*self._login)
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, order: WorkOrder) -> EmailMessage:
        message = EmailMessage()
        domain = self._mail.sender.rpartition("@")[2] or "catseye"
        message["Subject"] = wire.subject(order, self._network)
        message["From"], message["To"] = self._mail.sender, ", ".join(self._mail.to)
        message["Date"] = format_datetime(to_local(order.changed_ns, self._tz))
        message["Message-ID"] = f"<{order.id}.{order.revision}@{domain}>"
        if order.revision > 1:
            message["In-Reply-To"] = message["References"] = f"<{order.id}.1@{domain}>"
        message.set_content(wire.text(order, self._network, self._tz))
        return message
