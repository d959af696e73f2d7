"""§7a: a heart-failure discharge on the Friday before Labor Day, for one patient weighed in kg and one in lb."""

from deploy.local.stories import heart_failure_plan as plan
from deploy.local.stories import heart_failure_referral as referral
from deploy.local.stories import heart_failure_values as values
from deploy.local.stories.aftermath import Aftermath
from deploy.local.stories.clinic import Clinic
from deploy.local.stories.conversation import checked_in
from deploy.local.stories.engine import Came, Row
from deploy.local.stories.heart_failure_pounds import in_pounds
from deploy.local.stories.medicines import BURST, FUROSEMIDE, Medicines
from deploy.local.stories.patient import NO_ALERT, Patient
from deploy.local.stories.referral import Referral
from deploy.local.stories.words import at
from shared.vocabulary import EvidenceKind as E
from shared.vocabulary import Metric, NeedKind, Role, Specialty

_SATURDAY = ("W24 moderate", "W7 high", "WDRY moderate")
_CALL = at("09-09 10:12")
_BOUNDS = {"min_single": 20, "max_single": 80, "max_daily": 160}


class HeartFailure:
    """CHF-EX, male, born 1952-03-03, dry weight 81.0 kg; CHF-LB is the same patient on a scale in pounds."""

    title = "7a. Heart-failure discharge on a Friday before Labor Day"

    def __init__(self, clinic: Clinic) -> None:
        self.patient = Patient(clinic, "CHF-EX", "Carl", "1952-03-03", "male")
        self.pounds = Patient(clinic, "CHF-LB", "Lloyd", "1952-03-03", "male")
        self.way = Aftermath(self.patient)
        self.medicines = Medicines(self.patient)
        heart, rehab = NeedKind.CARDIOLOGY, NeedKind.CARDIAC_REHAB
        slots = [("09-11 13:30", "09-11 14:00")]
        self.cardiology = Referral(self.patient, heart, Specialty.CARDIOLOGY, slots)
        self.rehab = Referral(self.patient, rehab, Specialty.CARDIAC_REHABILITATION, [])

    def rows(self) -> tuple[Row, ...]:
        """Every row of §7a, in order of time within each part."""
        return (
            *plan.stay(self.way),
            *plan.needs(self.way),
            *self._first_days(),
            *self._tuesday(),
            *self._wednesday(),
            *in_pounds(self.pounds),
            *self._friday(),
            *referral.closed(self.cardiology),
            *self._end(),
        )

    def _first_days(self) -> tuple[Row, ...]:
        way, card = self.way, self.cardiology
        return (
            *referral.sent(card, self.rehab),
            Row(
                at("09-04 16:15"),
                "from the hospital, measured before discharge: NYHA II, K 4.4, creatinine 1.8, eGFR 39",
                NO_ALERT,
                self.patient.measured(
                    values.nyha("2"),
                    values.potassium("4.4"),
                    values.creatinine("1.8"),
                    values.EGFR,
                    taken=at("09-04 09:00"),
                ),
            ),
            Row(
                at("09-04 16:20"),
                "the order for a burst, signed for him up to 160 mg/day",
                "furosemide 80 mg/day",
                self.medicines.begun(BURST, _BOUNDS, FUROSEMIDE),
            ),
            Row(at("09-05 07:05"), "81.1 kg", NO_ALERT, self._kg("81.1")),
            Row(
                at("09-05 07:06"),
                "the first reading goes out",
                "met: first-reading met, set-up met",
                way.standing(NeedKind.TELEMONITORING),
            ),
            Row(at("09-06 07:10"), "81.0", NO_ALERT, self._kg("81.0")),
            Row(at("09-07 07:00"), "81.4 (+0.4)", NO_ALERT, self._kg("81.4")),
            Row(
                at("09-07 15:21"),
                "clinical call target missed",
                "identified (late-clinical): clinical breached, programme open",
                way.standing(NeedKind.CONTACT),
            ),
            Row(
                at("09-07 15:21"),
                "how serious the missed call is",
                "need late-clinical, moderate",
                way.breached(NeedKind.CONTACT),
            ),
        )

    def _tuesday(self) -> tuple[Row, ...]:
        return (
            Row(
                at("09-08 07:02"),
                "82.5 (+1.1 kg = 2.43 lb)",
                "W24 moderate: 82.5 kg − 81.4 kg = 1.1 kg ≥ 0.9 kg",
                self._kg("82.5"),
            ),
            referral.booked(self.cardiology),
            Row(
                at("09-08 10:05"),
                "HF visit arranged on the same hour",
                "arranged for Fri 2026-09-11 13:30",
                self.way.arranged(NeedKind.VISIT, "09-11 13:30"),
            ),
            Row(
                at("09-08 16:05"),
                "call, voicemail",
                "attempt; need identified: clinical breached, programme open",
                self.way.contacted("voicemail"),
            ),
        )

    def _wednesday(self) -> tuple[Row, ...]:
        return (
            Row(
                at("09-09 07:01"),
                "83.4 (+0.9; +2.4 over the 7-day minimum)",
                "W24 moderate again: 83.4 kg − 82.5 kg = 0.9 kg ≥ 0.9 kg; "
                "W7 high: 83.4 kg − 81 kg = 2.4 kg ≥ 2.3 kg; "
                "WDRY moderate: 83.4 kg − 81.0 kg = 2.4 kg ≥ 1.8 kg (dry weight)",
                self._kg("83.4"),
            ),
            Row(
                at("09-09 07:02"),
                "A2 high asks coordination for hands",
                "alert-follow-up identified, urgent",
                self.way.hands_asked,
            ),
            Row(
                _CALL,
                "call reached until 10:31",
                "contact; need met: clinical met-late, programme met",
                self.way.contacted("reached", until="09-09 10:31"),
            ),
            Row(
                at("09-09 10:32"),
                "check-in: NYHA III, 2 pillows, ankle swelling, SpO2 94, BP 128/74, HR 88: A3",
                "SYM-YELLOW moderate; NYHA-RISE moderate; no red flag",
                checked_in(self.patient, values.SAID),
            ),
            Row(
                at("09-09 10:40"),
                "diuretic 40 -> 80 mg twice a day (80 -> 160 mg/day) for 3 days",
                "allowed 80; 40 -> 80; co-sign by Thu 2026-09-10 end of day; back on Sat 2026-09-12 00:00; "
                "recheck Sat 2026-09-12; labs Wed 2026-09-16..Sat 2026-09-19",
                self.medicines.stepped("furosemide", 80, signs=["swelling", "extra-pillows"]),
            ),
            Row(at("09-09 10:41"), "what he takes now", "furosemide 160 mg/day", self.medicines.listed),
        )

    def _friday(self) -> tuple[Row, ...]:
        way, card, patient = self.way, self.cardiology, self.patient
        return (
            Row(
                at("09-10 07:00"),
                "82.8 (1.8 kg above dry weight)",
                "WDRY moderate again: 82.8 kg − 81.0 kg = 1.8 kg ≥ 1.8 kg (dry weight)",
                self._kg("82.8"),
            ),
            Row(
                at("09-10 09:15"),
                "co-signed: loop recorded",
                "effective, co-signed by story.prescriber",
                self.medicines.cosigned,
            ),
            Row(
                at("09-11 11:00"),
                "pharmacist reconciliation",
                "met: hard-stop met, outer met, target met-late",
                way.met(NeedKind.MED_RECONCILIATION, E.RECONCILIATION, by=Role.PHARMACIST),
            ),
            Row(at("09-11 13:30"), "weight at the visit, 82.0", NO_ALERT, self._kg("82.0")),
            Row(
                at("09-11 13:31"),
                "cardiology visit, MDM high",
                "met: fallback met, visit met",
                way.met(NeedKind.VISIT, E.VISIT, by=Role.COORDINATOR),
            ),
            *referral.seen(card),
            self._counted(),
            Row(at("09-12 07:00"), "81.3 (W7 +0.3)", NO_ALERT, self._kg("81.3")),
            Row(
                at("09-12 07:01"),
                "A1, A2 proposed resolved",
                "; ".join(f"{rule}, over since Sat 2026-09-12 07:00" for rule in _SATURDAY),
                patient.standing("W24", "W7", "WDRY"),
            ),
            Row(
                at("09-12 09:00"),
                "RN closes",
                "; ".join(
                    f"{rule}, resolved: resolved" for rule in (*_SATURDAY, "NYHA-RISE moderate", "SYM-YELLOW moderate")
                ),
                patient.resolved("resolved", assessment="Weight back near dry weight", action="Teaching repeated"),
            ),
            Row(at("09-12 09:00"), "the dose has gone back by itself", "furosemide 80 mg/day", self.medicines.listed),
        )

    def _counted(self) -> Row:
        return Row(
            at("09-11 14:10"),
            "TCM evidence complete",
            "99496; contact met Wed 2026-09-09, reconciliation met Fri 2026-09-11, visit met Fri 2026-09-11",
            self.way.counted("contact", "reconciliation", "visit"),
        )

    def _end(self) -> tuple[Row, ...]:
        way, patient = self.way, self.patient
        return (
            Row(
                at("09-16 08:00"),
                "K 4.9, creatinine 1.9 (+5.6 %)",
                NO_ALERT,
                patient.measured(values.potassium("4.9"), values.creatinine("1.9")),
            ),
            Row(at("09-16 08:01"), "labs need", "met: clinical met", way.standing(NeedKind.LABS_K_CREATININE)),
            Row(
                at("09-17 14:00"),
                "dietitian session",
                "met: clinical met",
                way.met(NeedKind.NUTRITION_EDUCATION, E.EDUCATION, by=Role.DIETITIAN),
            ),
            Row(
                at("10-05 00:01"),
                "watch ends, none readmitted",
                "met: programme met",
                way.standing(NeedKind.READMISSION_WATCH),
            ),
            Row(
                at("10-05 00:02"),
                "both services agree",
                "drift 0 + 0, undelivered 0 + 0, parked 0 + 0",
                patient.clinic.drift,
            ),
        )

    def _kg(self, value: str) -> Came:
        return self.patient.measured((Metric.BODY_WEIGHT, value, "kg"), arithmetic=True)
