"""The page of a count and what it asks for, behind the guard that every server of Catseye has."""

import threading
from pathlib import Path
from typing import Annotated

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, JSONBody, QueryParameter

from catseye.api.desk import desk_app
from catseye.api.guard import Guard
from catseye.byhand.desk import Desk, Sitting
from catseye.byhand.views import (
    Asked,
    ProgressView,
    SittingView,
    Tally,
    Turn,
    Undo,
    Undone,
    progress_view,
    sitting_view,
    tally_of,
)

TheDesk = NamedDependency[Desk]
Known = Annotated[int, QueryParameter(description="How many times the page has already.")]
At = Annotated[int, QueryParameter(description="The number of the picture that is looked at; -1: none yet.")]


def create_app(desk: Desk, static: Path) -> Guard:
    """The guarded ASGI application of a desk, for loopback alone. ``static`` is the folder of the built page."""
    return desk_app(desk, _routes(desk), static / "truth.html", title="Catseye, counting by hand")


def _routes(desk: Desk) -> Router:
    turning = threading.Lock()

    def asked(token: str) -> Sitting:
        if token != desk.sitting.token:
            raise HTTPException(status_code=409, detail="Another clip is counted now. Reload the page.")
        return desk.sitting

    @get("/sitting", sync_to_thread=True)
    def sitting(desk: TheDesk) -> SittingView:
        """What is counted now."""
        return sitting_view(desk)

    @get("/progress", sync_to_thread=True)
    def progress(desk: TheDesk, known: Known, at: At) -> ProgressView:
        """How far the pictures are. Also tells which picture the counter is at, so that those around it are ready."""
        if at >= 0:
            desk.sitting.preparer.look_at(at)
        return progress_view(desk.sitting, known)

    @get("/pictures/{token:str}/{number:int}", sync_to_thread=True, media_type="image/jpeg")
    def picture(token: FromPath[str], number: FromPath[int]) -> Response[bytes]:
        """One redacted picture; 404 where it is not ready or withheld."""
        jpeg = asked(token).pictures.get(number)
        if jpeg is None:
            raise HTTPException(status_code=404, detail="That picture is not ready, or it is withheld.")
        return Response(jpeg, media_type="image/jpeg")

    @post("/steps", sync_to_thread=True, status_code=200)
    def steps(data: JSONBody[Asked]) -> Tally:
        """Take steps. Answered once all of them are safe on the disk; where one is refused, those before it were taken."""
        now = asked(data.token)
        for step in data.steps:
            now.ledger.take(step, data.tab)
        return tally_of(now)

    @post("/undo", sync_to_thread=True, status_code=200)
    def undo(data: JSONBody[Undo]) -> Undone:
        """Take back the last step of a page."""
        now = asked(data.token)
        undone = now.ledger.undo(data.tab)
        return Undone(undone=undone, tally=tally_of(now))

    @post("/turn", sync_to_thread=True, status_code=200)
    def turn(desk: TheDesk, data: JSONBody[Turn]) -> SittingView:
        """Turn to another clip."""
        with turning:
            desk.sit(data.name)
            return sitting_view(desk)

    return Router(path="/api/v1/truth", route_handlers=[sitting, progress, picture, steps, undo, turn])
