"""The application: routes, schema, page, and the guard around them."""

from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, get
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.static_files import create_static_files_router

from catseye import __version__
from catseye.api.guard import Guard
from catseye.api.routes import Api, routes
from catseye.api.traffic import Traffic
from catseye.api.views import Problem
from catseye.core.errors import CatseyeError, ConfigError
from catseye.ports import Clock, DetectorInfo, LiveFeed, Store
from catseye.wire.live import LiveHeader

NOT_BUILT = "The live page is not built. Run: make web\n"


def create_app(
    feed: LiveFeed,
    store: Store | None,
    *,
    detector: DetectorInfo,
    clock: Clock,
    static: Path,
    host: str = "127.0.0.1",
) -> Guard:
    """The guarded ASGI application of one stream; ``app`` of it is the Litestar application.

    ``store`` is asked from worker threads, one call at a time each; None where no volumes are kept. ``static`` is the folder of the
    built page. ``host`` is what the server will listen on, and the one name besides those of loopback it answers to.
    """
    api = Api(feed, store, detector, clock)
    page = create_static_files_router("/", directories=[static], html_mode=True) if (static / "index.html").is_file() else not_built
    app = Litestar(
        route_handlers=[routes(Traffic), page],
        dependencies={"api": Provide(lambda: api, sync_to_thread=False, use_cache=True)},
        exception_handlers={CatseyeError: problem, HTTPException: refusal},
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="Catseye",
            version=__version__,
            description="Volumes, speeds, incidents, health and the scene of a watched street. The road, not the person.",
            use_handler_docstrings=True,
            render_plugins=[_SchemaWithLiveFeed(path="/")],
        ),
    )
    return Guard(app, host)


class _SchemaWithLiveFeed(JsonRenderPlugin):
    """The OpenAPI schema and, beside its own types, those of the live feed, which OpenAPI has no place for."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The schema as JSON; the page's types are made from it."""
        _, live = msgspec.json.schema_components((LiveHeader,), ref_template="#/components/schemas/{name}")
        components = openapi_schema.get("components", {})
        schemas = live | components.get("schemas", {})
        return super().render(request, openapi_schema | {"components": components | {"schemas": schemas}})


@get("/", media_type=MediaType.TEXT, sync_to_thread=False, include_in_schema=False, status_code=503)
def not_built() -> str:
    """Say what is missing."""
    return NOT_BUILT


def problem(_: Request[Any, Any, Any], error: CatseyeError) -> Response[Problem]:
    """The error's two lines: the asker's mistake as 400, ours as 503."""
    return Response(Problem(message=error.message, remedy=error.remedy), status_code=400 if isinstance(error, ConfigError) else 503)


def refusal(_: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """No such path, no such stream, or a parameter that cannot be read."""
    return Response(Problem(message=error.detail, remedy=""), status_code=error.status_code)
