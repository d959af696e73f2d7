"""The forms of a reply page: one for each act, filled again with what was filled in before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape

from services.coordination.usecases.reply_views import Asked
from shared.vocabulary import DeclineReason, ReferralAct

_REASONS: Mapping[DeclineReason, str] = {
    DeclineReason.NO_CAPACITY: "At capacity",
    DeclineReason.OUT_OF_SCOPE: "Out of our scope",
    DeclineReason.OUT_OF_NETWORK: "Out of network for this patient",
    DeclineReason.COVERAGE_NOT_ACCEPTED: "Coverage not accepted",
    DeclineReason.INFORMATION_MISSING: "Information is missing",
    DeclineReason.NOT_INDICATED: "Not indicated",
    DeclineReason.CONFLICT_OF_INTEREST: "Conflict of interest",
}
_MODALITIES: Mapping[str, str] = {"in-person": "In person", "video": "By video", "home": "At home"}


@dataclass(frozen=True, slots=True)
class Where:
    """Where a page stands: the service's address, the link's token, the code its holder proved, what was filled in."""

    base: str
    token: str
    code: str = ""
    filled: Mapping[str, str] = field(default_factory=dict)

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


def _form(title: str, action: str, where: Where, fields: str, button: str) -> str:
    start = f'<section><h2>{title}</h2><form method="post" action="{action}">'
    return f"{start}{where.hidden}{fields}{button}</form></section>"


def _field(where: Where, name: str, label: str, more: str, usual: str = "") -> str:
    """An input that must be filled in; ``more`` are its other attributes."""
    held = f'<input id="{name}" name="{name}" value="{where.value(name) or usual}" required {more}>'
    return f'<div><label for="{name}">{label}</label>{held}</div>'


def _lines(where: Where, ident: str, name: str, label: str, more: str = "") -> str:
    """A field of several lines."""
    held = f'<textarea id="{ident}" name="{name}" maxlength="5000"{more}>{where.value(name)}</textarea>'
    return f'<label for="{ident}">{label}</label>{held}'


def _note(act: ReferralAct, where: Where) -> str:
    return _lines(where, f"{act}-note", "note", "Note <small>if you like</small>")


def _accept(_view: Asked, action: str, where: Where) -> str:
    said = "<p>You will see this patient. The next page lets you propose an appointment.</p>"
    button = "<button>Accept the referral</button>"
    return _form("Accept", action, where, said + _note(ReferralAct.ACCEPT, where), button)


def _decline(_view: Asked, action: str, where: Where) -> str:
    chosen = where.filled.get("reason")
    reasons = "".join(
        f'<option value="{reason}"{" selected" if reason == chosen else ""}>{words}</option>'
        for reason, words in _REASONS.items()
    )
    fields = (
        '<label for="reason">Reason</label><select id="reason" name="reason" required>'
        f'<option value="">Choose a reason</option>{reasons}</select>{_note(ReferralAct.DECLINE, where)}'
    )
    return _form("Decline", action, where, fields, '<button class="quiet">Decline the referral</button>')


def _schedule(view: Asked, action: str, where: Where) -> str:
    how = "".join(f'<option value="{one}">{_MODALITIES.get(one, one)}</option>' for one in view.modalities)
    fields = (
        f'<p>Times are those of {escape(view.zone)}.</p><div class="row">'
        + _field(where, "day", "Day", 'type="date"')
        + _field(where, "time", "Time", 'type="time"')
        + _field(where, "minutes", "Minutes", 'type="number" min="5" max="480"', "30")
        + f'<div><label for="modality">How</label><select id="modality" name="modality">{how}</select></div></div>'
    )
    button = "<button>Propose this time</button>"
    return _form("Propose an appointment", action, where, fields + _note(ReferralAct.SCHEDULE, where), button)


def _report(view: Asked, action: str, where: Where) -> str:
    unseen = view.state not in ("seen", "interim")
    when = _field(where, "seen", "The patient was seen on", 'type="date"') if unseen else ""
    fields = (
        when
        + _lines(where, "summary", "summary", "Findings and assessment", ' class="long" required')
        + _lines(where, "plan", "recommendations", "Recommendations <small>one a line</small>")
    )
    return _form("Send your report", action, where, fields, "<button>Send the report</button>")


FORMS: Mapping[ReferralAct, Callable[[Asked, str, Where], str]] = {
    ReferralAct.ACCEPT: _accept,
    ReferralAct.DECLINE: _decline,
    ReferralAct.SCHEDULE: _schedule,
    ReferralAct.REPORT: _report,
}
"""By act: made of the question, the address the form is sent to, and where the page stands."""
