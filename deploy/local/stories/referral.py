"""A referral of a story, step by step, with the specialist on the other side."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.local.stories import words
from deploy.local.stories.clinic import COORDINATION, Clinic, subject
from deploy.local.stories.engine import Came, Missing
from deploy.local.stories.patient import Patient
from deploy.local.stories.words import Json
from shared.vocabulary import NeedKind, ReferralAct, Role, Specialty


async def listed(
    clinic: Clinic, now: datetime, specialty: Specialty, slots: list[tuple[str, str]], *, account: bool = True
) -> Json:
    """Put a specialist into the directory, with slots of local start and end; without ``account`` they get letters."""
    body = {
        "name": "Dr. Ruth Example",
        "organization_name": f"Riverside {specialty} clinic",
        "specialty": specialty,
        "languages": ["en"],
        "modalities": ["in-person"],
        "coverages": [{"payer": "Medicare", "plans": []}],
        "sites": [{"name": "Main Street", "address": "1 Main Street", "time_zone": words.ZONE.key}],
        "user_subject": subject(Role.SPECIALIST) if account else None,
    }
    read: Json = await clinic.ask(COORDINATION, "POST", "/v1/specialists", by=Role.CLINIC_ADMIN, now=now, body=body)
    times = [
        {
            "starts_at": words.at(start).isoformat(),
            "ends_at": words.at(end).isoformat(),
            "modality": "in-person",
            "site_id": read["sites"][0]["id"],
        }
        for start, end in slots
    ]
    if times:
        path = f"/v1/specialists/{read['id']}/slots"
        await clinic.ask(COORDINATION, "POST", path, by=Role.CLINIC_ADMIN, now=now, body={"slots": times})
    return read


def _agreed(start: str, end: str) -> dict[str, str]:
    times = {"starts_at": words.at(start).isoformat(), "ends_at": words.at(end).isoformat()}
    return {**times, "modality": "in-person"}


@dataclass(slots=True)
class Referral:
    """One request to one specialist for one need of the patient."""

    patient: Patient
    kind: NeedKind
    specialty: Specialty
    slots: list[tuple[str, str]]
    account: bool = True
    read: Json | None = None

    @property
    def _now_read(self) -> Json:
        if self.read is None:
            raise Missing("no referral")
        return self.read

    async def _ask(self, method: str, path: str, now: datetime, *, by: Role, **sent: Any) -> Any:
        return await self.patient.clinic.ask(COORDINATION, method, path, by=by, now=now, **sent)

    def sent(self, question: str, priority: str) -> Came:
        """List the specialist, hold the earliest slot and send; the stage it is in."""

        async def came(now: datetime) -> str:
            need = await self.patient.need(self.kind, now)
            specialist = await listed(self.patient.clinic, now, self.specialty, self.slots, account=self.account)
            body = {
                "specialist_id": specialist["id"],
                "clinical_question": question,
                "priority": priority,
                "slot": "earliest" if self.slots else None,
            }
            path = f"/v1/needs/{need['id']}/referrals"
            self.read = await self._ask("POST", path, now, by=Role.COORDINATOR, body=body)
            return words.stage(self._now_read)

        return came

    def act(self, act: ReferralAct, *, by: Role, **said: Any) -> Came:
        """Take an act; the stage it leads to."""

        async def came(now: datetime) -> str:
            await self._act(act, now, by=by, **said)
            return words.stage(self._now_read)

        return came

    def booked(self, *, by: Role, start: str | None = None, end: str = "") -> Came:
        """Book the held slot, or a local time agreed elsewhere; when the visit and its reminders are."""

        async def came(now: datetime) -> str:
            said = {} if start is None else _agreed(start, end)
            await self._act(ReferralAct.SCHEDULE, now, by=by, **said)
            return words.booked(self._now_read)

        return came

    def closed(self) -> Came:
        """Close the loop; the state here and in FHIR, and what became of the need."""

        async def came(now: datetime) -> str:
            await self._act(ReferralAct.CLOSE, now, by=Role.COORDINATOR)
            need = await self.patient.need(self.kind, now)
            fhir = self._now_read["fhir"]
            return f"{self._now_read['state']}, ServiceRequest {fhir['service_request']}; need {need['state']}"

        return came

    def why_not(self, act: ReferralAct, *, by: Role) -> Came:
        """The code with which an act is refused."""

        async def came(now: datetime) -> str:
            listed_acts = {each["act"]: each for each in (await self._again(now, by))["acts"]}
            offered = listed_acts.get(act, {"allowed": False})["allowed"]
            refused = await self.patient.clinic.refusal(
                COORDINATION,
                f"/v1/referrals/{self._now_read['id']}/{act}",
                by=by,
                now=now,
                version=self._now_read["version"],
            )
            return f"refused {refused}, listed as {'allowed' if offered else 'not allowed'}"

        return came

    async def stands(self, now: datetime) -> str:
        """Its stage once time has passed to the row's instant, and what the worklist then asks of it."""
        await self.patient.clinic.work(now)
        self.read = await self._again(now, Role.COORDINATOR)
        path = f"/v1/worklist?source=referral&patient_id={self.patient.id}&limit=200"
        items = (await self._ask("GET", path, now, by=Role.COORDINATOR))["items"]
        mine = sorted(each["stage"] for each in items if each["source_id"] == self._now_read["id"])
        return f"{words.stage(self._now_read)}; on the worklist: {', '.join(mine) or 'nothing'}"

    async def _again(self, now: datetime, by: Role) -> Json:
        read: Json = await self._ask("GET", f"/v1/referrals/{self._now_read['id']}", now, by=by)
        return read

    async def _act(self, act: ReferralAct, now: datetime, *, by: Role, **said: Any) -> None:
        before = self._now_read
        path = f"/v1/referrals/{before['id']}/{act}"
        self.read = await self._ask("POST", path, now, by=by, body=said, version=before["version"])
