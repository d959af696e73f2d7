"""What is done with an enrollment."""

from pydantic import Field

from shared.contracts.base import Code, In, Instant, Text
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.enrollments import Override
from shared.vocabulary import EndReason, PauseKind, RiskTier


class ActOnEnrollment(In):
    """Why an enrollment moves."""

    model_config = example({"reason": "The patient has the scale and knows how to use it"})

    reason: Text


class ActivateEnrollment(ActOnEnrollment):
    """The patient is set up. Whether the protocol fits is asked again: ``circumstances`` are those found since.

    An ``override`` names the prescriber who takes responsibility, where one is needed now.
    """

    model_config = example({"reason": "The patient has the scale and knows how to use it"})

    circumstances: list[Code] = Field(default_factory=list, max_length=20)
    override: Override | None = None


class PauseEnrollment(In):
    """Nothing is expected for a while. With ``until`` the enrollment resumes by itself at that instant."""

    model_config = example({"kind": "travel", "reason": "Visits her sister", "until": "2030-09-21T00:00:00Z"})

    reason: Text
    kind: PauseKind = PauseKind.OTHER
    until: Instant | None = None


class RecordCircumstance(In):
    """A circumstance of the patient (clinical §1.8) from ``starts_at`` until ``ends_at``, or that it no longer holds.

    What was said of it from then on before is replaced. ``override`` names the prescriber who takes responsibility
    where the protocol asks for one.
    """

    model_config = example(
        {
            "circumstance": "hypoglycaemia-unaware",
            "starts_at": "2026-09-03T00:00:00-04:00",
            "reason": "Was at 48 mg/dL without a symptom",
        }
    )

    circumstance: Code
    starts_at: Instant
    ends_at: Instant | None = None
    holds: bool = True
    reason: Text
    override: Override | None = None


class EndEnrollment(In):
    """The patient is no longer followed: the coded reason, and in words."""

    model_config = example({"code": "goals-met", "reason": "Weight stable for six months"})

    code: EndReason
    reason: Text


class SetTier(In):
    """How closely the patient is followed from now on, and why."""

    model_config = example({"tier": "rising", "reason": "Two high alerts in 14 days"})

    tier: RiskTier
    reason: Text


class AssignCaseManager(In):
    """Who follows the patient from now on."""

    model_config = example({"case_manager": "dev.case_manager", "reason": "Takes over the panel"})

    case_manager: Text = Field(description="Their token subject.")
    reason: Text
