"""The page of a calibration and what it asks for, behind the guard that every server of Catseye has."""

from pathlib import Path

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from catseye.api.desk import desk_app
from catseye.api.guard import Guard
from catseye.groundpoints.desk import PointsDesk
from catseye.groundpoints.views import ClickedPoints, FittedView, SheetView, Written

TheDesk = NamedDependency[PointsDesk]


def create_app(desk: PointsDesk, static: Path) -> Guard:
    """The guarded ASGI application of a desk, for loopback alone. ``static`` is the folder of the built page."""
    return desk_app(desk, _ROUTES, static / "calibrate.html", title="Catseye, calibrating by ground points")


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
