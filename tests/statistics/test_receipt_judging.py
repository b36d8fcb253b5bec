"""Intervals put to the test, and what a user is shown of receipts."""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from catseye.cli import main
from catseye.cli.receipt_page import page
from catseye.cli.receipt_tables import judged, print_cells
from catseye.config.sample_file import save_sample
from catseye.core.counts import Count
from catseye.core.ids import StreamId
from catseye.core.receipt import ALL_KINDS, SAMPLE_VERSION, Receipt, SampleClip, SampleRow, TruthSample
from catseye.core.time import CELL_S, NS_PER_S, zone
from catseye.receipt.interval import Rates
from catseye.receipt.judging import Cell, Tried, leave_out, summed, try_cell


def tried(true: int, low: int, high: int, place: str = "a", road_user: str = "") -> Tried:
    cell = Cell(place=place, road_user=road_user, watched_s=900.0)
    return Tried(cell=cell, true=true, counted=true, low=low, high=high, claimed=0.95)


def test_shares_sides_and_widths() -> None:
    held = summed([tried(5, 4, 6), tried(5, 5, 5), tried(3, 4, 6, "b"), tried(9, 4, 6, "b")])
    assert (held.number, held.places, held.share, held.below, held.above) == (4, 2, 0.5, 0.25, 0.25)
    assert (held.width, held.true) == (1.5, 5.5)
    assert (held.low, held.high) == (0.0, 1.0)  # all that is known is two places, one good and one bad
    assert summed([tried(5, 4, 6)] * 50).low is None
    with pytest.raises(ValueError, match="no interval"):
        summed([])


def test_places_that_are_wrong_as_a_whole_make_the_share_less_sure() -> None:
    mixed = [tried(5, 4, 6 if n % 5 else 4, str(place)) for place in range(20) for n in range(10)]
    apart = [tried(5, 4, 6 if place % 5 else 4, str(place)) for place in range(20) for _ in range(10)]
    sure, unsure = summed(mixed), summed(apart)
    assert sure.share == unsure.share == 0.8
    assert (sure.low, sure.high) == pytest.approx((0.8, 0.8))
    assert unsure.low is not None
    assert unsure.low < 0.7


def test_the_model_says_how_sure_it_is_of_whole_numbers() -> None:
    rates = Rates(np.full(4000, 0.9), np.full(4000, 0.999), 1.0)
    for counted in (0, 3, 40, 400):
        one = try_cell(rates, Cell(place="a", road_user="", watched_s=900.0), true=counted, counted=counted)
        assert 0.93 < one.claimed <= 1.0
    assert one.claimed < 0.96  # large volumes can be cut where they should be


def sample(rows: Sequence[tuple[int, int, int]]) -> TruthSample:
    clips = tuple(
        SampleClip(
            name=str(n),
            light="day",
            seconds=300.0,
            rows=tuple(
                SampleRow(rule=rule, direction="in", road_user=kind, matched=matched, missed=missed, extra=extra)
                for rule in ("north", "south")
                for kind in (ALL_KINDS, "car")
            ),
        )
        for n, (matched, missed, extra) in enumerate(rows)
    )
    return TruthSample(version=SAMPLE_VERSION, scene_revision="s", detector="d", detector_sha256="h", clips=clips)


def test_each_clip_is_judged_by_the_others_alone() -> None:
    alike = leave_out(sample([(18, 2, 1)] * 8))
    assert len(alike) == 8 * 4
    assert all(one.held for one in alike)
    odd = leave_out(sample([(18, 2, 1)] * 7 + [(2, 30, 0)]))
    assert [one.held for one in odd].count(False) == 4
    assert list(judged(odd)) == ["all kinds", "  20 to 49 true", "car"]
    assert leave_out(sample([(18, 2, 1)] * 2)) == []


def cells(bounds: tuple[int, int] | None) -> list[Count]:
    receipt = Receipt(
        status="verified" if bounds else "unverified",
        interval=bounds,
        way_interval=bounds,
        why="" if bounds else "no truth sample",
        light="day",
    )
    first = Count(
        stream=StreamId("street"),
        rule="north <arm>",
        direction="in",
        road_user="car",
        start_ns=0,
        end_ns=CELL_S * NS_PER_S,
        volume=12,
        observed_s=900.0,
        final=True,
        receipt=receipt,
    )
    return [first, msgspec.structs.replace(first, road_user="bus", volume=3)]


def test_a_page_draws_intervals_and_draws_none_where_there_is_none() -> None:
    sure, unsure = (page(cells(bounds), "street", zone("UTC")) for bounds in ((13, 17), None))
    assert sure.count('class="sure"') == sure.count('class="volume"') == 1
    assert "15 counted in 900 s; truly 13 to 17, 95 % sure, by day" in sure
    assert unsure.count('class="open"') == 1
    assert 'class="sure"' not in unsure
    assert "unverified: no truth sample" in unsure
    assert "north &lt;arm&gt;" in sure
    assert "<arm>" not in sure
    assert not re.search(r"(src|href)=|https?:|<script", sure)


def test_a_table_says_all_kinds_and_each(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    print_cells(cells((13, 17)), "street", zone("UTC"))
    said = capsys.readouterr().out
    assert re.search(r"north <arm>, in *│ all *│ *15 │ *13 to 17", said)
    assert re.search(r"bus *│ *3 │", said)
    assert "watched for 900 s" in said
    print_cells(cells(None), "street", zone("UTC"))
    told = capsys.readouterr().out
    assert re.search(r"all *│ *15 │ *unverified", told)
    assert "unverified: no truth sample" in told


def test_the_command_judges_a_sample_and_refuses_one_that_is_too_small(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_sample(tmp_path / "s.json", sample([(18, 2, 1)] * 8))
    assert main(["receipt", "judge", str(tmp_path / "s.json"), "--json"]) == 0
    told = msgspec.json.decode(capsys.readouterr().out)
    assert told["all kinds"]["number"] == 16
    assert told["all kinds"]["share"] == 1.0
    save_sample(tmp_path / "few.json", sample([(18, 2, 1)] * 2))
    assert main(["receipt", "judge", str(tmp_path / "few.json")]) != 0
    assert "too small" in capsys.readouterr().err
