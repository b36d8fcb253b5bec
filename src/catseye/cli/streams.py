"""Which stream of a store a command is about."""

from pathlib import Path

from catseye.config.findings import did_you_mean
from catseye.core.errors import ConfigError, StoreError
from catseye.core.ids import StreamId
from catseye.core.scene import Scene
from catseye.ports import StoreReader


def chosen_stream(store: StoreReader, path: Path, asked: str | None) -> tuple[StreamId, Scene]:
    """The stream asked for, or the only one, with its scene. Raises StoreError for a store of none, ConfigError."""
    streams = store.streams()
    if not streams:
        raise StoreError(f"{path} holds no stream yet.", "Watch one: 'catseye watch SOURCE --out DIR'.")
    if asked is None and len(streams) > 1:
        raise ConfigError(f"{path} holds {len(streams)} streams: {', '.join(streams)}.", "Choose one with --stream.")
    stream = streams[0] if asked is None else StreamId(asked)
    scene = store.scene(stream)
    if scene is None:
        raise ConfigError(f"{path} holds no stream {stream!r}.", did_you_mean(stream, streams) or f"It holds {', '.join(streams)}.")
    return stream, scene
