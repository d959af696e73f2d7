"""L9: no path to an active change of a medicine outside bounds without approval by an entitled other person.

Lows, critical alerts, revocations, pauses and withdrawals come between any two acts, and between the telling and the
beginning: a nurse's step never takes effect against one of them, a prescriber's decision for more never against a low
or a critical alert that it could not know.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

import httpx
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shared.vocabulary import Role
from tests.support import between
from tests.support.apps import Api
from tests.support.makers_monitoring import NEW_YORK, local
from tests.support.makers_plans import DOCTOR, NURSE, OTHER_DOCTOR, Practice, entitles, on_glargine

Between = Callable[[Practice, str], Coroutine[Any, Any, None]]
START = datetime.fromisoformat("2026-09-03 07:30")
UNNAMED, STUDENT = "case_manager-2", "prescriber-9"
PEOPLE = (NURSE, UNNAMED, DOCTOR, OTHER_DOCTOR, STUDENT)
ACTS = ("propose", "withdraw", "approve", "reject", "verbal-order", "sign", "order", "teach-back", "cosign", "cancel")
TAUGHT = {"said_back": "Takes the new dose tonight", "understood": True}
_who = st.sampled_from(PEOPLE)
_likely_doctor = st.sampled_from((*PEOPLE, DOCTOR, DOCTOR, DOCTOR))
_likely_nurse = st.sampled_from((*PEOPLE, NURSE, NURSE, NURSE))
_cause = st.sampled_from((None, "Fasted"))
_dose = st.integers(20, 34)
BETWEEN: dict[str, Between] = {
    "low": between.a_low,
    "critical": between.a_critical_alert,
    "revoked": between.a_revocation,
    "order-ended": between.the_patients_order_ends,
    "consent": between.consent_is_withdrawn,
    "paused": between.a_pause,
    "off": between.the_switch_is_turned_off,
}
_trouble = st.sampled_from(sorted(BETWEEN))
_perhaps = st.sampled_from((*(None for _ in BETWEEN), *sorted(BETWEEN)))


def role(person: str) -> Role:
    return Role.PRESCRIBER if person.startswith("prescriber") else Role.CASE_MANAGER


class Changes(RuleBasedStateMachine):
    """Nurses and prescribers, entitled and not, do what they like in any order, and time passes."""

    api: ClassVar[Api]
    loop: ClassVar[asyncio.AbstractEventLoop]
    made: ClassVar[Counter[str]] = Counter()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(120)

    @initialize(then=_perhaps, afterwards=_perhaps)
    def a_practice(self, then: str | None, afterwards: str | None) -> None:
        self.at, self.changes, self.lows, self.seen = START, list[dict[str, Any]](), list[datetime](), 1
        self.trouble, self.criticals = set[str](), list[datetime]()
        self.practice: Practice = self.run(self._practice())
        # Every run begins with a step that the patient was told of and that begins tonight, and with a proposal, unless
        # something happens in between.
        step = self.kept(self.run(self.practice.tries(26, self.now)))
        assert step is not None
        self._act(step, "teach-back", NURSE, {**TAUGHT, "starts_at": local("2026-09-03 20:00").isoformat()})
        self._happens(then)
        self.at = START.replace(hour=20)
        self.run(self.practice.time_passes(self.now))
        (found,) = self.run(self._states([step["id"]]))
        assert found == ("effective" if then is None else "stopped")
        self.made[found] += 1
        self.every_dose_in_the_list_has_somebody_entitled_behind_it()
        self._proposal(28, NURSE, DOCTOR, NURSE, afterwards)

    async def _practice(self) -> Practice:
        practice = await on_glargine(replace(self.api, organization=uuid4(), clients=[]))
        await entitles(practice.api, OTHER_DOCTOR, classes=["loop-diuretic"])
        return practice

    @property
    def now(self) -> str:
        return self.at.isoformat(sep=" ", timespec="minutes")

    def kept(self, answer: httpx.Response) -> dict[str, Any] | None:
        assert answer.status_code < 500, answer.text
        if answer.status_code != 201:
            return None
        self.changes.append(answer.json())
        return self.changes[-1]

    @rule(
        dose=_dose,
        who=st.sampled_from((NURSE, NURSE, UNNAMED)),
        teller=_who,
        cause=_cause,
        then=_perhaps,
        hours=st.sampled_from((0, 0, 12)),
    )
    def a_nurse_takes_a_step(
        self, dose: int, who: str, teller: str, cause: str | None, then: str | None, hours: int
    ) -> None:
        allowed = self.run(self.practice.asks(self.now, cause_of_low=cause))["allowed_doses"]
        chosen = int(allowed[0]) if allowed and dose % 2 else dose
        step = self.kept(self.run(self.practice.tries(chosen, self.now, by=who, cause_of_low=cause)))
        self._happens(then)
        if step is not None:
            starts = (self.at + timedelta(hours=hours)).isoformat(sep=" ", timespec="minutes")
            self._act(step, "teach-back", teller, {**TAUGHT, "starts_at": local(starts).isoformat()})

    @rule(dose=_dose, proposer=_likely_nurse, decider=_likely_doctor, teller=_likely_nurse, then=_perhaps)
    def a_proposal_goes_all_the_way(
        self, dose: int, proposer: str, decider: str, teller: str, then: str | None
    ) -> None:
        self._proposal(dose, proposer, decider, teller, then)

    def _proposal(self, dose: int, proposer: str, decider: str, teller: str, then: str | None) -> None:
        change = self.kept(self.run(self.practice.proposes(self.now, dose=dose, by=proposer)))
        if change is not None:
            self._act(change, "approve", decider)
            self._happens(then)
            self._act(change, "order", teller)
            self._act(change, "teach-back", teller, TAUGHT)

    @rule(dose=_dose, who=_who, teller=_likely_nurse)
    def somebody_orders(self, dose: int, who: str, teller: str) -> None:
        line = {"plan_id": self.practice.plan["id"], "medicine_id": self.practice.line(), "kind": "dose"}
        client = self.practice.as_(role(who), self.now, who)
        body = {**line, "dose": dose, "reason": "As seen"}
        ordered = self.kept(self.run(client.post("/v1/plan-changes/order", json=body)))
        if ordered is not None:
            self._act(ordered, "teach-back", teller, TAUGHT)

    @rule(number=st.integers(0, 5), act=st.sampled_from(ACTS), who=_who, dose=_dose, named=_who)
    def somebody_acts(self, number: int, act: str, who: str, dose: int, named: str) -> None:
        if self.changes:
            bodies: dict[str, dict[str, Any]] = {
                "withdraw": {"reason": "No"},
                "reject": {"reason": "No"},
                "approve": {"dose": dose},
                "verbal-order": {"prescriber": named, "read_back": True},
                "teach-back": TAUGHT,
                "cancel": {"note": "No"},
            }
            self._act(self.changes[-1 - number % len(self.changes)], act, who, bodies.get(act))

    @rule(value=st.sampled_from((52, 66, 95, 150, 210)))
    def a_fasting_value(self, value: int) -> None:
        self.at += timedelta(hours=1)
        self.run(self.practice.patient.sends("glucose_fasting", value, "mg/dL", self.now))
        if value < 70:
            self.lows.append(self.at)

    @rule(hours=st.sampled_from((1, 25, 73, 200)))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self.run(self.practice.time_passes(self.now))

    @rule(what=_trouble)
    def something_happens(self, what: str) -> None:
        self._happens(what)

    @rule()
    def all_is_put_right(self) -> None:
        self.at += timedelta(minutes=5)
        self.run(between.put_right(self.practice, self.now))
        self.trouble.clear()

    def _happens(self, what: str | None) -> None:
        if what is None or what in self.trouble or not self._possible(what):
            return
        self.at += timedelta(hours=1)
        if what in ("low", "critical"):
            # The second of them was measured half an hour ago and becomes critical now.
            self.lows.append(self.at - timedelta(minutes=30 if what == "critical" else 0))
        if what == "critical":
            self.criticals.append(self.at)
        if what != "low":
            self.trouble.add(what)
        self.run(BETWEEN[what](self.practice, self.now))

    def _possible(self, what: str) -> bool:
        gone, over = {"revoked", "order-ended"}, {"consent"}
        return not (what in gone and gone & self.trouble) and not (what == "paused" and over & self.trouble)

    def _act(self, change: dict[str, Any], act: str, who: str, body: dict[str, Any] | None = None) -> None:
        answer = self.run(self.practice.act(change, act, self.now, body, role=role(who), by=who))
        assert answer.status_code < 500, answer.text
        if answer.status_code == 200 and answer.json()["state"] == "stopped":
            self.made["stopped"] += 1

    @invariant()
    def every_dose_in_the_list_has_somebody_entitled_behind_it(self) -> None:
        if not hasattr(self, "practice"):
            return
        for before, after, change in self.run(self._history()):
            if before["dose"] == after["dose"]:
                continue
            assert change is not None
            assert change["taught_at"] is not None
            self.made[change["path"]] += 1
            if change["path"] == "protocol":
                self._within_bounds(before, after, change)
            else:
                assert change["decided_by"] == DOCTOR
                assert (change["taught_by"] if change["path"] == "prescriber" else change["proposed_by"]) != DOCTOR
                self._known_when_decided(before, after, change)

    def _within_bounds(self, before: dict[str, Any], after: dict[str, Any], change: dict[str, Any]) -> None:
        old, new, prescribed = (int(each) for each in (before["dose"], after["dose"], before["prescribed_dose"]))
        assert change["proposed_by"] == NURSE
        assert 20 <= new <= 45
        assert abs(new - prescribed) * 5 <= prescribed
        assert new == old + 2 or old * 8 // 10 <= new <= old * 9 // 10
        # It took effect in this very step, so what the model knows holds for that instant.
        assert self.trouble == set()
        if new > old:
            assert not [low for low in self.lows if timedelta(0) <= self.at - low < timedelta(days=7)]

    def _known_when_decided(self, before: dict[str, Any], after: dict[str, Any], change: dict[str, Any]) -> None:
        if int(after["dose"]) <= int(before["dose"]):
            return
        decided = datetime.fromisoformat(change["decided_at"]).astimezone(NEW_YORK).replace(tzinfo=None)
        assert not [low for low in self.lows if decided < low <= self.at]
        # A critical alert that was closed meanwhile was acted on: only one that stands counts.
        assert "critical" not in self.trouble or not [at for at in self.criticals if decided < at <= self.at]

    async def _states(self, changes: list[str]) -> list[str]:
        client = self.practice.as_(Role.AUDITOR, self.now)
        return [(await client.get(f"/v1/plan-changes/{each}")).json()["state"] for each in changes]

    async def _history(self) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]]:
        client = self.practice.as_(Role.AUDITOR, self.now)
        path = f"/v1/plans/{self.practice.plan['id']}"
        versions = (await client.get(f"{path}/versions")).json()
        found = []
        # Versions do not change: each is looked at once.
        new, self.seen = versions[self.seen :], len(versions)
        for each in new:
            numbers = {"earlier": each["number"] - 1, "later": each["number"]}
            (one,) = (await client.get(f"{path}/difference", params=numbers)).json()["differences"]
            change = (await client.get(f"/v1/plan-changes/{each['plan_change_id']}")).json()
            found.append((one["before"], one["after"], change))
        return found


async def test_no_way_around_the_bounds(monitoring: Api) -> None:
    Changes.api, Changes.loop = monitoring, asyncio.get_running_loop()
    Changes.made.clear()
    few = settings(
        max_examples=8,
        stateful_step_count=12,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    await asyncio.to_thread(run_state_machine_as_test, Changes, settings=few)
    # Ways in were found, so that the law was put to the test.
    assert Changes.made["protocol"] > 0
    assert Changes.made["proposal"] > 0
    assert Changes.made["stopped"] > 0
