"""The letter to a specialist without an account: a page to print, with the question and how to answer it.

It carries what is needed to know the patient by, to book a visit and to answer the question, and nothing else of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from services.coordination.domain.bookings import Booking, day, rows

_NOT_KEPT = "given in the letter that was sent, and not kept in this copy"
_STYLE = """
body{font:11pt/1.5 Georgia,serif;max-width:42em;margin:2.5em auto;padding:0 1.5em;color:#111}
h1{font-size:1.45em;margin:0 0 1em}h2{font-size:1.1em;margin:1.4em 0 .4em}
dl{display:grid;grid-template-columns:9em 1fr;gap:.35em 1em;margin:1em 0}
dt{color:#555}dd{margin:0}.question{border-left:3px solid #1c4e80;padding:.2em 0 .2em 1em;white-space:pre-wrap}
.answer{border:1px solid #999;border-radius:6px;padding:1em 1.2em;margin:1.5em 0;break-inside:avoid}
.link,.code{font-family:ui-monospace,Menlo,monospace;overflow-wrap:anywhere}.code{font-size:1.25em;letter-spacing:.08em}
small{color:#555}@media print{body{margin:0;max-width:none}}
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says. ``link`` and ``code`` are None in the copy that is kept. Instants are aware."""

    to: str
    practice: str
    patient: Booking
    priority: str
    question: str
    documents: Sequence[str]
    sender: str
    written_at: datetime
    zone: str
    expires_at: datetime
    link: str | None
    code: str | None


def written(letter: Letter) -> str:
    """The letter as an HTML page without script, everything in it escaped."""
    zone = ZoneInfo(letter.zone)
    said = [
        ("From", letter.sender),
        ("To", f"{letter.to}, {letter.practice}"),
        *rows(letter.patient),
        ("Priority", letter.priority),
        ("Date", day(letter.written_at.astimezone(zone).date())),
    ]
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in said)
    enclosed = "".join(f"<li>{escape(title)}</li>" for title in letter.documents)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">'
        f"<title>Referral letter</title><style>{_STYLE}</style></head><body><h1>Referral</h1><dl>{listed}</dl>"
        f'<h2>The question</h2><p class="question">{escape(letter.question)}</p>'
        + (f"<p>Documents that open with the link:</p><ul>{enclosed}</ul>" if enclosed else "")
        + _answer(letter, zone)
        + "<p><small>This letter is about one patient and one question. If it did not reach the person it is addressed "
        "to, please destroy it and tell the sender.</small></p></body></html>"
    )


def _answer(letter: Letter, zone: ZoneInfo) -> str:
    link = f'<span class="link">{escape(letter.link)}</span>' if letter.link else f"<em>{_NOT_KEPT}</em>"
    code = f'<span class="code">{escape(letter.code)}</span>' if letter.code else f"<em>{_NOT_KEPT}</em>"
    last = letter.expires_at.astimezone(zone)
    until = f"{day(last.date())}, {last:%H:%M} ({letter.zone})"
    return (
        '<div class="answer"><p><strong>Please answer within two business days</strong>, whether you can see the '
        "patient or not. No account is needed: open the address and enter the access code.</p>"
        f"<p>Address: {link}</p><p>Access code: {code}</p>"
        f"<p><small>Valid until {escape(until)}. An answer can be given once; the page then leads to the next step: "
        "proposing or moving an appointment, and later sending your report.</small></p></div>"
    )
