"""Weight in heart failure (clinical §1.3): gain in a day and a week, distance from dry weight, loss, and jumps."""

from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Bound, bound
from services.monitoring.domain.changes import Change, FromBaseline, Jumped
from services.monitoring.domain.protocols.words import above, at_least, below
from services.monitoring.domain.spans import Jump, Span
from services.monitoring.domain.thresholds import Reported, Threshold
from services.monitoring.domain.together import Together
from shared.vocabulary import Metric, NeedKind, Severity, Symptom

VITALS = "Project default (clinical §1.3)"
_ZONES = "AHA patient teaching; health-system zone sheets (clinical §1.3, S16)"
_CLINICS = "Heart-failure clinics (clinical §1.3, S16b)"
_DAY = timedelta(days=1)
_WEIGHT = (Metric.BODY_WEIGHT,)
_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP


def _weight(key: str, pounds: str, kilograms: str) -> Bound:
    """A published pair; grams are kilograms written otherwise."""
    return bound(key, f"{kilograms} kg", f"{pounds} [lb_av]", f"{Decimal(kilograms) * 1000} g")


_JUMP = Jump(_weight("weight.jump", "8.8", "4"), percent=Decimal(5))
_PREVIOUS_DAY = Span(timedelta(hours=36), nearest=timedelta(hours=12), first_of_day=True)
_WEEK = Span(timedelta(days=7), extreme=True)
_SETTLED = _weight("weight.settled", "2", "0.9")
_DRY = _weight("weight.dry", "4", "1.8")

_W24 = Change(
    key="W24",
    title="Weight gain in a day",
    metrics=_WEIGHT,
    grades=(
        at_least("W24-A", _weight("weight.day", "2", "0.9"), Severity.MODERATE),
        at_least("W24-B", _weight("weight.day-high", "3", "1.4"), Severity.HIGH),
    ),
    span=_PREVIOUS_DAY,
    exit=_SETTLED,
    exit_span=_WEEK,
    daily=True,
    jump=_JUMP,
    source=_ZONES,
    opens_need=_FOLLOW_UP,
)
_W7 = Change(
    key="W7",
    title="Weight gain in a week",
    metrics=_WEIGHT,
    grades=(at_least("W7", _weight("weight.week", "5", "2.3"), Severity.HIGH),),
    span=_WEEK,
    exit=_SETTLED,
    exit_span=_WEEK,
    daily=True,
    jump=_JUMP,
    source=_ZONES,
    opens_need=_FOLLOW_UP,
)
_W3 = Change(
    key="W3",
    title="Weight gain in three days",
    metrics=_WEIGHT,
    grades=(above("W3", _weight("weight.three-days", "4.4", "2"), Severity.MODERATE),),
    span=Span(timedelta(days=3), extreme=True),
    exit=_SETTLED,
    exit_span=_WEEK,
    unless_found=_W7,
    daily=True,
    jump=_JUMP,
    source="ESC: more than 2 kg in 3 days (clinical §1.3, S17); 4.4 lb, severity and giving way to W7 project default",
    asks="Doses taken, salt, swelling, breath; weigh again tomorrow before breakfast.",
)
_WLOSS = FromBaseline(
    key="WLOSS",
    title="Weight below dry weight",
    metrics=_WEIGHT,
    grades=(at_least("WLOSS", _weight("weight.dry-loss", "4", "1.8"), Severity.MODERATE),),
    baseline=Metric.DRY_WEIGHT,
    rising=False,
    exit=_SETTLED,
    daily=True,
    jump=_JUMP,
    source=_CLINICS,
)
_WLOSS_7 = Change(
    key="WLOSS-7",
    title="Weight loss in a week",
    metrics=_WEIGHT,
    grades=(at_least("WLOSS-7", _weight("weight.week-loss", "5", "2.3"), Severity.MODERATE),),
    span=_WEEK,
    rising=False,
    exit=_SETTLED,
    exit_span=_WEEK,
    daily=True,
    jump=_JUMP,
    source=_CLINICS,
)
LOW_WITH_SIGNS = bound("pressure.low-with-signs", "100 mm[Hg]")
LIGHTHEADED = frozenset({Symptom.DIZZINESS, Symptom.FALL, Symptom.SYNCOPE})
BELOW_100 = Threshold(
    key="below-100",
    title="Systolic pressure below 100",
    metrics=(Metric.BP_SYSTOLIC,),
    grades=(below("below 100", LOW_WITH_SIGNS, Severity.MODERATE),),
    source=VITALS,
)


def _dizzy_and_dry(loss: FromBaseline | Change, key: str) -> Together:
    return Together(
        key=key,
        title=f"{loss.title}, dizzy",
        metrics=(Metric.BODY_WEIGHT, Metric.SYMPTOMS),
        parts=(
            loss,
            Reported(
                key="dizzy",
                title="Dizziness or a fall",
                metrics=(Metric.SYMPTOMS, Metric.BODY_WEIGHT),
                symptoms=LIGHTHEADED,
                level=Severity.MODERATE,
                source=VITALS,
            ),
        ),
        within=_DAY,
        level=Severity.HIGH,
        source=_CLINICS,
        opens_need=_FOLLOW_UP,
    )


PILLOWS = frozenset({Symptom.EXTRA_PILLOWS, Symptom.NIGHT_DYSPNOEA})


def _with_pillows(gain: Change, key: str) -> Together:
    return Together(
        key=key,
        title=f"{gain.title} with more pillows or waking breathless",
        metrics=(Metric.BODY_WEIGHT, Metric.SYMPTOMS),
        parts=(
            gain,
            Reported(
                key="pillows",
                title="More pillows or waking breathless",
                metrics=(Metric.SYMPTOMS, Metric.BODY_WEIGHT),
                symptoms=PILLOWS,
                level=Severity.MODERATE,
                source=_ZONES,
            ),
        ),
        within=_DAY,
        level=Severity.HIGH,
        source="More pillows with a weight gain is high (clinical §1.12); window of 24 h project default",
        opens_need=_FOLLOW_UP,
        asks="Same-day prescriber decision about the diuretic.",
    )


def _low_pressure(loss: FromBaseline | Change, key: str) -> Together:
    return Together(
        key=key,
        title=f"{loss.title}, low pressure",
        metrics=(Metric.BODY_WEIGHT, Metric.BP_SYSTOLIC),
        parts=(loss, BELOW_100),
        within=_DAY,
        level=Severity.HIGH,
        source=_CLINICS,
        opens_need=_FOLLOW_UP,
    )


WEIGHT_RULES = (
    _W24,
    _W3,
    _W7,
    FromBaseline(
        key="WDRY",
        title="Weight above dry weight",
        metrics=_WEIGHT,
        grades=(at_least("WDRY", _DRY, Severity.MODERATE),),
        baseline=Metric.DRY_WEIGHT,
        exit=_SETTLED,
        daily=True,
        jump=_JUMP,
        source=_CLINICS,
    ),
    _WLOSS,
    _WLOSS_7,
    _dizzy_and_dry(_WLOSS, "WLOSS-DIZZY"),
    _dizzy_and_dry(_WLOSS_7, "WLOSS-7-DIZZY"),
    _low_pressure(_WLOSS, "WLOSS-LOW-BP"),
    _low_pressure(_WLOSS_7, "WLOSS-7-LOW-BP"),
    _with_pillows(_W24, "W24-PILLOWS"),
    _with_pillows(_W7, "W7-PILLOWS"),
    Jumped(
        key="W-VERIFY",
        title="Weight to verify",
        metrics=_WEIGHT,
        grades=(above("verify", _JUMP.bound, Severity.MODERATE),),
        jump=_JUMP,
        source="Project default (clinical §1.1 soft limits, §1.3)",
        asks="Was it this person on this scale? Record the answer with the weight as verified, or void it.",
    ),
)
