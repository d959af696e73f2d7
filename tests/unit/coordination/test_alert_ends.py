"""Which needs end with the alert that asked for them."""

import pytest

from services.coordination.domain.alert_ends import ends
from shared.vocabulary import Disposition, NeedKind

D = Disposition
NOTHING_THERE = {D.SOURCE_CORRECTED, D.FALSE_READING, D.NOT_EXPECTED, D.PROTOCOL_CHANGED}
DONE = {D.RESOLVED, D.PROTOCOL_STEP, D.PATIENT_DECLINED, D.DATA_RECEIVED}


@pytest.mark.parametrize("disposition", list(Disposition))
def test_a_test_outlives_a_true_alert_and_a_follow_up_what_was_dealt_with(disposition: Disposition) -> None:
    assert ends(NeedKind.LABS_K_CREATININE, disposition) == (disposition in NOTHING_THERE)
    assert ends(NeedKind.ALERT_FOLLOW_UP, disposition) == (disposition in NOTHING_THERE | DONE)
