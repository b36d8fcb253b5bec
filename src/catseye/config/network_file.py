"""Network files: TOML to ``Network``, with all that is wrong told on its line."""

from pathlib import Path

import msgspec
from msgspec.structs import replace

from catseye.config import network_rules
from catseye.config.settings_file import parse_settings, read_settings
from catseye.core.address import NETWORK_SCHEMES, scheme
from catseye.core.cameras import Camera, Network
from catseye.core.errors import ConfigError


def load_network(path: Path) -> Network:
    """The network of a file; paths in it are led from its folder. Raises ConfigError with the first error found."""
    return parse_network(read_settings(path, "network file"), path)


def parse_network(text: str, path: Path) -> Network:
    """The network of a text that is to be the file at ``path``. Raises ConfigError."""
    network = parse_settings(text, Network, network_rules.judge, name=str(path))
    folder = path.resolve().parent
    cameras = tuple(led(camera, folder) for camera in network.cameras)
    for camera in cameras:
        network_rules.check_files(camera, path)
    orders = network.orders
    if orders is not None and orders.csv:
        orders = replace(orders, csv=str(folder / orders.csv))
    settings = replace(network.network, data=str(folder / network.network.data))
    return replace(network, network=settings, cameras=cameras, orders=orders)


def led(camera: Camera, folder: Path) -> Camera:
    """The camera with its paths led from the folder of its file."""
    kind, _, where = camera.credentials.partition(":")
    return replace(
        camera,
        address=camera.address if scheme(camera.address) in NETWORK_SCHEMES else str(folder / camera.address),
        scene=str(folder / camera.scene) if camera.scene else "",
        credentials=f"file:{folder / where}" if kind == "file" else camera.credentials,
    )


def camera_of(values: dict[str, object]) -> Camera:
    """A camera from plain values, as an import or the API tells it, judged as one in a file is. Raises ConfigError."""
    try:
        camera = msgspec.convert(values, Camera)
    except msgspec.ValidationError as error:
        raise ConfigError(f"This is no camera: {error}.", "docs/ref/network.md says what each value is.") from error
    return network_rules.judged(camera)
