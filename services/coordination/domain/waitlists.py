"""Waiting for a place: who is asked next, for how long, and what may be wrong with an answer."""

from datetime import timedelta

from shared.kit.problems import Conflict
from shared.vocabulary import WaitlistState

OFFER = timedelta(hours=48)  # [default] long enough to reach a patient, short enough that a place is not lost
LIVE = frozenset({WaitlistState.WAITING, WaitlistState.OFFERED})
"""States in which a need is still on the list."""


class AlreadyWaiting(Conflict):
    code = "waitlist.already-on-it"
    title = "The need waits for this specialist already"


class NothingOffered(Conflict):
    code = "waitlist.nothing-offered"
    title = "No place is offered to this need"


class OfferOver(Conflict):
    code = "waitlist.offer-over"
    title = "The offer has expired"


class NoLongerWaiting(Conflict):
    code = "waitlist.over"
    title = "The need no longer waits here"
