"""Work orders: what somebody has to mend at which cameras, and who is told of it."""

from typing import Literal

import msgspec

from catseye.core.health import CameraState
from catseye.core.ids import StreamId


class WorkOrder(msgspec.Struct, frozen=True, kw_only=True, tag="work_order"):
    """Something to mend, as revisions: opened, changed, closed. It holds no picture and nothing of the road.

    ``cameras`` are all that it was ever about, by name; ``failing`` those that do not serve now. ``since_ns`` is when the first of
    them went. ``district`` is set where it is about an outage of several cameras of a district. ``closed_ns`` is None while open.
    """

    id: str
    revision: int
    state: CameraState
    cameras: tuple[StreamId, ...]
    failing: tuple[StreamId, ...]
    district: str
    reason: str
    since_ns: int
    opened_ns: int
    changed_ns: int
    closed_ns: int | None = None


class Webhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address that is sent each revision as JSON, signed with a secret that ``secret`` names (``file:PATH`` or ``env:NAME``)."""

    url: str
    secret: str


class Mail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mail by SMTP. ``login`` names where ``user:password`` is (``file:PATH`` or ``env:NAME``); "" signs in nowhere."""

    host: str
    sender: str
    to: tuple[str, ...]
    port: int = 587
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    login: str = ""


class Orders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When work orders are opened and closed, and who is told: ``[orders]`` of a network file.

    A camera that cannot be used for ``after_min`` minutes gets one; ``after_min_of`` says other limits by state. When it has
    served for ``close_after_min`` the order is closed. ``together`` cameras of a district that go within ``within_s`` share one.
    """

    after_min: float = 15.0
    after_min_of: dict[CameraState, float] = msgspec.field(default_factory=dict)
    close_after_min: float = 10.0
    together: int = 3
    within_s: float = 120.0
    webhooks: tuple[Webhook, ...] = ()
    mail: tuple[Mail, ...] = ()
    csv: str = ""
