"""What a step of a medicine under a standing order is computed from, and what comes of it (clinical §6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from services.monitoring.domain.medicines import Medicine
from services.monitoring.domain.readings import Reading
from shared.vocabulary import (
    DoseForm,
    EnrollmentState,
    Metric,
    PlanChangeKind,
    Role,
    Route,
    StandingOrderState,
    StepRefusal,
    StepRule,
    Symptom,
)


@dataclass(frozen=True, slots=True)
class Required:
    """A value without which no step is taken, and how old it may be."""

    metric: Metric
    max_age: timedelta


@dataclass(frozen=True, slots=True)
class Order:
    """As much of a standing order as a step is judged by; doses in the unit of the medicine."""

    id: UUID
    key: str
    number: int
    state: StandingOrderState
    condition: str
    rule: StepRule
    rxnorm: str
    form: DoseForm
    route: Route
    concentration: str | None
    exclusions: frozenset[str]
    required: tuple[Required, ...]
    min_interval: timedelta
    min_single: Decimal
    max_single: Decimal
    max_daily: Decimal
    max_change: Decimal
    max_change_percent: Decimal
    limits: Mapping[str, Decimal]
    roles: frozenset[Role]
    competent_until: Mapping[str, date]
    cosign_days: int | None


@dataclass(frozen=True, slots=True)
class PatientOrder:
    """What a prescriber signed for one patient under a standing order; bounds are within the order's.

    ``suspended``: persons who may not use it until a co-signature that is overdue is given.
    """

    id: UUID
    active: bool
    min_single: Decimal
    max_single: Decimal
    max_daily: Decimal
    suspended: frozenset[str]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the nurse found today. No default: a question that was not asked is not answered with no."""

    acute_illness: bool
    vomiting: bool
    steroid_change: bool
    pregnancy: bool
    cause_of_low: str | None
    signs: frozenset[Symptom]


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier step of the same medicine that took effect under a standing order."""

    effective_at: datetime
    temporary: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a step is judged by; kept with the change as it was. Instants are aware, ``today`` is local."""

    now: datetime
    today: date
    person: str
    roles: frozenset[Role]
    path_on: bool
    enrollment: EnrollmentState | None
    consented: bool
    deceased: bool
    adult: bool
    circumstances: frozenset[str]
    medicine: Medicine | None
    order: Order | None
    patient_order: PatientOrder | None
    critical_alerts: tuple[UUID, ...]
    proposal_open: bool
    past: tuple[Past, ...]
    readings: tuple[Reading, ...]
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, with the rule that says so; ``until`` where the reason ends at an instant."""

    code: StepRefusal
    sentence: str
    citation: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked for."""

    kind: PlanChangeKind
    dose: Decimal | None


@dataclass(frozen=True, slots=True)
class Steps:
    """The single doses a rule allows now, its arithmetic, and why there are no others."""

    allowed: tuple[Decimal, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    workings: tuple[str, ...] = ()
    temporary: timedelta | None = None


@dataclass(slots=True)
class Findings:
    """Collects what a rule finds on its way."""

    citation: str
    refusals: list[Refusal] = field(default_factory=list)
    workings: list[str] = field(default_factory=list)

    def refuse(self, code: StepRefusal, sentence: str, until: datetime | None = None) -> None:
        """Add a reason why not."""
        self.refusals.append(Refusal(code, sentence, self.citation, until))

    def steps(self, allowed: tuple[Decimal, ...] = (), temporary: timedelta | None = None) -> Steps:
        """What came of it: nothing is allowed beside a refusal."""
        doses = () if self.refusals else allowed
        return Steps(doses, tuple(self.refusals), tuple(self.workings), temporary if doses else None)


def newest(readings: tuple[Reading, ...], *metrics: Metric) -> Reading | None:
    """The last valid reading of any of these metrics."""
    found = [each for each in readings if each.valid and each.metric in metrics]
    return max(found, key=lambda each: (each.observed_at, each.metric, each.source), default=None)
