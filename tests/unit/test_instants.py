from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.errors import ConfigError
from catseye.core.time import parse_instant

ZONES = (ZoneInfo("UTC"), ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/Los_Angeles"))


@given(st.datetimes(), st.sampled_from(ZONES))
def test_whatever_is_parsed_fits_into_a_store(civil: datetime, tz: ZoneInfo) -> None:
    try:
        at_ns = parse_instant(civil.isoformat(), tz)
    except ConfigError:
        return
    assert -(2**63) <= at_ns < 2**63


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "1677-12-31T23:59", "2262-01-01T00:00+00:00", "9999-12-31T23:59"])
def test_a_year_that_cannot_be_kept_is_said(text: str) -> None:
    with pytest.raises(ConfigError, match=r"No time of the year \d+ can be kept"):
        parse_instant(text, ZONES[0])


@pytest.mark.parametrize("text", ["1678-01-01T00:00", "2261-12-31T23:59"])
def test_the_years_beside_them_can(text: str) -> None:
    assert abs(parse_instant(text, ZONES[2])) < 2**63
