"""Readings that are not as they should be: impossible, sent twice, mistyped and corrected."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.local.stories import words
from deploy.local.stories.clinic import MONITORING
from deploy.local.stories.engine import Came, Missing
from deploy.local.stories.patient import Patient
from deploy.local.stories.words import Json
from shared.vocabulary import Metric, Role


@dataclass(slots=True)
class Meter:
    """The patient's glucose meter, and what is typed from it."""

    patient: Patient
    typed_in: Json | None = None

    async def _ask(self, method: str, path: str, now: datetime, *, by: Role, **sent: Any) -> Any:
        return await self.patient.clinic.ask(MONITORING, method, path, by=by, now=now, **sent)

    def uploaded(self, value: str, unit: str) -> Came:
        """Upload one value in a batch; what became of it, and what was kept."""

        async def came(now: datetime) -> str:
            sent = self.patient.item(Metric.GLUCOSE_SMBG, value, unit, now)
            result = await self._ask("POST", "/v1/readings/batch", now, by=Role.INTEGRATION, body=[sent])
            item = result["items"][0]
            if item["issue_id"] is not None:
                return f"{item['outcome']}, {await self._issue(item['issue_id'], now)}"
            kept = await self._ask("GET", f"/v1/readings/{item['reading_id']}", now, by=Role.CASE_MANAGER)
            canonical = round(float(kept["canonical_value"]), 1)
            said = await self.patient.said_of(kept["id"], now)
            return f"{item['outcome']}, {canonical} {kept['canonical_unit']}; {said}"

        return came

    async def _issue(self, issue_id: str, now: datetime) -> str:
        issue = await self._ask("GET", f"/v1/reading-issues/{issue_id}", now, by=Role.CASE_MANAGER)
        raw = issue["raw"]
        return f"issue {issue['state']}: {raw['value']} {raw['unit']} as it came"

    async def twice(self, now: datetime) -> str:
        """Upload the same device, time and value twice; what became of each, and how many are in the series."""
        body = [self.patient.item(Metric.GLUCOSE_SMBG, "140", "mg/dL", now)]
        outcomes = []
        for _ in range(2):
            result = await self._ask("POST", "/v1/readings/batch", now, by=Role.INTEGRATION, body=body)
            outcomes.append(result["items"][0]["outcome"])
        day = words.at(f"{now:%m-%d} 00:00").isoformat()
        params = {
            "patient_id": self.patient.followed_as,
            "metric": Metric.GLUCOSE_SMBG,
            "from": day,
            "to": words.at(f"{now:%m-%d} 23:59").isoformat(),
        }
        series = await self._ask("GET", "/v1/readings/series", now, by=Role.CASE_MANAGER, params=params)
        return f"{', '.join(outcomes)}; {len(series['values'])} kept"

    def typed(self, value: str) -> Came:
        """Type a value in; what it did to the patient's alerts."""

        async def came(now: datetime) -> str:
            body = self.patient.item(Metric.GLUCOSE_SMBG, value, "mg/dL", now, entry="manual")
            self.typed_in = await self.patient.record(body, now)
            return await self.patient.said_of(self.typed_in["id"], now)

        return came

    def corrected(self, value: str) -> Came:
        """Correct what was typed; what it is now, what it was, and how the alert of that day then stands."""

        async def came(now: datetime) -> str:
            if self.typed_in is None:
                raise Missing("nothing was typed")
            path = f"/v1/readings/{self.typed_in['id']}"
            body = {"value": float(value), "unit": "mg/dL", "reason": "Mistyped"}
            version = self.typed_in["version"]
            await self._ask("POST", f"{path}/correct", now, by=Role.CASE_MANAGER, body=body, version=version)
            read = await self._ask("GET", path, now, by=Role.CASE_MANAGER)
            before = (await self._ask("GET", f"{path}/versions", now, by=Role.CASE_MANAGER))[0]
            alerts = [a for a in await self.patient.alerts(now) if a["began_at"] == read["observed_at"]]
            is_now, was = (f"{float(each['value']):g} {each['unit']} {each['status']}" for each in (read, before))
            return f"{is_now}, was {was}; {'; '.join(words.alert(alert) for alert in alerts)}"

        return came
