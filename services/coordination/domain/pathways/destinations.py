"""Where the patient went, and whether a transition starts there (clinical §2.5)."""

from services.coordination.domain.pathways.base import Facts, Verdict
from shared.vocabulary import DischargeDisposition, StayClass

_FACILITIES = {
    DischargeDisposition.SKILLED_NURSING: "a skilled nursing stay is not home",
    DischargeDisposition.REHABILITATION: "an inpatient rehabilitation stay is not home",
    DischargeDisposition.LONG_TERM_CARE: "a long-term care hospital is not home",
}
_NO_TRANSITION = {
    DischargeDisposition.SHORT_TERM_HOSPITAL: "a transfer to another hospital: the last discharge counts",
    DischargeDisposition.PSYCHIATRIC: "a psychiatric hospital is not home",
    DischargeDisposition.HOSPICE: "hospice sets its own goals",
    DischargeDisposition.EXPIRED: "the patient died",
}


def qualifies(facts: Facts) -> Verdict:
    """Whether the discharge leads to needs at all: not of an emergency visit, to a home or a facility of long stays."""
    if facts.stay_class is StayClass.EMERGENCY:
        return Verdict(False, "an emergency visit alone starts no transition programme")
    why_not = _NO_TRANSITION.get(facts.disposition)
    return Verdict(why_not is None, why_not or f"discharged to {facts.disposition}")


def in_facility(facts: Facts) -> Verdict:
    """Whether others look after the patient from now on, so that only some needs are the clinic's."""
    why = _FACILITIES.get(facts.disposition)
    return Verdict(why is not None, why or f"discharged to {facts.disposition}")


def against_advice(facts: Facts) -> Verdict:
    """The patient left before the team meant to discharge them."""
    return Verdict(facts.disposition is DischargeDisposition.AGAINST_ADVICE, f"discharged to {facts.disposition}")
