"""A ward with baselines, and readings in a short form, for the tables of the protocols' days."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from services.monitoring.domain.protocols import LATEST
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.watch import Baseline
from shared.vocabulary import Metric
from tests.support.ward import Ward, a_reading, a_watch, symptoms

Told = tuple[str, str, str]


def a_patient(protocol: str, *facts: str, **baselines: str) -> Ward:
    """A patient under a protocol: ``a_patient("asthma", "under-18", pef_best="420 L/min")``."""
    watch = a_watch(facts=facts)
    known = tuple(
        Baseline(Metric(name), Decimal(text.split(" ", 1)[0]), text.split(" ", 1)[1], watch.since)
        for name, text in baselines.items()
    )
    return Ward(LATEST[protocol], replace(watch, baselines=known))


def told(metric: Metric, value: str, unit: str, at: str, *context: str, named: Iterable[str] = ()) -> Reading:
    """A reading with what was true and what was reported along with it."""
    reading = a_reading(metric, value, unit, at, symptoms=list(named))
    return reading._replace(context=frozenset(context))


def report(at: str, *named: str, context: Iterable[str] = ()) -> Reading:
    """A report of symptoms, with what it says of itself."""
    return symptoms(at, *named)._replace(context=frozenset(context))


def after(ward: Ward, *readings: Reading) -> dict[str, str]:
    """Rule to severity, once all of these have come."""
    for each in readings:
        ward.record(each)
    return ward.raised()
