"""What is expected of a story's patient: ordered, missing, overdue, answered in time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.local.stories import words
from deploy.local.stories.clinic import MONITORING
from deploy.local.stories.engine import Came, Missing, Row
from deploy.local.stories.patient import NO_ALERT, Patient
from deploy.local.stories.words import at
from shared.vocabulary import Metric, Role

_SILENCE = "SILENCE-GLUCOSE-WEEK"


@dataclass(slots=True)
class Expected:
    """What monitoring waits for."""

    patient: Patient

    def first_rows(self) -> tuple[Row, ...]:
        """What the record brings, and what is ordered."""
        return (
            Row(
                at("08-31 09:06"),
                "last A1C 8.6 % on 05-18 comes from the record",
                NO_ALERT,
                self.patient.measured((Metric.HBA1C, "8.6", "%"), taken=at("05-18 09:00")),
            ),
            Row(at("08-31 09:07"), "A1C overdue since 08-19", "OVERDUE-A1C low", self.patient.standing("OVERDUE-A1C")),
            Row(
                at("08-31 09:08"),
                "two readings a day are ordered",
                "ordered True: low Wed 2026-09-02 09:05",
                self.ordered,
            ),
        )

    def contact_row(self) -> Row:
        """Until when somebody is to call."""
        return Row(
            at("09-10 03:11"),
            "contact due by the next business day",
            "acknowledge by Thu 2026-09-10 12:00, contact by Fri 2026-09-11 end of day",
            self.deadlines("HYPO"),
        )

    def silent_rows(self) -> tuple[Row, ...]:
        """The meter was left at home."""
        return (
            Row(at("09-16 21:30"), "48 h without data", f"{_SILENCE} low", self.patient.standing(_SILENCE)),
            Row(at("09-17 00:00"), "A1C overdue 30 d", "OVERDUE-A1C moderate", self.patient.standing("OVERDUE-A1C")),
            Row(
                at("09-17 21:30"),
                "72 h without data: outreach",
                f"{_SILENCE} moderate",
                self.patient.standing(_SILENCE),
            ),
            Row(
                at("09-18 10:00"),
                "call: meter left at home",
                f"{_SILENCE} moderate, resolved: resolved",
                self.patient.resolved("resolved", _SILENCE, assessment="Meter left at home", action="Fetches it"),
            ),
        )

    def last_rows(self) -> tuple[Row, ...]:
        """The new A1C, and when it is due again."""
        return (
            Row(
                at("09-25 08:01"),
                "overdue A1C closed",
                "OVERDUE-A1C moderate, closed: data-received",
                self.patient.standing("OVERDUE-A1C"),
            ),
            Row(
                at("09-25 08:01"),
                "next A1C on a holiday",
                "due Fri 2026-12-25, nudge Thu 2026-12-24",
                self.next_a1c,
            ),
        )

    async def _ask(self, method: str, path: str, now: datetime, **sent: Any) -> Any:
        return await self.patient.clinic.ask(MONITORING, method, path, by=Role.CASE_MANAGER, now=now, **sent)

    async def _enrollment(self, now: datetime) -> words.Json:
        page = await self._ask("GET", f"/v1/enrollments?patient_id={self.patient.followed_as}", now)
        found: words.Json = page["items"][0]
        return found

    async def ordered(self, now: datetime) -> str:
        """Two readings a day are ordered, none for 48 h is to be noticed."""
        enrollment = await self._enrollment(now)
        body = {
            "expectation": _SILENCE,
            "per_day": 2,
            "low_hours": 48,
            "moderate_hours": 72,
            "reason": "Basal insulin: two readings a day",
        }
        path = f"/v1/enrollments/{enrollment['id']}/expectations"
        await self._ask("POST", path, now, body=body, version=enrollment["version"])
        await self.patient.clinic.work(now)
        glucose = await self._of(_SILENCE, now)
        return f"ordered {glucose['ordered']}: low {words.moment(glucose['low_at'])}"

    async def next_a1c(self, now: datetime) -> str:
        """When A1C is due again, and the day of the reminder."""
        a1c = await self._of("OVERDUE-A1C", now)
        return f"due {words.day(a1c['due_on'])}, nudge {words.day(a1c['nudge_on'])}"

    async def _of(self, key: str, now: datetime) -> words.Json:
        enrollment = await self._enrollment(now)
        found: list[words.Json] = await self._ask("GET", f"/v1/enrollments/{enrollment['id']}/expectations", now)
        for each in found:
            if each["key"] == key:
                return each
        raise Missing(f"{key} is not expected")

    def deadlines(self, rule: str) -> Came:
        """Until when an alert is to be acknowledged and acted on."""

        async def came(now: datetime) -> str:
            (alert,) = [each for each in await self.patient.alerts(now) if each["rule"] == rule]
            seen, act = words.moment(alert["ack_due_at"]), words.moment(alert["act_by"])
            return f"acknowledge by {seen}, contact by {act}"

        return came
