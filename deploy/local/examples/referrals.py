"""A referral for every act, brought to a state in which the act is allowed."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from typing import Any

from deploy.local.examples.example import Example, Room
from shared.vocabulary import ReferralAct as Act

# A need of each kind has one live referral: nine patients, four kinds.
_KINDS = (
    ("retinal-exam", "ophthalmology"),
    ("dsmes-mnt-referral", "diabetes-education"),
    ("endocrinology-referral", "endocrinology"),
    ("oxygen-review", "family-medicine"),
)
_CREATED: dict[str, Any] = {"clinical_question": "Please see this patient and report. (demo)"}
_DRAFT = {**_CREATED, "send": False}
_AUTHORIZED_FIRST = {**_CREATED, "authorization_required": True}
_AHEAD, _PAST = (Act.SCHEDULE, "ahead"), (Act.SCHEDULE, "past")
_TAKEN = (Act.ACCEPT,)
_SEEN = (Act.ACCEPT, _PAST, Act.ATTEND)
_ASKED_BACK = (Act.ACCEPT, Act.CANCEL)
_GIVEN_BACK = (Act.ACCEPT, Act.RETURN)
_REPORTED = (*_SEEN, Act.REPORT)
Step = Act | tuple[Act, str]

# act: (how the referral is ordered, what is done before the act)
_BEFORE: dict[Act, tuple[dict[str, Any], Sequence[Step]]] = {
    Act.REQUEST_AUTHORIZATION: ({**_AUTHORIZED_FIRST, "send": False}, ()),
    Act.AUTHORIZE: (_AUTHORIZED_FIRST, ()),
    Act.REFUSE_AUTHORIZATION: (_AUTHORIZED_FIRST, ()),
    Act.SEND: (_DRAFT, ()),
    Act.RECEIVE: (_CREATED, ()),
    Act.ACCEPT: (_CREATED, (Act.RECEIVE,)),
    Act.DECLINE: (_CREATED, (Act.RECEIVE,)),
    Act.RE_ROUTE: (_CREATED, (Act.DECLINE,)),
    Act.SCHEDULE: (_CREATED, _TAKEN),
    Act.RESCHEDULE: (_CREATED, (*_TAKEN, _AHEAD)),
    Act.CANCEL_VISIT: (_CREATED, (*_TAKEN, _AHEAD)),
    Act.NO_SHOW: (_CREATED, (*_TAKEN, _PAST)),
    Act.CONTINUE: (_CREATED, (*_TAKEN, _PAST, Act.NO_SHOW)),
    Act.ATTEND: (_CREATED, (*_TAKEN, _PAST)),
    Act.REMIND: (_CREATED, (*_TAKEN, _AHEAD)),
    Act.INTERIM_NOTE: (_CREATED, _SEEN),
    Act.CLOSED_ELSEWHERE: (_CREATED, _SEEN),
    Act.REPORT: (_CREATED, (*_SEEN, Act.INTERIM_NOTE)),
    Act.REVIEW: (_CREATED, _REPORTED),
    Act.INFORM: (_CREATED, (*_REPORTED, Act.REVIEW)),
    Act.CLOSE: (_CREATED, (*_REPORTED, Act.REVIEW, Act.INFORM)),
    Act.WAIVE: (_CREATED, _SEEN),
    Act.CANCEL: (_CREATED, ()),
    Act.CONFIRM_CANCEL: (_CREATED, _ASKED_BACK),
    Act.REFUSE_CANCEL: (_CREATED, _ASKED_BACK),
    Act.WITHDRAW_CANCEL: (_CREATED, _ASKED_BACK),
    Act.RETURN: (_CREATED, _TAKEN),
    Act.CONFIRM_RETURN: (_CREATED, _GIVEN_BACK),
    Act.REFUSE_RETURN: (_CREATED, _GIVEN_BACK),
    Act.WITHDRAW_RETURN: (_CREATED, _GIVEN_BACK),
    Act.PATIENT_DECLINES: (_CREATED, ()),
    Act.EXPIRE: (_DRAFT, ()),
    Act.REOPEN: (_CREATED, (Act.CANCEL,)),
}
_SAID: dict[Act, dict[str, Any]] = {
    Act.DECLINE: {"reason": "no-capacity"},
    Act.CANCEL: {"reason": "other-specialist"},
    Act.RETURN: {"reason": "no-capacity"},
    Act.INTERIM_NOTE: {"text": "Seen, pictures are being read (demo)"},
    Act.REPORT: {"summary": "No retinopathy, next exam in a year (demo)"},
    Act.INFORM: {"channel": "phone"},
}


async def make(room: Room) -> dict[str, Example]:
    """One referral an act, and a need that none has been made for yet."""
    specialists = {specialty: await _specialist(room, specialty) for _, specialty in _KINDS}
    acts = list(_BEFORE)
    made = await asyncio.gather(*(_for_act(room, number, act, specialists) for number, act in enumerate(acts)))
    need = await _need(room, len(acts))
    specialist = specialists[_KINDS[len(acts) // len(room.hosts)][1]]
    noted = await _document(room, str(made[acts.index(Act.CLOSE)].values["referral_id"]))
    question = "Is the patient a candidate for treatment?"
    body = {"specialist_id": specialist, "clinical_question": question, "slot": "earliest"}
    return {
        **{f"referrals.{act}": example for act, example in zip(acts, made, strict=True)},
        "referrals.create": Example({"need_id": need["id"]}, body=body),
        "needs.candidates": Example({"need_id": need["id"]}),
        "needs.excluded": Example({"need_id": need["id"]}),
        "needs.candidate": Example({"need_id": need["id"], "specialist_id": specialist}),
        "referrals.choice": Example(made[acts.index(Act.CLOSE)].values),
        "referrals.get": Example(made[acts.index(Act.CLOSE)].values),
        **await _letters(room, made[acts.index(Act.ACCEPT)].values, made[acts.index(Act.SCHEDULE)].values),
        "documents.attach": Example(made[acts.index(Act.RECEIVE)].values),
        "documents.list": Example({"referral_id": noted["referral_id"]}),
        "documents.content": Example({"referral_id": noted["referral_id"], "document_id": noted["id"]}),
    }


async def _document(room: Room, referral_id: str) -> Any:
    written = base64.b64encode(b"Last exam: no retinopathy. (demo)").decode()
    body = {"type": "progress-note", "title": "Last eye exam (demo)", "content_type": "text/plain", "content": written}
    return await room.post("coordination", f"/v1/referrals/{referral_id}/documents", body, key="referral-document")


async def _letters(room: Room, new: Mapping[str, str], written: Mapping[str, str]) -> dict[str, Example]:
    # A letter takes no key: a repeat of the seed looks whether it was written.
    path = f"/v1/referrals/{written['referral_id']}"
    links = (await room.get("coordination", f"{path}/reply-links"))["items"]
    if not links:
        sender = {"sender": "Nora Example RN, 555-0100 (demo)"}
        links = [(await room.post("coordination", f"{path}/letters", sender, key=None))["reply_link"]]
    return {
        "letters.write": Example(new),
        "reply-links.list": Example(written),
        "reply-links.revoke": Example({**written, "link_id": links[0]["id"]}),
    }


async def _specialist(room: Room, specialty: str) -> str:
    page = await room.get("coordination", f"/v1/specialists?specialty={specialty}&retired=false")
    return str(page["items"][0]["id"])


async def _need(room: Room, number: int) -> Any:
    kind, _ = _KINDS[number // len(room.hosts)]
    patient = room.hosts[number % len(room.hosts)]["id"]
    body = {"patient_id": patient, "kind": kind, "reason": "Due according to the clinic's register (demo)"}
    return await room.post("coordination", "/v1/needs", body, key=f"referral-need-{number}", days_ago=6)


async def _for_act(room: Room, number: int, act: Act, specialists: dict[str, str]) -> Example:
    need = await _need(room, number)
    ordered, steps = _BEFORE[act]
    body = {**ordered, "specialist_id": specialists[_KINDS[number // len(room.hosts)][1]]}
    if act is Act.EXPIRE:
        body["valid_until"] = room.at(-3)[:10]
    path = f"/v1/needs/{need['id']}/referrals"
    referral = await room.post("coordination", path, body, key=f"referral-{act}", days_ago=5)
    path = f"/v1/referrals/{referral['id']}"
    for step in steps:
        what, said = _step(room, step)
        # A visit of two days ago is kept, or missed, after its time.
        late = 1 if what not in (Act.RECEIVE, Act.ACCEPT, Act.SCHEDULE, Act.DECLINE) else 4
        referral = await room.post(
            "coordination",
            f"{path}/{what}",
            said,
            key=f"referral-{act}-{what}",
            days_ago=late,
            version=referral["version"],
        )
    return Example({"referral_id": referral["id"]}, referral["version"])


def _step(room: Room, step: Step) -> tuple[Act, dict[str, Any]]:
    if not isinstance(step, tuple):
        return step, _SAID.get(step, {})
    day = 9 if step == _AHEAD else -2
    times = {"starts_at": room.at(day + 14 / 24), "ends_at": room.at(day + 14.5 / 24)}
    return Act.SCHEDULE, {**times, "modality": "in-person"}
