"""From parsed search parameters to what use cases are asked."""

from collections.abc import Sequence
from datetime import datetime

from shared.fhir.codes import GENDER
from shared.fhir.query import DateAsked, Kind, Parameters, Query, TextAsked, TokenAsked, as_uuids
from shared.kit.searches import Between, EncounterSearch, IdentifierMatch, NamedSearch, PatientSearch, TextMatch

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


def encounters(query: Query, *, states: Sequence[str] | None, classes: Sequence[str] | None) -> EncounterSearch:
    """A search for stays or visits, whose own words for status and class are given."""
    began, over, ended_only = _period(query.dates.get("date", ()))
    patients_asked = query.one_reference("patient", "subject")
    return EncounterSearch(
        ids=query.ids(),
        identifiers=identifiers(query.one_token("identifier")),
        patient_ids=None if patients_asked is None else as_uuids(patients_asked),
        states=states,
        classes=classes,
        began=began,
        over=over,
        ended_only=ended_only,
        changed=between(query, "_lastUpdated"),
    )


def _period(asked: Sequence[DateAsked]) -> tuple[Between, Between, bool]:
    """FHIR's comparison of a span with a period: ``eq`` holds it whole, the others touch it."""
    began_before: list[datetime] = []
    began_from: list[datetime] = []
    over_before: list[datetime] = []
    over_from: list[datetime] = []
    for one in asked:
        match one.prefix:
            case "gt":
                over_from.append(one.end)
            case "ge":
                over_from.append(one.start)
            case "lt":
                began_before.append(one.start)
            case "le":
                began_before.append(one.end)
            case "sa":
                began_from.append(one.end)
            case "eb":
                over_before.append(one.start)
            case _:
                began_from.append(one.start)
                over_before.append(one.end)
    began = Between(max(began_from, default=None), min(began_before, default=None))
    return began, Between(max(over_from, default=None), min(over_before, default=None)), bool(over_before)
