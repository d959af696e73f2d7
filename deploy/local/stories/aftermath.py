"""What becomes of a discharge: lateness, evidence, cancelled, corrected, back in hospital."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from deploy.local.stories import words
from deploy.local.stories.clinic import COORDINATION
from deploy.local.stories.engine import Came, Missing
from deploy.local.stories.transition import Transition
from deploy.local.stories.words import Json
from shared.vocabulary import NeedKind, Role


@dataclass(slots=True)
class Aftermath(Transition):
    """A transition with everything that can come of it."""

    def breached(self, kind: NeedKind) -> Came:
        """Which clocks of a need ran out by now, and how serious each is."""

        async def came(now: datetime) -> str:
            await self.patient.clinic.work(now)
            need = await self.patient.need(kind, now)
            read = await self.ask("GET", f"/v1/needs/{need['id']}", now, by=Role.COORDINATOR)
            return "; ".join(f"need {each['late']}, {each['severity']}" for each in read["breaches"]) or "nothing late"

        return came

    def counted(self, *keys: str) -> Came:
        """What the evidence of transitional care reaches, and how these parts of it stand."""

        async def came(now: datetime) -> str:
            if self.stay is None:
                raise Missing("no stay")
            read = await self.ask("GET", f"/v1/stays/{self.stay['id']}/tcm", now, by=Role.COORDINATOR)
            checks = {check["key"]: check for check in read["checks"]}
            parts = [f"{key} {checks[key]['state']}{words.on(checks[key]['done_at'])}" for key in keys]
            return f"{read['code'] or read['state']}; {', '.join(parts)}"

        return came

    def ended(self, kind: NeedKind) -> Came:
        """How a need ended, and by which code."""

        async def came(now: datetime) -> str:
            need = await self.patient.need(kind, now)
            return f"{need['state']}, {need['closed_code']}"

        return came

    def held(self, kind: NeedKind) -> Came:
        """How a need and its clocks stand, whatever is late."""

        async def came(now: datetime) -> str:
            need = await self.patient.need(kind, now)
            return f"{need['state']}: {words.states(need['clocks'])}"

        return came

    async def again(self, now: datetime) -> str:
        """The same patient is admitted once more; the state of that stay."""
        body = {"patient_id": self.patient.id, "started_at": now.isoformat(), "time_zone": words.ZONE.key}
        stay = await self.ask("POST", "/v1/stays", now, by=Role.COORDINATOR, body=body)
        return f"stay {stay['state']}"

    async def undone(self, now: datetime, reason: str) -> str:
        """The discharge is cancelled: how many needs are withdrawn, and which are kept."""
        path = f"/v1/stays/{self._id}/discharge/cancel"
        read = await self._act(path, now, {"reason": reason})
        kept = ", ".join(sorted(each["kind"] for each in read["kept"]))
        return f"{read['state']}; {len(read['withdrawn'])} withdrawn; kept: {kept}"

    def would(self, body: Json) -> Came:
        """What a correction would change, counted."""

        async def came(now: datetime) -> str:
            path = f"/v1/stays/{self._id}/correct/preview"
            read = await self.ask("POST", path, now, by=Role.COORDINATOR, body=body)
            return _counts(read)

        return came

    def corrected(self, body: Json) -> Came:
        """What a correction changed, counted."""

        async def came(now: datetime) -> str:
            return _counts(await self._act(f"/v1/stays/{self._id}/correct", now, body))

        return came

    @property
    def _id(self) -> str:
        if self.stay is None:
            raise Missing("no stay")
        return str(self.stay["id"])

    async def _act(self, path: str, now: datetime, body: Json) -> Json:
        clinic = self.patient.clinic
        at_hand = await clinic.ask(COORDINATION, "GET", f"/v1/stays/{self._id}", by=Role.COORDINATOR, now=now)
        self.stay = await self.ask("POST", path, now, by=Role.COORDINATOR, body=body, version=at_hand["version"])
        return self.stay


def _counts(read: Json) -> str:
    found = Counter(each["change"] for each in read["changes"])
    return ", ".join(f"{found[change]} {change}" for change in sorted(found))
