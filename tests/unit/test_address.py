import pytest

from catseye.core.address import redacted, scheme, tells_secret, with_credentials


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        ("rtsp://ann:s3cr3t@cam.example:554/main", "rtsp://***@cam.example:554/main"),
        ("rtsp://ann@cam.example/main", "rtsp://***@cam.example/main"),
        ("rtsp://ann:s3@cr3t@cam.example/main", "rtsp://***@cam.example/main"),
        ("RTSP://ann:s3cr3t@cam.example", "rtsp://***@cam.example"),
        ("http://cam.example/video?user=ann&pwd=s3cr3t", "http://cam.example/video?***"),
        ("http://cam.example?pwd=s3cr3t", "http://cam.example?***"),
        ("rtsp://cam.example/user=ann&password=s3cr3t&channel=1", "rtsp://cam.example/user=***&password=***&channel=1"),
        ("rtsp://cam.example/user=ann_password=s3cr3t_channel=1", "rtsp://cam.example/user=***"),
        ("rtsp://cam.example/x_pwd=s3_cr3t&channel=1", "rtsp://cam.example/x_pwd=***&channel=1"),
        ("rtsp://[2001:db8::1]:554/main", "rtsp://[2001:db8::1]:554/main"),
        ("http://ann:s3cr3t@[2001:db8::1]/main#s3cr3t", "http://***@[2001:db8::1]/main"),
        ("clips/user=ann.mp4", "clips/user=ann.mp4"),
        (r"C:\clips\a.mp4", r"C:\clips\a.mp4"),
    ],
)
def test_what_is_shown_of_an_address_holds_no_secret(spec: str, shown: str) -> None:
    assert redacted(spec) == shown
    assert tells_secret(spec) == ("***" in shown)


def test_schemes() -> None:
    assert [scheme(spec) for spec in ("rtsp://x", "HTTP://x", "a.mp4", "/dev/video0", "-", "a:b")] == [
        "rtsp",
        "http",
        "",
        "",
        "",
        "",
    ]


def test_credentials_go_into_an_address_that_has_none() -> None:
    assert with_credentials("rtsp://cam:554/a?b=c", "ann", "s3/@:") == "rtsp://ann:s3%2F%40%3A@cam:554/a?b=c"
    assert with_credentials("rtsp://bob:x@cam/a", "ann", "s3") == "rtsp://bob:x@cam/a"
    assert with_credentials("rtsp://cam/a", "", "s3") == "rtsp://cam/a"
