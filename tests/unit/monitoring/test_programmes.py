"""Thresholds of the programmes, both sides of each (clinical §2.5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain import device_days, programmes
from services.monitoring.domain.programmes import BANDS, DEVICE_BANDS, Whose
from services.monitoring.domain.time_entries import Month
from shared.vocabulary import Programme


def counts(programme: Programme, minutes: int, *, interactive: bool = True, by: Whose = Whose.STAFF) -> dict[str, int]:
    bands = [band for band in programmes.bands_of(programme) if band.whose in (Whose.ANY, by)]
    found = {band.code: band.count(minutes, interactive=interactive) for band in bands}
    return {code: count for code, count in found.items() if count}


@pytest.mark.parametrize(
    ("programme", "minutes", "expected"),
    [
        (Programme.RPM, 9, {}),
        (Programme.RPM, 10, {"99470": 1}),
        (Programme.RPM, 19, {"99470": 1}),
        (Programme.RPM, 20, {"99457": 1}),
        (Programme.RPM, 39, {"99457": 1}),
        (Programme.RPM, 40, {"99457": 1, "99458": 1}),
        (Programme.RPM, 60, {"99457": 1, "99458": 2}),
        (Programme.RTM, 19, {"98979": 1}),
        (Programme.RTM, 40, {"98980": 1, "98981": 1}),
        (Programme.CCM, 19, {}),
        (Programme.CCM, 28, {"99490": 1}),
        (Programme.CCM, 39, {"99490": 1}),
        (Programme.CCM, 40, {"99490": 1, "99439": 1}),
        (Programme.CCM, 60, {"99490": 1, "99439": 2}),
        (Programme.CCM, 200, {"99490": 1, "99439": 2}),
        (Programme.COMPLEX_CCM, 59, {}),
        (Programme.COMPLEX_CCM, 89, {"99487": 1}),
        (Programme.COMPLEX_CCM, 90, {"99487": 1, "99489": 1}),
        (Programme.PCM, 29, {}),
        (Programme.PCM, 60, {"99426": 1, "99427": 1}),
        (Programme.CHI, 60, {"G0019": 1}),
        (Programme.PIN, 90, {"G0023": 1, "G0024": 1}),
        (Programme.PIN_PEER, 59, {}),
        (Programme.APCM, 500, {}),
        (Programme.TCM, 500, {}),
    ],
)
def test_minutes_reach_a_code_at_its_threshold_and_not_before(
    programme: Programme, minutes: int, expected: dict[str, int]
) -> None:
    assert counts(programme, minutes) == expected


def test_remote_monitoring_counts_only_with_a_conversation() -> None:
    assert counts(Programme.RPM, 60, interactive=False) == {}
    assert counts(Programme.CCM, 28, interactive=False) == {"99490": 1}


def test_personal_time_counts_for_itself() -> None:
    assert counts(Programme.CCM, 29, by=Whose.PERSONAL) == {}
    assert counts(Programme.CCM, 60, by=Whose.PERSONAL) == {"99491": 1, "99437": 1}
    assert counts(Programme.PCM, 30, by=Whose.PERSONAL) == {"99424": 1}


@given(st.sampled_from(BANDS), st.integers(0, 600))
def test_a_further_count_never_stands_without_the_first_one(band: programmes.Band, minutes: int) -> None:
    first = [each for each in programmes.bands_of(band.programme) if each.whose is band.whose and each.each is None]
    if band.each is not None and band.count(minutes, interactive=True):
        assert any(each.count(minutes, interactive=True) for each in first)
    assert band.count(minutes + 1, interactive=True) >= band.count(minutes, interactive=True) or band.below


def test_every_code_is_there_once_with_its_source() -> None:
    codes = [band.code for band in BANDS]
    assert len(codes) == len(set(codes))
    assert all(band.source.startswith("§2.5") for band in BANDS)


@pytest.mark.parametrize(
    ("days", "code"), [(0, None), (1, None), (2, "99445"), (12, "99445"), (15, "99445"), (16, "99454"), (26, "99454")]
)
def test_device_days_fall_in_one_band(days: int, code: str | None) -> None:
    assert [band.code for band in DEVICE_BANDS if band.count(days)] == ([code] if code else [])


def test_what_is_missing_is_said_with_the_figure_it_needs() -> None:
    minutes = {Whose.ANY: 39, Whose.STAFF: 39, Whose.PERSONAL: 0}
    said = programmes.missing(Programme.RPM, minutes, interactive=False)
    assert said == [
        "RPM: no conversation in real time with patient or caregiver is logged in this month.",
        "RPM: 39 minutes are logged; 99458 counts from 40.",
    ]
    both = programmes.missing(Programme.CCM, {Whose.ANY: 60, Whose.STAFF: 30, Whose.PERSONAL: 30}, interactive=False)
    assert "CCM: 99490 and 99491 do not stand in the same month: one of them has to be chosen." in both


def test_periods_run_on_from_first_use_whatever_the_calendar_says() -> None:
    first = date(2026, 9, 10)
    assert device_days.windows(None, Month(2026, 9)) == ()
    assert device_days.windows(first, Month(2026, 8)) == ()
    assert device_days.windows(first, Month(2026, 9)) == ((date(2026, 9, 10), date(2026, 10, 9)),)
    assert device_days.windows(first, Month(2026, 10)) == (
        (date(2026, 9, 10), date(2026, 10, 9)),
        (date(2026, 10, 10), date(2026, 11, 8)),
    )


@given(st.integers(0, 800), st.integers(1, 12))
def test_the_periods_of_a_month_cover_each_of_its_days_once(before: int, number: int) -> None:
    month = Month(2026, number)
    spans = device_days.windows(month.first - timedelta(days=before), month)
    for offset in range((month.following.first - month.first).days):
        day = month.first + timedelta(days=offset)
        assert sum(start <= day <= end for start, end in spans) == 1
    assert all((end - start).days == 29 for start, end in spans)
