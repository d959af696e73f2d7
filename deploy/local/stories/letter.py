"""A referral to somebody without an account: the letter, and its answers by link and access code."""

import re
from dataclasses import dataclass
from datetime import datetime

from deploy.local.stories import words
from deploy.local.stories.clinic import COORDINATION
from deploy.local.stories.engine import Came, Missing
from deploy.local.stories.referral import Referral
from shared.vocabulary import ReferralAct, Role

_NEXT = re.compile(r'href="(/reply/[^"]+)"')
_NETWORK = {"network": "Riverside Network", "payer": "Medicare"}


@dataclass(slots=True)
class Lettered(Referral):
    """A referral whose receiver holds a letter; ``path`` is the link, ``before`` the one used last."""

    account: bool = False
    path: str = ""
    before: str = ""
    code: str = ""

    def networked(self) -> Came:
        """Prefer a network that the receiver is not in; what matching then says of them."""

        async def came(now: datetime) -> str:
            clinic, body = self.patient.clinic, {"networks": [_NETWORK]}
            path = "/v1/preferred-networks"
            await clinic.ask(COORDINATION, "PUT", path, by=Role.CLINIC_ADMIN, now=now, body=body, version=0)
            path = f"/v1/needs/{self._now_read['need_id']}/candidates/{self._now_read['specialist_id']}"
            read = await self._ask("GET", path, now, by=Role.COORDINATOR)
            said: list[str] = [each["text"] for each in read["reasons"] if each["code"] == "network"]
            return "; ".join(said) or "nothing of networks"

        return came

    async def written(self, now: datetime) -> str:
        """Write the letter; until when its link opens."""
        body = {"sender": "Nora Example RN, 555-0100", "days": 14}
        path = f"/v1/referrals/{self._now_read['id']}/letters"
        clinic = self.patient.clinic
        read = await clinic.ask(COORDINATION, "POST", path, by=Role.COORDINATOR, now=now, body=body, keyed=False)
        self.path, self.code = read["link"][read["link"].index("/reply/") :], read["access_code"]
        return f"letter; link {read['reply_link']['state']} until {words.moment(read['reply_link']['expires_at'])}"

    def opened(self, code: str | None = None) -> Came:
        """Enter an access code, the letter's own when none is given; what the page shows and where the referral is."""

        async def came(now: datetime) -> str:
            status, page = await self.patient.clinic.guest(self.path, now, {"code": code or self.code})
            shows = "the question" if self._now_read["clinical_question"] in page else "nothing of the patient"
            await self._look(now)
            return f"{status}, {shows}; {words.stage(self._now_read)}"

        return came

    def answered(self, act: ReferralAct, **fields: str) -> Came:
        """Take an act by link; the stage it leads to."""

        async def came(now: datetime) -> str:
            await self._send(act, now, fields)
            return words.stage(self._now_read)

        return came

    def proposed(self, start: str, minutes: str) -> Came:
        """Propose an appointment by link, in the clinic's local time; when the visit and its reminders are."""

        async def came(now: datetime) -> str:
            day, _, time = words.at(start).strftime("%Y-%m-%d %H:%M").partition(" ")
            fields = {"day": day, "time": time, "minutes": minutes, "modality": "in-person"}
            await self._send(ReferralAct.SCHEDULE, now, fields)
            return words.booked(self._now_read)

        return came

    async def used(self, now: datetime) -> str:
        """Open the link that was used last once more."""
        status, page = await self.patient.clinic.guest(self.before, now, {"code": self.code})
        return f"{status}, {'already used' if 'already used' in page else 'open'}"

    async def told_by(self, now: datetime) -> str:
        """Who took which act, as the referral's history has it."""
        await self._look(now)
        return ", ".join(f"{each['act']} {each['actor']}" for each in self._now_read["history"])

    async def _send(self, act: ReferralAct, now: datetime, fields: dict[str, str]) -> None:
        status, page = await self.patient.clinic.guest(f"{self.path}/{act}", now, {"code": self.code, **fields})
        if status != 200:
            raise Missing(f"{act} by link was answered {status}")
        onward = _NEXT.search(page)
        self.before, self.path = self.path, onward[1] if onward else ""
        await self._look(now)

    async def _look(self, now: datetime) -> None:
        self.read = await self._again(now, Role.COORDINATOR)
