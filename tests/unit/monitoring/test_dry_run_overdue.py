"""What a dry run finds overdue is what judging at every moment of the period would have found (clinical §1.2)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.after_changes import AfterChange, MedicineChange
from services.monitoring.domain.dry_run_overdue import Record, Result, overdue
from services.monitoring.domain.dry_run_silences import Circumstance, Stretch
from services.monitoring.domain.dry_runs import Spell
from services.monitoring.domain.education import DISCHARGE, CriticalTime, Education
from services.monitoring.domain.in_force import ALWAYS
from services.monitoring.domain.missing import Absence, of_examination
from services.monitoring.domain.protocols import LATEST
from services.monitoring.domain.silence import Done, Examination
from services.monitoring.domain.targets import paired
from services.monitoring.domain.watch import Target
from shared.kit.zones import local_day
from shared.vocabulary import MedicineClass, Metric, PlanChangeKind, RiskTier, Severity
from tests.support.makers_monitoring import local

ZONE = "America/New_York"
START = local("2026-10-01 00:00").astimezone(UTC)
STOP = START + timedelta(days=60)
FOLLOWED = START - timedelta(days=200)
PERIOD = Stretch(START, STOP)
STEP = timedelta(hours=6)
DIABETES, HEART = LATEST["diabetes"], LATEST["heart-failure"]
EXAMINATIONS = [
    each for one in (DIABETES, HEART, LATEST["ckd"]) for each in one.expects if isinstance(each, Examination)
]
MOMENTS = st.integers(-200 * 24 * 60, 60 * 24 * 60 - 1).map(
    lambda minutes: START + timedelta(minutes=minutes, seconds=30)
)
UNITS = {Metric.HBA1C: "%", Metric.EGFR: "mL/min/{1.73_m2}", Metric.UACR: "mg/g{creat}"}


def result(metric: Metric, at: datetime, late: int, value: int) -> Result:
    done = Done(local_day(at, ZONE), Decimal(value), UNITS.get(metric, "{score}"))
    return Result(metric, at, at + timedelta(hours=late), done)


def changed(at: datetime, drug_class: MedicineClass) -> tuple[datetime, MedicineChange]:
    return at, MedicineChange(local_day(at, ZONE), "a drug", drug_class, PlanChangeKind.DOSE)


METRICS = sorted({metric for each in EXAMINATIONS for metric in each.metrics})
# Of two sources at one moment either may be the newest.
RESULTS = st.lists(
    st.builds(result, st.sampled_from(METRICS), MOMENTS, st.integers(0, 100), st.integers(5, 95)),
    max_size=20,
    unique_by=lambda each: (each.metric, each.observed_at),
)
CHANGES = st.lists(st.builds(changed, MOMENTS, st.sampled_from([MedicineClass.MRA, MedicineClass.ARB])), max_size=3)
TIMES = st.lists(MOMENTS, max_size=2).map(
    lambda found: [(at, CriticalTime(local_day(at, ZONE), DISCHARGE)) for at in found]
)


def record_of(
    results: list[Result],
    changes: list[tuple[datetime, MedicineChange]],
    times: list[tuple[datetime, CriticalTime]],
) -> Record:
    circumstances = (Circumstance(ALWAYS, frozenset(), RiskTier.STABLE),)
    return Record(ZONE, FOLLOWED, circumstances, results, changes, times, ())


def judged(expected: Examination, record: Record, at: datetime) -> Absence | None:
    """As the clock judges it at that moment."""
    done: dict[Metric, Done] = {}
    for each in sorted(record.results, key=lambda each: each.observed_at):
        if each.received_at <= at and each.metric in expected.metrics:
            done[each.metric] = each.done
    if isinstance(expected, AfterChange):
        expected = replace(expected, changes=tuple(each for since, each in record.changes if since <= at))
    elif isinstance(expected, Education):
        expected = replace(expected, times=tuple(each for since, each in record.times if since <= at))
    verdict = of_examination(expected, done=done, since=FOLLOWED, followed=FOLLOWED, now=at, zone=ZONE)
    return verdict.absence


def spells(expected: Examination, record: Record, period: Stretch = PERIOD) -> list[Spell]:
    return overdue(replace(DIABETES, expects=(expected,)), record, period)


@given(st.sampled_from(EXAMINATIONS), RESULTS, CHANGES, TIMES)
def test_at_every_moment_the_same_is_overdue_as_when_it_is_judged(
    expected: Examination,
    results: list[Result],
    changes: list[tuple[datetime, MedicineChange]],
    times: list[tuple[datetime, CriticalTime]],
) -> None:
    record = record_of(results, changes, times)
    found = spells(expected, record)
    seen: dict[int, list[Severity]] = {i: [] for i in range(len(found))}
    at = START
    while at < STOP:
        absence = judged(expected, record, at)
        # It stands from the first moment of the period, or from when it became overdue within it.
        standing = [i for i, each in enumerate(found) if max(each.began_at, START) <= at <= each.until]
        assert len(standing) == (absence is not None), at
        if absence is not None:
            seen[standing[0]].append(absence.severity)
        at += STEP
    for i, each in enumerate(found):
        assert each.began_at <= each.raised_at <= each.until
        if seen[i]:
            worst = max(seen[i], key=lambda severity: severity.rank)
            assert worst is each.severity or (worst, each.severity) == (Severity.LOW, Severity.MODERATE)


@given(RESULTS)
def test_what_becomes_known_after_the_period_changes_nothing(results: list[Result]) -> None:
    (a1c,) = (each for each in EXAMINATIONS if each.key == "OVERDUE-A1C")
    later = [each._replace(received_at=max(each.received_at, STOP)) for each in results]
    assert spells(a1c, record_of(later, [], [])) == spells(a1c, record_of([], [], []))


def test_the_patients_own_goal_decides_how_soon() -> None:
    (a1c,) = (each for each in EXAMINATIONS if each.key == "OVERDUE-A1C")
    drawn = result(Metric.HBA1C, START - timedelta(days=100), 0, 7)
    record = record_of([drawn._replace(done=replace(drawn.done, value=Decimal("7.4")))], [], [])
    assert [each.severity for each in spells(a1c, record)] == [Severity.MODERATE], "quarterly above 7 %"
    limit = paired(DIABETES, "a1c.goal", Decimal(8), "%")
    own = Target("a1c.goal", limit, START - timedelta(days=100), None, "ana", "frail", date(2027, 9, 1))
    assert spells(a1c, replace(record, targets=(own,))) == [], "twice a year below 8 %"
