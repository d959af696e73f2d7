"""From parsed search parameters to what use cases are asked."""

from collections.abc import Sequence

from shared.fhir.codes import GENDER
from shared.fhir.search import Kind, Parameters, Query, TextAsked, TokenAsked
from shared.kit.searches import Between, IdentifierMatch, NamedSearch, PatientSearch, TextMatch

NAMED: Parameters = {"identifier": Kind.TOKEN, "name": Kind.STRING}
PATIENT: Parameters = {
    **NAMED,
    "family": Kind.STRING,
    "given": Kind.STRING,
    "birthdate": Kind.DATE,
    "gender": Kind.TOKEN,
}


def patients(query: Query) -> PatientSearch:
    """A search for patients."""
    genders = query.one_token("gender")
    common = named(query)
    return PatientSearch(
        ids=common.ids,
        identifiers=common.identifiers,
        name=common.name,
        changed=common.changed,
        family=_text(query.one_text("family")),
        given=_text(query.one_text("given")),
        born=between(query, "birthdate"),
        sexes=None if genders is None else [GENDER.read(one.code or "", at="gender") for one in genders],
    )


def named(query: Query) -> NamedSearch:
    """A search for practitioners or care sites."""
    return NamedSearch(
        ids=query.ids(),
        identifiers=identifiers(query.one_token("identifier")),
        name=_text(query.one_text("name")),
        changed=between(query, "_lastUpdated"),
    )


def between(query: Query, name: str) -> Between:
    """The span in which an instant must lie."""
    start, end = query.between(name)
    return Between(start=start, end=end)


def identifiers(asked: Sequence[TokenAsked] | None) -> list[IdentifierMatch] | None:
    """Tokens as identifiers to match."""
    return None if asked is None else [IdentifierMatch(system=one.system, value=one.code) for one in asked]


def _text(asked: TextAsked | None) -> TextMatch | None:
    return None if asked is None else TextMatch(text=asked.text, how=asked.how)
