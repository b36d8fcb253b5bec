"""Exact counts, whatever detector, stream and clock do: scripted detections through the product's tracker and rules."""

from collections import Counter

import pytest

from catseye.testing.torture import CASES, counted, volumes
from catseye.testing.torture_script import Named


@pytest.mark.parametrize("named", CASES, ids=lambda named: named.name)
def test_the_counts_are_exact(named: Named) -> None:
    case = named.make()
    found = volumes(counted(case))
    most = case.truth if case.most is None else case.most
    assert case.truth - found == Counter(), "missed"
    assert found - most == Counter(), "extra"


@pytest.mark.parametrize("named", CASES[::10], ids=lambda named: named.name)
def test_counting_again_tells_the_same_events(named: Named) -> None:
    assert counted(named.make()) == counted(named.make())
