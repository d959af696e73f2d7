"""What a social-needs screen's answers ask for: one coded need a domain (clinical §2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.kit.problems import Conflict, Problem
from shared.vocabulary import NeedKind, Priority, ScreenAnswer, SocialDomain

D, N = SocialDomain, NeedKind
NEEDS: Mapping[SocialDomain, NeedKind] = {
    D.FOOD: N.FOOD_SUPPORT,
    D.HOUSING: N.HOUSING_SUPPORT,
    D.UTILITIES: N.UTILITIES_SUPPORT,
    D.TRANSPORT: N.TRANSPORT,
    D.SAFETY: N.SAFETY_SUPPORT,
    D.FINANCES: N.FINANCIAL_SUPPORT,
}
PRESSING = frozenset({D.SAFETY})


class NotAScreen(Conflict):
    """Only a social-needs screen takes these answers."""

    code = "need.not-a-screen"
    title = "This need is no social-needs screen"


class AnsweredTwice(Problem):
    """A domain is answered twice."""

    code = "screening.answered-twice"
    title = "The same domain is answered twice"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in one domain, and whether the patient wants help with it."""

    domain: SocialDomain
    answer: ScreenAnswer
    wants_help: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """A need that an answer asks for."""

    domain: SocialDomain
    kind: NeedKind
    priority: Priority


def needs_of(said: Iterable[Said]) -> list[Wanted]:
    """A need for each domain at risk in which help is wanted; what was declined or not asked asks for none."""
    return [
        Wanted(one.domain, NEEDS[one.domain], Priority.URGENT if one.domain in PRESSING else Priority.ROUTINE)
        for one in said
        if one.answer is ScreenAnswer.AT_RISK and one.wants_help
    ]


def check(said: Iterable[Said]) -> None:
    """Raises:
    AnsweredTwice: a domain has two answers.
    """
    domains = [one.domain for one in said]
    twice = [domain for domain in domains if domains.count(domain) > 1]
    if twice:
        raise AnsweredTwice(f"{twice[0]} is answered twice. Send one answer a domain.")


def summary(tool: str, said: Iterable[Said]) -> str:
    """The answers in a line, as they are kept with the need."""
    return f"{tool}: {'; '.join(_words(one) for one in said)}"


def _words(one: Said) -> str:
    declined = one.answer is ScreenAnswer.AT_RISK and not one.wants_help
    return f"{one.domain} {one.answer}{', no help wanted' if declined else ''}"
