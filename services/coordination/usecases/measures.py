"""Measures of outcomes as of any instant: members are judged, figures are the lengths of their lists (L10).

What was judged is kept, and counted by the database. Whose records changed since then is judged in the request, so
that no figure is older than the request.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.coordination.domain.choices import median_of
from services.coordination.domain.outcome_members import members
from services.coordination.domain.outcome_steps import EXCLUDED, FAMILIES, MET, NOT_MET, PLACE, SILENT, WHY, letter
from services.coordination.domain.outcomes import CATALOGUE, DEFINITIONS, LABEL, Member
from services.coordination.domain.outcomes import OutcomeKey as K
from services.coordination.store import measures as store
from services.coordination.store import outcome_figures, outcome_scopes, outcomes
from services.coordination.store.outcome_figures import Counted, Fresh, Listed, Only, Scope, Span
from services.coordination.usecases import outcome_judging
from shared.contracts.coordination.measures import AmountRead, OutcomeList, OutcomeMemberRead, OutcomeRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.paging import after_id, encode_cursor
from shared.kit.problems import Problem, Unavailable

_CENT = Decimal("0.01")
# Judging so many in a request takes some twenty seconds; the worker does it in about as many.
_MOST_ANEW = 20_000
_SHOWN = 100


class BeingJudged(Unavailable):
    """So much has just been recorded that figures have to wait for the worker."""

    code = "measures.being-judged"
    title = "Measures are being judged"


class NobodyOfTeam(Problem):
    """A figure of nobody would read as nothing done."""

    code = "measures.team-unknown"
    title = "No such team"


class NobodyOfPayer(Problem):
    """A figure of nobody would read as nothing done."""

    code = "measures.payer-unknown"
    title = "No such payer"


@dataclass(frozen=True, slots=True)
class Shown:
    """Which part of the list: the numerator, the others of the denominator, or what was excluded; None shows all."""

    met: bool | None
    excluded: bool | None
    limit: int
    cursor: str | None


async def several(tx: Session, span: Span, scope: Scope) -> list[OutcomeRead]:
    """Every measure's figure.

    Raises:
        NobodyOfTeam, NobodyOfPayer.
        BeingJudged.
    """
    await _check(tx, scope)
    counted = await outcome_figures.counted(tx, span, scope, await _fresh(tx), [*FAMILIES])
    return [figure(each.key, span, counted) for each in CATALOGUE]


async def one(tx: Session, key: K, span: Span, scope: Scope, shown: Shown) -> OutcomeList:
    """A figure with a page of its list, by id.

    Raises:
        NobodyOfTeam, NobodyOfPayer.
        BeingJudged.
        BadCursor.
    """
    await _check(tx, scope)
    fresh = await _fresh(tx)
    only = Only(_letters(shown), after_id(shown.cursor), shown.limit + 1)
    counted = await outcome_figures.counted(tx, span, scope, fresh, [PLACE[key][0]])
    rows = await outcome_figures.listed(tx, key, span, scope, fresh, only)
    page = rows[: shown.limit]
    for each in page:
        audit.saw(tx, each.patient_id)
    return OutcomeList(
        measure=figure(key, span, counted),
        items=await _explained(tx, key, span, page),
        next_cursor=encode_cursor(str(page[-1].about)) if len(rows) > shown.limit else None,
    )


async def _check(tx: Session, scope: Scope) -> None:
    if scope.team is not None and not await outcome_scopes.knows_team(tx, scope.team):
        known = [*await outcome_scopes.teams(tx, _SHOWN)]
        raise NobodyOfTeam(f"No team and no work has this key. {_listed(known)}", known=known)
    if scope.payer is not None and not await outcome_scopes.knows_payer(tx, scope.payer):
        known = [*await outcome_scopes.payers(tx, _SHOWN)]
        raise NobodyOfPayer(f"Nobody's first coverage is of this payer. {_listed(known)}", known=known)


def _listed(known: Sequence[str]) -> str:
    return f"Known are: {', '.join(known)}." if known else "There is none yet."


async def _fresh(tx: Session) -> Fresh:
    """Whoever is marked, judged now."""
    patients = await outcomes.marked(tx, _MOST_ANEW + 1)
    if len(patients) > _MOST_ANEW:
        raise BeingJudged(
            f"The records of more than {_MOST_ANEW} patients changed and are being judged. Repeat in some minutes."
        )
    return Fresh(patients, outcomes.as_json(await outcome_judging.judged(tx, patients)))


def _letters(shown: Shown) -> list[str] | None:
    """The verdicts that are asked for; None: all."""
    counted = {MET, NOT_MET} if shown.met is None else {MET if shown.met else NOT_MET}
    wanted = counted if shown.met is not None else counted | set(WHY)
    if shown.excluded is not None:
        wanted &= set(WHY) if shown.excluded else {MET, NOT_MET}
    return sorted(wanted)


async def _explained(tx: Session, key: K, span: Span, page: Sequence[Listed]) -> list[OutcomeMemberRead]:
    """A page with what is said of each beside the verdict, which is judged anew for these few."""
    records = await store.of_patients(tx, sorted({each.patient_id for each in page}))
    said = {
        found.member.about: found.member
        for each in records.values()
        for found in members(each, span.as_of)
        if found.key is key
    }
    return [OutcomeMemberRead.model_validate(_member(each, said.get(each.about))) for each in page]


def _member(each: Listed, said: Member | None) -> Member:
    if said is not None and letter(said) == each.letter:
        return said
    # Somebody changed it at this very moment: the verdict that was counted stands, without what explains another.
    excluded = WHY.get(each.letter)
    return Member(each.about, each.patient_id, each.letter == MET, excluded, group=each.group, amount=each.amount)


def figure(key: K, span: Span, counted: Iterable[Counted]) -> OutcomeRead:
    """The figure of those who have the same verdicts."""
    definition = DEFINITIONS[key]
    family, place = PLACE[key]
    own = [each for each in counted if each.family == family and each.letters[place] != SILENT]
    verdicts: Counter[str] = Counter()
    for each in own:
        verdicts[each.letters[place]] += each.members
    numerator, denominator = verdicts[MET], verdicts[MET] + verdicts[NOT_MET]
    return OutcomeRead(
        key=key,
        title=definition.title,
        label=LABEL,
        denominator_means=definition.denominator,
        numerator_means=definition.numerator,
        excluded_means=definition.excluded,
        source=definition.source,
        lower_is_better=definition.lower_is_better,
        amount_means=definition.amount,
        first_day=span.first,
        last_day=span.last,
        as_of=span.as_of,
        denominator=denominator,
        numerator=numerator,
        rate=round(100 * numerator / denominator, 1) if denominator else None,
        excluded={code: verdicts[each] for code, each in sorted(EXCLUDED.items()) if verdicts[each]},
        amounts=_amounts(each for each in own if each.letters[place] in (MET, NOT_MET)),
    )


def _amounts(counted: Iterable[Counted]) -> list[AmountRead]:
    groups: dict[str, Counter[Decimal]] = defaultdict(Counter)
    for each in counted:
        if each.amount is not None:
            groups[each.group or "not told"][each.amount] += each.members
    return [_amount(group, found) for group, found in sorted(groups.items())]


def _amount(group: str, found: Counter[Decimal]) -> AmountRead:
    known, total = found.total(), sum((amount * count for amount, count in found.items()), Decimal(0))
    mean = (total / known).quantize(_CENT, ROUND_HALF_UP)
    return AmountRead(group=group, known=known, total=total, mean=mean, median=median_of(found))
