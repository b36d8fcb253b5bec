"""The page of a calibration and what it asks for, behind the guard that every server of Catseye has."""

from pathlib import Path
from typing import Any

from litestar import Litestar, MediaType, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import JSONBody
from litestar.static_files import create_static_files_router

from catseye import __version__
from catseye.api.application import problem, refusal
from catseye.api.guard import Guard
from catseye.core.errors import CatseyeError
from catseye.groundpoints.desk import PointsDesk
from catseye.groundpoints.views import ClickedPoints, FittedView, SheetView, Written

NOT_BUILT = "The page is not built. Run: make web\n"
_HOST = "127.0.0.1"

TheDesk = NamedDependency[PointsDesk]


def create_app(desk: PointsDesk, static: Path) -> Guard:
    """The guarded ASGI application of a desk, for loopback alone. ``static`` is the folder of the built page."""
    page = static / "calibrate.html"
    files = [create_static_files_router("/assets", directories=[static / "assets"]), _icon(static)] if page.is_file() else []
    app = Litestar(
        route_handlers=[_ROUTES, _page(page), *files],
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False, use_cache=True)},
        exception_handlers={CatseyeError: problem, HTTPException: refusal},
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="Catseye, calibrating by ground points",
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


@get("/sheet", sync_to_thread=True)
def _sheet(desk: TheDesk) -> SheetView:
    """What is calibrated, and the points so far."""
    return desk.view()


@get("/still", sync_to_thread=True, media_type="image/jpeg")
def _still(desk: TheDesk) -> Response[bytes]:
    """The redacted picture to click on."""
    return Response(desk.still, media_type="image/jpeg")


@post("/turn", sync_to_thread=True, status_code=200)
def _turn(desk: TheDesk) -> SheetView:
    """Show a picture of a later moment."""
    desk.turn()
    return desk.view()


@post("/points", sync_to_thread=True, status_code=200)
def _points(desk: TheDesk, data: JSONBody[ClickedPoints]) -> FittedView:
    """Take all points anew. Answered once those that have a place on the ground are safe on the disk."""
    return desk.tell(data)


@post("/write", sync_to_thread=True, status_code=200)
def _write(desk: TheDesk) -> Written:
    """Put the calibration into the scene."""
    return desk.write()


_ROUTES = Router(path="/api/v1/calibrate", route_handlers=[_sheet, _still, _turn, _points, _write])
