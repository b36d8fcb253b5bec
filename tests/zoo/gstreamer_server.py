"""A real RTSP server for /usr/bin/python3 with Debian's GStreamer. Prints its port once it listens.

It shows a moving test picture, or with --clip an MP4 with H.264 as it is; --user and --password are then asked for.
"""

import argparse

import gi  # type: ignore[import-not-found]  # the system's Python has it

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402  the versions must be named before

PICTURE = (
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=25/1 "
    "! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=10 threads=1 ! rtph264pay name=pay0 pt=96 )"
)

CLIP = "( filesrc location={} ! qtdemux ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )"

parser = argparse.ArgumentParser()
for option in ("--clip", "--user", "--password"):
    parser.add_argument(option, default="")
asked = parser.parse_args()
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(CLIP.format(asked.clip) if asked.clip else PICTURE)
factory.set_shared(not asked.clip)
if asked.user:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(asked.user, asked.password), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_role("viewer")
    for permission in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role("viewer", permission, True)
    factory.set_permissions(permissions)
server.get_mount_points().add_factory("/street", factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
