"""``catseye watch``: live tags, tracks and counts of one source."""

import argparse
from pathlib import Path

_EPILOG = """\
examples:
  catseye watch street.mp4                       play it in real time, live page on http://127.0.0.1:8420
  catseye watch street.mp4 --fast --out result   as fast as the machine can; counts, events and tracks to result/
  catseye watch rtsp://camera/main --scene scene.toml --out result
  catseye watch street.mp4 --fast --out result --annotate --start 2026-05-04T07:00 --timezone Europe/London
  catseye watch clip.mp4 --scene scene.toml --truth truth --stay   counts beside the true ones; the page stays with the result

credentials of a camera: in CATSEYE_SOURCE_USER and CATSEYE_SOURCE_PASSWORD, or in the address. They are never shown or stored.
Without --scene, Catseye learns the main flows, proposes count lines, counts over them from the beginning, and writes the
proposal as scene.toml, to be edited and given back with --scene.
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``watch`` to the command line."""
    parser = commands.add_parser(
        "watch",
        help="watch a video or camera: live tags, tracks, counts",
        description="Watch one source: a file, a folder of images, rtsp://, http(s):// (MJPEG, HLS), a device like /dev/video0.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="SOURCE", help="a file, a folder of images, an address or a device")
    parser.add_argument("--scene", type=Path, metavar="FILE", help="count lines, zones, masks, movements (see 'catseye check')")
    parser.add_argument(
        "--truth", type=Path, metavar="T", help="show what truly happened beside the counts: a studio truth, MOTChallenge or CVAT"
    )
    parser.add_argument(
        "--truth-sample",
        type=Path,
        metavar="FILE",
        help="what the intervals rest on, of 'catseye receipt learn'; kept with the counts",
    )
    parser.add_argument("--stay", action="store_true", help="keep the page up with the result at the clip's end, until Ctrl+C")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write counts, events, tracks and a summary here")
    parser.add_argument("--annotate", action="store_true", help="also write a redacted annotated.mp4 to DIR")
    parser.add_argument(
        "--signals", type=Path, metavar="FILE", help="what the scene's signals show: a CSV of time,signal,state that may grow"
    )
    parser.add_argument(
        "--clips", type=Path, metavar="DIR", help="write a short redacted clip of each incident and violation here, for a day"
    )
    parser.add_argument("--replace", action="store_true", help="discard the results that DIR already holds")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--fast", action="store_true", help="as fast as the machine can; no frame is dropped, no live page")
    pace.add_argument("--realtime", action="store_true", help="play a file at its own pace (default)")
    parser.add_argument("--loop", action="store_true", help="begin a file again at its end; each time is a new run")
    parser.add_argument("--no-web", action="store_true", help="no live page")
    parser.add_argument("--host", default="127.0.0.1", help="address of the live page (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8420, help="port of the live page (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON on standard output, and nothing else there")
    parser.add_argument(
        "--start", metavar="TIME", help="when a file begins, e.g. 2026-05-04T07:00 (default: what it says itself, else now)"
    )
    parser.add_argument(
        "--timezone", metavar="NAME", help="time zone of --start and of the results (default: the scene's, else UTC)"
    )
    parser.add_argument("--stream", metavar="NAME", help="name of the stream in the results (default: from SOURCE)")
    parser.add_argument(
        "--detector", metavar="NAME", help="an installed detector (default: the best one; see 'catseye models list')"
    )
    parser.add_argument("--engine", choices=("openvino", "onnx"), default="openvino", help="what runs it (default: %(default)s)")
    parser.add_argument("--threads", type=int, metavar="N", help="threads of the detector (default: all cores)")
    parser.add_argument(
        "--analysed-fps", type=float, default=10.0, metavar="N", help="frames analysed a second (default: %(default)s)"
    )
    parser.add_argument(
        "--learn", type=float, default=30.0, metavar="S", help="seconds to learn flows without a scene (default: %(default)s)"
    )
    parser.add_argument("--transport", choices=("tcp", "udp"), default="tcp", help="how RTSP media travels (default: %(default)s)")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.watch_run import run

    return run(args)
