"""What was filled into a reply page, as the body of the act it means."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from services.coordination.domain.reply_links import TimePassed, Unclear
from services.coordination.usecases.reply_views import Asked, Reply, Sent
from shared.contracts.coordination import referral_acts as acts
from shared.contracts.coordination import referral_ends as ends
from shared.contracts.coordination.referral_act import Act as ActBody
from shared.contracts.coordination.referral_acts import Attend, Report
from shared.vocabulary import ReferralAct

Fields = Mapping[str, str]
Reader = Callable[[Asked, Fields, datetime], Reply]
_NOON = time(12)


def reader(act: ReferralAct, fields: Fields, file: Sent | None, now: datetime) -> Callable[[Asked], Reply]:
    """Reads the form of one act, once it is known on which referral; ``file`` is what came with it.

    Raises:
        Unclear: a field is missing or cannot be read.
        TimePassed: the appointment would be in the past.
    """

    def read(view: Asked) -> Reply:
        try:
            return replace(_READERS[act](view, fields, now), file=file)
        except ValidationError as error:
            places = ", ".join(dict.fromkeys(str(each["loc"][0]) for each in error.errors() if each["loc"]))
            raise Unclear(f"Please check: {places or 'the form'}.") from None
        except ValueError:
            raise Unclear("Please check the day and the time.") from None

    return read


def _told(body: type[ActBody], *names: str) -> Reader:
    """Reads a form whose fields are those of the act's body: these, and a note."""

    def read(_view: Asked, fields: Fields, _now: datetime) -> Reply:
        said = {name: fields.get(name) for name in names}
        return Reply(body.model_validate({**_noted(fields), **said}))

    return read


def _booking(body: type[ActBody], *names: str) -> Reader:
    """Reads a form that proposes a time."""

    def read(view: Asked, fields: Fields, now: datetime) -> Reply:
        said = {name: fields.get(name) for name in (*names, "modality")}
        return Reply(body.model_validate({**_noted(fields), **_times(view, fields, now), **said}))

    return read


def _times(view: Asked, fields: Fields, now: datetime) -> dict[str, datetime]:
    day, at = date.fromisoformat(fields.get("day", "")), time.fromisoformat(fields.get("time", ""))
    starts_at = datetime.combine(day, at.replace(tzinfo=None), ZoneInfo(view.zone))
    if starts_at <= now:
        raise TimePassed("Propose a time that lies ahead.")
    minutes = int(fields.get("minutes", ""))
    if not 5 <= minutes <= 480:
        raise ValueError("minutes")
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}


def _attend(view: Asked, fields: Fields, now: datetime) -> Reply:
    return Reply(Attend.model_validate({**_noted(fields), "done_at": _seen_at(view, fields, now)}))


def _report(view: Asked, fields: Fields, now: datetime) -> Reply:
    lines = [line.strip() for line in fields.get("recommendations", "").splitlines()]
    said = {"summary": fields.get("summary"), "recommendations": [line for line in lines if line]}
    return Reply(Report.model_validate(said), _seen_at(view, fields, now))


def _seen_at(view: Asked, fields: Fields, now: datetime) -> datetime | None:
    """When the visit was: its appointment on that day, else noon of the day, but never ahead of now."""
    if "seen" not in fields:
        return None
    day, zone = date.fromisoformat(fields["seen"]), ZoneInfo(view.zone)
    visit = view.visit_starts_at
    if visit is not None and visit.astimezone(zone).date() == day:
        return visit
    if day > now.astimezone(zone).date():
        raise Unclear("The day of the visit lies ahead. Tell of it once the patient was seen.")
    return min(datetime.combine(day, _NOON, zone), now)


def _noted(fields: Fields) -> dict[str, str]:
    note = fields.get("note", "").strip()
    return {"note": note} if note else {}


_READERS: Mapping[ReferralAct, Reader] = {
    ReferralAct.ACCEPT: _told(acts.Accept),
    ReferralAct.DECLINE: _told(acts.Decline, "reason"),
    ReferralAct.SCHEDULE: _booking(acts.Schedule),
    ReferralAct.RESCHEDULE: _booking(acts.Reschedule, "by"),
    ReferralAct.CANCEL_VISIT: _told(acts.CancelVisit, "by"),
    ReferralAct.NO_SHOW: _told(acts.NoShow),
    ReferralAct.ATTEND: _attend,
    ReferralAct.INTERIM_NOTE: _told(acts.InterimNote, "text"),
    ReferralAct.REPORT: _report,
    ReferralAct.INFORM: _told(acts.Inform, "channel"),
    ReferralAct.CLOSED_ELSEWHERE: _told(acts.ClosedElsewhere),
    ReferralAct.RETURN: _told(ends.Return, "reason"),
    ReferralAct.WITHDRAW_RETURN: _told(ends.WithdrawReturn),
    ReferralAct.CONFIRM_CANCEL: _told(ends.ConfirmCancel),
    ReferralAct.REFUSE_CANCEL: _told(ends.RefuseCancel),
    ReferralAct.PATIENT_DECLINES: _told(ends.PatientDeclines, "reason"),
}
READ = frozenset(_READERS)
"""The acts that a page has a form for."""
