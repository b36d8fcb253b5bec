"""Work orders reach real servers on loopback: a webhook's, a mail server's, and a file."""

import csv
import hashlib
import hmac
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from msgspec.structs import replace

from catseye.adapters.sqlite import SqliteLedger
from catseye.app.ordering import open_order_desk, order_senders
from catseye.core.cameras import Allowed, Network, NetworkSettings
from catseye.core.errors import ConfigError, OutputError
from catseye.core.health import CameraState, HealthEpisode
from catseye.core.ids import StreamId
from catseye.core.orders import Mail, Orders, Webhook, WorkOrder
from catseye.ports.orders import OrderSender
from catseye.testing import FakeClock

NOW_NS = 1_793_000_000_000_000_000
MIN_NS = 60 * 10**9
ORDER = WorkOrder(
    id="0a1b",
    revision=1,
    state=CameraState.OBSCURED,
    cameras=(StreamId("north"), StreamId("south")),
    failing=(StreamId("north"),),
    district="Øst\r\nBcc: all@example.org",
    reason="=1+1 is what covers it",
    since_ns=NOW_NS - 20 * MIN_NS,
    opened_ns=NOW_NS,
    changed_ns=NOW_NS,
)


@dataclass
class Hook:
    """A server that answers as it is told and keeps what it was sent."""

    answers: list[int] = field(default_factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def hook() -> Iterator[Hook]:
    it = Hook()
    with served(it) as port:
        it.url = f"http://127.0.0.1:{port}/orders?token=abc"
        yield it


@contextmanager
def served(it: Hook, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serves a hook on a port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = it.answers.pop(0) if it.answers else 204
            if answer < 300:
                it.taken.append((dict(self.headers), body))
            self.send_response(answer)
            self.send_header("Location", it.url)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_webhook_over_tls_is_the_one_its_certificate_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here to make a certificate")
    made = [*("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost")]
    made += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "certificate")]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    taken = Hook()
    with served(taken, context) as port:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate"))
        hooks = [Webhook(url=f"https://{host}:{port}/", secret="file:secret") for host in ("localhost", "127.0.0.1")]
        named, by_number = (only_sender(Orders(webhooks=(hook,)), tmp_path, "127.0.0.1", "::1") for hook in hooks)
        named.send(ORDER)
        with pytest.raises(OutputError, match="does not answer"):
            by_number.send(ORDER)
    assert len(taken.taken) == 1


def test_an_answer_by_drips_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catseye.adapters.order_senders.webhook.DEADLINE_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                while not ended.wait(0.05):
                    connection.send(b"H")

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(OutputError, match="does not answer"):
            only_sender(Orders(webhooks=(Webhook(url=url, secret="file:secret"),)), tmp_path).send(ORDER)
        ended.set()
        thread.join()


@dataclass
class Post:
    """A mail server's handler that keeps each mail."""

    mails: list[tuple[list[str], Message]] = field(default_factory=list)
    refuses: bool = False

    async def handle_RCPT(self, _server: object, _session: object, envelope: object, address: str, _options: object) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuses and "b@" in address:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
        parsed = message_from_bytes(envelope.content, policy=default)  # type: ignore[attr-defined]
        self.mails.append((envelope.rcpt_tos, parsed))  # type: ignore[attr-defined]
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    handler = Post()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def network(orders: Orders, *allow: str) -> Network:
    return Network(
        network=NetworkSettings(name="town", timezone="Europe/Oslo"), reach=Allowed(allow=allow or ("127.0.0.1",)), orders=orders
    )


def only_sender(orders: Orders, folder: Path, *allow: str) -> OrderSender:
    (folder / "secret").write_text("s3cret\n")
    (sender,) = order_senders(network(orders, *allow), orders, folder, FakeClock(NOW_NS))
    return sender


def test_a_webhook_gets_signed_json_once(hook: Hook, tmp_path: Path) -> None:
    sender = only_sender(Orders(webhooks=(Webhook(url=hook.url, secret="file:secret"),)), tmp_path)
    sender.send(ORDER)
    ((headers, body),) = hook.taken
    stamp, signature = (part.partition("=")[2] for part in headers["X-Catseye-Signature"].split(","))
    assert hmac.new(b"s3cret", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest() == signature
    assert int(stamp) == NOW_NS // 10**9
    assert headers["Idempotency-Key"] == "0a1b.1"
    told = json.loads(body)
    assert (told["network"], told["status"], told["state"], told["failing"]) == ("town", "opened", "obscured", ["north"])
    assert (told["opened"], told["closed"]) == ("2026-10-26T08:33:20+01:00", "")
    assert "token" not in sender.name


@pytest.mark.parametrize("answer", [302, 400, 503])
def test_what_a_webhook_does_not_take_is_not_delivered_and_no_redirect_is_followed(hook: Hook, tmp_path: Path, answer: int) -> None:
    hook.answers = [answer]
    sender = only_sender(Orders(webhooks=(Webhook(url=hook.url, secret="file:secret"),)), tmp_path)
    with pytest.raises(OutputError, match=str(answer)):
        sender.send(ORDER)
    assert hook.taken == []


def test_a_webhook_that_the_operator_does_not_allow_is_not_connected_to(hook: Hook, tmp_path: Path) -> None:
    sender = only_sender(Orders(webhooks=(Webhook(url=hook.url, secret="file:secret"),)), tmp_path, "10.0.0.0/8")
    with pytest.raises(OutputError, match="not among what Catseye may connect to"):
        sender.send(ORDER)
    assert hook.taken == []


def test_a_mail_says_it_in_words_and_no_name_can_add_a_header(post: tuple[Post, int], tmp_path: Path) -> None:
    handler, port = post
    mail = Mail(host="127.0.0.1", port=port, sender="cats@town.example", to=("a@town.example", "b@town.example"), tls="none")
    sender = only_sender(Orders(mail=(mail,)), tmp_path)
    sender.send(ORDER)
    sender.send(replace(ORDER, revision=2, failing=(), closed_ns=NOW_NS + 1, changed_ns=NOW_NS + 1))
    ((to, first), (_, second)) = handler.mails
    assert to == ["a@town.example", "b@town.example"]
    assert first["Bcc"] is None
    assert first["Subject"] == "[Catseye town] opened: obscured, 2 cameras of Øst  Bcc: all@example.org"
    assert second["Subject"].startswith("[Catseye town] closed")
    assert second["In-Reply-To"] == first["Message-ID"] == "<0a1b.1@town.example>"
    body = first.get_content()  # type: ignore[attr-defined]
    assert "Not serving now: north" in body
    assert not list(first.iter_attachments())  # type: ignore[attr-defined]


def test_a_mail_that_one_reader_does_not_get_is_not_delivered(post: tuple[Post, int], tmp_path: Path) -> None:
    handler, port = post
    handler.refuses = True
    mail = Mail(host="127.0.0.1", port=port, sender="cats@town.example", to=("a@town.example", "b@town.example"), tls="none")
    with pytest.raises(OutputError, match="refused 1"):
        only_sender(Orders(mail=(mail,)), tmp_path).send(ORDER)


def test_a_server_without_tls_gets_no_mail_where_tls_is_asked_for(post: tuple[Post, int], tmp_path: Path) -> None:
    handler, port = post
    mail = Mail(host="127.0.0.1", port=port, sender="cats@town.example", to=("a@town.example",))
    with pytest.raises(OutputError):
        only_sender(Orders(mail=(mail,)), tmp_path).send(ORDER)
    assert handler.mails == []


def test_passwords_need_tls(tmp_path: Path) -> None:
    mail = Mail(host="127.0.0.1", sender="c@t", to=("a@t",), tls="none", login="file:secret")
    with pytest.raises(ConfigError, match="in the clear"):
        only_sender(Orders(mail=(mail,)), tmp_path)


def test_a_missing_secret_is_told_without_being_guessed(tmp_path: Path) -> None:
    os.environ.pop("NO_SUCH_SECRET", None)
    orders = Orders(webhooks=(Webhook(url="http://127.0.0.1/", secret="env:NO_SUCH_SECRET"),))
    with pytest.raises(ConfigError, match="no secret"):
        order_senders(network(orders), orders, tmp_path, FakeClock(0))


def test_a_file_has_a_row_an_order_as_it_stands_last_and_no_formula(tmp_path: Path) -> None:
    sender = only_sender(Orders(csv="orders.csv"), tmp_path)
    closed = replace(ORDER, revision=2, failing=(), closed_ns=NOW_NS + 1)
    for told in (ORDER, replace(ORDER, id="other"), closed, closed, ORDER):
        sender.send(told)
    rows = list(csv.DictReader((tmp_path / "orders.csv").open(newline="")))
    assert [(row["id"], row["revision"], row["status"]) for row in rows] == [("0a1b", "2", "closed"), ("other", "1", "opened")]
    assert rows[0]["reason"] == "'=1+1 is what covers it"


def test_a_desk_tells_all_after_outages_and_a_restart_and_repeats_nothing(hook: Hook, tmp_path: Path) -> None:
    clock = FakeClock(NOW_NS)
    orders = Orders(webhooks=(Webhook(url=hook.url, secret="file:secret"),), csv="orders.csv")
    (tmp_path / "secret").write_text("s")
    camera = StreamId("north")
    fault = HealthEpisode(
        id="e",
        stream=camera,
        state=CameraState.OFFLINE,
        revision=1,
        began_ns=NOW_NS - 16 * MIN_NS,
        told_ns=NOW_NS - 15 * MIN_NS,
        ended_ns=None,
        reason="no answer",
    )
    hook.answers = [503, 503]
    for _ in range(4):  # every round is another life of Catseye
        ledger = SqliteLedger(tmp_path / "network.sqlite")
        ledger.keep([fault])
        desk = open_order_desk(network(orders), tmp_path, ledger, clock=clock, districts=lambda: {camera: ""})
        assert desk is not None
        desk.look()
        desk.deliver()
        ledger.close()
        clock.advance(120.0)
    assert [json.loads(body)["status"] for _, body in hook.taken] == ["opened"]
    ledger = SqliteLedger(tmp_path / "network.sqlite")
    ledger.keep([replace(fault, revision=2, ended_ns=clock.now_ns())])
    clock.advance(601.0)
    desk = open_order_desk(network(orders), tmp_path, ledger, clock=clock, districts=lambda: {camera: ""})
    assert desk is not None
    assert (desk.look(), desk.deliver(), desk.look(), desk.deliver()) == (1, 2, 0, 0)
    assert [json.loads(body)["status"] for _, body in hook.taken] == ["opened", "closed"]
    assert ledger.due() == []
    ledger.close()


def test_the_thread_of_a_desk_delivers_and_ends(hook: Hook, tmp_path: Path) -> None:
    clock = FakeClock(NOW_NS)
    (tmp_path / "secret").write_text("s")
    orders = Orders(webhooks=(Webhook(url=hook.url, secret="file:secret"),))
    ledger = SqliteLedger(tmp_path / "network.sqlite")
    ledger.keep_orders([ORDER], [only_sender(orders, tmp_path).name])
    desk = open_order_desk(network(orders), tmp_path, ledger, clock=clock, districts=dict)
    assert desk is not None
    desk.start()
    waits = threading.Event()
    for _ in range(500):
        if hook.taken and not ledger.due():
            break
        waits.wait(0.02)
    desk.close()
    ledger.close()
    assert {json.loads(body)["id"] for _, body in hook.taken} >= {"0a1b"}
