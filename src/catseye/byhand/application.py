"""The page of a count and what it asks for, behind the guard that every server of Catseye has."""

import threading
from pathlib import Path
from typing import Annotated, Any

from litestar import Litestar, MediaType, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.static_files import create_static_files_router

from catseye import __version__
from catseye.api.application import problem, refusal
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
from catseye.core.errors import CatseyeError

NOT_BUILT = "The page is not built. Run: make web\n"
_HOST = "127.0.0.1"

TheDesk = NamedDependency[Desk]
Known = Annotated[int, QueryParameter(description="How many times the page has already.")]
At = Annotated[int, QueryParameter(description="The number of the picture that is looked at; -1: none yet.")]


def create_app(desk: Desk, static: Path) -> Guard:
    """The guarded ASGI application of a desk, for loopback alone. ``static`` is the folder of the built page."""
    page = static / "truth.html"
    files = [create_static_files_router("/assets", directories=[static / "assets"]), _icon(static)] if page.is_file() else []
    app = Litestar(
        route_handlers=[_routes(desk), _page(page), *files],
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False, use_cache=True)},
        exception_handlers={CatseyeError: problem, HTTPException: refusal},
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="Catseye, counting by hand",
            version=__version__,
            use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin(path="/")],
        ),
    )
    return Guard(app, _HOST)


def _page(page: Path) -> Any:
    @get("/", media_type=MediaType.HTML, sync_to_thread=True, include_in_schema=False)
    def show() -> Response[str]:
        """The page."""
        if not page.is_file():
            return Response(NOT_BUILT, media_type=MediaType.TEXT, status_code=503)
        return Response(page.read_text("utf-8"), media_type=MediaType.HTML)

    return show


def _icon(static: Path) -> Any:
    @get("/favicon.svg", media_type="image/svg+xml", sync_to_thread=True, include_in_schema=False)
    def show() -> Response[bytes]:
        """The icon of the page."""
        return Response((static / "favicon.svg").read_bytes(), media_type="image/svg+xml")

    return show


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
