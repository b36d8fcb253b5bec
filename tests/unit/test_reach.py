"""Nothing is reached that the operator did not allow, in whatever clothes an address comes."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.errors import ConfigError, SourceDeniedError
from catseye.core.reach import Reach, plain

CITY = Reach(["10.20.0.0/16", "192.0.2.7:554", "[fd00::7]:554", "cams.example.org", "*.street.example.org:8554"])


def allowed(reach: Reach, host: str, *addresses: str, port: int = 554) -> bool:
    try:
        reach.judge(host, addresses, port)
    except SourceDeniedError:
        return False
    return True


def test_what_is_allowed_is_reached_and_nothing_else() -> None:
    assert allowed(CITY, "10.20.3.4", "10.20.3.4")
    assert not allowed(CITY, "10.21.3.4", "10.21.3.4")
    assert allowed(CITY, "192.0.2.7", "192.0.2.7")
    assert not allowed(CITY, "192.0.2.7", "192.0.2.7", port=80)
    assert allowed(CITY, "fd00::7", "fd00::7")
    assert allowed(CITY, "CAMS.example.org.", "198.51.100.9", port=8000)
    assert allowed(CITY, "a.street.example.org", "198.51.100.9", port=8554)
    assert not allowed(CITY, "street.example.org.evil.test", "198.51.100.9", port=8554)
    assert not allowed(Reach([]), "10.20.3.4", "10.20.3.4")


def test_a_name_must_not_lead_astray_with_any_of_its_addresses() -> None:
    assert not allowed(CITY, "evil.test", "10.20.3.4", "127.0.0.1")
    assert not allowed(CITY, "cams.example.org", "198.51.100.9", "169.254.169.254")
    assert not allowed(CITY, "cams.example.org", "127.0.0.1")
    assert not allowed(CITY, "cams.example.org")


@pytest.mark.parametrize("address", ["169.254.169.254", "224.0.0.1", "0.0.0.0", "255.255.255.255", "fe80::1", "ff02::1", "::"])
def test_what_no_camera_has_is_refused_by_the_widest_rule(address: str) -> None:
    assert not allowed(Reach(["0.0.0.0/0", "::/0"]), address, address)
    assert allowed(Reach([address if ":" not in address else f"[{address}]"]), address, address)


@given(st.integers(0, 2**32 - 1))
def test_an_address_is_judged_for_what_it_is_however_it_is_wrapped(number: int) -> None:
    address = ipaddress.IPv4Address(number)
    wrapped = [f"::ffff:{address}", str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80))), f"64:ff9b::{address}"]
    assert [plain(text) for text in wrapped] == [address] * 3
    reach = Reach(["10.0.0.0/8", "::/0"])
    assert {allowed(reach, text, text) for text in wrapped} == {address in ipaddress.ip_network("10.0.0.0/8")}


@given(st.ip_addresses(), st.ip_addresses(), st.integers(1, 65535))
def test_one_address_on_one_port_allows_no_other(first: object, second: object, port: int) -> None:
    text = f"[{first}]:{port}" if ":" in str(first) else f"{first}:{port}"
    reach = Reach([text])
    same = plain(str(first)) == plain(str(second))
    assert allowed(reach, "x", str(second), port=port) == (same and plain(str(first)) == first)
    assert not allowed(reach, "x", str(second), port=port % 65535 + 1)


@pytest.mark.parametrize("entry", ["", "10.0.0.0/99", "10.0.0.1:0", "10.0.0.1:99999", "10.0.0", "[fd00::7", "10.0.0.1/8", "a:b"])
def test_an_entry_that_allows_nothing_is_refused(entry: str) -> None:
    with pytest.raises(ConfigError):
        Reach([entry])


def test_this_machine_is_reached_by_an_entry_of_its_own_alone() -> None:
    wide = Reach(["0.0.0.0/0", "::/0", "*.example.org"])
    for address in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1::"):
        assert not allowed(wide, "a.example.org", address)
    assert allowed(Reach(["127.0.0.0/8"]), "127.0.0.1", "127.0.0.1")
    assert allowed(Reach(["127.0.0.1:8554"]), "127.0.0.1", "127.0.0.1", port=8554)
    assert allowed(Reach(["::1"]), "::1", "::1")


@pytest.mark.parametrize("entry", ["*", "*.", "cams.*.org", "a cam", "cams..org", "*x.org"])
def test_an_entry_that_no_name_is_like_is_refused(entry: str) -> None:
    with pytest.raises(ConfigError):
        Reach([entry])
