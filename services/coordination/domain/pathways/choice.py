"""Which pathways fit a discharge, what they ask for, and why (clinical §2, §2.5)."""

from collections.abc import Iterable
from datetime import timedelta

from services.coordination.domain.pathways.asked_facts import facts_read
from services.coordination.domain.pathways.base import (
    Asked,
    Choice,
    Facts,
    Item,
    LeftOut,
    Pathway,
    Plan,
    Verdict,
    Window,
)
from services.coordination.domain.pathways.catalogue import CATALOGUE
from services.coordination.domain.pathways.destinations import in_facility, qualifies
from shared.vocabulary import DischargeDisposition, PathwayKey

TCM_PERIOD = "tcm-period"
_THERE = "the facility does this; the transition home starts when the patient leaves it"


def choose(facts: Facts, *, asked_for: Iterable[PathwayKey] = (), catalogue: tuple[Pathway, ...] = CATALOGUE) -> Plan:
    """The plan of a discharge: pathways that fit or were asked for by name, and the generic bundle with them."""
    home = qualifies(facts)
    if not home.yes:
        return Plan(passed_over=tuple(Choice(p.key, p.version, home.because) for p in catalogue))
    wanted = frozenset(asked_for)
    verdicts = {p.key: _verdict(p, facts, wanted) for p in catalogue}
    by_condition = [key for key, verdict in verdicts.items() if verdict.yes]
    if by_condition and PathwayKey.TRANSITION not in by_condition:
        verdicts[PathwayKey.TRANSITION] = Verdict(True, f"the generic bundle goes with {', '.join(by_condition)}")
    chosen = tuple(p for p in catalogue if verdicts[p.key].yes)
    return Plan(
        chosen=tuple(Choice(p.key, p.version, verdicts[p.key].because) for p in chosen),
        passed_over=tuple(
            Choice(p.key, p.version, verdicts[p.key].because) for p in catalogue if not verdicts[p.key].yes
        ),
        asked=tuple(asked for p in chosen for asked in _asked(p, facts)),
        left_out=_left_out(chosen, facts),
        windows=_windows(facts) if chosen else (),
        facts=facts_read(chosen, facts),
    )


def _verdict(pathway: Pathway, facts: Facts, wanted: frozenset[PathwayKey]) -> Verdict:
    if pathway.key in wanted:
        return Verdict(True, "asked for by name")
    return pathway.applies(facts)


def _wanted(item: Item, facts: Facts) -> Verdict:
    if in_facility(facts).yes and not item.in_facility:
        return Verdict(False, f"{in_facility(facts).because}: {_THERE}")
    return Verdict(True, "always") if item.only_if is None else item.only_if(facts)


def _asked(pathway: Pathway, facts: Facts) -> list[Asked]:
    found = []
    for item in pathway.items:
        if _wanted(item, facts).yes:
            days = item.earliest_start_days
            earliest = None if days is None else facts.discharged_on + timedelta(days=days)
            found.append(Asked(pathway.key, pathway.version, item, earliest))
    return found


def _left_out(chosen: tuple[Pathway, ...], facts: Facts) -> tuple[LeftOut, ...]:
    present = {asked.item.kind for pathway in chosen for asked in _asked(pathway, facts)}
    return tuple(
        LeftOut(item.kind, pathway.key, _wanted(item, facts).because)
        for pathway in chosen
        for item in pathway.items
        if item.kind not in present and not item.exceptional
    )


def _windows(facts: Facts) -> tuple[Window, ...]:
    day, admitted = facts.discharged_on, facts.admitted_on

    def window(name: str, first: int, last: int, source: str) -> Window:
        return Window(name, day + timedelta(days=first), day + timedelta(days=last), source)

    readmission = window("readmission-watch", 1, 30, "CMS 30-day readmission")
    if in_facility(facts).yes:
        return (readmission,)
    # CMS leaves discharges against advice out of its readmission measures (from memory); the patient is watched.
    counted = () if facts.disposition is DischargeDisposition.AGAINST_ADVICE else (readmission,)
    return (
        window(TCM_PERIOD, 0, 29, "TCM: D to D+29"),
        *counted,
        Window("trc-admission-notice", admitted, admitted + timedelta(days=2), "TRC: admission day to +2"),
        window("trc-discharge-information", 0, 2, "TRC: D to D+2"),
        window("trc-engagement", 1, 30, "TRC: within 30 days, not on the discharge day"),
        window("trc-med-reconciliation", 0, 30, "TRC: D to D+30"),
    )
