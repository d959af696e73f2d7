"""Whether something about a patient may go to a recipient: by the latest word of theirs that speaks of them.

Treatment, and reaching a patient about it, need no consent by federal law (45 CFR 164.506(c)); an organization may ask
for it all the same, by purpose. A word of refusal always holds.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from shared.kit.problems import Forbidden, Problem
from shared.vocabulary import SharingPurpose, SharingState, SharingWord

_AGAINST = frozenset({SharingState.REFUSED, SharingState.REVOKED})


class ConsentMissing(Forbidden):
    code = "consent.missing"
    title = "The patient has not consented to this"


class ConsentWithheld(Forbidden):
    code = "consent.withheld"
    title = "The patient does not consent to this"


class NothingToRevoke(Problem):
    status = 409
    code = "consent.nothing-to-revoke"
    title = "No consent stands that could be taken back"


class EndsBeforeSaid(Problem):
    code = "consent.ends-before-said"
    title = "The consent would end before it was given"


class Word(NamedTuple):
    """What was said, to whom it applies (None: to everybody), and until when it holds."""

    purpose: SharingPurpose
    recipient: str | None
    said: SharingWord
    said_at: datetime
    until: datetime | None = None
    recorded: int = 0


def state(words: Iterable[Word], purpose: SharingPurpose, recipient: str | None, now: datetime) -> SharingState:
    """What holds for a recipient at an instant.

    The latest word counts, whether it named the recipient or everybody; of words of one instant the one against, then
    the one recorded last. In whatever order words arrive, the same holds.
    """
    about = [
        word
        for word in words
        if word.purpose == purpose and word.said_at <= now and word.recipient in (None, recipient)
    ]
    if not about:
        return SharingState.ABSENT
    last = max(about, key=lambda word: (word.said_at, word.said is not SharingWord.GIVEN, word.recorded))
    if last.said is SharingWord.GIVEN and last.until is not None and last.until <= now:
        return SharingState.EXPIRED
    return SharingState(last.said)


def allowed(found: SharingState, *, required: bool) -> bool:
    """Whether something may go: given, or not needed and nothing said against it."""
    return found is SharingState.GIVEN or (not required and found not in _AGAINST)


def check(found: SharingState, purpose: SharingPurpose, *, required: bool) -> None:
    """Raises:
    ConsentWithheld: the patient refused it or took it back.
    ConsentMissing: it is asked for here and was never given, or it ended.
    """
    if allowed(found, required=required):
        return
    if found in _AGAINST:
        raise ConsentWithheld(
            f"The patient's consent to {purpose} is {found} for this recipient. Ask them again, or choose another way.",
            purpose=purpose.value,
        )
    raise ConsentMissing(
        f"The patient's consent to {purpose} is {found} for this recipient, and this organization asks for it. "
        "Record it under /v1/patients/{id}/consents first.",
        purpose=purpose.value,
    )
