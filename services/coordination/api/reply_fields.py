"""The forms of a reply page: one for each act, filled again with what was filled in before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import escape

from services.coordination.domain.documents import LARGEST
from services.coordination.domain.reply_links import BEFORE_REPORT
from services.coordination.usecases.reply_views import Asked
from shared.vocabulary import Channel, DeclineReason, ReferralAct, VisitParty

_REASONS: Mapping[str, str] = {
    DeclineReason.NO_CAPACITY: "At capacity",
    DeclineReason.OUT_OF_SCOPE: "Out of our scope",
    DeclineReason.OUT_OF_NETWORK: "Out of network for this patient",
    DeclineReason.COVERAGE_NOT_ACCEPTED: "Coverage not accepted",
    DeclineReason.INFORMATION_MISSING: "Information is missing",
    DeclineReason.NOT_INDICATED: "Not indicated",
    DeclineReason.CONFLICT_OF_INTEREST: "Conflict of interest",
}
_PARTIES: Mapping[str, str] = {VisitParty.PATIENT: "The patient", VisitParty.SPECIALIST: "Us"}
_CHANNELS: Mapping[str, str] = {
    Channel.IN_PERSON: "In person",
    Channel.PHONE: "By telephone",
    Channel.VIDEO: "By video",
    Channel.PORTAL: "By portal",
    Channel.LETTER: "By letter",
}
_MODALITIES: Mapping[str, str] = {"in-person": "In person", "video": "By video", "home": "At home"}


@dataclass(frozen=True, slots=True)
class Where:
    """Where a page stands: the service's address, the link's token, the code its holder proved, what was filled in,
    and in the form of which act."""

    base: str
    token: str
    code: str = ""
    filled: Mapping[str, str] = field(default_factory=dict)
    act: str | None = None

    def of(self, act: str) -> "Where":
        """The same for the form of one act: only what was filled in there is filled in again."""
        return replace(self, act=act, filled=self.filled if self.act == act else {})

    @property
    def path(self) -> str:
        """The page's own path, escaped."""
        return f"/reply/{escape(self.token)}"

    def value(self, name: str) -> str:
        """What a field held before, escaped."""
        return escape(self.filled.get(name, ""))

    @property
    def hidden(self) -> str:
        """The code, carried to the next request: nothing of it is kept in between."""
        return f'<input type="hidden" name="code" value="{escape(self.code)}">'


Fields = Callable[[Asked, Where], str]
"""What is to be filled in, as HTML: made of the question and of where the page stands."""


def _ident(where: Where, name: str) -> str:
    return f"{where.act}-{name}"


def _field(where: Where, name: str, label: str, more: str, usual: str = "") -> str:
    """An input that must be filled in; ``more`` are its other attributes."""
    ident = _ident(where, name)
    held = f'<input id="{ident}" name="{name}" value="{where.value(name) or usual}" required {more}>'
    return f'<div><label for="{ident}">{label}</label>{held}</div>'


def _lines(where: Where, name: str, label: str, more: str = "") -> str:
    """A field of several lines."""
    ident = _ident(where, name)
    held = f'<textarea id="{ident}" name="{name}" maxlength="5000"{more}>{where.value(name)}</textarea>'
    return f'<label for="{ident}">{label}</label>{held}'


def _choice(where: Where, name: str, label: str, options: Mapping[str, str]) -> str:
    """One of several, none chosen beforehand."""
    chosen, ident = where.filled.get(name), _ident(where, name)
    listed = "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{words}</option>'
        for value, words in options.items()
    )
    return (
        f'<div><label for="{ident}">{label}</label><select id="{ident}" name="{name}" required>'
        f'<option value="">Choose</option>{listed}</select></div>'
    )


def _note(where: Where) -> str:
    return _lines(where, "note", "Note <small>if you like</small>")


def _said(sentence: str) -> Fields:
    return lambda _view, where: f"<p>{sentence}</p>{_note(where)}"


def _reason(_view: Asked, where: Where) -> str:
    return _choice(where, "reason", "Reason", _REASONS) + _note(where)


def _schedule(view: Asked, where: Where) -> str:
    how = "".join(f'<option value="{one}">{_MODALITIES.get(one, one)}</option>' for one in view.modalities)
    ident = _ident(where, "modality")
    return (
        f'<p>Times are those of {escape(view.zone)}.</p><div class="row">'
        + _field(where, "day", "Day", 'type="date"')
        + _field(where, "time", "Time", 'type="time"')
        + _field(where, "minutes", "Minutes", 'type="number" min="5" max="480"', "30")
        + f'<div><label for="{ident}">How</label><select id="{ident}" name="modality">{how}</select></div></div>'
        + _note(where)
    )


def _reschedule(view: Asked, where: Where) -> str:
    return _choice(where, "by", "Moved by", _PARTIES) + _schedule(view, where)


def _cancel_visit(_view: Asked, where: Where) -> str:
    return _choice(where, "by", "Called off by", _PARTIES) + _note(where)


def _attend(_view: Asked, where: Where) -> str:
    said = "<p>Your report can follow later, by the next link.</p>"
    return said + _field(where, "seen", "The patient was seen on", 'type="date"') + _note(where)


def _interim(_view: Asked, where: Where) -> str:
    return _lines(where, "text", "What the clinic should know now", " required")


def _inform(_view: Asked, where: Where) -> str:
    said = "<p>You have explained the findings and the plan to the patient.</p>"
    return said + _choice(where, "channel", "How", _CHANNELS) + _note(where)


def _declines(_view: Asked, where: Where) -> str:
    return _lines(where, "reason", "What the patient said", " required")


def _report(view: Asked, where: Where) -> str:
    unseen = view.state in BEFORE_REPORT
    when = _field(where, "seen", "The patient was seen on", 'type="date"') if unseen else ""
    ident = _ident(where, "file")
    again = "<p>A file has to be chosen again.</p>" if where.filled else ""
    return (
        when
        + _lines(where, "summary", "Findings and assessment", ' class="long" required')
        + _lines(where, "recommendations", "Recommendations <small>one a line</small>")
        + f'{again}<label for="{ident}">The report as a file <small>if you like: PDF, PNG, JPEG or plain text, at most '
        f'{LARGEST // 1024 // 1024} MiB</small></label><input id="{ident}" name="file" type="file" '
        'accept=".pdf,.png,.jpg,.jpeg,.txt">'
    )


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an act: its title, its button, its fields. ``aside``: folded in until it is wanted."""

    title: str
    button: str
    fields: Fields
    aside: bool = True
    quiet: bool = False

    def shown(self, view: Asked, act: ReferralAct, where: Where) -> str:
        """The form, sent to the act's own address, filled again with what was filled in there before."""
        own = where.of(act)
        files = ' enctype="multipart/form-data"' if act is ReferralAct.REPORT else ""
        kind = ' class="quiet"' if self.quiet else ""
        inner = (
            f'<form method="post" action="{where.path}/{act}"{files}>{where.hidden}{self.fields(view, own)}'
            f"<button{kind}>{self.button}</button></form>"
        )
        title = "Amend your report" if act is ReferralAct.REPORT and view.state == "reported" else self.title
        if not self.aside and title == self.title:
            return f"<section><h2>{title}</h2>{inner}</section>"
        opened = " open" if own.filled else ""
        return f"<section><details{opened}><summary>{title}</summary>{inner}</details></section>"


_TAKES = "You will see this patient. The next page lets you propose an appointment."
FORMS: Mapping[ReferralAct, Form] = {
    ReferralAct.CONFIRM_CANCEL: Form(
        "Confirm the cancellation", "Confirm", _said("Nobody comes, and the place is free again."), aside=False
    ),
    ReferralAct.REFUSE_CANCEL: Form(
        "Do not agree", "Keep the referral", _said("The referral goes on as before."), quiet=True
    ),
    ReferralAct.ACCEPT: Form("Accept", "Accept the referral", _said(_TAKES), aside=False),
    ReferralAct.DECLINE: Form("Decline", "Decline the referral", _reason, aside=False, quiet=True),
    ReferralAct.SCHEDULE: Form("Propose an appointment", "Propose this time", _schedule, aside=False),
    ReferralAct.RESCHEDULE: Form("Move the appointment", "Move it", _reschedule),
    ReferralAct.CANCEL_VISIT: Form("Call the appointment off", "Call it off", _cancel_visit, quiet=True),
    ReferralAct.NO_SHOW: Form("The patient did not come", "Record it", _said("The clinic gets in touch with them.")),
    ReferralAct.ATTEND: Form("The patient was seen", "Record the visit", _attend),
    ReferralAct.INTERIM_NOTE: Form("Send word before the report", "Send it", _interim),
    ReferralAct.REPORT: Form("Send your report", "Send the report", _report, aside=False),
    ReferralAct.INFORM: Form("You told the patient the plan", "Record it", _inform),
    ReferralAct.RETURN: Form("Give the referral back", "Ask to give it back", _reason, quiet=True),
    ReferralAct.WITHDRAW_RETURN: Form(
        "Keep the referral after all", "Keep it", _said("You asked to give it back, and the clinic has not answered.")
    ),
    ReferralAct.PATIENT_DECLINES: Form("The patient does not want this", "Record it", _declines, quiet=True),
    ReferralAct.CLOSED_ELSEWHERE: Form(
        "You closed the case without a report", "Record it", _said("The clinic will ask for the report."), quiet=True
    ),
}
"""By act, in no order: the page shows those that can be taken now, what is asked first before the rest."""
