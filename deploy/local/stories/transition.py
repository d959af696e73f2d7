"""The coordinator's side of a story: the stay, its plan, needs and their clocks, contacts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.local.stories import words
from deploy.local.stories.clinic import COORDINATION
from deploy.local.stories.engine import Came, Missing
from deploy.local.stories.patient import Patient
from deploy.local.stories.words import Json
from shared.vocabulary import EvidenceKind, NeedKind, Role


@dataclass(slots=True)
class Transition:
    """A patient's way from the hospital to a home that is looked after."""

    patient: Patient
    stay: Json | None = None
    plan: Json | None = None

    async def ask(
        self, method: str, path: str, now: datetime, *, by: Role, body: Any = None, version: int | None = None
    ) -> Any:
        """A request to coordination."""
        return await self.patient.clinic.ask(COORDINATION, method, path, by=by, now=now, body=body, version=version)

    async def admitted(self, now: datetime) -> str:
        """Register the patient and admit them; the state of the stay."""
        await self.patient.register(now)
        body = {
            "patient_id": self.patient.id,
            "stay_class": "inpatient",
            "started_at": now.isoformat(),
            "facility": "Example General Hospital",
            "time_zone": words.ZONE.key,
        }
        self.stay = await self.ask("POST", "/v1/stays", now, by=Role.COORDINATOR, body=body)
        return f"stay {self.stay['state']}"

    def discharged(self, **said: Any) -> Came:
        """Discharge home; the pathways chosen."""

        async def came(now: datetime) -> str:
            if self.stay is None:
                raise Missing("no stay")
            path = f"/v1/stays/{self.stay['id']}/discharge"
            body = {"ended_at": now.isoformat(), "disposition": "home", "plan": "always", **said}
            version = self.stay["version"]
            self.stay = await self.ask("POST", path, now, by=Role.COORDINATOR, body=body, version=version)
            self.plan = self.stay["plan"]
            chosen = ", ".join(sorted(choice["pathway"] for choice in self.plan["chosen"]))
            return f"{self.stay['state']}; pathways {chosen}"

        return came

    def risk(self, *algorithms: str) -> Came:
        """Total and band of these scores, and the tier they lead to."""

        async def came(_now: datetime) -> str:
            if self.stay is None or self.stay["risk"] is None:
                raise Missing("no scores")
            found = {score["algorithm"]: score for score in self.stay["risk"]["scores"]}
            scores = ", ".join(f"{found[name]['total']} {found[name]['band']}" for name in algorithms)
            return f"{scores}; tier {self.stay['risk']['tier']}"

        return came

    def windows(self, *names: str) -> Came:
        """The programme windows of these names, in this order."""

        async def came(_now: datetime) -> str:
            if self.plan is None:
                raise Missing("no plan")
            found = {window["name"]: window for window in self.plan["windows"]}
            return ", ".join(
                f"{n} {found[n]['first_day'][5:]}..{found[n]['last_day'][5:]}" for n in names if n in found
            )

        return came

    def due(self, kind: NeedKind, *keys: str, on_call: bool = False) -> Came:
        """The clocks of these keys on a need, as it stands."""

        async def came(now: datetime) -> str:
            need = await self.patient.need(kind, now)
            found = {clock["key"]: clock for clock in need["clocks"]}
            return ", ".join(words.clock(found[key], on_call=on_call) for key in keys if key in found)

        return came

    def due_and_start(self, kind: NeedKind) -> Came:
        """A need's due instant and the day before which it may not start."""

        async def came(now: datetime) -> str:
            need = await self.patient.need(kind, now)
            return f"by {words.moment(need['due_at'])}, earliest start {words.day(need['earliest_start'])}"

        return came

    async def identified(self, kind: NeedKind, now: datetime, reason: str, *clocks: Json) -> Json:
        """Say that the patient needs something, with clocks of its own where the kind's do not fit."""
        body = {"patient_id": self.patient.id, "kind": kind, "reason": reason, "clocks": clocks}
        read: Json = await self.ask("POST", "/v1/needs", now, by=Role.COORDINATOR, body=body)
        return read

    async def enrolled(self, asked: Json, now: datetime) -> None:
        """Ask monitoring, through the telemonitoring need, to follow the patient."""
        need = await self.patient.need(NeedKind.TELEMONITORING, now)
        path = f"/v1/needs/{need['id']}/enroll"
        await self.ask("POST", path, now, by=Role.COORDINATOR, body=asked, version=need["version"])

    async def followed(self, now: datetime) -> str:
        """The enrollment that the telemonitoring need names once the services have spoken, and the need's state."""
        await self.patient.clinic.work(now)
        need = await self.patient.need(NeedKind.TELEMONITORING, now)
        read = await self.patient.enrollment_of(need, now)
        baselines = "".join(f", {each['metric']} {each['value']} {each['unit']}" for each in read["baselines"])
        return f"{read['protocol']} {read['state']}, tier {read['tier']}{baselines}; need {need['state']}"

    async def hands_asked(self, now: datetime) -> str:
        """The need that monitoring asks for when an alert needs hands."""
        await self.patient.clinic.work(now)
        need = await self.patient.need(NeedKind.ALERT_FOLLOW_UP, now)
        return f"{need['kind']} {need['state']}, {need['priority']}"

    def standing(self, kind: NeedKind) -> Came:
        """How a need and its clocks stand once both services have caught up with the row's instant."""

        async def came(now: datetime) -> str:
            await self.patient.clinic.work(now)
            need = await self.patient.need(kind, now)
            late = f" ({', '.join(need['late'])})" if need["late"] else ""
            return f"{need['state']}{late}: {words.states(need['clocks'])}"

        return came

    def met(self, kind: NeedKind, evidence: EvidenceKind, *, by: Role) -> Came:
        """Record that a need was met now, and how its clocks then stand."""

        async def came(now: datetime) -> str:
            need = await self.patient.need(kind, now)
            body = {"evidence": {"kind": evidence}, "done_at": now.isoformat()}
            path = f"/v1/needs/{need['id']}/meet"
            read = await self.ask("POST", path, now, by=by, body=body, version=need["version"])
            return f"{read['state']}: {words.states(read['clocks'])}"

        return came

    def arranged(self, kind: NeedKind, scheduled_for: str) -> Came:
        """Say when a need will be met; the state and the hour."""

        async def came(now: datetime) -> str:
            need = await self.patient.need(kind, now)
            body = {"means": {"kind": "task"}, "scheduled_for": words.at(scheduled_for).isoformat()}
            path = f"/v1/needs/{need['id']}/arrange"
            read = await self.ask("POST", path, now, by=Role.COORDINATOR, body=body, version=need["version"])
            return f"{read['state']} for {words.moment(read['scheduled_for'])}"

        return came

    def contacted(self, outcome: str, *, until: str | None = None) -> Came:
        """A telephone call that began now; whether it counts, and how the contact need then stands."""

        async def came(now: datetime) -> str:
            body = {
                "patient_id": self.patient.id,
                "channel": "phone",
                "outcome": outcome,
                "started_at": now.isoformat(),
                "ended_at": words.at(until).isoformat() if until else None,
            }
            recorded = words.at(until) if until else now
            contact = await self.ask("POST", "/v1/contacts", recorded, by=Role.CASE_MANAGER, body=body)
            need = await self.patient.need(NeedKind.CONTACT, recorded)
            kind = "contact" if contact["interactive"] else "attempt"
            return f"{kind}; need {need['state']}: {words.states(need['clocks'])}"

        return came
