"""Why an alert stands, checked again from the record; and what alerts cost those who read them."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Out
from shared.contracts.monitoring.alerts import EvidenceRead
from shared.vocabulary import Severity


class ReadingUsed(Out):
    """A reading in the arithmetic, with the value as it was received; ``status`` is what became of it since."""

    reading_id: str
    metric: str
    value: Decimal
    unit: str
    comparator: str | None
    observed_at: datetime
    received_at: datetime
    source: str
    status: str
    version: int


class AlertActRead(Out):
    """What happened to the alert: by a person, the clock or the record.

    ``reason_code``: why it was put off, or ended without anything done.
    """

    act: str
    at: datetime
    by: str
    severity: Severity
    text: str | None
    reason_code: str | None


class Recomputed(Out):
    """The same rule of the same protocol version over the readings as they are stored now; of something missing the
    same expectation over what was known when it was found.

    ``agrees``: it finds everything the alert rests on, equal in every field. ``differs`` says what it does not.
    """

    agrees: bool
    differs: list[str]
    findings: list[EvidenceRead]


class AlertExplanation(Out):
    """Everything needed to check an alert by hand, years later.

    ``citation`` is what was cited when it was found. ``recomputed`` is null where nobody expects any longer what was
    missing.
    """

    alert_id: UUID
    rule: str
    title: str
    criterion: str
    citation: str
    protocol: str
    protocol_version: str
    severity: Severity
    arithmetic: str
    evidence: list[EvidenceRead]
    readings: list[ReadingUsed]
    recomputed: Recomputed | None
    history: list[AlertActRead]


class RuleBurden(Out):
    """The alerts of one rule and protocol version that were opened in the period.

    ``acted`` ended in something done: a protocol step, an escalation, the ED, or resolved by a person. ``dispositions``
    counts how they ended, ``none`` those still standing. ``overrides`` counts by reason the alerts that a person ended
    without anything done, ``snoozes`` by reason those that were put off (one put off for two reasons is in both).
    Each figure is the length of the list at its address; of the reasons, with
    ``override_reason=`` or ``snooze_reason=`` added.
    """

    protocol: str
    protocol_version: str
    rule: str
    title: str
    alerts: int
    patients: int
    acted: int
    acted_share: Decimal | None
    dispositions: dict[str, int]
    overrides: dict[str, int]
    snoozes: dict[str, int]
    median_minutes_to_acknowledge: Decimal | None
    per_patient_week: Decimal | None
    list: str = Field(description="The address of the alerts counted.")


class Burden(Out):
    """Per rule and version, most alerts first. ``patient_weeks`` are weeks of following within the period."""

    start: datetime
    end: datetime
    alerts: int
    patient_weeks: Decimal
    per_patient_week: Decimal | None
    rules: list[RuleBurden]
    list: str
