"""The pages of a reply link: plain HTML that works without script, every word of ours or escaped."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from services.coordination.api.reply_fields import FORMS, Where
from services.coordination.domain.bookings import rows
from services.coordination.usecases.reply_views import Asked, Done, Gone, Locked, View
from shared.vocabulary import ReferralAct

STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0;background:#eef1f4;color:#1b2430;font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem 4rem}
header{padding:.25rem 0 1rem;color:#41505f;font-size:.95rem}
section{background:#fff;border:1px solid #d5dbe1;border-radius:10px;padding:1.25rem 1.4rem;margin:0 0 1rem}
h1{font-size:1.45rem;line-height:1.25;margin:.1rem 0 .6rem}h2{font-size:1.1rem;margin:0 0 .6rem}
p{margin:.4rem 0 .8rem}dl{display:grid;grid-template-columns:8rem 1fr;gap:.3rem 1rem;margin:.6rem 0}
dt{color:#52606d}dd{margin:0;font-weight:600}
.question{white-space:pre-wrap;border-left:4px solid #1d5a96;padding:.2rem 0 .2rem .9rem;margin:.8rem 0}
label{display:block;font-weight:600;margin:.8rem 0 .25rem}small{color:#52606d;font-weight:400}
input,select,textarea{width:100%;font:inherit;color:inherit;padding:.55rem .65rem;background:#fff;
border:1px solid #8593a1;border-radius:6px}
textarea{min-height:5.5rem;resize:vertical}textarea.long{min-height:12rem}
.code{display:block;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:1.3rem;letter-spacing:.12em;text-transform:uppercase;
max-width:15rem}
details>form{margin-top:.8rem}summary{font-size:1.1rem;font-weight:600;cursor:pointer}
.row{display:grid;grid-template-columns:1fr 1fr;gap:0 1rem}
button{font:inherit;font-weight:600;margin-top:1.1rem;padding:.65rem 1.3rem;border-radius:6px;border:1px solid #1d5a96;
background:#1d5a96;color:#fff;cursor:pointer}
button.quiet{background:#fff;color:#1d5a96}button.link{all:unset;color:#1d5a96;text-decoration:underline;cursor:pointer}
:focus-visible{outline:3px solid #f2a900;outline-offset:2px}
.warn{background:#fff4e0;border:1px solid #c98a00;border-radius:6px;padding:.6rem .8rem;margin:0 0 1rem}
.next{overflow-wrap:anywhere;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.9rem}
ul{padding-left:1.1rem;margin:.3rem 0}footer{color:#52606d;font-size:.85rem}
@media(max-width:30rem){dl,.row{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.4rem}}
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    # No script at all, no address but our own to send the form to, in nobody's frame.
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Robots-Tag": "noindex",
}
_GONE: Mapping[str, tuple[str, str]] = {
    "unknown": ("This link is not valid", "Check that the whole address was copied from the letter."),
    "used": ("This link was already used", "What you answered is recorded. Nothing more can be done here."),
    "expired": ("This link has expired", "Ask the clinic that sent the letter for a new one."),
    "revoked": ("This link no longer opens", "Ask the clinic that sent the letter for a new one."),
    "settled": (
        "Nothing is left to answer here",
        "The referral has moved on. The clinic that sent the letter knows more.",
    ),
    "too-often": ("Too many tries", "Wait ten minutes and open the link again."),
}
STATUS: Mapping[str, int] = {"unknown": 404, "too-often": 429}
_SAID: Mapping[str, str] = {
    ReferralAct.ACCEPT: "You accepted the referral.",
    ReferralAct.DECLINE: "You declined the referral. The clinic looks for somebody else.",
    ReferralAct.SCHEDULE: "The appointment is recorded. The clinic reminds the patient.",
    ReferralAct.REPORT: "Your report has arrived. The clinic reads it and informs the patient.",
    ReferralAct.RESCHEDULE: "The new appointment is recorded. The clinic reminds the patient.",
    ReferralAct.CANCEL_VISIT: "The appointment is off. Another one is to be found.",
    ReferralAct.NO_SHOW: "It is recorded that the patient did not come. The clinic gets in touch with them.",
    ReferralAct.ATTEND: "The visit is recorded. The clinic waits for your report.",
    ReferralAct.INTERIM_NOTE: "Your note has arrived.",
    ReferralAct.INFORM: "It is recorded that the patient knows the plan.",
    ReferralAct.RETURN: "You asked to give the referral back. The clinic answers that.",
    ReferralAct.WITHDRAW_RETURN: "You keep the referral.",
    ReferralAct.CONFIRM_CANCEL: "The referral is cancelled. Nobody comes.",
    ReferralAct.REFUSE_CANCEL: "You do not agree to the cancellation. The clinic gets in touch with you.",
    ReferralAct.PATIENT_DECLINES: "It is recorded that the patient does not want this. The referral is over.",
    ReferralAct.CLOSED_ELSEWHERE: "It is recorded that you closed the case. The clinic will ask for a report.",
}
_AGAIN = (
    "This answer had arrived before. It stands as it was first sent: where you wrote something else now, that was not "
    "kept. Tell the clinic what is new."
)


def page(view: View, where: Where, *, trouble: str | None = None) -> str:
    """A whole page; ``trouble`` is a sentence about what was wrong with a form."""
    warned = f'<p class="warn" role="alert">{escape(trouble)}</p>' if trouble else ""
    match view:
        case Gone():
            title, body = _gone(view)
        case Locked():
            title, body = "Answer a referral", _locked(view, where)
        case Asked():
            title, body = "Answer a referral", _asked(view, where)
        case Done():
            title, body = "Thank you", _done(view, where)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main><header>Careweave referrals</header>"
        f"{warned}{body}<footer><p>This page is for the practice the letter is addressed to. It is not for emergencies."
        "</p></footer></main></body></html>"
    )


def _gone(view: Gone) -> tuple[str, str]:
    title, said = _GONE[view.why]
    done = _SAID.get(view.used_for or "", "")
    return title, f"<section><h1>{title}</h1><p>{escape(done)} {said}</p></section>"


def _locked(view: Locked, where: Where) -> str:
    wrong = '<p class="warn" role="alert">That is not the code of this letter. Check it and try again.</p>'
    return (
        f"<section><h1>Answer a referral</h1>{wrong if view.wrong else ''}"
        "<p>Enter the access code from the letter. Nothing about the patient is shown before.</p>"
        f'<form method="post" action="{where.path}"><label for="code">Access code</label>'
        '<input class="code" id="code" name="code" required autofocus autocomplete="off" autocapitalize="characters" '
        'spellcheck="false" maxlength="20" placeholder="XXXX-XXXX"><button>Continue</button></form></section>'
    )


def _asked(view: Asked, where: Where) -> str:
    said = [*rows(view.patient), ("Priority", view.priority), ("From", view.sender), ("To", view.to)]
    if view.visit_starts_at is not None:
        said.append(("Appointment", _moment(view.visit_starts_at, view.zone)))
    listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in said)
    forms = "".join(FORMS[act].shown(view, act, where) for act in view.acts)
    asked = "".join(f'<p class="warn">{said}</p>' for is_so, said in _waiting(view) if is_so)
    return (
        f"<section><h1>Answer a referral</h1>{asked}<dl>{listed}</dl>"
        f'<div class="question">{escape(view.question)}</div>{_documents(view, where)}</section>{forms}'
    )


def _waiting(view: Asked) -> tuple[tuple[bool, str], ...]:
    return (
        (view.cancel_asked, "The clinic asks to cancel this referral. Please confirm, or say that you do not agree."),
        (view.return_asked, "You asked to give this referral back. The clinic has not answered yet."),
    )


def _documents(view: Asked, where: Where) -> str:
    kept = "".join(
        f'<li><form method="post" action="{where.path}/documents/{found}">{where.hidden}'
        f'<button class="link">{escape(title)}</button></form></li>'
        for found, title in view.documents
    )
    return f"<h2>Documents</h2><ul>{kept}</ul>" if kept else ""


def _done(view: Done, where: Where) -> str:
    onward = f"<p>{_AGAIN}</p>" if view.again else ""
    if view.next_token is not None:
        address = escape(f"{where.base}/reply/{view.next_token}")
        onward += (
            "<h2>Next step</h2><p>This link does not open again. Keep the new one for the next step, as a bookmark or "
            f'on paper; the access code stays the same.</p><p><a href="/reply/{escape(view.next_token)}">Continue with '
            f'the next step</a></p><p class="next">{address}</p>'
        )
    return f'<section><h1>Thank you</h1><p role="status">{_SAID[view.act]}</p>{onward}</section>'


def _moment(instant: datetime, zone: str) -> str:
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%A, %B} {local.day}, {local.year}, {local:%H:%M} ({zone})"
