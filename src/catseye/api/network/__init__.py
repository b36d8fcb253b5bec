"""The HTTP API and page of a running network of cameras."""

from catseye.api.network.application import create_network_app

__all__ = ["create_network_app"]
