"""Asthma from the rules of clinical §1.4, on both sides of each bound; and what holds for a child instead."""

from deploy.local.stories.patient import Value
from deploy.local.stories.told import Told, measured, one, reported, score
from shared.vocabulary import Metric, Symptom


def _peak(litres: str) -> Value:
    return one(Metric.PEF, "L/min", litres)


def _varying(low: str, high: str) -> tuple[tuple[str, Value], ...]:
    days = range(5, 12)
    return tuple((f"10-{day:02} {at}", _peak(value)) for day in days for at, value in (("07:00", low), ("20:00", high)))


def _puffs(count: str) -> Value:
    return one(Metric.RELIEVER_USE, "{puff}", count)


def _canisters(count: str) -> Value:
    return one(Metric.RELIEVER_CANISTERS, "{count}", count)


_ZONES = (
    measured("09-07 07:00", "336 L/min: green, 80.0 % of 420", _peak("336"), sides="pef.green-"),
    measured("09-08 07:00", "335 L/min: yellow", _peak("335"), says="ZONE moderate", sides="pef.green+"),
    measured(
        "09-09 06:59",
        "210 L/min: 50.0 %, yellow one minute short of 24 h",
        _peak("210"),
        says="ZONE moderate again",
        sides="pef.red-",
    ),
    measured("09-09 07:00", "still yellow 24 h later", _peak("330"), says="ZONE moderate again; Z-Y24 high"),
    measured(
        "09-10 07:00", "209 L/min: red", _peak("209"), says="ZONE critical again; Z-Y24 high again", sides="pef.red+"
    ),
    measured("09-11 07:00", "green again", _peak("400")),
)
_CONTROL = (
    measured("09-12 09:00", "ACT 20", score(Metric.ACT, "20"), sides="act.not-well-"),
    measured(
        "09-13 09:00",
        "ACT 19: another class",
        score(Metric.ACT, "19"),
        says="ACT low; ACT-WORSE moderate",
        sides="act.not-well+ act.fall-",
    ),
    reported("09-14 09:00", "steroid course", Symptom.STEROID_COURSE, says="EXAC high"),
    measured(
        "09-15 09:00",
        "ACT 16: lower by 3, the same class",
        score(Metric.ACT, "16"),
        says="ACT low again; ACT-FALL low",
        sides="act.fall+ act.very-poor-",
    ),
    measured(
        "09-16 09:00",
        "ACT 15: the worst class",
        score(Metric.ACT, "15"),
        says="ACT moderate again; ACT-WORSE moderate again",
        sides="act.very-poor+",
    ),
    measured("09-17 09:00", "of four questions none answered yes", score(Metric.GINA4, "0"), sides="gina.partly-"),
    measured("09-18 09:00", "one", score(Metric.GINA4, "1"), says="GINA-4 low", sides="gina.partly+"),
    measured("09-19 09:00", "two", score(Metric.GINA4, "2"), says="GINA-4 low again", sides="gina.uncontrolled-"),
    measured("09-20 09:00", "3", score(Metric.GINA4, "3"), says="GINA-4 moderate again", sides="gina.uncontrolled+"),
)
_RELIEVER = (
    measured("09-21 20:00", "two puffs of the reliever", _puffs("2")),
    measured("09-22 20:00", "two puffs on a second day", _puffs("2")),
    measured("09-23 20:00", "none on the third", _puffs("0"), sides="reliever.any-"),
    measured("09-24 20:00", "one puff: the third day of use", _puffs("1"), says="SABA low", sides="reliever.any+"),
    measured("09-25 09:00", "two canisters in a year", _canisters("2"), sides="reliever.canisters-"),
    measured("09-26 09:00", "three", _canisters("3"), says="SABA-CANISTERS moderate", sides="reliever.canisters+"),
    measured(
        "09-27 09:00",
        "eleven",
        _canisters("11"),
        says="SABA-CANISTERS moderate again",
        sides="reliever.canisters-many-",
    ),
    measured(
        "09-28 09:00", "twelve", _canisters("12"), says="SABA-CANISTERS high again", sides="reliever.canisters-many+"
    ),
)
_MOOD = (
    measured("09-29 09:00", "PHQ-2 of 2", score(Metric.PHQ2, "2"), sides="phq2.positive-"),
    measured("09-29 09:05", "PHQ-2 of 3", score(Metric.PHQ2, "3"), says="PHQ-2 low", sides="phq2.positive+"),
    measured("09-30 09:00", "PHQ-9 of 9", score(Metric.PHQ9, "9"), sides="phq9.moderate-"),
    measured("10-01 09:00", "10", score(Metric.PHQ9, "10"), says="PHQ-9 low", sides="phq9.moderate+"),
    measured("10-01 10:00", "14", score(Metric.PHQ9, "14"), says="PHQ-9 low again", sides="phq9.moderately-severe-"),
    measured(
        "10-01 11:00", "15", score(Metric.PHQ9, "15"), says="PHQ-9 moderate again", sides="phq9.moderately-severe+"
    ),
    measured("10-01 12:00", "19", score(Metric.PHQ9, "19"), says="PHQ-9 moderate again", sides="phq9.severe-"),
    measured("10-01 13:00", "20", score(Metric.PHQ9, "20"), says="PHQ-9 high again", sides="phq9.severe+"),
)
_VARIATION = (
    Told(
        "10-11 20:00",
        "a week of 380 in the morning and 420 in the evening: 10.0 % of 400",
        sides=("pef.variation-",),
        earlier=_varying("380", "420"),
    ),
    measured("10-12 07:00", "the next day begins with 379", _peak("379")),
    measured("10-12 20:00", "and ends with 421: above 10 %", _peak("421"), says="Z-VAR low", sides="pef.variation+"),
)
ASTHMA_DAYS = (*_ZONES, *_CONTROL, *_RELIEVER, *_MOOD, *_VARIATION)

CHILD_DAYS = (
    measured("09-12 09:00", "C-ACT 20", score(Metric.C_ACT, "20"), sides="c-act.uncontrolled-"),
    measured(
        "09-13 09:00",
        "C-ACT 19: lower by 1",
        score(Metric.C_ACT, "19"),
        says="C-ACT moderate",
        sides="c-act.uncontrolled+ c-act.fall-",
    ),
    measured(
        "09-14 09:00",
        "C-ACT 17: lower by 2",
        score(Metric.C_ACT, "17"),
        says="C-ACT moderate again; C-ACT-FALL low",
        sides="c-act.fall+",
    ),
    Told(
        "10-11 20:00",
        "a week of 374 in the morning and 426 in the evening: 13.0 % of 400",
        sides=("pef.variation-child-",),
        earlier=_varying("374", "426"),
    ),
    measured("10-12 07:00", "the next day begins with 373", _peak("373")),
    measured(
        "10-12 20:00",
        "ends with 427: above 13 %",
        _peak("427"),
        says="Z-VAR-CHILD low",
        sides="pef.variation-child+",
    ),
)
"""Seven years old."""
