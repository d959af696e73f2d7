"""Who may be followed under what, and why not; asking changes nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from services.monitoring.domain import enrollments as rules
from services.monitoring.domain.exclusions import UNDER_18, Effect, Exclusion, exclusions
from services.monitoring.domain.protocol import Protocol
from services.monitoring.store import enrollments as store
from services.monitoring.store import patients
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.usecases import circumstances as known_words
from services.monitoring.usecases import protocol_versions
from shared.contracts.monitoring.eligibility import CircumstanceRead, EligibilityRead, ProtocolEligibility
from shared.db import audit
from shared.db.base import Session
from shared.kit.zones import age_on, local_day

_ADULT = 18
_DIED = "The patient has died."
_CONSENT = "The patient's consent to monitoring must be recorded before the enrollment becomes active."


async def eligibility(
    tx: Session, patient_id: UUID, *, circumstances: Iterable[str], prescriber: bool, now: datetime
) -> EligibilityRead:
    """For every protocol whether the patient may be enrolled now, with each reason.

    ``prescriber``: as if a named prescriber took responsibility.

    Raises:
        NotFound, CircumstanceUnknown.
    """
    patient = await patients.get(tx, patient_id)
    audit.saw(tx, patient.id)
    await known_words.refuse_unknown(tx, circumstances)
    facts = known_facts(patient, circumstances, now)
    live = {row.protocol: row for row in await store.followed(tx, patient_id)}
    return EligibilityRead(
        patient_id=patient_id,
        circumstances=sorted(facts),
        deceased=patient.deceased_at is not None,
        consent=_CONSENT,
        protocols=[
            _judged(protocol, facts, patient, live.get(key), prescriber=prescriber)
            for key, protocol in sorted((await protocol_versions.newest(tx)).items())
        ],
    )


def refuse_dead(patient: PatientRow) -> None:
    """Raises Excluded when the patient has died."""
    if patient.deceased_at is not None:
        raise rules.Excluded(_DIED, reasons=[{"fact": "deceased", "sentence": _DIED, "source": "record"}])


def refuse_excluded(
    patient: PatientRow,
    protocol: Protocol,
    circumstances: Iterable[str],
    override: Mapping[str, str] | None,
    now: datetime,
) -> None:
    """Raises Excluded, with each reason, when the protocol does not fit the patient as of ``now``.

    ``override`` names the ``prescriber`` who takes responsibility.
    """
    refuse_dead(patient)
    prescriber = override["prescriber"] if override is not None else None
    stops = exclusions(protocol.exclusions, known_facts(patient, circumstances, now), prescriber=prescriber)
    if stops:
        reasons = [{"fact": each.fact, "sentence": each.sentence, "source": each.source} for each in stops]
        raise rules.Excluded(" ".join(each.sentence for each in stops), reasons=reasons)


def with_others(named: Iterable[str], others: Iterable[EnrollmentRow]) -> set[str]:
    """What was named, and what the patient's other live enrollments know; the age is asked anew."""
    return {*named} | {fact for each in others for fact in each.circumstances} - {UNDER_18}


def known_facts(patient: PatientRow, circumstances: Iterable[str], now: datetime) -> set[str]:
    """The circumstances that were sent, and what the record says by itself: under 18 years."""
    age = age_on(patient.birth_date, local_day(now, patient.time_zone))
    return {*circumstances, UNDER_18} if age < _ADULT else set(circumstances)


def _judged(
    protocol: Protocol, facts: set[str], patient: PatientRow, live: EnrollmentRow | None, *, prescriber: bool
) -> ProtocolEligibility:
    stops = exclusions(protocol.exclusions, facts, prescriber="named" if prescriber else None)
    adjusts = [each for each in protocol.exclusions if each.fact in facts and each.effect is Effect.ADJUSTS]
    return ProtocolEligibility(
        protocol=protocol.key,
        protocol_version=protocol.version,
        title=protocol.title,
        eligible=not stops and live is None and patient.deceased_at is None,
        followed_as=live.id if live is not None else None,
        stops=[_said(each) for each in stops],
        adjusts=[_said(each) for each in adjusts],
    )


def _said(each: Exclusion) -> CircumstanceRead:
    return CircumstanceRead(fact=each.fact, effect=each.effect.value, sentence=each.sentence, source=each.source)
