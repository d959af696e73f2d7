"""What was filled into a reply page, as the body of the act it means."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from services.coordination.domain.reply_links import TimePassed, Unclear
from services.coordination.usecases.reply_views import Asked
from shared.contracts.coordination.referral_act import Act as ActBody
from shared.contracts.coordination.referral_acts import Accept, Decline, Report, Schedule
from shared.vocabulary import ReferralAct

Fields = Mapping[str, str]
Read = tuple[ActBody, datetime | None]
_NOON = time(12)


def reader(act: ReferralAct, fields: Fields, now: datetime) -> Callable[[Asked], Read]:
    """Reads the form of one act, once it is known on which referral.

    Raises:
        Unclear: a field is missing or cannot be read.
        TimePassed: the appointment would be in the past.
    """

    def read(view: Asked) -> Read:
        try:
            return _READERS[act](view, fields, now)
        except ValidationError as error:
            places = ", ".join(dict.fromkeys(str(each["loc"][0]) for each in error.errors() if each["loc"]))
            raise Unclear(f"Please check: {places or 'the form'}.") from None
        except ValueError:
            raise Unclear("Please check the day and the time.") from None

    return read


def _accept(_view: Asked, fields: Fields, _now: datetime) -> Read:
    return Accept.model_validate(_noted(fields)), None


def _decline(_view: Asked, fields: Fields, _now: datetime) -> Read:
    return Decline.model_validate({**_noted(fields), "reason": fields.get("reason")}), None


def _schedule(view: Asked, fields: Fields, now: datetime) -> Read:
    day, at = date.fromisoformat(fields.get("day", "")), time.fromisoformat(fields.get("time", ""))
    starts_at = datetime.combine(day, at.replace(tzinfo=None), ZoneInfo(view.zone))
    if starts_at <= now:
        raise TimePassed("Propose a time that lies ahead.")
    minutes = int(fields.get("minutes", ""))
    if not 5 <= minutes <= 480:
        raise ValueError("minutes")
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}
    return Schedule.model_validate({**_noted(fields), **times, "modality": fields.get("modality")}), None


def _report(view: Asked, fields: Fields, now: datetime) -> Read:
    lines = [line.strip() for line in fields.get("recommendations", "").splitlines()]
    said = {"summary": fields.get("summary"), "recommendations": [line for line in lines if line]}
    return Report.model_validate(said), _seen_at(view, fields, now)


def _seen_at(view: Asked, fields: Fields, now: datetime) -> datetime | None:
    """When the visit was: its appointment on that day, else noon of the day, but never ahead of now."""
    if "seen" not in fields:
        return None
    day, zone = date.fromisoformat(fields["seen"]), ZoneInfo(view.zone)
    visit = view.visit_starts_at
    if visit is not None and visit.astimezone(zone).date() == day:
        return visit
    if day > now.astimezone(zone).date():
        raise Unclear("The day of the visit lies ahead. Send the report once the patient was seen.")
    return min(datetime.combine(day, _NOON, zone), now)


def _noted(fields: Fields) -> dict[str, str]:
    note = fields.get("note", "").strip()
    return {"note": note} if note else {}


_READERS: Mapping[ReferralAct, Callable[[Asked, Fields, datetime], Read]] = {
    ReferralAct.ACCEPT: _accept,
    ReferralAct.DECLINE: _decline,
    ReferralAct.SCHEDULE: _schedule,
    ReferralAct.REPORT: _report,
}
