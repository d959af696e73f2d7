"""Consents to what leaves the house, over HTTP."""

from uuid import UUID

from fastapi import Response

from services.coordination.usecases import sharing
from shared.contracts.coordination.sharing import (
    ConsentRules,
    ConsentRulesRead,
    ConsentsRead,
    ConsentWordRead,
    SayConsent,
)
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.route import Router

router = Router(prefix="/v1", tags=["consents"])


@router.post("/patients/{patient_id}/consents", operation_id="consents.say", status_code=201)
async def say(patient_id: UUID, body: SayConsent, tx: Tx, actor: Who, now: Now) -> ConsentWordRead:
    """Record that a patient gives, refuses or takes back a consent, for a purpose and one recipient or everybody.

    A word against holds at once and everywhere: referrals, letters, documents, FHIR reads, contacts and enrollments to
    that recipient are refused (403 `consent.withheld`), open reply links close, call-backs leave the worklist.
    """
    return await sharing.say(tx, patient_id, body, actor=actor, now=now)


@router.get("/patients/{patient_id}/consents", operation_id="consents.get")
async def get(patient_id: UUID, tx: ReadTx, now: Now) -> ConsentsRead:
    """What holds now by purpose and recipient, and every word that was recorded."""
    return await sharing.read(tx, patient_id, now=now)


@router.get("/consent-rules", operation_id="consent-rules.get")
async def get_rules(response: Response, tx: ReadTx) -> ConsentRulesRead:
    """For which purposes nothing may go without a consent that was given."""
    return tagged(response, await sharing.read_rules(tx))


@router.put("/consent-rules", operation_id="consent-rules.change")
async def change_rules(body: ConsentRules, if_match: IfMatch, response: Response, tx: Tx, now: Now) -> ConsentRulesRead:
    """Say anew for which purposes consent is asked; it holds from this moment."""
    return tagged(response, await sharing.change_rules(tx, body, version=if_match, now=now))
