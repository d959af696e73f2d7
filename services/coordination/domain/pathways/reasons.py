"""Why a pathway or an item applies: questions that several pathways ask."""

from services.coordination.domain.diagnoses import TOBACCO, CodeSet
from services.coordination.domain.pathways.base import Facts, Test, Verdict


def treated_or_acute(known: CodeSet, acute: CodeSet, name: str) -> Test:
    """The principal diagnosis, or an acute code in any place."""

    def applies(facts: Facts) -> Verdict:
        treated = facts.treated_for(known) or facts.any_of(acute)
        if treated:
            return Verdict(True, f"{treated.code} ({treated.role}) is {name} treated in this stay")
        listed = facts.any_of(known)
        if listed:
            because = f"{listed.code} is {listed.role} and not acute; ask for the pathway by name if it fits"
            return Verdict(False, because)
        return Verdict(False, f"no diagnosis of {name}")

    return applies


def principal(codes: CodeSet, name: str) -> Test:
    """The principal diagnosis only."""

    def applies(facts: Facts) -> Verdict:
        treated = facts.treated_for(codes)
        if treated:
            return Verdict(True, f"{treated.code} (principal) is {name} treated in this stay")
        return Verdict(False, f"{name} is not what the stay was for")

    return applies


def smokes(facts: Facts) -> Verdict:
    """Tobacco use is among the diagnoses."""
    found = facts.any_of(TOBACCO)
    return Verdict(found is not None, f"{found.code} is tobacco use" if found else "no tobacco use among the diagnoses")


def on_oxygen(facts: Facts) -> Verdict:
    """Oxygen at home."""
    if facts.home_oxygen is None:
        return Verdict(False, "whether there is oxygen at home is not known")
    return Verdict(facts.home_oxygen, "oxygen at home" if facts.home_oxygen else "no oxygen at home")
