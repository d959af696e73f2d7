"""Which needs end with the alert that opened them, by how the alert ended."""

from shared.vocabulary import Disposition, NeedKind

NEVER_WAS = frozenset(
    {
        Disposition.SOURCE_CORRECTED,
        Disposition.FALSE_READING,
        Disposition.NOT_EXPECTED,
        Disposition.PROTOCOL_CHANGED,
    }
)
"""There was nothing: whatever the alert asked for has lost its reason."""
DEALT_WITH = frozenset(
    {Disposition.RESOLVED, Disposition.PROTOCOL_STEP, Disposition.PATIENT_DECLINED, Disposition.DATA_RECEIVED}
)
"""[default] Somebody did what the alert was about, or it passed: nobody has to follow it up any more. Escalated,
sent to an emergency department or not reached, there is still something to do."""


def ends(kind: NeedKind, disposition: Disposition) -> bool:
    """Whether a need of this kind has lost its reason: a visit or a test that a true alert asked for has not."""
    if disposition in NEVER_WAS:
        return True
    return kind is NeedKind.ALERT_FOLLOW_UP and disposition in DEALT_WITH
