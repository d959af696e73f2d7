"""A consent is in force from the instant it was given until the instant it is revoked."""

from datetime import UTC, datetime, timedelta

import pytest

from services.monitoring.domain.consents import Consent, in_force
from shared.vocabulary import ConsentPurpose

GIVEN = datetime(2026, 9, 1, 12, tzinfo=UTC)
REVOKED = GIVEN + timedelta(days=10)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("at", "holds"), [(GIVEN - MOMENT, False), (GIVEN, True), (REVOKED - MOMENT, True), (REVOKED, False)]
)
def test_both_ends(at: datetime, holds: bool) -> None:
    known = [Consent(ConsentPurpose.MONITORING, GIVEN, REVOKED)]
    assert in_force(known, ConsentPurpose.MONITORING, at) is holds
    assert not in_force(known, ConsentPurpose.MESSAGES, at), "each purpose for itself"
