"""What the bench and the doctor work with."""

from pathlib import Path
from typing import TYPE_CHECKING

from catseye.app.detectors import model_store, models_in_use, open_detector
from catseye.app.machine import home, system_clock
from catseye.app.sources import open_source
from catseye.app.stores import open_store
from catseye.core.ids import RunId, StreamId
from catseye.ports import Detector, FrameSource, Store

if TYPE_CHECKING:
    from catseye.bench.doctor import Surroundings
    from catseye.bench.tools import RunningNetwork, Tools
    from catseye.studio.camera import PoleCamera
    from catseye.studio.truth import StudioTruth


def _bench_source(path: Path) -> FrameSource:
    return open_source(str(path), stream=StreamId("bench"), run=RunId("bench"), clock=system_clock())


def _bench_store(path: Path) -> Store:
    return open_store(path, clock=system_clock())


def _bench_detector(threads: int | None) -> Detector:
    return open_detector(threads=threads)


def _bench_network(path: Path) -> "RunningNetwork":
    from catseye.app.network import open_network

    return open_network(path, listen=None)


def _bench_junction(minutes: float) -> "StudioTruth":
    from catseye.app.studio_traffic import TrafficOrder, drive_traffic

    order = TrafficOrder(scenario="junction", minutes=minutes)
    return drive_traffic(order, done=lambda _what, _share: None, say=lambda _line: None)[0]


def _bench_render(folder: Path, truth: "StudioTruth", camera: "PoleCamera", seconds: float) -> float:
    from catseye.app.studio_render import FilmOrder, render_film
    from catseye.studio.files import write
    from catseye.studio.scenarios import junction
    from catseye.studio.surroundings import surround

    write(folder / "truth", truth, surround(junction.street(), seed=1))
    order = FilmOrder(truth=folder / "truth", camera=camera, out=folder / "film", seconds=seconds)
    return render_film(order, lambda _done, _total: None).render_s


def bench_tools() -> "Tools":
    """What the bench and the doctor measure with. Their clips are kept below ``home()``."""
    from catseye.adapters.clip_repeat import repeat_clip
    from catseye.adapters.clip_writer import write_clip
    from catseye.adapters.jpeg import encode_jpeg
    from catseye.adapters.pyav_source.bare import decode_bare
    from catseye.bench.tools import Tools

    return Tools(
        clock=system_clock(),
        folder=home() / "bench",
        open_source=_bench_source,
        decode_bare=decode_bare,
        write_clip=write_clip,
        open_store=_bench_store,
        open_detector=_bench_detector,
        encode_jpeg=encode_jpeg,
        repeat_clip=repeat_clip,
        open_network=_bench_network,
        drive_junction=_bench_junction,
        render=_bench_render,
    )


def surroundings() -> "Surroundings":
    """What the doctor examines."""
    from catseye.adapters.devices import devices
    from catseye.adapters.pyav_source.bare import decoders
    from catseye.bench.doctor import ModelState, Surroundings

    def models() -> tuple[ModelState, ...]:
        store, used = model_store(), models_in_use()
        return tuple(
            ModelState(name=model.name, kind=model.kind, in_use=model.name in used, problem=store.problem(model) or "")
            for model in store.installed()
        )

    return Surroundings(
        tools=bench_tools(),
        home=home(),
        page=Path(__file__).parents[1] / "api" / "static" / "index.html",
        devices=devices,
        decoders=decoders,
        models=models,
        open_source=lambda spec: open_source(spec, stream=StreamId("doctor"), run=RunId("doctor"), clock=system_clock()),
    )
