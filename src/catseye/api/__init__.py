"""The HTTP API, the live feed and the page, on one address of this machine."""

from catseye.api.application import create_app
from catseye.api.server import ApiServer

__all__ = ["ApiServer", "create_app"]
