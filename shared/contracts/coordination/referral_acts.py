"""The body of every act on a referral. :data:`BODIES` is the list; the routes come from it."""

from datetime import date
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.base import Instant, LongText, Text
from shared.contracts.coordination import referral_ends as ends
from shared.contracts.coordination.examples import example
from shared.contracts.coordination.referral_act import Act
from shared.contracts.coordination.referrals import Attachment
from shared.vocabulary import Channel, DeclineReason, LoopWaiver, Modality, ReferralAct, VisitParty


class RequestAuthorization(Act):
    """Ask the payer for authorization; the referral leaves when it comes."""


class Authorize(Act):
    """Record the payer's authorization; the referral goes to the receiver."""

    model_config = example({"number": "A-1001"})

    number: Text
    valid_until: date | None = None


class RefuseAuthorization(Act):
    """Record that the payer refuses; the referral is cancelled."""

    model_config = example({"reason": "Not a covered service"})

    reason: Text


class Send(Act):
    """Send the referral to the receiver."""


class Receive(Act):
    """The receiver has it."""


class Accept(Act):
    """The receiver takes the patient."""


class Decline(Act):
    """The receiver does not take the patient."""

    model_config = example({"reason": "no-capacity"})

    reason: DeclineReason


class ReRoute(Act):
    """Settle a declined referral: another one, or another way, takes its place."""


class Schedule(Act):
    """Book the visit: the held slot when nothing is said, another slot, or a time agreed elsewhere."""

    model_config = example(
        {"starts_at": "2026-09-21T13:30:00-04:00", "ends_at": "2026-09-21T14:00:00-04:00", "modality": "video"}
    )

    slot_id: UUID | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    modality: Modality | None = None
    site_id: UUID | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Schedule":
        times = (self.starts_at, self.ends_at, self.modality)
        if any(times) and not all(times):
            raise ValueError("give starts_at, ends_at and modality together")
        if self.slot_id and any(times):
            raise ValueError("give a slot, or a time agreed elsewhere, not both")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValueError("ends_at must be after starts_at")
        return self


class Reschedule(Schedule):
    """Move the visit."""

    model_config = example(
        {
            "starts_at": "2026-09-22T09:00:00-04:00",
            "ends_at": "2026-09-22T09:30:00-04:00",
            "modality": "video",
            "by": "patient",
        }
    )

    by: VisitParty

    @model_validator(mode="after")
    def _somewhere(self) -> "Reschedule":
        if self.slot_id is None and self.starts_at is None:
            raise ValueError("give the new slot or the new time")
        return self


class CancelVisit(Act):
    """Call the visit off; another one is to be booked."""

    model_config = example({"by": "patient"})

    by: VisitParty


class Remind(Act):
    """The patient was reminded of the visit: what was due of that leaves the worklist."""


class NoShow(Act):
    """The patient did not come. After two, the sender decides."""


class Continue(Act):
    """The sender decides to try again after missed visits."""


class Attend(Act):
    """The visit took place at ``done_at``."""


class InterimNote(Act):
    """Word from the specialist before the report."""

    model_config = example({"text": "Echo ordered, report follows"})

    text: LongText


class ClosedElsewhere(Act):
    """The receiver has closed its case and sent no report: somebody must obtain it."""

    model_config = example({"note": "Their record shows the referral as completed on Monday"})


class Report(Act):
    """The specialist's report arrives. An amended one must be reviewed and explained again."""

    model_config = example({"summary": "Sacubitril/valsartan started", "recommendations": ["Potassium in one week"]})

    summary: LongText
    recommendations: list[Text] = Field(default_factory=list, max_length=50)
    document: Attachment | None = None


class Review(Act):
    """A clinician has read the report."""


class Inform(Act):
    """The patient knows the plan."""

    model_config = example({"channel": "phone"})

    channel: Channel


class Close(Act):
    """Close the loop: report, review and patient informed are there."""


class Waive(Act):
    """A clinician closes without them, for a coded reason."""

    model_config = example({"reason": "report-unobtainable", "note": "Three requests, practice has closed"})

    reason: LoopWaiver


BODIES: dict[ReferralAct, type[Act]] = {
    ReferralAct.REQUEST_AUTHORIZATION: RequestAuthorization,
    ReferralAct.AUTHORIZE: Authorize,
    ReferralAct.REFUSE_AUTHORIZATION: RefuseAuthorization,
    ReferralAct.SEND: Send,
    ReferralAct.RECEIVE: Receive,
    ReferralAct.ACCEPT: Accept,
    ReferralAct.DECLINE: Decline,
    ReferralAct.RE_ROUTE: ReRoute,
    ReferralAct.SCHEDULE: Schedule,
    ReferralAct.RESCHEDULE: Reschedule,
    ReferralAct.CANCEL_VISIT: CancelVisit,
    ReferralAct.NO_SHOW: NoShow,
    ReferralAct.CONTINUE: Continue,
    ReferralAct.ATTEND: Attend,
    ReferralAct.REMIND: Remind,
    ReferralAct.INTERIM_NOTE: InterimNote,
    ReferralAct.CLOSED_ELSEWHERE: ClosedElsewhere,
    ReferralAct.REPORT: Report,
    ReferralAct.REVIEW: Review,
    ReferralAct.INFORM: Inform,
    ReferralAct.CLOSE: Close,
    ReferralAct.WAIVE: Waive,
    ReferralAct.CANCEL: ends.Cancel,
    ReferralAct.CONFIRM_CANCEL: ends.ConfirmCancel,
    ReferralAct.REFUSE_CANCEL: ends.RefuseCancel,
    ReferralAct.WITHDRAW_CANCEL: ends.WithdrawCancel,
    ReferralAct.RETURN: ends.Return,
    ReferralAct.CONFIRM_RETURN: ends.ConfirmReturn,
    ReferralAct.REFUSE_RETURN: ends.RefuseReturn,
    ReferralAct.WITHDRAW_RETURN: ends.WithdrawReturn,
    ReferralAct.PATIENT_DECLINES: ends.PatientDeclines,
    ReferralAct.EXPIRE: ends.Expire,
    ReferralAct.REOPEN: ends.Reopen,
}
