"""A story's patient: registered, followed, measured; and what both services then say of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deploy.local.stories import words
from deploy.local.stories.clinic import COORDINATION, MONITORING, Clinic
from deploy.local.stories.engine import Came, Missing
from deploy.local.stories.words import Json
from shared.vocabulary import Metric, NeedKind, Role

SYSTEM = "https://example.org/mrn"
NO_ALERT = "no alert"
Value = tuple[Metric, str, str]
"""A metric, the value on the display, and its unit."""


@dataclass(slots=True)
class Patient:
    """A plainly fictional person. ``id`` is coordination's, ``followed_as`` monitoring's."""

    clinic: Clinic
    mrn: str
    given: str
    born: str
    sex: str
    id: str = ""
    followed_as: str = ""

    async def register(self, now: datetime) -> None:
        """Register with coordination."""
        body = {**self.person, "coverage": [{"payer": "Medicare"}], "telecom": [{"kind": "phone", "value": "555-0142"}]}
        read = await self.clinic.ask(COORDINATION, "POST", "/v1/patients", by=Role.COORDINATOR, now=now, body=body)
        self.id = read["id"]

    @property
    def person(self) -> dict[str, Any]:
        """What both services keep of a person."""
        return {
            "identifiers": [{"system": SYSTEM, "value": self.mrn}],
            "family": "Example",
            "given": self.given,
            "birth_date": self.born,
            "sex": self.sex,
            "time_zone": words.ZONE.key,
        }

    async def enroll(self, now: datetime, protocol: str, baselines: list[dict[str, Any]]) -> str:
        """Ask monitoring itself to follow the patient; the state of the enrollment."""
        body = {
            "patient": {"version": 1, **self.person},
            "protocol": protocol,
            "tier": "high",
            "reason": f"Story {self.mrn}",
            "baselines": baselines,
            "consents": [words.agreed(now)],
        }
        read = await self.clinic.ask(MONITORING, "POST", "/v1/enrollments", by=Role.CASE_MANAGER, now=now, body=body)
        self.followed_as = read["patient_id"]
        return f"{read['protocol']} {read['state']}"

    async def enrollment_of(self, need: Json, now: datetime) -> Json:
        """The enrollment that a telemonitoring need is met through.

        Raises:
            Missing: the need names none.
        """
        through = need["met_through"]
        if through is None:
            raise Missing(f"the need is {need['state']} and names no enrollment")
        path = f"/v1/enrollments/{through['id']}"
        read: Json = await self.clinic.ask(MONITORING, "GET", path, by=Role.CASE_MANAGER, now=now)
        self.followed_as = read["patient_id"]
        return read

    async def need(self, kind: NeedKind, now: datetime) -> Json:
        """The patient's need of a kind, in any state.

        Raises:
            Missing: there is none.
        """
        path = f"/v1/needs?patient_id={self.id}&kind={kind}&limit=200"
        page = await self.clinic.ask(COORDINATION, "GET", path, by=Role.COORDINATOR, now=now)
        found: list[Json] = [need for need in page["items"] if need["kind"] == kind]
        if not found:
            raise Missing(f"no need {kind}")
        return found[0]

    def measured(
        self,
        *values: Value,
        taken: datetime | None = None,
        arithmetic: bool = False,
        noted: bool = False,
        **context: Any,
    ) -> Came:
        """Record readings taken now or at ``taken``; what they did to the patient's alerts, and by which arithmetic.

        ``noted``: also what is only recorded with them.
        """

        async def came(now: datetime) -> str:
            said = []
            for metric, value, unit in values:
                body = self.item(metric, value, unit, taken or now, **context)
                recorded = await self._sent(body, now)
                said.append(await self.said_of(recorded["reading"]["id"], now, arithmetic=arithmetic))
                if noted:
                    said.extend(f"{note.partition(' ')[0]} info" for note in recorded["notes"] if "(info)" in note)
            return "; ".join(each for each in said if each != NO_ALERT) or NO_ALERT

        return came

    async def record(self, body: dict[str, Any], now: datetime) -> Json:
        """Send one reading; as it was kept."""
        reading: Json = (await self._sent(body, now))["reading"]
        return reading

    async def _sent(self, body: dict[str, Any], now: datetime) -> Json:
        done: Json = await self.clinic.ask(MONITORING, "POST", "/v1/readings", by=Role.INTEGRATION, now=now, body=body)
        self.followed_as = done["reading"]["patient_id"]
        return done

    def series(self, values: Sequence[tuple[datetime, Value]]) -> Came:
        """Record values each with its own instant, in one batch; what the last of them did."""

        async def came(now: datetime) -> str:
            items = [self.item(metric, value, unit, taken) for taken, (metric, value, unit) in values]
            path = "/v1/readings/batch"
            done = await self.clinic.ask(MONITORING, "POST", path, by=Role.INTEGRATION, now=now, body=items)
            return await self.said_of(done["items"][-1]["reading_id"], now)

        return came

    def begins(self, fact: str) -> Came:
        """A circumstance begins now; whether it holds."""

        async def came(now: datetime) -> str:
            path = f"/v1/enrollments?patient_id={self.followed_as}"
            (row,) = (await self.clinic.ask(MONITORING, "GET", path, by=Role.CASE_MANAGER, now=now))["items"]
            body = {"circumstance": fact, "starts_at": now.isoformat(), "reason": "Said at the visit"}
            path, version = f"/v1/enrollments/{row['id']}/circumstances", row["version"]
            read = await self.clinic.ask(
                MONITORING, "POST", path, by=Role.CASE_MANAGER, now=now, body=body, version=version
            )
            return f"holds: {', '.join(read['circumstances'])}"

        return came

    def item(self, metric: Metric, value: str, unit: str, taken: datetime, **context: Any) -> dict[str, Any]:
        """A reading as devices send it: a JSON number in the unit on the display."""
        return {
            "patient_identifier": {"system": SYSTEM, "value": self.mrn},
            "metric": metric,
            "value": float(value),
            "unit": unit,
            "observed_at": taken.isoformat(),
            "source": f"{metric}-1",
            "context": context,
        }

    async def alerts(self, now: datetime) -> list[Json]:
        """Every alert of the patient, by rule, in the order in which they began."""
        path = f"/v1/alerts?patient_id={self.followed_as}&limit=200"
        page = await self.clinic.ask(MONITORING, "GET", path, by=Role.CASE_MANAGER, now=now)
        return sorted(page["items"], key=lambda alert: (alert["began_at"], alert["rule"]))

    async def said_of(self, reading_id: str, now: datetime, *, arithmetic: bool = False) -> str:
        """What the alerts say of one reading."""
        found = [
            words.finding(alert, evidence, arithmetic=arithmetic)
            for alert in await self.alerts(now)
            for evidence in alert["evidence"]
            if evidence["reading_id"] == reading_id
        ]
        return "; ".join(found) or NO_ALERT

    def trend(self, rule: str, *, days: int) -> Came:
        """What a rule that only records found in the last days."""

        async def came(now: datetime) -> str:
            page = await self.clinic.ask(
                MONITORING, "GET", f"/v1/enrollments?patient_id={self.followed_as}", by=Role.CASE_MANAGER, now=now
            )
            path = f"/v1/enrollments/{page['items'][0]['id']}/summary?days={days}"
            found = await self.clinic.ask(MONITORING, "GET", path, by=Role.CASE_MANAGER, now=now)
            said = [each for each in found["trends"] if each["rule"] == rule]
            return "; ".join(f"{rule} info: {each['last']}. {each['asks']}".strip() for each in said) or "nothing"

        return came

    def standing(self, *rules: str) -> Came:
        """How the alerts of these rules stand once both services have caught up; without names those of readings."""

        async def came(now: datetime) -> str:
            await self.clinic.work(now)
            found = [alert for alert in await self.alerts(now) if _meant(alert, rules)]
            return "; ".join(words.alert(alert) for alert in found) or NO_ALERT

        return came

    def resolved(
        self, disposition: str, *rules: str, assessment: str, action: str, informed: str | None = None
    ) -> Came:
        """Close every live alert of these rules, without names those of readings; how each then stands."""

        async def came(now: datetime) -> str:
            body = {
                "disposition": disposition,
                "assessment": assessment,
                "action": action,
                "informed": informed,
                "contact_outcome": "Reached by phone",
                "plan": "Keeps measuring; knows when to call",
                "recheck_at": (now + timedelta(hours=24)).isoformat(),
            }
            said = []
            for alert in await self.alerts(now):
                if alert["disposition"] is None and _meant(alert, rules):
                    path = f"/v1/alerts/{alert['id']}/resolve"
                    version = alert["version"]
                    read = await self.clinic.ask(
                        MONITORING, "POST", path, by=Role.CASE_MANAGER, now=now, body=body, version=version
                    )
                    said.append(words.alert(read))
            return "; ".join(said) or NO_ALERT

        return came


def _meant(alert: Json, rules: tuple[str, ...]) -> bool:
    """What is missing has no reading as evidence: it is spoken of by its name only."""
    return alert["rule"] in rules if rules else bool(alert["evidence"])
