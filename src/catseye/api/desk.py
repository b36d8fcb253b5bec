"""Servers of one page of this machine, and what it asks for, behind the guard that every server has."""

from pathlib import Path
from typing import Any

from litestar import Litestar, MediaType, Response, Router, get
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.static_files import create_static_files_router

from catseye import __version__
from catseye.api.application import problem, refusal
from catseye.api.guard import Guard
from catseye.core.errors import CatseyeError

NOT_BUILT = "The page is not built. Run: make web\n"


def desk_app(desk: object, router: Router, page: Path, *, title: str, host: str = "127.0.0.1") -> Guard:
    """The guarded ASGI application of a desk. ``page`` is its built page, among the files it needs; ``host`` what it listens on.

    Handlers of ``router`` get the desk as ``desk``.
    """
    static = page.parent
    files = [create_static_files_router("/assets", directories=[static / "assets"]), _icon(static)] if page.is_file() else []
    app = Litestar(
        route_handlers=[router, _page(page), *files],
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False, use_cache=True)},
        exception_handlers={CatseyeError: problem, HTTPException: refusal},
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title=title,
            version=__version__,
            use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin(path="/")],
        ),
    )
    return Guard(app, host)


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
