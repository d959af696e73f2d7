"""Consents: what an enrolled patient agreed to, and when that is in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.kit.problems import Conflict, Problem
from shared.vocabulary import ConsentPurpose


class ConsentMissing(Problem):
    """Nobody is followed who did not agree to be."""

    code = "enrollment.consent-missing"
    title = "The patient has not agreed to be monitored"


class ConsentRefused(Problem):
    """A consent is given and revoked at an instant that has been, once."""

    code = "consent.refused"
    title = "This consent cannot be recorded"


class ConsentNotInForce(Conflict):
    """There is nothing to revoke."""

    code = "consent.not-in-force"
    title = "No such consent is in force"


@dataclass(frozen=True, slots=True)
class Consent:
    """One purpose from ``given_at`` until before ``revoked_at`` (both aware)."""

    purpose: ConsentPurpose
    given_at: datetime
    revoked_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at an instant."""
        return self.given_at <= at and (self.revoked_at is None or at < self.revoked_at)


def in_force(consents: Iterable[Consent], purpose: ConsentPurpose, at: datetime) -> bool:
    """Whether the patient agrees to a purpose at an instant (aware)."""
    return any(each.purpose is purpose and each.holds(at) for each in consents)


def give_refusal(consents: Iterable[Consent], new: Consent, now: datetime) -> str | None:
    """Why a consent cannot be recorded, in a sentence; None when it can."""
    if new.given_at > now:
        return "given_at lies in the future. Record a consent when it has been given."
    if in_force(consents, new.purpose, new.given_at) or in_force(consents, new.purpose, now):
        return f"A consent for {new.purpose} is in force already. Revoke that one first if this one replaces it."
    return None


def revoke_refusal(standing: Consent, at: datetime, now: datetime) -> str | None:
    """Why a consent cannot be revoked at an instant, in a sentence; None when it can."""
    if at > now:
        return "revoked_at lies in the future. A consent is revoked at once or was revoked before."
    if at < standing.given_at:
        return "revoked_at lies before the consent was given."
    return None
