"""§7b: a month of diabetes case management, September 2026."""

from datetime import datetime
from typing import Any

from deploy.local.stories import diabetes_medicines as steps
from deploy.local.stories.clinic import Clinic
from deploy.local.stories.diabetes_counters import counters, handed_out
from deploy.local.stories.diabetes_distress import distress
from deploy.local.stories.diabetes_readings import bad_readings
from deploy.local.stories.diabetes_trends import level_1, titration_eligible
from deploy.local.stories.engine import Came, Row
from deploy.local.stories.expected import Expected
from deploy.local.stories.medicines import Medicines
from deploy.local.stories.meter import Meter
from deploy.local.stories.patient import NO_ALERT, Patient
from deploy.local.stories.transition import Transition
from deploy.local.stories.words import agreed, at
from shared.vocabulary import Metric, NeedKind, Symptom

FASTING, METER = Metric.GLUCOSE_FASTING, Metric.GLUCOSE_SMBG
_HYPO_NEED = "alert-follow-up identified, urgent"


class Diabetes:
    """DM-EX, female, 58, glargine and empagliflozin; last A1C 8.6 % on 2026-05-18, not at goal."""

    title = "7b. Diabetes case-management month"

    def __init__(self, clinic: Clinic) -> None:
        self.patient = Patient(clinic, "DM-EX", "Dora", "1968-05-20", "female")
        self.way = Transition(self.patient)
        self.medicines = Medicines(self.patient)
        self.expected = Expected(self.patient)

    def rows(self) -> tuple[Row, ...]:
        """Every row of §7b, in order of time."""
        return (
            *self._start(),
            *self._fasting(),
            *self._level_1(),
            *self._level_2(),
            *self._silence(),
            *self._high(),
            *bad_readings(Meter(self.patient)),
            *self._end(),
        )

    def _start(self) -> tuple[Row, ...]:
        return (
            Row(
                at("08-31 09:00"),
                "A1C due three months after 05-18",
                "clinical by Tue 2026-08-18 end of day",
                self._a1c,
            ),
            Row(
                at("08-31 09:05"),
                "coordination asks monitoring to follow the patient",
                "diabetes active, tier rising; need in-progress",
                self._enrolled,
            ),
            *steps.begun(self.medicines),
            *self.expected.first_rows(),
            handed_out(self.patient),
        )

    def _fasting(self) -> tuple[Row, ...]:
        days = zip(("01", "02", "03", "06", "07", "08"), ("162", "158", "165", "148", "151", "155"), strict=True)
        rows = [Row(at(f"09-{d} 07:00"), f"fasting {v}", NO_ALERT, self._glucose(v, FASTING)) for d, v in days]
        return (
            *rows[:3],
            titration_eligible(self.patient),
            *steps.first(self.medicines),
            *rows[3:],
            *steps.second(self.medicines),
        )

    def _level_1(self) -> tuple[Row, ...]:
        return (
            Row(
                at("09-10 03:10"),
                "66, shaky",
                "HYPO moderate",
                self._glucose("66", symptoms=[Symptom.SHAKY]),
            ),
            self.expected.contact_row(),
            Row(at("09-10 03:27"), "92: recovered in 17 min", NO_ALERT, self._glucose("92")),
            Row(
                at("09-10 03:31"),
                "nothing to raise after 20 min",
                "HYPO moderate, over since Thu 2026-09-10 03:27",
                self.patient.standing(),
            ),
            Row(
                at("09-10 10:00"),
                "RN calls: skipped dinner",
                "HYPO moderate, resolved: resolved",
                self.patient.resolved("resolved", assessment="Skipped dinner", action="Coached on 15 g"),
            ),
            *steps.locked(self.medicines),
        )

    def _level_2(self) -> tuple[Row, ...]:
        hypo = self.patient.standing("HYPO")
        earlier = "HYPO moderate, resolved: resolved; "
        return (
            Row(
                at("09-13 02:40"),
                "52: Level 2; two events in 7 days",
                "HYPO high; HYPO-REPEAT high",
                self._glucose("52"),
            ),
            Row(at("09-13 02:41"), "high asks coordination for hands", _HYPO_NEED, self.way.hands_asked),
            Row(at("09-13 02:56"), "61", "HYPO high again", self._glucose("61")),
            Row(at("09-13 02:59"), "19 min after the 52", f"{earlier}HYPO high", hypo),
            Row(at("09-13 03:00"), "still below 70 after 20 min: raised", f"{earlier}HYPO critical", hypo),
            Row(
                at("09-13 03:01"),
                "raised to critical, the need with it",
                "alert-follow-up identified, stat",
                self.way.hands_asked,
            ),
            Row(at("09-13 03:14"), "88", NO_ALERT, self._glucose("88")),
            Row(
                at("09-13 03:20"),
                "recovered; no help needed, so not Level 3",
                f"{earlier}HYPO critical, over since Sun 2026-09-13 03:14; HYPO-REPEAT high",
                self.patient.standing(),
            ),
            Row(
                at("09-13 09:00"),
                "RN closes, prescriber told",
                "HYPO critical, resolved: escalated; HYPO-REPEAT high, resolved: escalated",
                self.patient.resolved(
                    "escalated", assessment="No clear cause", action="Dose reviewed", informed="Dr. Example, prescriber"
                ),
            ),
            *steps.reduced(self.medicines),
        )

    def _silence(self) -> tuple[Row, ...]:
        return (
            Row(at("09-14 07:00"), "118", NO_ALERT, self._glucose("118", FASTING)),
            Row(at("09-14 21:30"), "164", NO_ALERT, self._glucose("164")),
            *self.expected.silent_rows(),
            *distress(self.patient),
        )

    def _high(self) -> tuple[Row, ...]:
        night, hyper = at("09-20 07:20"), [Symptom.THIRST, Symptom.POLYURIA, Symptom.NAUSEA]
        return (
            Row(at("09-18 21:00"), "201", NO_ALERT, self._glucose("201")),
            level_1(self.patient),
            Row(at("09-19 21:00"), "268", "H-L2 low", self._glucose("268")),
            Row(
                at("09-19 21:01"),
                "symptom and ketone prompt",
                "Ask symptoms; ketones with type 1, an SGLT2 inhibitor, illness or pregnancy.",
                self._asks("H-L2"),
            ),
            Row(
                at("09-20 07:10"),
                "312: second in a row above 250; H-300 not yet",
                "H-L2 low again; H-REP moderate",
                self._glucose("312"),
            ),
            Row(
                night,
                "thirst, polyuria, nausea",
                "H-SYM high",
                self.patient.measured((Metric.SYMPTOMS, str(len(hyper)), "{count}"), symptoms=hyper),
            ),
            Row(
                at("09-20 07:35"),
                "ketone 1.8 mmol/L: impending DKA",
                "KETONES high",
                self.patient.measured((Metric.KETONE_BLOOD, "1.8", "mmol/L")),
            ),
            Row(
                at("09-20 07:50"),
                "on-call provider told, sent to the ED",
                "; ".join(f"{alert}, resolved: ED-sent" for alert in _SENT),
                self.patient.resolved(
                    "ED-sent", assessment="Impending DKA", action="Sent to the ED", informed="On-call provider"
                ),
            ),
            Row(
                at("09-20 08:00"),
                "follow-up after the ED within 7 days",
                "after-ed by Sun 2026-09-27 end of day",
                self._after_ed,
            ),
            *steps.held(self.medicines),
        )

    def _end(self) -> tuple[Row, ...]:
        fasting = zip(("28", "29", "30"), ("128", "131", "126"), strict=True)
        return (
            Row(
                at("09-25 08:00"),
                "A1C 8.2 %: not < 8, not > 9",
                NO_ALERT,
                self.patient.measured((Metric.HBA1C, "8.2", "%")),
            ),
            Row(at("09-25 08:01"), "overdue need closed", "met: clinical met-late", self.way.standing(NeedKind.A1C)),
            *self.expected.last_rows(),
            *(
                Row(at(f"09-{day} 07:00"), f"fasting {value}", NO_ALERT, self._glucose(value, FASTING))
                for day, value in fasting
            ),
            *steps.unchanged(self.medicines),
            *counters(self.patient),
            Row(
                at("09-30 18:05"),
                "both services agree",
                "drift 0 + 0, undelivered 0 + 0, parked 0 + 0",
                self.patient.clinic.drift,
            ),
        )

    def _glucose(self, value: str, metric: Metric = METER, **context: Any) -> Came:
        return self.patient.measured((metric, value, "mg/dL"), **context)

    async def _a1c(self, now: datetime) -> str:
        await self.patient.register(now)
        taken = at("05-18 09:00").isoformat()
        clock = {"key": "clinical", "rule": "+92d", "starts_at": taken}
        await self.way.identified(NeedKind.A1C, now, "Last A1C 8.6 % on 2026-05-18, not at goal", clock)
        return await self.way.due(NeedKind.A1C, "clinical")(now)

    async def _enrolled(self, now: datetime) -> str:
        await self.way.identified(NeedKind.TELEMONITORING, now, "Diabetes not at goal")
        asked = {"protocol": "diabetes", "tier": "rising", "reason": "Diabetes not at goal", "consents": [agreed(now)]}
        await self.way.enrolled(asked, now)
        return await self.way.followed(now)

    async def _after_ed(self, now: datetime) -> str:
        clock = {"key": "after-ed", "rule": "+7d"}
        await self.way.identified(NeedKind.VISIT, now, "Seen in the ED for impending DKA", clock)
        return await self.way.due(NeedKind.VISIT, "after-ed")(now)

    def _asks(self, rule: str) -> Came:
        async def came(now: datetime) -> str:
            return "; ".join(alert["asks"] for alert in await self.patient.alerts(now) if alert["rule"] == rule)

        return came


_SENT = ("H-L2 low", "H-REP moderate", "H-SYM high", "KETONES high")
