"""Write docs/measures.md: the measures of both services, from the catalogues that judge.

python -m deploy.local.measure_page
"""

from collections.abc import Iterable
from pathlib import Path

from services.coordination.domain.outcomes import CATALOGUE, LABEL, Definition
from services.monitoring.domain import quality_measures

PAGE = Path("docs/measures.md")
_HEAD = f"""# Measures of outcomes

Made from `services/coordination/domain/outcomes.py` by `python -m deploy.local.measure_page`. All are {LABEL}.

`GET /v1/measures?period=2026` (a year or month) tells every figure, `GET /v1/measures/{{key}}` one with the list behind
it: numerator (`met=true`), the others of the denominator (`met=false`) and what was excluded, each with its code
(`excluded=true`). Figures are of a `team`, `pathway` or `payer`, and as of any past instant (`as_of`): acts, contacts
and choices recorded later are not in it, and on time is judged by when a thing was done. A stay is
taken as it was known then, before a later discharge, correction or entry in error was recorded. Teams, pathways,
payers, clocks and costs are those that stand now. An empty denominator has no rate. A
period's days are local to the hospital of a stay, and to the zone of a need or referral. What follows a discharge is
judged by the days of the site that cares for the patient, else by the organization's holidays in the hospital's zone;
closures count nowhere. Readmissions are judged by the hospitals' days.

No figure is older than its request. What was judged is kept with the instants from which it holds, and counted by the
database; whoever's records changed since then is judged in the request. While more than 20,000 patients' records wait
for that, as after an import, the answer is 503 `measures.being-judged`; the worker judges them within minutes.
"""

_MONITORING = f"""
# Measures of monitoring

Made from `services/monitoring/domain/quality_measures.py`. All are {quality_measures.LABEL}.

`GET /v1/measures?period=2026-09` of monitoring (a year or month) tells every figure, `GET /v1/measures/{{key}}` one
with the list behind it: a patient, an enrollment or an alert each, with the value that decided and when it was. Figures
are of a `case_manager`, `protocol` or `tier`, and as of any past instant (`as_of`): what was received, acknowledged or
activated later is not in them. A corrected value counts as corrected, a voided one not at all. A period's days are
those of the practice's zone.
"""


def page() -> str:
    """The whole page."""
    own = ("\n" + "\n".join(_lines(each)) + "\n" for each in CATALOGUE)
    theirs = ("\n" + "\n".join(_monitored(each)) + "\n" for each in quality_measures.CATALOGUE)
    return _HEAD + "".join(own) + _MONITORING + "".join(theirs)


def _monitored(each: quality_measures.Definition) -> Iterable[str]:
    yield f"## {each.title}\n"
    yield f"`{each.key}`" + (", lower is better" if each.lower_is_better else "") + "\n"
    yield f"* **Denominator:** {each.denominator}."
    yield f"* **Numerator:** {each.numerator}."
    yield f"* **Source:** {each.source}."


def _lines(each: Definition) -> Iterable[str]:
    yield f"## {each.title}\n"
    yield f"`{each.key}`" + (", lower is better" if each.lower_is_better else "") + "\n"
    yield f"* **Denominator:** {each.denominator}."
    yield f"* **Numerator:** {each.numerator}."
    if each.excluded:
        yield f"* **Excluded, each with a code:** {each.excluded}."
    if each.amount:
        yield f"* **Amount:** {each.amount}; total, mean and median of the known ones."
    yield f"* **Source:** {each.source}."


if __name__ == "__main__":
    PAGE.write_text(page())
