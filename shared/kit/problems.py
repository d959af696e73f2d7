"""Every refusal is a class with a stable code, a status and a sentence that says what to do (RFC 9457)."""

from datetime import datetime
from typing import ClassVar


class Problem(Exception):
    """A refusal the caller can understand and act on.

    ``detail`` is one or two sentences for a nurse or an integrator: what is wrong and what to do.
    It never carries a person's data. ``extra`` becomes further members of the problem document.
    """

    status: ClassVar[int] = 422
    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "The request was refused"

    def __init__(self, detail: str, **extra: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra


class NotFound(Problem):
    """No such thing in the caller's organization; another organization's id reads the same."""

    status = 404
    code = "not-found"
    title = "Not found"

    def __init__(self, noun: str) -> None:
        super().__init__(f"No {noun} with this id exists in your organization. Check the id.")


class Unauthenticated(Problem):
    status = 401
    code = "token.invalid"
    title = "A valid access token is needed"


class TokenExpired(Unauthenticated):
    code = "token.expired"
    title = "The access token has expired"


class Forbidden(Problem):
    status = 403
    code = "not-allowed"
    title = "Your role may not do this"


class Stale(Problem):
    """If-Match named a version that is no longer the current one."""

    status = 412
    code = "version.stale"
    title = "Somebody changed this first"

    def __init__(self, current: int) -> None:
        super().__init__(
            f"The current version is {current}. Read it again, look at what changed, and repeat with its ETag.",
            current_version=current,
        )


class VersionMissing(Problem):
    status = 428
    code = "version.missing"
    title = "If-Match is needed"


class KeyReused(Problem):
    code = "idempotency-key.reused"
    title = "This Idempotency-Key was used for another request"


class Conflict(Problem):
    status = 409
    code = "conflict"
    title = "This does not fit the current state"


class TooLarge(Problem):
    status = 413
    code = "body.too-large"
    title = "The request is too large"


class Unavailable(Problem):
    """Nothing was stored; the caller may repeat with the same key."""

    status = 503
    code = "unavailable"
    title = "Not available right now"


def check_version(current: int, expected: int | None) -> None:
    """Refuse a change of another version than the one the caller has seen.

    Raises:
        Stale: when ``expected`` is given and is not ``current``.
    """
    if expected is not None and expected != current:
        raise Stale(current)


class AsOfFuture(Problem):
    """A record cannot be shown as it will be."""

    code = "as-of.future"
    title = "That instant has not come"


def as_of(asked: datetime | None, now: datetime) -> datetime:
    """The instant that is asked for, now if none is.

    Raises:
        AsOfFuture: it lies ahead.
    """
    if asked is not None and asked > now:
        raise AsOfFuture("as_of lies in the future. Give a past instant, or leave it out for now.")
    return asked or now


class Deceased(Conflict):
    """Nothing is begun for somebody who has died; what was before stays open to documentation."""

    code = "patient.deceased"
    title = "The patient has died"


def check_lives(deceased_at: datetime | None) -> None:
    """Refuse to begin something for a patient who has died.

    Raises:
        Deceased: a death is on record.
    """
    if deceased_at is not None:
        raise Deceased("A death is on record: nothing is begun any more. If that is wrong, withdraw the death first.")
