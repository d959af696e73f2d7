"""The breaker opens after failures in a row, lets one call try after a rest, and closes on the first success (F10)."""

from uuid import uuid4

import httpx
import pytest

from shared.web.peer import Breaker, Peer, Refused, ServiceToken, Unreachable


def failed(breaker: Breaker, times: int, *, at: float) -> None:
    for _ in range(times):
        breaker.note(ok=False, now=at)


def test_it_stays_closed_below_the_threshold() -> None:
    breaker = Breaker(threshold=3, rest=5)
    failed(breaker, 2, at=0)
    assert breaker.closed(0)


def test_it_opens_and_lets_one_through_after_the_rest() -> None:
    breaker = Breaker(threshold=3, rest=5)
    failed(breaker, 3, at=0)
    assert [breaker.closed(at) for at in (0, 4.9, 5.0, 5.1)] == [False, False, True, False]


def test_the_one_that_fails_opens_it_again_and_the_one_that_works_closes_it() -> None:
    breaker = Breaker(threshold=3, rest=5)
    failed(breaker, 3, at=0)
    assert breaker.closed(5)
    failed(breaker, 1, at=5)
    assert not breaker.closed(9)
    assert breaker.closed(10)
    breaker.note(ok=True, now=10)
    assert all(breaker.closed(at) for at in (10, 10.1, 10.2))


def test_successes_in_between_start_the_count_again() -> None:
    breaker = Breaker(threshold=3, rest=5)
    failed(breaker, 2, at=0)
    breaker.note(ok=True, now=1)
    failed(breaker, 2, at=2)
    assert breaker.closed(2)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (409, "conflict", Unreachable),  # a race lost over there
        (404, "address.unknown", Unreachable),  # an older version over there
        (503, "unavailable", Unreachable),
        (409, "patient.merged", Refused),
        (422, "body.invalid", Refused),
    ],
)
async def test_what_may_turn_out_otherwise_is_sent_again_and_what_may_not_is_a_refusal(
    status: int, code: str, kind: type[Exception]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        token = {"token_endpoint": "http://issuer/token", "access_token": "t", "expires_in": 300}
        return httpx.Response(200, json=token) if request.url.host == "issuer" else httpx.Response(status, json=said)

    said = {"code": code, "detail": "No."}
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        peer = Peer("http://peer", ServiceToken("http://issuer", "id", "secret", client), client)
        with pytest.raises(kind):
            await peer.call("POST", "/v1/needs", {}, organization_id=uuid4())
